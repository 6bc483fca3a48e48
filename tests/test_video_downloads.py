"""From lists to the caption job's manifest, on a local site that logs its requests."""

import errno
import io
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from yt_dlp.utils import DownloadError

from crawl.caption.manifest import CRAWLED_BEST, read_manifest
from crawl.polite.outcome import Refusal
from crawl.polite.pace import Pace
from crawl.videos.best import fetch_best
from crawl.videos.candidate import Candidate, id_of_url
from crawl.videos.channels import Channels
from crawl.videos.downloader import Done
from crawl.videos.gate import NOBODY
from crawl.videos.gathered import Gathered
from crawl.videos.job import Gathering
from crawl.videos.listings import Titles
from crawl.videos.manifest import write_manifest
from crawl.videos.progress import Progress
from crawl.videos.removal import Removal
from crawl.videos.report import write_report
from crawl.videos.settings import DownloadSettings
from crawl.videos.video_list import Decision
from crawl.videos.work_folder import alone_in
from crawl.videos.ytdlp.child import told_of
from crawl.videos.ytdlp.client import ErrorLog, PoliteYoutubeDL, options
from crawl.videos.ytdlp.requests import Guard
from crawl.videos.ytdlp.task import NoRoom
from deployments.knowledge.product_types import product_types
from tests.local_site import Asked, Page, Site
from tests.video_site import feed, film, media, video_site, watch_page
from tests.videos_home import CONSENT, HASHED, Home, channel, manners


@pytest.fixture
def site() -> Iterator[Site]:
    with video_site() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home.at(tmp_path)
    yield made
    made.context.close()


def put(site: Site, number: int, title: str = "film") -> str:
    """A page with a film in two renditions; its URL."""
    site.pages[f"/watch/{number}"] = watch_page(
        (f"/media/{number}-720.mp4", 720), (f"/media/{number}-360.mp4", 360), title=title
    )
    site.pages[f"/media/{number}-360.mp4"] = media(film(number, 60))
    site.pages[f"/media/{number}-720.mp4"] = media(film(number, 120))
    return f"{site.url}/watch/{number}"


def test_a_permitted_video_comes_at_360_lines_and_stands_in_the_caption_jobs_manifest(
    site: Site, home: Home, tmp_path: Path
) -> None:
    mine = put(site, 1)
    put(site, 2)
    other = f"{site.url}/others/3"
    site.pages["/feed.xml"] = feed(
        (mine, "라면 광고"), (other, "b"), ("http://10.0.0.1/watch/4", "c")
    )
    told = home.listed(channel(f"{site.url}/feed.xml", product_type="noodles"))
    assert [(one.found, one.new, one.strangers) for one in told] == [(1, 1, 2)]
    assert [one.state for one in home.download()] == ["downloaded"]
    assert set(site.paths()) == {"/robots.txt", "/feed.xml", "/watch/1", "/media/1-360.mp4"}

    manifest = tmp_path / "manifest.parquet"
    assert write_manifest(home.context.records, manifest) == 1
    (video,) = next(read_manifest(manifest))
    assert video.id == id_of_url(mine)
    assert (tmp_path / "vault" / video.uri).read_bytes() == film(1, 60)
    assert video.permission is not None and video.permission.evidence.startswith("한빛전자 광고")
    assert (video.best_uri, video.title, video.language) == (CRAWLED_BEST, "라면 광고", "ko")
    assert video.size_bytes == len(film(1, 60))

    # The best one is fetched for what survives, and once.
    best = fetch_best(home.context, video.id)
    assert fetch_best(home.context, video.id) == best
    assert (tmp_path / "vault" / best).read_bytes() == film(1, 120)
    assert site.times("/media/1-720.mp4") == 1
    # And the list, read again, brings nothing back to be downloaded.
    assert not home.due()
    assert not [name for name in home.files() if name.startswith("work/")]


def test_what_nobody_has_permitted_is_never_requested(site: Site, home: Home) -> None:
    listed = [put(site, number) for number in range(4)]
    site.pages["/feed.xml"] = feed(*((url, "film") for url in listed))
    agreed = channel(f"{site.url}/feed.xml", name="agreed", channel="agreed")
    # Known by their pages only, of channels that are on no list, and of one whose consent is over.
    unknown = [Candidate(id=id_of_url(url), url=url) for url in listed[:2]]
    ended = CONSENT.model_copy(update={"until": 2.0})
    ended_one = Candidate(id=id_of_url(listed[2]), url=listed[2], permission=ended)
    home.context.seen.add([*unknown, ended_one])
    assert [done.state for done in home.download(*(one.id for one in [*unknown, ended_one]))] == [
        "skipped"
    ] * 3
    past = channel(f"{site.url}/feed.xml", name="past", channel="past", until="2020-01-01")
    assert home.listed(past) == []
    assert site.log == []
    with pytest.raises(Refusal, match="no permission"):
        fetch_best(home.context, unknown[0].id)
    # A consent that is withdrawn after the list was read.
    home.listed(agreed)
    home.listed(channel(f"{site.url}/feed.xml", name="past", channel="past", until="2020-01-01"))
    assert home.context.seen.counts() == {"denied": 4}
    assert home.due() == []
    assert set(site.paths()) == {"/robots.txt", "/feed.xml"}


def test_a_page_that_leads_to_another_one_is_not_followed(site: Site, home: Home) -> None:
    away, embeds, private = (f"{site.url}/watch/{name}" for name in ("away", "embeds", "private"))
    put(site, 7)
    site.pages["/watch/away"] = Page.redirect("/watch/7")
    site.pages["/watch/embeds"] = Page(
        f'<meta property="og:video" content="{site.url}/watch/7">'
        f'<link rel="canonical" href="{site.url}/watch/7"><iframe src="/watch/7"></iframe>'.encode()
    )
    site.pages["/watch/private"] = watch_page(("http://169.254.169.254/latest/1.mp4", 360))
    done = home.download(*home.permitted(away, embeds, private))
    assert [one.state for one in done] == ["failed"] * 3
    assert "which was not asked for" in done[0].reason
    assert "169.254.169.254 is link-local" in done[2].reason
    assert not any("7" in path for path in site.paths())


def test_a_page_that_is_a_file_elsewhere_is_followed_there(site: Site, home: Home) -> None:
    put(site, 1)
    site.pages["/watch/moved"] = Page.redirect("/watch/moved/")
    site.pages["/watch/moved/"] = Page.redirect("/media/1-360.mp4")
    assert home.download(*home.permitted(f"{site.url}/watch/moved"))[0].state == "downloaded"


@pytest.mark.parametrize(
    "page",
    [
        Page(b"<title>Just a moment...</title>", status=403, headers={"cf-mitigated": "challenge"}),
        Page("<p>비정상적인 접근이 감지되었습니다</p>".encode(), status=403),
        Page(b"<script>window._cf_chl_opt={}</script>"),
    ],
)
def test_a_bot_check_stops_its_host_and_costs_no_video_an_attempt(
    site: Site, home: Home, page: Page
) -> None:
    urls = [f"{site.url}/watch/{number}" for number in range(2)]
    site.pages |= {"/watch/0": page, "/watch/1": page}
    first, second = home.permitted(*urls)
    done = home.download(first, second)
    assert [one.state for one in done] == ["permitted", "permitted"]
    # Nothing more is asked there, by anybody, until somebody has looked.
    assert site.paths() == ["/robots.txt", "/watch/0"]
    assert Pace(home.context.records, home.context.manners).hosts()[0].stopped
    assert "cookie" not in site.log[-1].headers
    Pace(home.context.records, home.context.manners).clear("127.0.0.1")
    put(site, 0)
    assert home.download(first)[0].state == "downloaded"


@pytest.mark.parametrize("status", [403, 429])
def test_a_host_that_refuses_again_and_again_is_asked_no_more(
    site: Site, tmp_path: Path, status: int
) -> None:
    home = Home.at(tmp_path, stop_after=2, attempts=1)
    urls = [f"{site.url}/watch/{number}" for number in range(3)]
    site.pages |= {f"/watch/{number}": Page(status=status) for number in range(3)}
    home.download(*home.permitted(*urls))
    assert [path for path in site.paths() if "watch" in path] == ["/watch/0", "/watch/1"]
    assert "2 times in a row" in Pace(home.context.records, home.context.manners).hosts()[0].stopped
    assert home.context.seen.state(id_of_url(urls[2])) == "permitted"


def test_a_host_that_asks_for_quiet_gets_it_from_everybody(site: Site, home: Home) -> None:
    home = Home(replace(home.context, manners=manners(home.context.settings.out, max_wait_s=1)))
    site.pages["/watch/0"] = Page(status=429, headers={"Retry-After": "600"})
    first, second = home.permitted(f"{site.url}/watch/0", put(site, 1))
    assert [one.state for one in home.download(first, second)] == ["permitted", "permitted"]
    assert "/watch/1" not in site.paths()
    assert home.due() == []  # for ten minutes
    wait_s = home.context.seen.next_at()
    assert wait_s is not None and 500 < wait_s <= 600


def test_robots_txt_is_heeded_for_pages_and_for_files(site: Site, home: Home) -> None:
    site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /media/", "text/plain")
    (done,) = home.download(*home.permitted(put(site, 1)))
    assert done.state == "failed" and "robots.txt" in done.reason
    assert site.paths() == ["/robots.txt", "/watch/1"]


def test_what_breaks_off_is_gone_on_with_from_where_it_was(site: Site, home: Home) -> None:
    url = put(site, 1)
    whole, served = film(1, 60), media(film(1, 60))
    assert callable(served)

    def breaks_once(asked: Asked) -> Page:
        page = served(asked)
        if "range" not in asked.headers:
            page.breaks_after = len(whole) // 2
        return page

    site.pages["/media/1-360.mp4"] = breaks_once
    (id_,) = home.permitted(url)
    states = [home.download(id_)[0].state for _ in range(2)]
    assert states[-1] == "downloaded"
    (key,) = [name for name in home.files() if name.startswith("vault/videos/")]
    assert home.files()[key] == whole
    ranges = [one.headers.get("range") for one in site.log if "media" in one.path]
    assert ranges[0] is None and ranges[-1] is not None and ranges[-1] > "bytes=0-"


def test_hostile_words_of_a_site_are_stored_as_text_and_name_no_file(
    site: Site, home: Home, tmp_path: Path
) -> None:
    title = "../../../tmp/x\x1b[31m\u202e%00<script>alert(1)</script>" + "긴" * 5000
    escaped = title.replace("\x1b", "&#27;").replace("<", "&lt;").replace("\u202e", "&#8238;")
    put(site, 1, escaped)
    site.pages["/feed.xml"] = Page(
        f"""<rss><channel><item><title>a</title><link>{site.url}/watch/1</link>
        <guid>../../etc/passwd</guid></item>
        <item><title>b</title><link>file:///etc/passwd</link></item>
        <item><title>c</title><link>javascript:alert(1)</link></item>
        <item><title>d</title><link>{site.url}/watch/{"9" * 5000}</link></item>
        <item><title>e</title><link>{site.url}/watch/../others/1</link></item>
        </channel></rss>""".encode(),
        "application/rss+xml",
    )
    (told,) = home.listed(channel(f"{site.url}/feed.xml"))
    assert (told.new, told.strangers, told.reason) == (1, 4, "")
    assert home.download()[0].state == "downloaded"
    write_manifest(home.context.records, tmp_path / "m.parquet")
    (video,) = next(read_manifest(tmp_path / "m.parquet"))
    assert video.title.isprintable() and len(video.title) <= 300
    inside = [Path(name).parts[0] for name in home.files()]
    assert set(inside) == {"vault", "m.parquet"}


def test_what_is_no_video_or_too_much_of_one_ends_with_its_reason(
    site: Site, tmp_path: Path
) -> None:
    home = Home.at(tmp_path, {"file_bytes": 20_000, "duration_s": 0.5}, max_bytes=15_000)
    site.pages["/watch/text"] = watch_page(("/media/text.mp4", 360))
    site.pages["/media/text.mp4"] = Page(b"no video at all", "video/mp4")
    site.pages["/watch/endless"] = Page(b"<p>" * 1000, endless=True)
    site.pages["/watch/large"] = watch_page(("/media/large.mp4", 360))
    site.pages["/media/large.mp4"] = Page(b"\0" * 1000, "video/mp4", endless=True)
    names = ("text", "endless", "large", "gone")
    done = home.download(*home.permitted(*(f"{site.url}/watch/{name}" for name in names)))
    assert [one.state for one in done] == ["failed"] * 4
    for one, said in zip(done, ("read as a video", "more than", "more than", "404"), strict=True):
        assert said in one.reason
        assert "/watch/" not in one.reason  # so that many are one, and a removed one leaves none
    assert not [name for name in home.files() if "work/" in name]
    assert sum(n for _, n in home.context.seen.reasons("failed")) == 4


def test_two_workers_of_a_node_never_have_one_videos_files(site: Site, home: Home) -> None:
    (id_,) = home.permitted(put(site, 1))
    with alone_in(home.context.folder(id_)):  # as of one that stood still until its lease was over
        assert home.download(id_)[0].state == "permitted"
    assert site.log == []


def test_a_video_that_is_removed_while_it_comes_leaves_nothing(
    site: Site, home: Home, tmp_path: Path
) -> None:
    url = put(site, 1)
    (id_,) = home.permitted(url)
    served = site.pages["/media/1-360.mp4"]

    def removes(asked: Asked) -> Page:
        Removal(home.context).remove([id_], "asked for")
        assert callable(served)
        return served(asked)

    site.pages["/media/1-360.mp4"] = removes
    assert home.download(id_)[0].state == "skipped"
    assert [name for name in home.files() if not name.endswith("lock")] == []
    assert home.context.seen.state(id_) == "removed"


def test_a_video_that_came_while_its_worker_died_is_not_told_as_still_to_go(
    site: Site, home: Home, tmp_path: Path
) -> None:
    class Dying:
        """Ray, whose workers store their end and die before they can tell it."""

        exceptions = SimpleNamespace(RayError=RuntimeError)
        put = staticmethod(lambda value: value)

        def remote(self, **_: object) -> Any:
            return lambda function: SimpleNamespace(
                remote=lambda settings, manners, video: tuple(home.download(video))
            )

        def wait(self, waiting: list[Any], **_: object) -> tuple[list[Any], list[Any]]:
            return waiting, []

        def get(self, _: object) -> Done:
            raise RuntimeError("the worker died")

    site.pages["/feed.xml"] = feed((put(site, 1), "film"))
    out = io.StringIO()
    job = Gathering(
        home.context,
        Channels((channel(f"{site.url}/feed.xml"),), HASHED),
        Titles(product_types()),
        progress := Progress(tmp_path / "progress.json", out),
    )
    job.gather(Dying(), ())
    progress.told()
    assert home.context.seen.counts() == {"downloaded": 1}
    assert out.getvalue().splitlines()[-1].endswith(" 0 to go")


def test_a_template_that_died_costs_no_video_an_attempt(site: Site, home: Home) -> None:
    first, second = home.permitted(put(site, 1), put(site, 2))
    assert home.download(first)[0].state == "downloaded"
    templates = list(_templates())
    assert len(templates) == 1, "each video's process is forked from the same one, and has ended"
    os.kill(templates[0], signal.SIGKILL)
    assert home.download(second)[0].state == "downloaded"
    assert not set(templates) & set(_templates())


def _templates() -> Iterator[int]:
    """Processes of this one's that have imported yt-dlp."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"crawl.videos.ytdlp.child" in (
                (process / "cmdline").read_bytes()
            ):
                yield int(process.name)


def test_a_full_disk_is_no_videos_fault() -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    told = DownloadError("unable to write data", cast("Any", (OSError, full, None)))
    outcome = told_of(told, cast("Guard", SimpleNamespace(ended=None)), ErrorLog())
    assert isinstance(outcome, NoRoom)


def test_what_the_gate_can_permit_has_an_extractor_and_no_other_site_does() -> None:
    client = PoliteYoutubeDL(options(DownloadSettings().extractors, ErrorLog()), refuse)
    known: dict[str, Any] = vars(client)["_ies"]
    urls = {
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ": "Youtube",
        "https://films.kr/watch/1": "Generic",
        "https://vimeo.com/56015672": "Generic",
    }
    for url, wanted in urls.items():
        takes = [ie.ie_key() for ie in known.values() if ie.suitable(url)]
        assert takes[0] == wanted, url


def refuse(_: object) -> Any:
    raise AssertionError("nothing is asked for")


def test_the_report_tells_in_korean_why_videos_are_not_had(home: Home, tmp_path: Path) -> None:
    video = Candidate(id="films.kr:1", url="https://films.kr/1")
    home.context.seen.add([video])
    home.context.seen.decide([Decision(video.id, None, NOBODY)])
    page = write_report(home.context, Gathered(), 0).read_text("utf-8")
    assert "아무도 허락하지 않음" in page and NOBODY in page
    assert "default-src 'none'" in page
