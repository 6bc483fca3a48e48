"""Signed URLs: they open one path for reading, until they expire, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from serve.ingress.problems import Problem
from serve.ingress.signed_urls import SignedUrls
from serve.ingress.signing import Signing
from serve.keys import key_digest
from tests.front_door import CLIP_BYTES, FILM_BYTES, PNG_BYTES, House, accept

KEYS = {key_digest("k-acme"): "acme", key_digest("k-bolt"): "bolt"}
FAR = 4_000_000_000


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, api_keys=KEYS)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


@pytest.fixture
def urls(house: House) -> SignedUrls:
    return SignedUrls(Signing.of(house.ledger))


def filmed(house: House, tenant: str = "acme") -> str:
    production = accept(house, tenant=tenant)
    house.film(production)
    return f"/v1/productions/{production}/versions/1"


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:sian:")


async def test_a_signed_url_opens_films_sheets_posters_and_clips_without_a_key(
    house: House, http: httpx.AsyncClient, urls: SignedUrls
) -> None:
    version = filmed(house)
    wanted = {
        "film": FILM_BYTES, "sheet.png": PNG_BYTES, "poster.png": PNG_BYTES,
        "cuts/2/clip": CLIP_BYTES,
    }  # fmt: skip
    for name, data in wanted.items():
        path = f"{version}/{name}"
        assert problem(await http.get(path)) == (401, "unauthorized")
        answer = await http.get(urls.signed(path, FAR, "acme"))
        assert (answer.status_code, answer.content) == (200, data)
        head = await http.head(urls.signed(path, FAR, "acme"))
        assert (head.status_code, head.content) == (200, b"")
        assert (await http.post(urls.signed(path, FAR, "acme"))).status_code == 405


async def test_the_url_of_a_view_keeps_its_tag_and_its_place_in_the_browser_s_cache(
    house: House, http: httpx.AsyncClient, urls: SignedUrls
) -> None:
    version = filmed(house)
    key = {"Authorization": "Bearer k-acme"}
    production = (await http.get(version.partition("/versions")[0], headers=key)).json()
    url = urls.signed(production["film"]["url"], FAR, "acme")
    assert "?tag=" in url
    answer = await http.get(url, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (206, FILM_BYTES[:10])
    assert "immutable" in answer.headers["cache-control"]


async def test_it_opens_that_path_only(
    house: House, http: httpx.AsyncClient, urls: SignedUrls
) -> None:
    version, foreign = filmed(house), filmed(house, "bolt")
    query = urls.sign(f"{version}/film", FAR, "acme")
    for path in (f"{version}/poster.png", f"{version}/cuts/1/clip", f"{foreign}/film"):
        assert problem(await http.get(f"{path}?{query}")) == (403, "bad-signature")
    for path in (version, version.partition("/versions")[0], "/v1/productions", "/v1/events"):
        assert problem(await http.get(f"{path}?{query}")) == (401, "unauthorized")


async def test_it_is_the_tenant_s_own_or_it_opens_nothing(
    house: House, http: httpx.AsyncClient, urls: SignedUrls
) -> None:
    # Whoever signs a path that a guest named cannot open another tenant's production with it.
    foreign = filmed(house, "bolt")
    answer = await http.get(urls.signed(f"{foreign}/film", FAR, "acme"))
    assert problem(answer) == (403, "bad-signature")
    unknown = urls.signed("/v1/productions/prd_none/versions/1/film", FAR, "acme")
    assert problem(await http.get(unknown)) == (403, "bad-signature")


async def test_an_expired_one_and_one_that_was_changed_say_which(
    house: House, http: httpx.AsyncClient, urls: SignedUrls
) -> None:
    path = f"{filmed(house)}/film"
    expired = await http.get(urls.signed(path, 1_700_000_000, "acme"))
    assert problem(expired) == (403, "link-expired")
    assert "2023-11-14" in expired.json()["detail"]
    query = urls.sign(path, 1_700_000_000, "acme")
    signature = query.partition("signature=")[2]
    changed = [
        query.replace("1700000000", str(FAR)),
        f"expires=1700000000&signature={signature[::-1]}",
        "expires=1700000000",
        f"signature={signature}",
        f"expires=&signature={signature}",
        f"expires=x&signature={signature}",
        f"expires=01700000000&signature={signature}",
        "expires=1&signature=%EA%B0%80",
    ]
    for wrong in changed:
        assert problem(await http.get(f"{path}?{wrong}")) == (403, "bad-signature"), wrong
    # A link that is not valid is refused, whatever else the request carries.
    key = {"Authorization": "Bearer k-acme"}
    assert problem(await http.get(f"{path}?{changed[0]}", headers=key)) == (403, "bad-signature")


async def test_without_keys_a_link_expires_all_the_same(tmp_path: Path) -> None:
    house = House(tmp_path)
    path, urls = f"{filmed(house, 'local')}/film", SignedUrls(Signing.of(house.ledger))
    async with house.client() as http:
        assert (await http.get(urls.signed(path, FAR, "local"))).status_code == 200
        expired = await http.get(urls.signed(path, 1_700_000_000, "local"))
        assert problem(expired) == (403, "link-expired")
        assert (await http.get(path)).status_code == 200


def test_it_is_valid_until_its_second_and_not_in_it() -> None:
    def check(now: float) -> None:
        urls = SignedUrls(Signing(lambda: b"s" * 32), lambda: now)
        query = dict(part.split("=") for part in urls.sign("/v1/x", 100, "a").split("&"))
        urls.check("/v1/x", query["expires"], query["signature"], "a")

    check(99.9)
    with pytest.raises(Problem, match="expired"):
        check(100)
