"""A form that is odd is refused with what is wanted, in bounded memory, and never a server's error."""

import asyncio
import socket
import tracemalloc
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import httpx
import numpy as np
import pytest
import pytest_asyncio

from serve.pictures.header import MAX_BYTES
from tests.front_door import House, served

BOUNDARY = "multipart/form-data; boundary=B"
END = b"--B--\r\n"
PICTURE = cv2.imencode(".png", np.zeros((4, 6, 3), np.uint8))[1].tobytes()
PATHS = {"/v1/images": b"image", "/v1/videos": b"input_reference"}


def part(name: bytes, body: bytes, filename: bytes | None = None, more: bytes = b"") -> bytes:
    named = b"" if filename is None else b'; filename="' + filename + b'"'
    told = b'Content-Disposition: form-data; name="' + name + b'"' + named
    return b"--B\r\n" + told + b"\r\n" + more + b"\r\n" + body + b"\r\n"


PROMPT = part(b"prompt", b"a cat")

# By what the refusal says: a form around a picture of this name.
ODD = {
    "has no boundary": ("multipart/form-data", lambda name: part(name, PICTURE, b"a") + END),
    "has no boundary. ": ("multipart/form-data; boundary=", lambda name: END),
    "breaks off": (BOUNDARY, lambda name: part(name, PICTURE, b"a")),
    "breaks off: ": (BOUNDARY, lambda name: (part(name, PICTURE, b"a") + END)[:60]),
    "breaks off: it": (BOUNDARY, lambda name: b""),
    "it does not end with its boundary": (
        "multipart/form-data; boundary=C",
        lambda name: part(name, PICTURE, b"a") + END,
    ),
    "cannot be read": (BOUNDARY, lambda name: b"hello\r\n" + part(name, PICTURE, b"a") + END),
    "cannot be read: ": (
        BOUNDARY,
        lambda name: part(name, PICTURE, b"a", b"X-A: " + b"a" * (9 << 20) + b"\r\n") + END,
    ),
    "parts divided by": (
        BOUNDARY,
        lambda name: part(name, PICTURE, b"a", b"X-A: a\r\n" * 200_000) + END,
    ),
    "wanted parts divided by": (BOUNDARY, lambda name: part(b"n" * (5 << 20), b"x") + END),
    "Maximum number of fields is 40": (BOUNDARY, lambda name: part(b"a", b"b") * 10_000 + END),
    "Maximum number of files is 4": (BOUNDARY, lambda name: part(name, b"b", b"a") * 10_000 + END),
    '"name" must be provided': (
        BOUNDARY,
        lambda name: b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END,
    ),
    "given twice": (BOUNDARY, lambda name: 2 * part(name, PICTURE, b"a") + END),
    "wanted text in UTF-8": (
        BOUNDARY,
        lambda name: part(name, PICTURE, b"a") + part(b"prompt", "고양이".encode("euc-kr")) + END,
    ),
}  # fmt: skip


@pytest_asyncio.fixture
async def http(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    async with House(tmp_path).client() as client:
        yield client


async def posted(
    http: httpx.AsyncClient, path: str, body: bytes, kind: str = BOUNDARY
) -> httpx.Response:
    return await http.post(path, content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("told", ODD)
async def test_a_form_that_cannot_be_read_is_refused(
    told: str, path: str, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    kind, form = ODD[told]
    body = form(PATHS[path])
    tracemalloc.start()
    try:
        answer = await posted(http, path, body, kind)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 400
    assert told.strip().lower() in answer.json()["error"]["message"].lower()
    assert peak < 3 * MAX_BYTES
    assert not [*tmp_path.glob("vault/images/*")]


async def test_a_picture_that_is_no_file_is_asked_for_as_one(http: httpx.AsyncClient) -> None:
    for path, name in PATHS.items():
        error = (await posted(http, path, PROMPT + part(name, PICTURE) + END)).json()["error"]
        assert error["param"] == name.decode()
        assert "file" in error["message"]
        # Nested names are names of nothing here.
        nested = await posted(http, path, PROMPT + part(name + b"[0][x]", PICTURE, b"a") + END)
        assert nested.status_code == 400


async def test_what_forms_may_have_is_taken(http: httpx.AsyncClient) -> None:
    for path, name in PATHS.items():
        prompt = part(b"prompt", "고양이".encode()) if path == "/v1/videos" else b""
        for form in (
            prompt + part(name, PICTURE, b"") + END,  # a file without a name
            prompt + part(name, PICTURE, "사진.png".encode()) + END,
            prompt + part(name, PICTURE, b"\xff\xfe/../../x") + END + b"what comes after it",
            prompt + part(name, PICTURE, b"a", b"Content-Type: text/html\r\n") + END,
        ):
            answer = await posted(http, path, form)
            assert answer.is_success, answer.text


def told_by(url: str, head: bytes, body: bytes) -> bytes:
    """What a server says to a request of a form, after which nothing more will come."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=300) as client:
        kind = b"Content-Type: " + BOUNDARY.encode() + b"\r\n"
        client.sendall(b"POST /v1/images HTTP/1.1\r\nHost: x\r\n" + kind + head + b"\r\n" + body)
        client.shutdown(socket.SHUT_WR)
        said = b""
        while piece := client.recv(1 << 16):
            said += piece
    return said


async def test_a_length_that_lies_ends_its_request_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    form = part(b"image", PICTURE, b"a") + END
    with served(House(tmp_path).app()) as url:
        for head, body in (
            (b"Content-Length: 5000\r\n", form),
            (b"Content-Length: 20\r\n", form),
            (b"Content-Length: -5\r\n", form),
            (b"Content-Length: many\r\n", form),
            (b"Content-Length: 99999999999999999999\r\n", form),
            (b"Content-Length: 5\r\nContent-Length: 6\r\n", form),
            (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"5\r\nabcde\r\n0\r\n\r\n"),
            (b"Transfer-Encoding: chunked\r\n", b"zz\r\nabcde\r\n0\r\n\r\n"),
            (b"", form),
        ):
            said = await asyncio.to_thread(told_by, url, head, body)
            assert said == b"" or said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413")), said[:100]
        files = {"image": ("a", PICTURE)}
        right = await asyncio.to_thread(httpx.post, f"{url}/v1/images", files=files, timeout=300)
        assert right.status_code == 201
    assert "Traceback" not in caplog.text
