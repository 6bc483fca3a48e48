"""What a page says about its use, in headers and in its head."""

from datetime import UTC, datetime

import pytest

from crawl.polite.directives import of_headers, of_html

NOW = datetime(2026, 11, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("tags", "forbids"),
    [
        (["noindex"], "noindex"),
        (["all", "NONE"], "none"),
        (["nofollow, NoIndex"], "noindex"),
        (["index, follow", "noai"], "noai"),
        (["sianbot: noindex"], "noindex"),
        (["SianBot:none"], "none"),
        (["SianBot/1.0: noindex"], "noindex"),
        (["sianbot 2: nofollow, noindex"], "noindex"),
        (["*: noindex"], "noindex"),
        (["otherbot: noindex"], None),
        (["otherbot/2.1: noindex, nofollow"], None),
        (["otherbot: noindex, nofollow"], None),
        (["otherbot/2.1: nofollow, SianBot/1.0: noindex"], "noindex"),
        (["SianBot2/1.0: noindex"], None),
        (["otherbot: noindex, sianbot: nofollow"], None),
        (["otherbot: nofollow, sianbot: noindex"], "noindex"),
        (["max-snippet: 20, noindex"], "noindex"),
        (["max-image-preview:large"], None),
        (["unavailable_after: 25 Jun 2025 15:00:00 GMT"], "unavailable_after"),
        (["unavailable_after: Wednesday, 25-Jun-25 15:00:00 GMT, nofollow"], "unavailable_after"),
        (["unavailable_after: 2025-06-25T15:00:00+09:00"], "unavailable_after"),
        (["unavailable_after: 25 Jun 2099 15:00:00 GMT"], None),
        (["unavailable_after: one day"], None),
        (["unavailable_after: 25 Jun 2099 15:00:00 GMT, noindex"], "noindex"),
        (["noindexed"], None),
        ([""], None),
        ([], None),
    ],
)  # fmt: skip
def test_a_header_forbids_what_it_forbids_to_us(tags: list[str], forbids: str | None) -> None:
    assert of_headers(tags, "", "SianBot").forbids(NOW) == forbids


def test_a_reservation_of_text_and_data_mining_is_heeded() -> None:
    assert of_headers([], "1", "SianBot").forbids(NOW) == "tdm-reservation"
    assert of_headers([], "0", "SianBot").forbids(NOW) is None
    page = b'<meta name="tdm-reservation" content="1">'
    assert of_html(page, "SianBot").forbids(NOW) == "tdm-reservation"


@pytest.mark.parametrize(
    ("head", "forbids"),
    [
        (b'<meta name="robots" content="noindex">', "noindex"),
        (b"<META NAME=ROBOTS CONTENT='NOINDEX,NOFOLLOW'>", "noindex"),
        (b'<meta content="none" name="sianbot">', "none"),
        (b'<meta name="SianBot/1.0" content="noindex">', "noindex"),
        (b'<meta name="googlebot" content="noindex">', None),
        (b'<!-- <meta name="robots" content="noindex"> -->', None),
        (b'<script>"<meta name=robots content=noindex>"</script>', None),
        ("<title>품목</title><meta name=robots content=noindex>".encode("euc-kr"), "noindex"),
        (b"<title>unclosed<meta name=robots", None),
        (b"", None),
        (b"\x00\xff\xfe", None),
    ],
)  # fmt: skip
def test_a_pages_head_forbids_what_it_forbids_to_us(head: bytes, forbids: str | None) -> None:
    assert of_html(head, "SianBot").forbids(NOW) == forbids


def test_noarchive_lets_us_use_a_page_and_not_keep_it() -> None:
    said = of_headers(["noarchive"], "", "SianBot")
    assert said.forbids(NOW) is None and not said.may_be_kept
