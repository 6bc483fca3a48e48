"""Sessions: what sends no Authorization header is let in by a cookie, from our own pages only."""

import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from serve.ingress.session_token import NoSession, SessionTokens
from serve.ingress.signing import Signing
from serve.keys import key_digest
from tests.front_door import BRIEF, House, accept

KEY, OTHER = "sian_k-acme", "sian_k-bolt"
KEYS = {key_digest(KEY): "acme", key_digest(OTHER): "bolt"}
OURS = {"Sec-Fetch-Site": "same-origin"}
SESSION, PRODUCTIONS = "/v1/session", "/v1/productions"
HTTPS, HOME, NETWORK = "https://sian.example", "http://localhost:8000", "http://10.0.0.7:8000"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, api_keys=KEYS)


def door(house: House, url: str = HTTPS, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(house.app()), base_url=url, headers=headers
    )


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Keeps cookies as httpx does, and has a session."""
    async with door(house) as http:
        assert (await http.post(SESSION, json={"key": KEY})).status_code == 200
        yield http


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:sian:")


def attributes(answer: httpx.Response) -> tuple[str, set[str]]:
    """The name of the cookie that an answer sets, and its attributes."""
    named, *others = answer.headers["set-cookie"].split("; ")
    return named.partition("=")[0], set(others)


async def test_a_key_in_the_body_or_the_header_begins_a_session(house: House) -> None:
    for asked in ({"json": {"key": KEY}}, {"headers": {"Authorization": f"Bearer {KEY}"}}):
        async with door(house) as http:
            begun = await http.post(SESSION, **asked)  # type: ignore[arg-type]
            assert begun.status_code == 200
            assert begun.json()["tenant"] == "acme"
            name, others = attributes(begun)
            assert name == "__Host-sian"
            assert others == {
                "HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=604800"
            }  # fmt: skip
            shown = await http.get(SESSION)
            assert shown.json() == begun.json()
            assert shown.json()["expires_at"].endswith("Z")
            assert KEY not in begun.text + begun.headers["set-cookie"]


async def test_the_cookie_opens_what_is_its_tenant_s_and_nothing_else(
    house: House, browser: httpx.AsyncClient
) -> None:
    own, foreign = accept(house, tenant="acme"), accept(house, tenant="bolt")
    listed = (await browser.get(PRODUCTIONS)).json()["productions"]
    assert [production["id"] for production in listed] == [own]
    assert (await browser.get(f"{PRODUCTIONS}/{own}")).status_code == 200
    assert (await browser.get(f"{PRODUCTIONS}/{foreign}")).status_code == 404


async def test_any_replica_and_one_started_later_take_the_same_cookie(
    house: House, tmp_path: Path, browser: httpx.AsyncClient
) -> None:
    house.ledger.close()
    later = House(tmp_path, api_keys=KEYS)
    async with door(later) as http:
        http.cookies = browser.cookies
        assert (await http.get(SESSION)).json()["tenant"] == "acme"


async def test_a_key_that_is_removed_or_given_away_ends_its_sessions(
    house: House, browser: httpx.AsyncClient
) -> None:
    for keys in ({key_digest(OTHER): "bolt"}, {key_digest(KEY): "bolt"}):
        settings = house.settings
        ingress = settings.ingress.model_copy(update={"api_keys": keys})
        house.settings = settings.model_copy(update={"ingress": ingress})
        async with door(house) as http:
            http.cookies = browser.cookies
            answer = await http.get(PRODUCTIONS)
            assert problem(answer) == (401, "unauthorized")
            assert "session" in answer.json()["detail"]
            assert answer.headers["www-authenticate"].startswith("Bearer")
        house.settings = settings


async def test_a_wrong_key_or_none_begins_nothing(house: House) -> None:
    async with door(house) as http:
        for asked in ({}, {"json": {"key": "wrong"}}, {"headers": {"Authorization": "Basic eA=="}}):
            answer = await http.post(SESSION, **asked)  # type: ignore[arg-type]
            assert problem(answer) == (401, "unauthorized")
            assert "set-cookie" not in answer.headers
        assert problem(await http.get(SESSION)) == (401, "unauthorized")


async def test_a_body_that_is_wrong_is_answered_without_what_may_be_a_key(house: House) -> None:
    bodies: list[dict[str, Any]] = [{"kye": KEY}, {"key": [KEY]}, {"key": KEY, "more": 1}, {}]
    async with door(house) as http:
        for body in bodies:
            answer = await http.post(SESSION, json=body)
            assert problem(answer) == (422, "invalid")
            assert answer.json()["errors"][0]["field"]
            assert KEY not in answer.text


async def test_neither_keys_nor_tokens_nor_the_secret_are_logged(
    house: House, browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with door(house) as http:
            await http.post(SESSION, json={"key": KEY})
            await http.get(PRODUCTIONS)
            await http.post(SESSION, json={"kye": KEY})
    said = json.dumps([vars(record) for record in caplog.records], default=str)
    [cookie] = browser.cookies.jar
    token = str(cookie.value)
    for secret in (KEY, key_digest(KEY), token, house.ledger.secret("ingress").hex()):
        assert secret not in said
    assert "session.begun" in said


WRITES = [("POST", PRODUCTIONS), ("DELETE", f"{PRODUCTIONS}/prd_x"), ("POST", "/v1/videos")]


FOREIGN = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-site", "Origin": HTTPS},
    {"Origin": "https://evil.example"},
    {"Origin": "https://sub.sian.example"},
    {"Origin": "https://sian.example:8443"},
    {"Origin": "https://sian.example@evil.example"},
    {"Origin": "null"},
    {"Origin": "https://[oops"},
]


async def test_a_cookie_writes_nothing_for_another_origin(browser: httpx.AsyncClient) -> None:
    for headers in FOREIGN:
        for method, path in WRITES:
            answer = await browser.request(method, path, headers=headers, json={"brief": BRIEF})
            assert answer.status_code == 403, (method, path, headers)
            assert "Sec-Fetch-Site: same-origin" in answer.text
            if "videos" not in path:
                assert problem(answer) == (403, "cross-origin")
        # Reading is no harm: no other site gets to see the answer.
        listed = await browser.get(PRODUCTIONS, headers=headers)
        assert listed.json()["productions"] == []


async def test_a_cookie_writes_for_our_own_page(browser: httpx.AsyncClient) -> None:
    for headers in (OURS, {"Origin": HTTPS}, {**OURS, "Origin": "null"}):
        answer = await browser.post(PRODUCTIONS, headers=headers, json={"brief": BRIEF})
        assert answer.status_code == 202
        of = answer.json()["id"]
        assert (await browser.delete(f"{PRODUCTIONS}/{of}", headers=headers)).status_code == 202


async def test_with_a_key_the_cookie_is_ignored(house: House, browser: httpx.AsyncClient) -> None:
    bolt = {"Authorization": f"Bearer {OTHER}"}
    assert (await browser.get(SESSION, headers=bolt)).json() == {
        "tenant": "bolt", "expires_at": None
    }  # fmt: skip
    evil = bolt | {"Sec-Fetch-Site": "cross-site"}
    answer = await browser.post(PRODUCTIONS, headers=evil, json={"brief": BRIEF})
    assert answer.status_code == 202
    assert house.ledger.get(answer.json()["id"]).tenant == "bolt"
    for wrong in (
        {"Authorization": "Bearer no"},
        {"X-API-Key": "no"},
        {"Authorization": "Basic x"},
    ):
        assert problem(await browser.get(SESSION, headers=wrong)) == (401, "unauthorized")


async def test_no_other_site_begins_or_ends_a_session(browser: httpx.AsyncClient) -> None:
    for site in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        begun = await browser.post(SESSION, headers=site, json={"key": OTHER})
        ended = await browser.delete(SESSION, headers=site)
        assert problem(begun) == problem(ended) == (403, "cross-origin")
        assert "set-cookie" not in {*begun.headers, *ended.headers}
    assert (await browser.get(SESSION)).json()["tenant"] == "acme"


async def test_a_session_ends_when_it_is_deleted(browser: httpx.AsyncClient) -> None:
    ended = await browser.delete(SESSION, headers=OURS)
    assert ended.status_code == 204
    name, others = attributes(ended)
    assert name == "__Host-sian"
    # A browser refuses to replace such a cookie by one without these.
    assert {"Secure", "Path=/", "Max-Age=0"} <= others
    assert problem(await browser.get(SESSION)) == (401, "unauthorized")
    assert "set-cookie" not in (await browser.delete(SESSION)).headers


async def test_on_plain_http_loopback_the_cookie_is_one_that_every_browser_keeps(
    house: House,
) -> None:
    cookie: dict[str, str] = {}
    for url in (HOME, "http://127.0.0.1:8000", "http://[::1]:8000"):
        async with door(house, url) as http:
            begun = await http.post(SESSION, json={"key": KEY}, headers={"Origin": url})
            name, others = attributes(begun)
            assert name == "sian"
            assert others == {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=604800"}
            value = begun.headers["set-cookie"].partition("=")[2].partition(";")[0]
            cookie = {"Cookie": f"sian={value}"}
            assert (await http.get(SESSION, headers=cookie)).json()["tenant"] == "acme"
    # Elsewhere a cookie without the prefix may come from a subdomain or from the network.
    async with door(house) as http:
        assert problem(await http.get(SESSION, headers=cookie)) == (401, "unauthorized")


async def test_over_plain_http_on_a_network_there_is_no_session(house: House) -> None:
    async with door(house, NETWORK) as http:
        answer = await http.post(SESSION, json={"key": KEY})
        assert problem(answer) == (403, "not-secure")
        assert "https" in answer.json()["detail"]
        assert "set-cookie" not in answer.headers


async def test_behind_a_proxy_that_ends_tls_the_cookie_is_the_secure_one(house: House) -> None:
    async with door(house, "http://sian.example") as http:
        for says in ({"X-Forwarded-Proto": "https"}, {"Origin": HTTPS}):
            begun = await http.post(SESSION, json={"key": KEY}, headers=says)
            assert attributes(begun)[0] == "__Host-sian"


async def test_without_keys_everything_goes_on_without_a_session(tmp_path: Path) -> None:
    house = House(tmp_path)
    local = {"tenant": "local", "expires_at": None}
    async with door(house, NETWORK) as http:
        for asked in ({}, {"json": {"key": "any"}}, {"headers": {"Authorization": "Bearer any"}}):
            begun = await http.post(SESSION, **asked)  # type: ignore[arg-type]
            assert (begun.status_code, begun.json()) == (200, local)
            assert "set-cookie" not in begun.headers
        assert (await http.get(SESSION)).json() == local
        cookie = {"Cookie": "__Host-sian=odd; sian=odd", "Sec-Fetch-Site": "cross-site"}
        answer = await http.post(PRODUCTIONS, json={"brief": BRIEF}, headers=cookie)
        assert answer.status_code == 202


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def tokens(clock: Clock, secret: bytes = b"s" * 32, keys: Any = KEYS) -> SessionTokens:
    return SessionTokens(Signing(lambda: secret), keys, 60, clock)


def test_a_token_is_valid_until_its_last_second() -> None:
    clock = Clock()
    token, session = tokens(clock).new(key_digest(KEY))
    assert session.expires_at == 1060
    clock.now = 1059.9
    assert tokens(clock).read(token) == session
    clock.now = 1060.0
    with pytest.raises(NoSession, match="expired"):
        tokens(clock).read(token)


def test_no_part_of_a_token_can_be_changed() -> None:
    clock = Clock()
    token, _ = tokens(clock).new(key_digest(KEY))
    named, expires, signature = token.split(".")[1:]
    other = key_digest(OTHER)[:16]
    changed = [
        f"1.{named}.{int(expires) + 1}.{signature}",
        f"1.{other}.{expires}.{signature}",
        f"2.{named}.{expires}.{signature}",
        f"1.{named}.{expires}.{signature[::-1]}",
        f"1.{named}.0{expires}.{signature}",
        f"1..{expires}.{signature}",
        f"1.{named}.{expires}.",
        f"{token}\n",
        f" {token}",
        "",
        "가" * 80,
    ]
    for wrong in changed:
        with pytest.raises(NoSession):
            tokens(clock).read(wrong)
    with pytest.raises(NoSession):
        tokens(clock, b"t" * 32).read(token)


def test_who_reads_the_ledger_alone_can_forge_no_session() -> None:
    # The token names its key by 16 digits of the hash; the other 48 are in the settings only.
    clock = Clock()
    token, _ = tokens(clock).new(key_digest(KEY))
    assert re.fullmatch(r"1\.[0-9a-f]{16}\.[0-9]+\.[\w-]{43}", token)
    guessed = key_digest(KEY)[:16] + "0" * 48
    forged, _ = tokens(clock, keys={guessed: "acme"}).new(guessed)
    with pytest.raises(NoSession):
        tokens(clock).read(forged)


def test_signatures_of_one_purpose_and_split_of_parts_are_no_others() -> None:
    signing = Signing(lambda: b"s" * 32)
    signed = signing.signature("url", "ab", "c")
    assert signing.holds(signed, "url", "ab", "c")
    assert not signing.holds(signed, "url", "a", "bc")
    assert not signing.holds(signed, "session", "ab", "c")
    assert signing.signature("url", 1) != signing.signature("url", "1")
