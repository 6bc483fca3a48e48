"""One rule for every body, number and text of the API: no reader guesses, nothing ends in a 500."""

import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.front_door import House

PRODUCTIONS, VIDEOS, CHAT = "/v1/productions", "/v1/videos", "/v1/chat/completions"
BRIEF = '{"brief": {"product": {"name": "시안"}, "duration_s": 6}, "seed": %s}'
VIDEO = '{"prompt": "a road", "seed": %s}'
SECONDS = '{"prompt": "a road", "seconds": %s}'


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return House(tmp_path_factory.mktemp("house"), max_queued=100_000).app()


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Content-Type": "application/json"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://sian", headers=headers
    ) as client:
        yield client


def said(answer: httpx.Response) -> str:
    """Return the sentence of an error in either format: a problem or OpenAI's error."""
    body = answer.json()
    if "error" in body:
        return str(body["error"]["message"])
    assert answer.headers["content-type"] == "application/problem+json"
    return str(body["detail"])


async def test_a_byte_order_mark_is_skipped(http: httpx.AsyncClient) -> None:
    answer = await http.post(PRODUCTIONS, content=b"\xef\xbb\xbf" + (BRIEF % 7).encode())
    assert (answer.status_code, answer.json()["seed"]) == (202, 7)
    answer = await http.post(VIDEOS, content=b"\xef\xbb\xbf" + (VIDEO % 7).encode())
    assert answer.status_code == 200


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
async def test_another_encoding_is_named(http: httpx.AsyncClient, encoding: str) -> None:
    answer = await http.post(PRODUCTIONS, content=(BRIEF % 7).encode(encoding))
    assert answer.status_code == 400
    assert f"it is {encoding.upper()}, wanted UTF-8" in said(answer)


@pytest.mark.parametrize(
    ("path", "body", "field", "status"),
    [
        (PRODUCTIONS, '{"brief": {"product": {"name": "x"}}, "seed": 1, "seed": 1}', "seed", 422),
        (
            PRODUCTIONS,
            '{"brief": {"product": {"name": "x"}, "duration_s": 5, "duration_s": 6}}',
            "brief.duration_s",
            422,
        ),
        (
            PRODUCTIONS,
            '{"brief": {"product": {"name": "x"}, "characters": [{"name": "a", "name": "b"}]}}',
            "brief.characters[0].name",
            422,
        ),
        (
            PRODUCTIONS,
            '{"brief": {"product": {"name": "a", "name": "b"}}, "brief": {}}',
            "brief",
            422,
        ),
        (VIDEOS, '{"prompt": "a", "prompt": "b"}', "prompt", 400),
        (CHAT, '{"model": "m", "messages": [{"role": "a", "role": "b"}]}', "messages[0].role", 400),
    ],
)
async def test_a_name_given_twice_is_refused_with_its_place(
    http: httpx.AsyncClient, path: str, body: str, field: str, status: int
) -> None:
    answer = await http.post(path, content=body)
    assert answer.status_code == status
    assert said(answer) == f"{field}: given twice, wanted once"


async def test_a_field_of_a_form_given_twice_is_refused(http: httpx.AsyncClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await http.post(VIDEOS, content=part + part + b"--x--\r\n", headers=kind)
    assert (answer.status_code, said(answer)) == (400, "prompt: given twice, wanted once")


NO_WHOLE_NUMBERS = ["false", "true", "1.0", "1e3", "[]", "{}", '"x"', '"07"', "9" * 4000]


@pytest.mark.parametrize("number", [*NO_WHOLE_NUMBERS, '"7"'], ids=lambda text: str(text)[:9])
@pytest.mark.parametrize(("path", "body"), [(PRODUCTIONS, BRIEF), (VIDEOS, VIDEO)])
async def test_a_seed_is_a_whole_number_and_nothing_else(
    http: httpx.AsyncClient, path: str, body: str, number: str
) -> None:
    answer = await http.post(path, content=(body % number).encode())
    assert answer.status_code in (400, 422)
    assert said(answer).startswith("seed: ")


@pytest.mark.parametrize("number", NO_WHOLE_NUMBERS, ids=lambda text: text[:9])
async def test_seconds_are_a_whole_number_or_its_digits(
    http: httpx.AsyncClient, number: str
) -> None:
    answer = await http.post(VIDEOS, content=SECONDS % number)
    assert (answer.status_code, said(answer)[:8]) == (400, "seconds:")
    for taken in ("4", '"4"'):
        assert (await http.post(VIDEOS, content=SECONDS % taken)).json()["seconds"] == "4"


@pytest.mark.parametrize("seed", ["7", "7.0", "+7", "07", "٧", "true"])
async def test_in_a_form_a_number_is_its_digits(http: httpx.AsyncClient, seed: str) -> None:
    # httpx sends a form as multipart where it has files; without a file name it is a field.
    parts = {"prompt": (None, "a"), "seed": (None, seed)}
    del http.headers["Content-Type"]
    answer = await http.post(VIDEOS, files=parts)
    assert answer.status_code == (200 if seed == "7" else 400)


@pytest.mark.parametrize("number", ["1.0", "+1", "1_0", "01", "٥", "true", " 1", "9" * 6000])
async def test_in_paths_and_queries_a_number_is_its_digits(
    http: httpx.AsyncClient, number: str
) -> None:
    for path in (PRODUCTIONS, VIDEOS):
        answer = await http.get(path, params={"limit": number})
        assert (answer.status_code, said(answer)[:6]) == (
            422 if path is PRODUCTIONS else 400,
            "limit:",
        )
    cut = "x/versions/{}/cuts/{}/retry"
    for numbers, field in (((number, 1), "n:"), ((1, number), "k:")):
        answer = await http.post(f"{PRODUCTIONS}/{cut.format(*numbers)}")
        assert (answer.status_code, said(answer)[:2]) == (422, field)
    headers = [(b"Last-Event-ID", number.encode())]
    answer = await http.get(f"{PRODUCTIONS}/x/events", headers=headers)
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize("number", ["24.0", "true", '"24"', "2.4e1", "24.5"])
async def test_the_numbers_of_a_brief_are_written_as_whole_ones(
    http: httpx.AsyncClient, number: str
) -> None:
    for field in ("fps", "cuts"):
        body = f'{{"brief": {{"product": {{"name": "x"}}, "{field}": {number}}}}}'
        answer = await http.post(PRODUCTIONS, content=body)
        assert (answer.status_code, said(answer).split(":")[0]) == (422, f"brief.{field}")


HOSTILE = {
    "six thousand digits": "9" * 6000,
    "not a number": "NaN",
    "infinity": "-Infinity",
    "beyond a double": "1e999",
    "deep lists": "[" * 30_000,
    "deep objects": '{"a":' * 5_000,
    "half a pair": '"\\ud800"',
    "half a pair in a name": '{"\\udc00": 1}',
    "a mark within": "\ufeff1",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("path", [PRODUCTIONS, VIDEOS, CHAT, VIDEOS + "/x/remix"])
async def test_what_is_no_json_is_refused_with_its_place(
    http: httpx.AsyncClient, path: str, value: str
) -> None:
    answer = await http.post(path, content=f'{{"brief": {value}}}'.encode())
    if path.endswith("/remix"):
        assert answer.status_code in (400, 404)
        return
    if path == PRODUCTIONS and value in ("NaN", "-Infinity", "1e999"):
        assert (answer.status_code, said(answer)[:6]) == (422, "brief:")
        return
    assert answer.status_code == 400
    assert said(answer).startswith("the body is not JSON in UTF-8: ")


INVISIBLE = ["\u3164", "\u115f\u1160", "\u2800 \u2800", "\uffa0", "\u200b\u200d", "\u0301",
             "\u200e\u061c", "\U000e0041", "\ufe0f"]  # fmt: skip


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
async def test_a_text_with_nothing_to_be_seen_is_refused_wherever_one_is_read(
    http: httpx.AsyncClient, text: str
) -> None:
    product = {"name": "시안"}
    briefs: list[tuple[str, dict[str, Any]]] = [
        ("product.name", {"product": {"name": text}}),
        ("product.category", {"product": product | {"category": text}}),
        ("product.description", {"product": product | {"description": text}}),
        ("product.selling_points[0]", {"product": product | {"selling_points": [text]}}),
        ("advertiser", {"product": product, "advertiser": text}),
        ("audience", {"product": product, "audience": text}),
        ("tone", {"product": product, "tone": text}),
        ("must_show[0]", {"product": product, "must_show": [text]}),
        ("characters[0].name", {"product": product, "characters": [{"name": text}]}),
    ]
    for field, brief in briefs:
        answer = await http.post(PRODUCTIONS, json={"brief": brief})
        assert answer.status_code == 422, field
        assert said(answer).startswith(f"brief.{field}: ")
    answer = await http.post(VIDEOS, json={"prompt": text})
    assert (answer.status_code, said(answer)[:7]) == (400, "prompt:")


async def test_composed_and_decomposed_spellings_are_one_text(http: httpx.AsyncClient) -> None:
    composed = "윈터그립 É"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    made = set[str]()
    for name in (composed, decomposed):
        key = {"Idempotency-Key": "one"}
        answer = await http.post(
            PRODUCTIONS, json={"brief": {"product": {"name": name}}, "seed": 1}, headers=key
        )
        assert answer.json()["brief"]["product"]["name"] == composed
        made.add(answer.json()["id"])
        answer = await http.post(VIDEOS, json={"prompt": name, "seed": 1}, headers=key)
        assert answer.json()["prompt"] == composed
        made.add(answer.json()["id"])
    assert len(made) == 2
    # 60 characters are 60, however they were typed.
    name = unicodedata.normalize("NFD", "가") * 60
    answer = await http.post(PRODUCTIONS, json={"brief": {"product": {"name": name}}})
    assert answer.status_code == 202
