"""The permission gate and the searches, against the YouTube Data API as a local site plays it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawl.permission import Permission
from crawl.videos.candidate import Candidate
from crawl.videos.channels import Channels, ChannelsError
from crawl.videos.gate import Gate
from crawl.videos.listings import Titles, candidates_of
from crawl.videos.queries import Query
from crawl.videos.quota import QuotaSpent
from crawl.videos.searching import Searched, Searching
from crawl.videos.youtube_api import ApiRefused, YouTubeApi
from crawl.videos.ytdlp.task import ListedVideo
from deployments.knowledge.product_types import product_types
from tests.local_site import Asked, Page, Site, local_site
from tests.videos_home import HASHED, Home, channel

QUERY = Query("라면 광고", "noodles")


def told(value: Any, status: int = 200) -> Page:
    return Page(json.dumps(value).encode(), "application/json", status)


class Api(Site):
    """Answers by path alone, whatever the query; videos by id."""

    def answer(self, asked: Asked) -> Page:
        parts = urlsplit(asked.path)
        known = self.pages.get(parts.path)
        self.log.append(asked)
        if callable(known):
            return known(asked)
        return known if isinstance(known, Page) else Page(status=404)


def given(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}


def found(*ids: str, channel_id: str = "UCother", more: str = "") -> Page:
    items = [
        {"id": {"videoId": id_}, "snippet": {"channelId": channel_id, "title": f"{id_} 광고"}}
        for id_ in ids
    ]
    return told({"items": items} | ({"nextPageToken": more} if more else {}))


def by_id(answers: dict[str, list[str]]) -> Callable[[Asked], Page]:
    def answer(asked: Asked) -> Page:
        id_ = given(asked)["id"]
        if id_ not in answers:
            return told({"error": {}}, 404)
        return told({"videoId": id_, "permitted": answers[id_]})

    return answer


def about(**more: Any) -> Callable[[Asked], Page]:
    """All public, of a minute, with a licence that sounds like a permission."""

    def answer(asked: Asked) -> Page:
        return told(
            {
                "items": [
                    {
                        "id": id_,
                        "contentDetails": {"duration": more.get(id_, "PT1M")},
                        "status": {"license": "creativeCommon", "privacyStatus": "public"},
                        "snippet": {"liveBroadcastContent": "none"},
                    }
                    for id_ in given(asked)["id"].split(",")
                ]
            }
        )

    return answer


@pytest.fixture
def api() -> Iterator[Api]:
    with local_site() as site:
        site.__class__ = Api
        assert isinstance(site, Api)
        yield site


def home_of(api: Site, folder: Path, **youtube: Any) -> Home:
    settings = {"key": "a-key-of-the-tests", "url": api.url} | youtube
    return Home.at(folder, youtube=settings)


def ran(home: Home, *queries: Query, channels: Channels | None = None) -> list[Searched]:
    """Searches and the gate, as a run does them."""
    known = channels or Channels((), HASHED)
    context, said = home.context, list[Searched]()
    asking = YouTubeApi(context.settings.youtube, context.manners, context.records)
    searching = Searching(context, known, Titles(product_types()), lambda: False)
    gate = Gate(context, known, asking)
    try:
        searching.read_uploads(asking, said.append)
        searching.search(asking, queries, said.append)
        gate.ask_again(lambda: False)
        gate.decide_all(lambda: False, lambda _, __: None)
    finally:
        asking.close()
    return said


def states(home: Home) -> dict[str, int]:
    return home.context.seen.counts()


def test_a_video_is_permitted_by_its_creators_answer_and_by_nothing_else(
    api: Api, tmp_path: Path
) -> None:
    home = home_of(api, tmp_path, party="Sian")
    ids = ("everybody", "us-too", "others", "nobody", "unknown", "too-long")
    api.pages["/search"] = found(*ids)
    api.pages["/videos"] = about(**{"too-long": "PT9H"})
    api.pages["/videoTrainability"] = by_id(
        {
            "everybody": ["all"],
            "us-too": ["Somebody", "Sian"],
            "others": ["Somebody"],
            "nobody": ["none"],
            "too-long": ["all"],
        }
    )
    (one,) = ran(home, QUERY)
    assert (one.found, one.new) == (6, 6)
    assert states(home) == {"permitted": 2, "denied": 4}
    assert dict(home.context.seen.reasons("denied")) == {
        "its creator does not permit training": 2,
        "it is gone": 1,
        "it lasts 32400 s": 1,
    }
    # The key goes in a header, and only where it is wanted; nobody's name is asked for.
    keys = {urlsplit(one.path).path: "x-goog-api-key" in one.headers for one in api.log}
    assert keys == {"/search": True, "/videos": True, "/videoTrainability": False}
    assert not any("a-key" in one.path or "channelTitle" in one.path for one in api.log)
    claimed = home.context.seen.claim("youtube:everybody", "me", 30, 3)
    assert claimed is not None and claimed.permission.kind == "trainable"
    assert claimed.permission.until is not None
    assert claimed.described.licence == "creativeCommon"
    # A channel is known by a keyed hash, and its id is nowhere.
    assert claimed.channel == HASHED.of("youtube", "UCother")
    assert b"UCother" not in (tmp_path / "records.db").read_bytes()
    assert b"UCother" not in (tmp_path / "records.db-wal").read_bytes()


def test_without_an_answer_a_video_is_not_permitted(api: Api, tmp_path: Path) -> None:
    home = home_of(api, tmp_path)
    api.pages["/search"], api.pages["/videos"] = found("video-1"), about()
    api.pages["/videoTrainability"] = told({"videoId": "another", "permitted": ["all"]})
    with pytest.raises(ApiRefused, match="not an answer about it"):
        ran(home, QUERY)
    assert states(home) == {"seen": 1}
    assert home.due() == []


def test_a_channel_that_agreed_is_asked_nothing_more(api: Api, tmp_path: Path) -> None:
    home = home_of(api, tmp_path)
    agreed = channel(f"{api.url}/feed", site="youtube", channel="UCagreed", listings=[])
    api.pages["/playlistItems"] = told(
        {
            "items": [
                {
                    "snippet": {
                        "resourceId": {"videoId": id_},
                        "channelId": owner,
                        "title": "<b>라면</b>\u202e 광고",
                    }
                }
                for id_, owner in (("theirs-1", "UCagreed"), ("not-theirs", "UCother"))
            ]
        }
    )
    api.pages["/videos"] = about()
    api.pages["/videoTrainability"] = by_id({"not-theirs": ["none"]})
    ran(home, channels=Channels((agreed,), HASHED))
    assert states(home) == {"permitted": 1, "denied": 1}
    asked = [given(one).get("id") for one in api.log if "Trainability" in one.path]
    assert asked == ["not-theirs"]


def test_a_creator_who_changes_his_mind_is_heard(api: Api, tmp_path: Path) -> None:
    home = home_of(api, tmp_path, trainable_days=1e-12)  # an answer is old at once
    api.pages["/search"], api.pages["/videos"] = found("video-1"), about()
    api.pages["/videoTrainability"] = by_id({"video-1": ["all"]})
    ran(home, QUERY)
    assert states(home) == {"permitted": 1}
    api.pages["/videoTrainability"] = by_id({"video-1": ["none"]})
    ran(home, QUERY)
    assert states(home) == {"denied": 1}


def test_a_video_whose_consent_has_ended_may_still_be_permitted_by_its_creator(
    api: Api, tmp_path: Path
) -> None:
    home = home_of(api, tmp_path)
    agreed = Permission(kind="consented", evidence="계약 1", at=1.0)
    ids = ("video-1", "video-2")
    home.context.seen.add(
        Candidate(id=f"youtube:{id_}", url=f"https://y/{id_}", channel="c" * 64, permission=agreed)
        for id_ in ids
    )
    api.pages["/search"], api.pages["/videos"] = found(), about()
    api.pages["/videoTrainability"] = by_id({"video-1": ["all"], "video-2": ["none"]})
    home.context.seen.apply_consents({})
    ran(home, QUERY)
    assert states(home) == {"permitted": 1, "denied": 1}
    claimed = home.context.seen.claim("youtube:video-1", "me", 30, 3)
    assert claimed is not None and claimed.permission.kind == "trainable"
    # Who said no is asked again in a month, and not in the next minute.
    asked = len(api.log)
    ran(home)
    assert len(api.log) == asked


def test_a_search_goes_on_with_the_page_where_the_quota_ended(api: Api, tmp_path: Path) -> None:
    home = home_of(api, tmp_path, pages=3, searches_a_day=2, trainability=False)

    def page(asked: Asked) -> Page:
        number = int(given(asked).get("pageToken", "0"))
        return found(f"video-{number}", more=str(number + 1))

    api.pages["/search"] = page
    with pytest.raises(QuotaSpent):
        ran(home, QUERY)
    assert states(home) == {"seen": 2}
    home.context.close()
    home = home_of(api, tmp_path, pages=3, searches_a_day=9, trainability=False)
    ran(home, QUERY)
    assert [given(one).get("pageToken", "0") for one in api.log] == ["0", "1", "2"]
    ran(home, QUERY)  # asked to its end: never again
    assert len(api.log) == 3
    assert states(home) == {"denied": 3}


def test_a_quota_that_others_have_spent_is_not_asked_for_again_today(
    api: Api, tmp_path: Path
) -> None:
    home = home_of(api, tmp_path)
    spent = {"error": {"errors": [{"reason": "quotaExceeded"}], "message": "spent"}}
    api.pages["/search"] = told(spent, 403)
    for _ in range(2):
        with pytest.raises(QuotaSpent):
            ran(home, QUERY)
    assert len(api.log) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("- name: a", "channels.0.site"),
        ("- {name: a, site: a.kr, channel: b, kind: assumed, evidence: x}", "kind"),
        ("- {name: a, site: a.kr, channel: b, kind: owned, evidence: ''}", "evidence"),
        ("[{name: a, site: a.kr, channel: b, kind: owned, evidence: x, "
         "listings: [{url: 'file:///etc/passwd'}]}]", "listings.0.url"),
        ("[{name: a, site: a.kr, channel: b, kind: owned, evidence: x, "
         "listings: [{url: 'https://a.kr/feed', videos: 'https://a.kr/'}]}]", "with a path"),
        ("[{name: a, site: a.kr, channel: b, kind: owned, evidence: x, "
         "listings: [{url: 'https://a.kr/feed'}]}]", "videos has to say"),
        ("[{name: a, site: a.kr, channel: b, kind: owned, evidence: x, listings: [{url: "
         "'https://a.kr/feed', videos: 'https://www.youtube.com/watch?v='}]}]", "at a.kr"),
        ("- {name: a, site: www.youtube.com, channel: b, kind: owned, evidence: x}", "called youtube"),
        ("- {name: a, site: a.kr, channel: b, kind: owned, evidence: x}\n"
         "- {name: c, site: a.kr, channel: b, kind: owned, evidence: x}", "twice"),
    ],
)  # fmt: skip
def test_a_list_of_channels_that_is_wrong_is_told_by_entry_and_field(
    tmp_path: Path, wrong: str, said: str
) -> None:
    (tmp_path / "channels.yaml").write_text(wrong)
    with pytest.raises(ChannelsError, match=r"channels\.yaml") as error:
        Channels.read(tmp_path / "channels.yaml", HASHED)
    assert said in str(error.value)


def test_a_consent_is_for_the_channels_own_videos_whatever_else_its_lists_name(
    tmp_path: Path,
) -> None:
    url = "https://www.youtube.com/playlist?list=PL1"
    agreed = channel(url, site="youtube", channel="UCagreed", listings=[{"url": url}])
    watch = "https://www.youtube.com/watch?v="
    entries = (
        ListedVideo(url=f"{watch}theirs", site="youtube", id="theirs", channel="UCagreed"),
        ListedVideo(url=f"{watch}stranger", site="youtube", id="stranger", channel="UCother"),
        ListedVideo(url=f"{watch}untold", site="youtube", id="untold"),
        ListedVideo(url=f"{watch}of-a-feed"),
    )
    hashed, permission = HASHED.of("youtube", "UCagreed"), agreed.permission(2e9)
    read = candidates_of(agreed, agreed.listings[0], hashed, permission, entries)
    assert [one.id for one in read.candidates] == ["youtube:theirs"]
    assert read.strangers == 3
