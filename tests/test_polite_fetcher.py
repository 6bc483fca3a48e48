"""Polite fetching from a site on loopback that logs its requests."""

import asyncio
import ssl
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawl.polite import (
    Downloaded,
    Failed,
    Fetched,
    Fetcher,
    FetchRefused,
    Manners,
    NotModified,
    Why,
)
from crawl.polite.outcome import Refusal
from crawl.records.database import open_records
from tests.local_site import Asked, Page, Site, local_site

BOT = "SianBot/1.0 (+https://example.kr/bot)"


@asynccontextmanager
async def a_fetcher(
    folder: Path | None = None, resolve: Any = None, clock: Any = None, **manners: Any
) -> AsyncGenerator[Fetcher]:
    """One that may ask loopback, and asks as fast as it can."""
    given: dict[str, Any] = {
        "contact": "https://example.kr/bot",
        "private_networks": ("127.0.0.0/8",),
        "interval_s": 0.0,
        "back_off_s": 0.01,
        "max_back_off_s": 0.02,
    }
    with tempfile.TemporaryDirectory() as fresh:
        home = folder or Path(fresh)
        records = open_records(f"sqlite:///{home}/records.db")
        given |= {"cache": home / "cache"} | manners
        seams = {"resolve": resolve, "clock": clock}
        fetcher = Fetcher(
            Manners(**given),
            records,
            **{name: seam for name, seam in seams.items() if seam is not None},
        )
        try:
            async with fetcher:
                yield fetcher
        finally:
            records.close()


async def fetched(site: Site, path: str, **manners: Any) -> Any:
    async with a_fetcher(**manners) as fetcher:
        return await fetcher.fetch(site.url + path)


async def refusal(site: Site, path: str, **manners: Any) -> Why:
    outcome = await fetched(site, path, **manners)
    assert isinstance(outcome, FetchRefused), outcome
    return outcome.why


def robots(*lines: str) -> Page:
    return Page("\n".join(lines).encode(), "text/plain")


# Who asks, and what for.


async def test_a_page_is_fetched_whole_and_we_say_who_we_are() -> None:
    with local_site({"/a": Page("<p>타이어</p>".encode())}) as site:
        outcome = await fetched(site, "/a#part")
        assert isinstance(outcome, Fetched)
        document = outcome.document
        assert document.body.decode() == "<p>타이어</p>"
        assert (document.media_type, document.charset) == ("text/html", "utf-8")
        assert site.paths() == ["/robots.txt", "/a"]
        assert {asked.headers["user-agent"] for asked in site.log} == {BOT}
        assert site.log[1].headers["host"] == site.url.removeprefix("http://")


async def test_cookies_are_neither_kept_nor_sent() -> None:
    page = Page(b"hello", headers={"Set-Cookie": "visitor=1; Path=/"})
    with local_site({"/a": page, "/b": page}) as site:
        async with a_fetcher() as fetcher:
            await fetcher.fetch(site.url + "/a")
            async with fetcher.open(site.url + "/b", headers={"Cookie": "a=b", "X-Mine": "1"}) as b:
                assert await b.read(100) == b"hello"
        assert not any("cookie" in asked.headers for asked in site.log)
        assert site.log[-1].headers["x-mine"] == "1"


async def test_a_caller_cannot_pretend_to_be_another() -> None:
    with local_site({"/a": Page(b"hello")}) as site:
        async with a_fetcher() as fetcher:
            pretended = {"User-Agent": "Mozilla/5.0", "host": "other.kr", "AUTHORIZATION": "x"}
            async with fetcher.open(site.url + "/a", headers=pretended):
                pass
        assert site.log[-1].headers["user-agent"] == BOT
        assert site.log[-1].headers["host"] != "other.kr"
        assert "authorization" not in site.log[-1].headers


# robots.txt


async def test_what_robots_txt_disallows_is_not_asked_for() -> None:
    pages = {"/robots.txt": robots("User-agent: *", "Disallow: /no", "Allow: /no/but")}
    with local_site({**pages, "/no/but": Page(b"yes")}) as site:
        assert await refusal(site, "/no/page") is Why.ROBOTS
        assert isinstance(await fetched(site, "/no/but"), Fetched)
        assert "/no/page" not in site.paths()


async def test_rules_for_our_name_outrank_those_for_all() -> None:
    rules = robots("User-agent: *", "Disallow: /", "", "User-agent: sianbot", "Disallow: /b")
    with local_site({"/robots.txt": rules, "/a": Page(b"a"), "/b": Page(b"b")}) as site:
        assert isinstance(await fetched(site, "/a"), Fetched)
        assert await refusal(site, "/b") is Why.ROBOTS


async def test_a_percent_encoded_path_is_disallowed_as_well() -> None:
    rules = robots("User-agent: *", "Disallow: /품목")
    with local_site({"/robots.txt": rules}) as site:
        assert await refusal(site, "/%ED%92%88%EB%AA%A9/1") is Why.ROBOTS
        assert site.paths() == ["/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_without_a_robots_txt_all_may_be_asked(status: int) -> None:
    with local_site({"/robots.txt": Page(status=status), "/a": Page(b"a")}) as site:
        assert isinstance(await fetched(site, "/a"), Fetched)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_while_robots_txt_is_unreachable_nothing_is_asked(status: int) -> None:
    with local_site({"/robots.txt": Page(status=status), "/a": Page(b"a")}) as site:
        outcome = await fetched(site, "/a", attempts=2)
        assert isinstance(outcome, Failed)
        assert "robots.txt" in outcome.reason
        assert site.paths() == ["/robots.txt"] * 2


async def test_a_robots_txt_is_read_again_a_day_later_and_used_longer_while_unreachable() -> None:
    now = [1e9]
    rules = robots("User-agent: *", "Disallow: /no")
    with local_site({"/robots.txt": [rules, Page(status=500)], "/a": Page(b"a")}) as site:
        async with a_fetcher(clock=lambda: now[0], attempts=1) as fetcher:
            for _ in range(3):
                assert isinstance(await fetcher.fetch(site.url + "/a", fresh_s=0), Fetched)
            assert site.times("/robots.txt") == 1
            now[0] += 25 * 3600
            assert isinstance(await fetcher.fetch(site.url + "/a", fresh_s=0), Fetched)
            refused = await fetcher.fetch(site.url + "/no")
            assert isinstance(refused, FetchRefused) and refused.why is Why.ROBOTS
            assert site.times("/robots.txt") == 2


async def test_a_robots_txt_outlives_the_process_that_read_it(tmp_path: Path) -> None:
    with local_site({"/a": Page(b"a"), "/b": Page(b"b")}) as site:
        for path in ("/a", "/b"):
            assert isinstance(await fetched(site, path, folder=tmp_path), Fetched)
        assert site.paths() == ["/robots.txt", "/a", "/b"]


async def test_redirects_of_robots_txt_are_followed_five_times() -> None:
    hops = {f"/r{n}": Page.redirect(f"/r{n + 1}") for n in range(1, 5)}
    rules = robots("User-agent: *", "Disallow: /")
    with local_site({"/robots.txt": Page.redirect("/r1"), **hops, "/r5": rules}) as site:
        assert await refusal(site, "/a") is Why.ROBOTS
    hops["/r5"] = Page.redirect("/r6")
    pages = {"/robots.txt": Page.redirect("/r1"), **hops, "/r6": rules, "/a": Page(b"a")}
    with local_site(pages) as site:
        # More than five: as if there were none (RFC 9309, 2.3.1.2).
        assert isinstance(await fetched(site, "/a"), Fetched)
        assert "/r6" not in site.paths()


async def test_only_the_beginning_of_an_endless_robots_txt_is_read() -> None:
    rules = b"User-agent: *\nDisallow: /no\n" * 10
    with local_site({"/robots.txt": Page(rules, "text/plain", endless=True)}) as site:
        assert await refusal(site, "/no") is Why.ROBOTS


async def test_many_tasks_ask_for_robots_txt_once() -> None:
    with local_site({f"/{n}": Page(b"a") for n in range(8)}) as site:
        async with a_fetcher() as fetcher:
            found = await asyncio.gather(*(fetcher.fetch(f"{site.url}/{n}") for n in range(8)))
        assert all(isinstance(outcome, Fetched) for outcome in found)
        assert site.times("/robots.txt") == 1


async def test_a_crawl_delay_sets_the_pace() -> None:
    pages = {"/robots.txt": robots("User-agent: *", "Crawl-delay: 300"), "/a": Page(b"a")}
    with local_site(pages) as site:
        async with a_fetcher(max_wait_s=1.0) as fetcher:
            assert isinstance(await fetcher.fetch(site.url + "/a"), Fetched)
            later = await fetcher.fetch(site.url + "/b")
            assert isinstance(later, Failed)
            assert later.retry_at - fetcher.pace.now() == pytest.approx(300, abs=20)
        assert "/b" not in site.paths()


# Directives


@pytest.mark.parametrize("tag", ["noindex", "none", "otherbot: all\nsianbot: noindex"])
async def test_a_page_that_forbids_its_use_by_header_is_not_read(tag: str) -> None:
    page = Page(b"x" * 100, headers={"X-Robots-Tag": tag}, endless=True)
    with local_site({"/a": page}) as site:
        assert await refusal(site, "/a") is Why.DIRECTIVE


async def test_a_page_that_forbids_its_use_in_its_head_is_not_kept() -> None:
    page = Page(b'<head><meta name="robots" content="noindex"></head>', etag='"1"')
    with local_site({"/a": page}) as site:
        async with a_fetcher() as fetcher:
            for _ in range(2):
                outcome = await fetcher.fetch(site.url + "/a")
                assert isinstance(outcome, FetchRefused) and outcome.why is Why.DIRECTIVE
        assert "if-none-match" not in site.log[-1].headers


async def test_a_page_that_forbids_its_use_later_is_forgotten() -> None:
    pages = [Page(b"a", etag='"1"'), Page(b"a", etag='"1"', headers={"X-Robots-Tag": "noindex"})]
    with local_site({"/a": pages}) as site:
        async with a_fetcher() as fetcher:
            assert isinstance(await fetcher.fetch(site.url + "/a"), Fetched)
            outcome = await fetcher.fetch(site.url + "/a", fresh_s=0)
            assert isinstance(outcome, FetchRefused) and outcome.why is Why.DIRECTIVE
            # It lay in the cache, fresh for a day; now it does not.
            outcome = await fetcher.fetch(site.url + "/a")
            assert isinstance(outcome, FetchRefused)


@pytest.mark.parametrize("header", [{"X-Robots-Tag": "noarchive"}, {"Cache-Control": "no-store"}])
async def test_a_page_that_must_not_be_kept_is_not(header: dict[str, str]) -> None:
    with local_site({"/a": Page(b"a", etag='"1"', headers=header)}) as site:
        async with a_fetcher() as fetcher:
            for _ in range(2):
                assert isinstance(await fetcher.fetch(site.url + "/a"), Fetched)
        assert site.times("/a") == 2


# The cache


async def test_a_fresh_document_is_not_asked_for_again_even_after_a_restart(tmp_path: Path) -> None:
    with local_site({"/a": Page(b"a")}) as site:
        assert isinstance(await fetched(site, "/a", folder=tmp_path), Fetched)
        again = await fetched(site, "/a", folder=tmp_path)
        assert isinstance(again, NotModified) and not again.asked
        assert again.document.body == b"a"
        assert site.times("/a") == 1


@pytest.mark.parametrize(
    "page",
    [Page(b"a", etag='"1"'), Page(b"a", last_modified="Sun, 01 Nov 2026 00:00:00 GMT"),
     Page(b"a", etag='W/"1"', last_modified="Sun, 01 Nov 2026 00:00:00 GMT")],
)  # fmt: skip
async def test_a_stale_document_is_asked_for_on_condition(page: Page) -> None:
    now = [1e9]
    with local_site({"/a": page}) as site:
        async with a_fetcher(clock=lambda: now[0]) as fetcher:
            await fetcher.fetch(site.url + "/a")
            now[0] += 25 * 3600
            again = await fetcher.fetch(site.url + "/a")
            assert isinstance(again, NotModified) and again.asked
            assert again.document.body == b"a"
            assert again.document.checked_at == now[0]
            # And is fresh again.
            fresh = await fetcher.fetch(site.url + "/a")
            assert isinstance(fresh, NotModified) and not fresh.asked
        assert site.times("/a") == 2


async def test_a_document_that_changed_replaces_the_one_that_was_kept() -> None:
    with local_site({"/a": [Page(b"old", etag='"1"'), Page(b"new", etag='"2"')]}) as site:
        async with a_fetcher() as fetcher:
            await fetcher.fetch(site.url + "/a")
            changed = await fetcher.fetch(site.url + "/a", fresh_s=0)
            assert isinstance(changed, Fetched) and changed.document.body == b"new"
            kept = await fetcher.fetch(site.url + "/a")
            assert isinstance(kept, NotModified) and kept.document.body == b"new"


async def test_the_condition_goes_to_where_the_document_was_found() -> None:
    pages: dict[str, Any] = {"/r": Page.redirect("/a", 301), "/a": Page(b"a", etag='"1"')}
    with local_site(pages) as site:
        async with a_fetcher() as fetcher:
            await fetcher.fetch(site.url + "/r")
            again = await fetcher.fetch(site.url + "/r", fresh_s=0)
        assert isinstance(again, NotModified) and again.document.final_url.endswith("/a")
        conditions = [(asked.path, asked.headers.get("if-none-match")) for asked in site.log[-2:]]
        assert conditions == [("/r", None), ("/a", '"1"')]


# Bounds


async def test_a_body_is_taken_up_to_its_bound_and_no_further() -> None:
    with local_site({"/a": Page(b"x" * 5000), "/endless": Page(b"x" * 999, endless=True)}) as site:
        assert await refusal(site, "/a", max_bytes=4999) is Why.TOO_LARGE
        assert isinstance(await fetched(site, "/a", max_bytes=5000), Fetched)
        assert await refusal(site, "/endless", max_bytes=100_000) is Why.TOO_LARGE


async def test_a_few_bytes_that_unpack_to_many_are_refused() -> None:
    bomb, small = Page.packed(bytes(50_000_000)), Page.packed(b"abc" * 1000)
    with local_site({"/bomb": bomb, "/small": small}) as site:
        assert len(bomb.body) < 100_000
        assert await refusal(site, "/bomb", max_bytes=1_000_000) is Why.TOO_LARGE
        outcome = await fetched(site, "/small")
        assert isinstance(outcome, Fetched) and outcome.document.body == b"abc" * 1000


async def test_all_members_of_a_gzip_body_are_read() -> None:
    one, two = Page.packed(b"a" * 300_000), Page.packed(b"b" * 300_000)
    page = Page(one.body + two.body, headers={"Content-Encoding": "gzip"})
    with local_site({"/a": page}) as site:
        outcome = await fetched(site, "/a")
        assert isinstance(outcome, Fetched)
        assert outcome.document.body == b"a" * 300_000 + b"b" * 300_000


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"not gzip", "gzip"), (b"x", "br"), (b"x", "zstd"), (b"x", "gzip, gzip")],
)
async def test_a_body_packed_in_another_way_is_refused(body: bytes, encoding: str) -> None:
    with local_site({"/a": Page(body, headers={"Content-Encoding": encoding})}) as site:
        assert await refusal(site, "/a") is Why.ENCODING


async def test_a_body_that_breaks_off_is_asked_for_again_and_never_kept() -> None:
    half = Page(b"x" * 1000, breaks_after=10)
    packed = Page.packed(b"abc" * 1000)
    torn = Page(packed.body[:-10], headers={"Content-Encoding": "gzip"})
    with local_site({"/a": [half, torn, Page(b"whole")]}) as site:
        outcome = await fetched(site, "/a")
        assert isinstance(outcome, Fetched) and outcome.document.body == b"whole"
        assert site.times("/a") == 3
    with local_site({"/a": half}) as site:
        assert isinstance(await fetched(site, "/a"), Failed)


async def test_another_media_type_than_wanted_is_not_read() -> None:
    with local_site({"/a": Page(b"x", "application/zip", endless=True)}) as site:
        async with a_fetcher() as fetcher:
            outcome = await fetcher.fetch(site.url + "/a", media_types={"text/html"})
            assert isinstance(outcome, FetchRefused) and outcome.why is Why.MEDIA_TYPE
            assert "application/zip, wanted text/html" in outcome.reason


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a"
        async with a_fetcher(silence_timeout_s=1, attempts=1) as fetcher:
            outcome = await fetcher.fetch(url)
        assert isinstance(outcome, Failed) and "did not answer in time" in outcome.reason


# Redirects


async def test_redirects_are_followed_and_each_hop_is_asked_about() -> None:
    pages: dict[str, Any] = {"/1": Page.redirect("/2", 301), "/2": Page.redirect("3?x=1#y", 307)}
    with local_site({**pages, "/3?x=1": Page(b"here")}) as site:
        outcome = await fetched(site, "/1")
        assert isinstance(outcome, Fetched)
        assert outcome.document.final_url == site.url + "/3?x=1"
        assert outcome.document.url == site.url + "/1"


async def test_a_redirect_to_what_robots_txt_disallows_is_not_followed() -> None:
    pages: dict[str, Any] = {"/robots.txt": robots("User-agent: *", "Disallow: /no")}
    with local_site({**pages, "/a": Page.redirect("/no")}) as site:
        assert await refusal(site, "/a") is Why.ROBOTS
        assert "/no" not in site.paths()


async def test_a_redirect_that_forbids_its_use_is_not_followed() -> None:
    forbids = Page(status=302, headers={"X-Robots-Tag": "noai", "Location": "/b"})
    with local_site({"/a": forbids, "/b": Page(b"b")}) as site:
        assert await refusal(site, "/a") is Why.DIRECTIVE
        assert "/b" not in site.paths()


async def test_a_redirect_to_another_site_heeds_that_sites_robots_txt() -> None:
    with local_site({"/robots.txt": robots("User-agent: *", "Disallow: /")}) as other:
        with local_site({"/a": Page.redirect(other.url + "/b")}) as site:
            assert await refusal(site, "/a") is Why.ROBOTS
        assert other.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://10.0.0.1/", Why.ADDRESS),
        ("http://169.254.169.254/latest/meta-data/", Why.ADDRESS),
        ("http://[::ffff:169.254.169.254]/", Why.ADDRESS),
        ("http://[::1]/", Why.ADDRESS),
        ("http://internal.example/", Why.ADDRESS),
        ("http://2852039166/", Why.URL),
        ("http://user:pass@example.kr/", Why.URL),
        ("file:///etc/passwd", Why.URL),
        ("ftp://example.kr/", Why.URL),
        ("javascript:alert(1)", Why.URL),
        ("//10.0.0.1:22/", Why.URL),
        ("", Why.REDIRECT),
    ],
)
async def test_a_redirect_to_where_we_must_not_go_is_not_followed(target: str, why: Why) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["192.168.1.1"]

    with local_site({"/a": Page.redirect(target)}) as site:
        assert await refusal(site, "/a", resolve=resolve) is why


async def test_a_circle_of_redirects_ends() -> None:
    with local_site({"/a": Page.redirect("/b"), "/b": Page.redirect("/a")}) as site:
        assert await refusal(site, "/a", max_hops=4) is Why.REDIRECT
        assert len(site.paths()) == 1 + 5


async def test_a_post_is_redirected_as_rfc_9110_has_it() -> None:
    pages: dict[str, Any] = {"/see": Page.redirect("/to", 303), "/same": Page.redirect("/to", 308)}
    with local_site({**pages, "/to": Page(b"here")}) as site:
        async with a_fetcher() as fetcher:
            for path in ("/see", "/same"):
                async with fetcher.open(site.url + path, method="POST", content=b"q=1"):
                    pass
        assert [(a.method, a.body) for a in site.log if a.path == "/to"] == [("GET", b""), ("POST", b"q=1")]  # fmt: skip


# Addresses


async def test_loopback_is_not_asked_unless_the_settings_say_so() -> None:
    with local_site({"/a": Page(b"a")}) as site:
        assert await refusal(site, "/a", private_networks=()) is Why.ADDRESS
        assert site.log == []


async def test_a_name_that_changes_its_address_gains_nothing() -> None:
    answers = [["127.0.0.1"], ["192.168.0.1"]]

    async def resolve(host: str, port: int) -> list[str]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    with local_site({"/a": Page(b"a"), "/b": Page(b"b")}) as site:
        url = site.url.replace("127.0.0.1", "rebinding.example")
        async with a_fetcher(resolve=resolve) as fetcher:
            # One connection, to the address that was looked at.
            assert isinstance(await fetcher.fetch(url + "/a"), Fetched)
            assert site.log[-1].headers["host"] == url.removeprefix("http://")
        async with a_fetcher(resolve=resolve) as fetcher:
            outcome = await fetcher.fetch(url + "/b")
            assert isinstance(outcome, FetchRefused) and outcome.why is Why.ADDRESS
        assert "/b" not in site.paths()


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    with local_site({"/a": Page(b"a")}) as site:
        url = site.url.replace("127.0.0.1", "two.example")
        async with a_fetcher(resolve=resolve) as fetcher:
            assert isinstance(await fetcher.fetch(url + "/a"), Fetched)


async def test_tls_names_the_host_though_the_connection_goes_to_an_address(
    certificate: Callable[[str], tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, chain = certificate("shop.example")
    asked_for: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    context.sni_callback = lambda sock, name, ctx: asked_for.append(str(name))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline() not in (b"\r\n", b""):
            pass
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        await writer.drain()
        writer.close()

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        async with a_fetcher(resolve=resolve, attempts=1) as fetcher:
            outcome = await fetcher.fetch(f"https://shop.example:{port}/a")
            assert isinstance(outcome, Fetched), outcome
            wrong = await fetcher.fetch(f"https://other.example:{port}/a")
            assert isinstance(wrong, Failed) and "certificate" in wrong.reason
    assert set(asked_for) == {"shop.example", "other.example"}


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[[str], tuple[Path, Path]]:
    """Makes a certificate for a name: the file to trust, and the one to serve with."""

    def make(name: str) -> tuple[Path, Path]:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(who)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        authority, chain = tmp_path / "authority.pem", tmp_path / "chain.pem"
        authority.write_bytes(pem)
        chain.write_bytes(pem + private)
        return authority, chain

    return make


# Trouble


async def test_a_503_is_asked_again_after_its_back_off() -> None:
    with local_site({"/a": [Page(status=503), Page(b"a")]}) as site:
        assert isinstance(await fetched(site, "/a"), Fetched)
        assert site.times("/a") == 2


async def test_a_long_retry_after_is_handed_to_the_caller() -> None:
    busy = Page(status=429, headers={"Retry-After": "900"})
    with local_site({"/a": busy, "/b": Page(b"b")}) as site:
        async with a_fetcher(max_wait_s=1.0) as fetcher:
            for path in ("/a", "/b"):
                outcome = await fetcher.fetch(site.url + path)
                assert isinstance(outcome, Failed)
                assert outcome.retry_at - fetcher.pace.now() == pytest.approx(900, abs=20)
        assert site.times("/a") == 1 and site.times("/b") == 0


async def test_a_retry_after_may_be_a_date() -> None:
    at = datetime.now(UTC) + timedelta(seconds=900)
    busy = Page(status=503, headers={"Retry-After": at.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    with local_site({"/a": busy}) as site:
        async with a_fetcher(max_wait_s=1.0) as fetcher:
            outcome = await fetcher.fetch(site.url + "/a")
            assert isinstance(outcome, Failed)
            assert outcome.retry_at - fetcher.pace.now() == pytest.approx(900, abs=20)


@pytest.mark.parametrize(
    "page",
    [
        Page(b"<title>Just a moment...</title>", status=403, headers={"cf-mitigated": "challenge"}),
        Page(b"<div class=g-recaptcha>", status=403),
        Page("비정상적인 접근이 감지되었습니다".encode("cp949"), status=429),
        Page(b"", status=405, headers={"x-amzn-waf-action": "captcha"}),
        Page(b"<script>window._cf_chl_opt={}</script>"),
    ],
)
async def test_a_bot_check_stops_the_host_for_all(page: Page) -> None:
    with local_site({"/a": page, "/b": Page(b"b")}) as site:
        async with a_fetcher() as fetcher:
            for path in ("/a", "/b", "/b"):
                outcome = await fetcher.fetch(site.url + path)
                assert isinstance(outcome, FetchRefused) and outcome.why is Why.STOPPED, outcome
                assert "bot check" in outcome.reason
            assert site.paths() == ["/robots.txt", "/a"]
            assert fetcher.pace.clear("127.0.0.1")
            assert isinstance(await fetcher.fetch(site.url + "/b"), Fetched)


async def test_a_page_with_a_form_that_has_a_captcha_is_a_page() -> None:
    with local_site({"/a": Page(b"<form><div class='g-recaptcha'></div></form>")}) as site:
        assert isinstance(await fetched(site, "/a"), Fetched)


async def test_a_missing_page_is_no_trouble_of_its_hosts() -> None:
    with local_site() as site:
        async with a_fetcher() as fetcher:
            outcome = await fetcher.fetch(site.url + "/a")
            assert isinstance(outcome, FetchRefused) and outcome.why is Why.STATUS
            assert fetcher.pace.hosts()[0].failures == 0
        assert site.times("/a") == 1


# Large files


async def test_a_download_is_at_its_place_when_it_is_whole_and_not_before(tmp_path: Path) -> None:
    body = bytes(range(256)) * 4000
    pages = [Page(body, "video/mp4", breaks_after=1000), Page(body, "video/mp4")]
    with local_site({"/a.mp4": pages, "/torn.mp4": Page(body, breaks_after=1000)}) as site:
        async with a_fetcher() as fetcher:
            found = await fetcher.download(site.url + "/a.mp4", tmp_path / "a.mp4")
            assert isinstance(found, Downloaded)
            assert found.path.read_bytes() == body and found.num_bytes == len(body)
            torn = await fetcher.download(site.url + "/torn.mp4", tmp_path / "torn.mp4")
            assert isinstance(torn, Failed)
        assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


async def test_a_download_heeds_robots_txt_directives_and_bounds(tmp_path: Path) -> None:
    forbids = Page(b"x", headers={"X-Robots-Tag": "noai"})
    pages = {"/robots.txt": robots("User-agent: *", "Disallow: /no"), "/tag": forbids}
    with local_site({**pages, "/large": Page(b"x" * 999)}) as site:
        async with a_fetcher() as fetcher:
            whys = [
                await fetcher.download(site.url + path, tmp_path / "file", max_bytes=100)
                for path in ("/no", "/tag", "/large", "/missing")
            ]
        assert [outcome.why for outcome in whys if isinstance(outcome, FetchRefused)] == [
            Why.ROBOTS, Why.DIRECTIVE, Why.TOO_LARGE, Why.STATUS,
        ]  # fmt: skip
        assert list(tmp_path.iterdir()) == []


async def test_an_open_answer_can_be_asked_for_a_range() -> None:
    def part(asked: Asked) -> Page:
        return Page(b"cd", status=206 if asked.headers.get("range") == "bytes=2-3" else 200)

    with local_site({"/a": part, "/no": Page(status=410)}) as site:
        async with a_fetcher() as fetcher:
            async with fetcher.open(site.url + "/a", headers={"Range": "bytes=2-3"}) as answer:
                assert answer.status == 206 and await answer.read(10) == b"cd"
            with pytest.raises(Refusal):
                async with fetcher.open(site.url + "/no"):
                    pass
