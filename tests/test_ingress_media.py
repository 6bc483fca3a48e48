"""Films and clips over HTTP: ranges, what is known already, names in Korean."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.ingress.file_response import disposition
from serve.ingress.ranges import NotSatisfiable, span_of
from serve.settings import VaultSettings
from serve.vault import Vault
from tests.front_door import FILM_BYTES, PNG_BYTES, House, accept
from tests.object_stores import ACCESS_KEY, BUCKET, SECRET_KEY

SIZE = len(FILM_BYTES)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


@pytest.fixture
def version(house: House) -> str:
    production = accept(house)
    house.film(production)
    return f"/v1/productions/{production}/versions/1"


async def test_the_film_comes_whole_with_its_length_and_name(
    http: httpx.AsyncClient, version: str
) -> None:
    answer = await http.get(f"{version}/film")
    assert answer.status_code == 200
    assert answer.content == FILM_BYTES
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert int(answer.headers["content-length"]) == SIZE
    saved_as = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
    assert saved_as == "윈터그립 콘티 1.mp4"


async def test_pictures_are_pngs(http: httpx.AsyncClient, version: str) -> None:
    for name in ("sheet.png", "poster.png"):
        answer = await http.get(f"{version}/{name}")
        assert answer.content == PNG_BYTES
        assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=1000-", 1000, SIZE), ("bytes=-500", SIZE - 500, SIZE),
     ("bytes=5-999999999", 5, SIZE), (f"bytes=-{SIZE * 2}", 0, SIZE), ("Bytes = 7-7", 7, 8)],
)  # fmt: skip
async def test_a_range_is_answered_with_just_its_bytes(
    http: httpx.AsyncClient, version: str, asked: str, start: int, end: int
) -> None:
    answer = await http.get(f"{version}/film", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == FILM_BYTES[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert int(answer.headers["content-length"]) == end - start


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=-0"])
async def test_a_range_outside_of_the_file_is_416(
    http: httpx.AsyncClient, version: str, asked: str
) -> None:
    answer = await http.get(f"{version}/film", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=-", "bytes=0-1,4-5"]
)
async def test_a_range_that_is_none_is_ignored(
    http: httpx.AsyncClient, version: str, asked: str
) -> None:
    answer = await http.get(f"{version}/film", headers={"Range": asked})
    assert answer.status_code == 200
    assert len(answer.content) == SIZE


@given(st.text(alphabet="bytes=0123456789-, ", max_size=30), st.integers(1, 1000))
def test_a_span_always_lies_within_the_file(header: str, size: int) -> None:
    try:
        span = span_of(header, size)
    except NotSatisfiable:
        return
    assert span is None or 0 <= span.start < span.end <= size


async def test_who_has_the_file_is_told_so(http: httpx.AsyncClient, version: str) -> None:
    etag = (await http.get(f"{version}/film")).headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        answer = await http.get(f"{version}/film", headers={"If-None-Match": known})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == etag
    answer = await http.get(f"{version}/film", headers={"If-None-Match": '"other"'})
    assert answer.status_code == 200


async def test_a_part_of_another_file_is_never_mixed_in(
    http: httpx.AsyncClient, version: str
) -> None:
    etag = (await http.head(f"{version}/film")).headers["etag"]
    same = {"Range": "bytes=10-", "If-Range": etag}
    other = {"Range": "bytes=10-", "If-Range": '"other"'}
    assert (await http.get(f"{version}/film", headers=same)).status_code == 206
    assert (await http.get(f"{version}/film", headers=other)).status_code == 200


async def test_head_tells_all_and_sends_nothing(http: httpx.AsyncClient, version: str) -> None:
    answer = await http.head(f"{version}/film", headers={"Range": "bytes=0-1"})
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) == SIZE


async def test_a_link_may_be_kept_for_ever_and_a_plain_url_may_not(
    http: httpx.AsyncClient, version: str
) -> None:
    link = (await http.get(version.removesuffix("/versions/1"))).json()["links"]["film"]
    assert "immutable" in (await http.get(link)).headers["cache-control"]
    # Without its tag the URL shows what is newest, which a final clip may replace.
    assert (await http.get(f"{version}/film")).headers["cache-control"] == "private, no-cache"
    assert (await http.get(f"{version}/film?tag=old")).headers["cache-control"].endswith("no-cache")


async def test_a_clip_can_be_seen_while_the_others_are_rendered(
    house: House, http: httpx.AsyncClient
) -> None:
    production = accept(house)
    house.write(production)
    house.render(production, 1)
    version = f"/v1/productions/{production}/versions/1"
    assert (await http.get(f"{version}/cuts/1/clip")).status_code == 200
    waiting = await http.get(f"{version}/cuts/2/clip")
    assert waiting.status_code == 404
    assert "not made yet" in waiting.json()["detail"]
    none = await http.get(f"{version}/cuts/5/clip")
    assert none.json()["detail"] == "the conte has 4 cuts, no cut 5"


async def test_a_file_that_the_vault_lost_is_404_not_500(
    house: House, http: httpx.AsyncClient, version: str
) -> None:
    for file in Path(house.settings.vault_url).rglob("*.mp4"):
        file.unlink()
    answer = await http.get(f"{version}/film")
    assert answer.status_code == 404
    assert "vault" in answer.json()["detail"]


async def test_a_film_in_a_bucket_is_a_link_where_links_are_wanted(
    house: House, moto_url: str
) -> None:
    at_moto = (moto_url, "kr-standard", ACCESS_KEY, SECRET_KEY)
    house.vault = Vault.open(f"s3://{BUCKET}/{uuid4().hex}", *at_moto)
    linking = VaultSettings(links_s=60)
    house.settings = house.settings.model_copy(update={"vault": linking})
    production = accept(house)
    house.film(production)
    path = f"/v1/productions/{production}/versions/1/film"
    async with house.client() as http:
        found = await http.get(path)
        assert found.status_code == 307
        # A link that had expired would be answered from a cache.
        assert found.headers["cache-control"] == "no-store"
        assert found.headers["location"].startswith(f"{moto_url}/{BUCKET}/")
        head = (await http.head(path)).headers["location"]
        async with httpx.AsyncClient(timeout=300) as anyone:
            assert (await anyone.get(found.headers["location"])).content == FILM_BYTES
            assert int((await anyone.head(head)).headers["content-length"]) == SIZE
        assert (await http.get(path, headers={"If-None-Match": "*"})).status_code == 304
        missing = await http.get(path.replace("/film", "/cuts/5/clip"))
        assert missing.status_code == 404


async def test_a_film_in_a_folder_has_no_link(house: House) -> None:
    house.settings = house.settings.model_copy(update={"vault": VaultSettings(links_s=60)})
    production = accept(house)
    house.film(production)
    async with house.client() as http:
        answer = await http.get(f"/v1/productions/{production}/versions/1/film")
    assert (answer.status_code, answer.content) == (200, FILM_BYTES)


def test_a_name_cannot_break_out_of_its_header() -> None:
    header = disposition('a"b\r\nSet-Cookie: x/../\\é한글.mp4')
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
    assert "/" not in header.partition("filename=")[2]
    assert header.isascii()
