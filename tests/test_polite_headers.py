"""HTTP as servers write it: words in the wrong header, dates beyond the calendar, odd tags."""

import asyncio
import gzip
import inspect
import re
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpcore
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawl.polite import Document, Fetched, Fetcher, Manners, NotModified
from crawl.polite.answer import HttpAnswer, WireError
from crawl.polite.conditions import conditions
from crawl.polite.directives import Directives, of_headers
from crawl.polite.outcome import Refusal, Why
from crawl.polite.robots import RobotsRules
from crawl.polite.server_times import (
    MAX_FRESH_S,
    MAX_RETRY_AFTER_S,
    fresh_for_s,
    retry_after_s,
)
from crawl.records.database import open_records
from crawl.videos.list_pages import links_of
from tests.local_site import Page, local_site

NOW = 1_800_000_000.0
DAY = 24 * 3600.0
_DATES = re.compile(r"\w{3}, \d+ Dec \d+ \d+:\d+:\d+ [+-]?\d+", re.ASCII)


def an_answer(
    pieces: Sequence[bytes], *headers: tuple[str, str], breaks: Exception | None = None
) -> HttpAnswer:
    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
        if breaks is not None:
            raise breaks

    return HttpAnswer(httpx.URL("http://site.example/a"), 200, httpx.Headers(list(headers)), body())


def read(pieces: Sequence[bytes], encoding: str) -> bytes:
    return asyncio.run(an_answer(pieces, ("Content-Encoding", encoding)).read(1_000_000))


# Content-Encoding


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "UTF-8", "none", "identity, identity", "text/html", "8bit", "binary", "utf-8, none"],
)
def test_a_word_that_is_no_coding_changes_nothing_of_a_plain_body(encoding: str) -> None:
    page = "<html>샴푸</html>\r\n".encode() * 100
    assert read([page[:7], page[7:]], encoding) == page
    assert read([b"<p>"], encoding) == b"<p>"
    assert read([], encoding) == b""


@pytest.mark.parametrize("encoding", ["utf-8, gzip", "gzip,identity", "x-gzip, UTF-8"])
def test_a_word_beside_a_coding_leaves_the_coding(encoding: str) -> None:
    assert read([gzip.compress(b"shampoo", mtime=0)], encoding) == b"shampoo"


@pytest.mark.parametrize("start", [b"%PDF-1.7\n\0", b"PK\x03\x04\x14\0", b"\0\0\0\x18ftypisom"])
def test_a_file_of_a_known_kind_is_plain_though_it_is_no_text(start: bytes) -> None:
    assert read([start + bytes(600)], "utf-8") == start + bytes(600)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"shampoo", mtime=0), "utf-8"),
        (b"\x28\xb5\x2f\xfd\x04\x00\x39\x00\x00shampoo", "UTF-8"),
        (bytes(range(256)), "binary"),
        (b"x", "utf-8, br"),
        (b"x", "gzip, deflate"),
    ],
)
def test_a_body_that_may_be_packed_is_refused_whatever_its_label(
    body: bytes, encoding: str
) -> None:
    with pytest.raises(Refusal, match=f"packed as '{encoding.lower()}', wanted gzip") as refusal:
        read([body[:3], body[3:]], encoding)
    assert refusal.value.why is Why.ENCODING


def test_a_misnamed_body_is_looked_at_in_the_part_that_is_read_of_it_alone() -> None:
    answer = an_answer([b"User-agent: *\n", b"Disallow: /\n"], ("Content-Encoding", "UTF-8"))
    assert asyncio.run(answer.read_some(100)) == b"User-agent: *\nDisallow: /\n"
    packed = an_answer([gzip.compress(b"x", mtime=0)], ("Content-Encoding", "UTF-8"))
    with pytest.raises(Refusal):
        asyncio.run(packed.read_some(100))


async def test_a_site_that_labels_everything_utf_8_is_read_and_its_robots_txt_obeyed(
    tmp_path: Path,
) -> None:
    label = {"Content-Encoding": "UTF-8"}
    rules = Page(b"user-agent: SianBot/1.0\ndisallow: /no", "text/plain", headers=label)
    odd_tag = Page(b"<html>", headers=label | {"ETag": '"\xb1\xe2"', "Last-Modified": "gestern"})
    with local_site({"/robots.txt": rules, "/a": odd_tag}) as site:
        manners = Manners(
            contact="https://example.kr/bot",
            private_networks=("127.0.0.0/8",),
            interval_s=0,
            cache=tmp_path / "cache",
        )
        records = open_records(f"sqlite:///{tmp_path}/records.db")
        try:
            async with Fetcher(manners, records) as fetcher:
                # Twice: what it said of its version does not stand in the way of asking again.
                for _ in range(2):
                    outcome = await fetcher.fetch(site.url + "/a", fresh_s=0)
                    assert isinstance(outcome, Fetched), outcome
                refused = await fetcher.fetch(site.url + "/no")
                assert not isinstance(refused, Fetched | NotModified)
        finally:
            records.close()
        assert site.paths() == ["/robots.txt", "/a", "/a"]
        assert {"if-none-match", "if-modified-since"}.isdisjoint(site.log[-1].headers)


@pytest.mark.parametrize("breaks", [httpcore.RemoteProtocolError("closed"), httpcore.ReadTimeout()])
def test_a_packed_body_that_is_whole_is_taken_though_a_longer_one_was_announced(
    breaks: Exception,
) -> None:
    gzipped = ("Content-Encoding", "gzip")
    packed = gzip.compress(b"shampoo" * 1000)
    answers = [an_answer([packed], gzipped, breaks=breaks) for _ in range(2)]
    assert asyncio.run(answers[0].read(10_000)) == b"shampoo" * 1000
    assert asyncio.run(answers[1].read_some(10_000)) == b"shampoo" * 1000
    # Without its checksum, nobody knows whether it is.
    for pieces, headers in (([packed[:-4]], (gzipped,)), ([b"<html>"], ())):
        with pytest.raises(WireError):
            asyncio.run(an_answer(pieces, *headers, breaks=breaks).read(10_000))


# Times


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("99999999999", MAX_RETRY_AFTER_S),
        ("9" * 400, MAX_RETRY_AFTER_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER_S),
        ("Fri, 31 Dec 99999 23:59:59 GMT", MAX_RETRY_AFTER_S),
        (f"Fri, 31 Dec {'9' * 30} 23:59:59 GMT", MAX_RETRY_AFTER_S),
        ("Fri, 01 Jan 1971 00:00:00 GMT", 0.0),
        ("90.5", 90.5),
        ("120 seconds", 120.0),
        ("60, 120", 120.0),
        ("-5", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("nan", 0.0),
        ("Fri, 31 Dec 2026 23:59:59 +99999999999999", 0.0),
    ],
)
def test_a_wait_is_heeded_up_to_a_week_however_it_is_written(said: str, seconds: float) -> None:
    assert retry_after_s(httpx.Headers({"Retry-After": said}), NOW) == seconds


def test_the_longest_of_several_waits_is_heeded() -> None:
    headers = httpx.Headers(
        [("Retry-After", "60"), ("Retry-After", "Fri, 15 Jan 2027 08:10:00 GMT")]
    )
    assert retry_after_s(headers, NOW) == 600.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "max-age=99999999999"}, MAX_FRESH_S),
        ({"Cache-Control": "max-age=172800.5"}, 2 * DAY + 0.5),
        ({"Cache-Control": "max-age=-1"}, DAY),
        ({"Expires": "Fri, 31 Dec 99999 23:59:59 GMT"}, MAX_FRESH_S),
        ({"Expires": "0"}, DAY),
    ],
)
def test_what_a_server_says_of_freshness_is_bounded(
    headers: dict[str, str], seconds: float
) -> None:
    assert fresh_for_s(httpx.Headers(headers), NOW, DAY) == seconds


@given(
    st.text(st.characters(max_codepoint=255), max_size=60) | st.from_regex(_DATES, fullmatch=True)
)
@settings(max_examples=60, deadline=None)
def test_no_header_makes_the_reader_of_times_raise(said: str) -> None:
    sent = said.encode("latin-1")
    raw = httpx.Headers([(b"retry-after", sent), (b"expires", sent)])
    assert 0 <= retry_after_s(raw, NOW) <= MAX_RETRY_AFTER_S
    assert DAY <= fresh_for_s(raw, NOW, DAY) <= MAX_FRESH_S
    of_headers([f"unavailable_after: {said}"], "", "SianBot")
    conditions(said, said)


def test_a_page_that_is_available_until_beyond_the_calendar_is_available() -> None:
    tag = "unavailable_after: 31 Dec 99999999999 00:00:00 GMT"
    assert of_headers([tag], "", "SianBot").forbids(time.time()) is None


# Conditions


@pytest.mark.parametrize(
    ("etag", "sent"),
    [
        ('"1"', '"1"'),
        ('W/"1"', 'W/"1"'),
        ("abc-1", "abc-1"),
        ('""', None),
        ('W/""', None),
        ("*", None),
        ('"한글"', None),
        ('"a b"', None),
        ("", None),
    ],
)
def test_only_a_tag_that_names_one_version_is_sent_back(etag: str, sent: str | None) -> None:
    assert conditions(etag).get("If-None-Match") == sent


def test_only_a_date_is_sent_back_as_one() -> None:
    date = "Sun, 01 Nov 2026 00:00:00 GMT"
    assert conditions("", date) == {"If-Modified-Since": date}
    assert conditions("", "gestern") == conditions("", "-1") == {}


# Charsets


@pytest.mark.parametrize(
    ("said", "charset"),
    [
        ("euc-kr", "euc-kr"),
        ("'UTF-8'", "utf-8"),
        ("utf8mb4", ""),
        ("none", ""),
        ("zlib", ""),
        ("undefined", ""),
        ("unicode_escape", ""),
        ("UTF-7", ""),
        ("a\x00b", ""),
    ],
)
def test_a_charset_that_there_is_not_is_none(said: str, charset: str) -> None:
    answer = an_answer([], ("Content-Type", f"text/html; charset={said}"))
    assert answer.charset == charset


def test_the_links_of_a_page_are_found_though_its_charset_is_made_up() -> None:
    page = Document(
        url="http://site.example/",
        final_url="http://site.example/",
        media_type="text/html",
        charset="utf8mb4",
        body=b"<a href=/a>a</a>",
        sha256="",
        etag="",
        last_modified="",
        fetched_at=NOW,
        checked_at=NOW,
        fresh_until=NOW,
        directives=Directives(),
    )
    assert [entry.url for entry in links_of(page)] == ["http://site.example/a"]


# robots.txt


def allowed(text: bytes, path: str = "/a") -> bool:
    return RobotsRules.read(text, "SianBot").allow(httpx.URL("http://site.example" + path))


@pytest.mark.parametrize(
    "name",
    ["SianBot/1.0", "sianbot/2", "SIANBOT", "SianBot/1.0 (+https://example.kr/bot)", "SianBot 1.0",
     "Googlebot, SianBot/1.0", "SianBot # ours"],
)  # fmt: skip
def test_a_robot_is_known_by_its_product_token(name: str) -> None:
    text = f"""
        user-agent: {name}
        disallow: /no
        crawl-delay: 7

        User-agent: *
        Allow: /
    """
    rules = RobotsRules.read(inspect.cleandoc(text).encode(), "SianBot")
    assert not rules.allow(httpx.URL("http://site.example/no"))
    assert rules.allow(httpx.URL("http://site.example/yes"))
    assert rules.delay_s == 7


def test_rules_for_robots_of_other_names_are_not_ours() -> None:
    for other in ("SianBot2/1.0", "MySianBot/1.0", "Bot/1.0", "SianBot-Image/1.0"):
        assert allowed(f"User-agent: {other}\nDisallow: /".encode()), other


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r"])
def test_a_robots_txt_is_read_whatever_its_bom_and_line_ends(charset: str, end: str) -> None:
    text = end.join(["User-agent: *", "Disallow: /no", "Allow: /"])
    assert not allowed(text.encode(charset), "/no/page")
    assert allowed(text.encode(charset), "/page")


def test_a_page_in_the_place_of_a_robots_txt_forbids_nothing() -> None:
    assert allowed(b"<!doctype html>\n<html><body>\n<p>Disallow: /\n<p>User-agent: *\n</html>")


@pytest.mark.parametrize("location", ["ftp://site.example/robots.txt", "http://[x/", "http://a b/"])
async def test_a_robots_txt_that_is_redirected_nowhere_is_not_there(
    location: str, tmp_path: Path
) -> None:
    pages = {"/robots.txt": Page.redirect(location), "/a": Page(b"a")}
    with local_site(pages) as site:
        manners = Manners(
            contact="https://example.kr/bot",
            private_networks=("127.0.0.0/8",),
            interval_s=0,
            cache=tmp_path / "cache",
        )
        records = open_records(f"sqlite:///{tmp_path}/records.db")
        try:
            async with Fetcher(manners, records) as fetcher:
                assert isinstance(await fetcher.fetch(site.url + "/a"), Fetched)
        finally:
            records.close()
