"""Where a request's body ends is certain, or the request is refused and the connection closed."""

import socket
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from serve.telemetry import log_to_files
from tests.front_door import House, served

BODY = b'{"brief": {"product": {"name": "x"}}}'
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
HEAD = b"POST /v1/productions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SMUGGLED = b"GET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
BAD: dict[str, bytes] = {
    "both, the length wins": b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n"
    % (len(CHUNKED) + len(SMUGGLED))
    + CHUNKED
    + SMUGGLED,
    "both, the chunks win": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
    + CHUNKED
    + SMUGGLED,
    "another coding": b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKED,
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED,
    "two lengths": b"Content-Length: %d\r\nContent-Length: 5\r\n\r\n" % len(BODY) + BODY,
    "a negative length": b"Content-Length: -1\r\n\r\n" + BODY,
    "a signed length": b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "a length of 6000 digits": b"Content-Length: " + b"9" * 6000 + b"\r\n\r\n" + BODY,
    "a negative chunk": b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
}


def exchanged(url: str, sent: bytes) -> bytes:
    """Everything that comes back until the server closes the connection."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), 20) as connection:
        connection.sendall(sent)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def test_a_request_whose_end_is_not_certain_is_refused_and_nothing_after_it_is_read(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    with served(house.app()) as url:
        for name, rest in BAD.items():
            answer = exchanged(url, HEAD + rest)
            assert answer.startswith(b"HTTP/1.1 400 "), name
            assert answer.count(b"HTTP/1.1 ") == 1, name
    assert house.ledger.figures().productions == {}


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Transfer-Encoding": "chunked", "Content-Length": "37"}, "not both"),
        ({"Transfer-Encoding": "gzip, chunked"}, "wanted chunked alone"),
    ],
)
async def test_a_server_that_lets_it_through_is_not_relied_on(
    tmp_path: Path, headers: dict[str, str], said: str
) -> None:
    async def body() -> AsyncGenerator[bytes]:
        yield BODY  # of which httpx tells no length by itself

    async with House(tmp_path).client(headers) as http:
        answer = await http.post(
            "/v1/productions", content=body(), headers={"Content-Type": "application/json"}
        )
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")
    assert said in answer.json()["detail"]


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_error_of_ours(
    tmp_path: Path,
) -> None:
    path = log_to_files(tmp_path, "ingress")
    app = House(tmp_path / "house").app()
    sent = list[Any]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    request = httpx.Request("POST", "http://sian/v1/productions", json={})
    scope: dict[str, Any] = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": request.url.path,
        "raw_path": b"/v1/productions", "query_string": b"", "root_path": "", "scheme": "http",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": ("sian", 80), "client": ("client", 1),
    }  # fmt: skip
    await app(scope, receive, send)
    assert sent == []
    assert "http.left" in path.read_text()
    assert "http.failed" not in path.read_text()
