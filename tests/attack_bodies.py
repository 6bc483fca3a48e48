"""What no well-meant client sends: bodies, requests and paths, each with its name."""

import json
import random
import socket
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

ORDER: dict[str, Any] = {
    "brief": {"product": {"name": "시안"}, "duration_s": 5, "cuts": 4, "fps": 24},
    "seed": 1,
}
GOOD = json.dumps(ORDER, ensure_ascii=False).encode()
JSON = "application/json"
MEDIA_TYPES = (
    JSON, "", "text/plain", "application/json; charset=utf-16", "application/json;;;=", "a" * 5000,
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x", "application/xml", "image/png", "\x7f/\xff",
)  # fmt: skip


def with_seed(text: str) -> bytes:
    return b'{"brief": {"product": {"name": "x"}, "duration_s": 6}, "seed": %s}' % text.encode()


def with_name(text: bytes) -> bytes:
    return b'{"brief": {"product": {"name": "%s"}, "duration_s": 6}, "prompt": "%s"}' % (text, text)


ODD_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "two byte order marks": b"\xef\xbb\xbf" * 2 + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "cut in the middle": GOOD[:-9],
    "cut in a letter": GOOD[: GOOD.index("시안".encode()) + 1],
    "a name given twice": b'{"brief": {}, "brief": {}}',
    "a seed of false": with_seed("false"),
    "a seed of 6,000 digits": with_seed("9" * 6000),
    "a seed of -0.0": with_seed("-0.0"),
    "a seed of 1e999": with_seed("1e999"),
    "a seed of NaN": with_seed("NaN"),
    "a seed of -Infinity": with_seed("-Infinity"),
    "a seed of a list": with_seed("[[[]]]"),
    "brackets 30,000 deep": b"[" * 30_000,
    "objects 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a brief 5,000 deep": b'{"brief": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a lone high surrogate": with_name(rb"\ud800"),
    "a lone low surrogate": with_name(rb"\udc00x"),
    "surrogates the wrong way": with_name(rb"\udc00\ud800"),
    "a surrogate in UTF-8": with_name(b"\xed\xa0\x80"),
    "an overlong slash": with_name(b"\xc0\xaf"),
    "an escaped NUL": with_name(rb"\u0000"),
    "a raw NUL": with_name(b"\x00"),
    "directions of writing": with_name("\u202e\u2066".encode()),
    "a name of Hangul fillers": with_name("\u3164\u115f".encode()),
    "a name of empty Braille": with_name("\u2800".encode()),
    "a huge array": b'{"brief": [' + b"0," * 30_000 + b"0]}",
    "an array": b"[1, 2]",
    "a text": b'"x"',
    "null": b"null",
    "more than may come": b" " * 70_000 + GOOD,
    "5,000 fields": json.dumps({f"f{n}": n for n in range(5000)}).encode(),
    "fields nobody knows": b'{"__proto__": {"a": 1}, "constructor": 1, "brief": 1}',
    "a form without an end": b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na',
    "a form of a thousand parts": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 1000,
    "a form whose file has a path": b'--x\r\nContent-Disposition: form-data; name="image"; '
    b'filename="../../../etc/passwd"\r\nContent-Type: image/png\r\n\r\nx\r\n--x--\r\n',
}  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    """A good order of which some bytes are others, or gone, or there twice."""
    data = bytearray(GOOD)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randint(1, 9)]
            case _:
                data[place:place] = data[place : place + chance.randint(1, 40)]
        data = data or bytearray(b"{")
    return bytes(data)


ODD_SEGMENTS = (
    "..", "../../../../etc/passwd", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd", "%252e%252e%252f",
    "..%5c..%5cwindows", "%c0%ae%c0%ae%c0%af", "%00", "a%00b", "%0d%0aSet-Cookie:%20a=b", "%ff%fe",
    "%", "%zz", "~", "*", ";", "' OR '1'='1", "%27%3B--", "$%7Bjndi:ldap://x%7D", "-1", "0", "1.0",
    "1e9", "9" * 6000, "%D9%A1", "%EF%BC%91", "true", "None", "a" * 5000, "%E2%80%AE", "%ED%A0%80",
)  # fmt: skip


def request(*lines: str, body: bytes = b"", path: str = "/v1/productions") -> bytes:
    head = "\r\n".join((f"POST {path} HTTP/1.1", "Host: sian", f"Content-Type: {JSON}", *lines))
    return head.encode("latin-1") + b"\r\n\r\n" + body


def _smuggled(key: str) -> bytes:
    return f"GET /v1/productions HTTP/1.1\r\nHost: sian\r\nX-API-Key: {key}\r\n\r\n".encode()


def odd_requests(key: str) -> dict[str, bytes]:
    """Requests whose framing or head is wrong."""
    mine, n = f"X-API-Key: {key}", len(GOOD)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (n, GOOD)
    ours = f"Content-Length: {n}"
    return {
        "a length too long": request(mine, f"Content-Length: {n + 100}", body=GOOD),
        "a length too short": request(mine, f"Content-Length: {n - 9}", body=GOOD),
        "a length below zero": request(mine, "Content-Length: -1", body=GOOD),
        "a length with a sign": request(mine, f"Content-Length: +{n}", body=GOOD),
        "a length of words": request(mine, "Content-Length: many", body=GOOD),
        "a length of 40 digits": request(mine, "Content-Length: " + "9" * 40, body=GOOD),
        "two lengths": request(mine, ours, "Content-Length: 1", body=GOOD),
        "a list of lengths": request(mine, f"Content-Length: {n}, 1", body=GOOD),
        "CL.TE": request(
            mine, "Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + _smuggled(key)
        ),
        "TE.CL": request(
            mine, "Transfer-Encoding: chunked", "Content-Length: 4", body=chunked + _smuggled(key)
        ),
        "TE.TE": request(
            mine, "Transfer-Encoding: chunked", "Transfer-Encoding: x", body=chunked
        ),
        "a TE that is not seen": request(mine, ours, "Transfer-Encoding : chunked", body=GOOD),
        "a TE with a tab": request(mine, "Transfer-Encoding:\tchunked\x0b", body=chunked),
        "gzip, chunked": request(mine, "Transfer-Encoding: gzip, chunked", body=chunked),
        "a chunk of no number": request(mine, "Transfer-Encoding: chunked", body=b"zz\r\n" + GOOD),
        "a chunk of 2^64": request(
            mine, "Transfer-Encoding: chunked", body=b"1" + b"0" * 16 + b"\r\n" + GOOD
        ),
        "a chunk below zero": request(mine, "Transfer-Encoding: chunked", body=b"-1\r\n" + GOOD),
        "a folded header": request(mine, ours, "X-A: b\r\n c", body=GOOD),
        "a NUL in a header": request(mine, ours, "X-A: b\0c", body=GOOD),
        "a header of 200,000 bytes": request(mine, ours, "X-A: " + "b" * 200_000, body=GOOD),
        "5,000 headers": request(mine, ours, *[f"X-{k}: b" for k in range(5000)], body=GOOD),
        "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
        "two hosts": b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "HTTP/0.9": b"GET /healthz\r\n\r\n",
        "HTTP/9.9": b"GET /healthz HTTP/9.9\r\nHost: sian\r\n\r\n",
        "a method of noise": b"\xff\xfe\x00 / HTTP/1.1\r\nHost: sian\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        "HTTP/2 at once": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(40),
        "a target of another host": b"GET http://other/healthz HTTP/1.1\r\nHost: sian\r\n\r\n",
        "a CONNECT": b"CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n",
        "an upgrade": b"GET /healthz HTTP/1.1\r\nHost: sian\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n\r\n",
        "half a head": b"POST /v1/productions HTTP/1.1\r\nHost: si",
    }  # fmt: skip


UNFINISHED: dict[str, bytes] = {
    "nothing": b"",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: sian\r\n",
    "half of a second head": b"GET /healthz HTTP/1.1\r\nHost: sian\r\n\r\nGET /he",
    "a body that does not come": request("Content-Length: 1000", body=b'{"brief": {'),
}
"""Requests that their clients leave unfinished."""


def begun(url: str, raw: bytes, timeout_s: float = 300) -> socket.socket:
    """A connection that has sent these bytes, and sends no more."""
    address = urlsplit(url)
    client = socket.create_connection((address.hostname, address.port or 80), timeout_s)
    client.sendall(raw)
    return client


def is_closed(client: socket.socket) -> bool:
    """Read what has come; True if the server has closed the connection."""
    client.setblocking(False)
    try:
        while client.recv(1 << 16):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


def statuses_of(url: str, raw: bytes, timeout_s: float = 30) -> list[int]:
    """The status of every answer to bytes that are sent as they are, until the server closes."""
    address, heard = urlsplit(url), bytearray()
    with socket.create_connection((address.hostname, address.port or 80), timeout_s) as client:
        try:
            client.sendall(raw)
            client.shutdown(socket.SHUT_WR)  # there is no more: a body that is too short is over
            while piece := client.recv(1 << 16):
                heard += piece
        except (ConnectionError, BrokenPipeError):
            pass  # closed on us, which is an answer, too
    lines = bytes(heard).split(b"HTTP/1.1 ")[1:]
    return [int(line[:3]) for line in lines if line[:3].isdigit()]


class Wire:
    """One client that sends targets as they are: neither httpx nor a URL's parser tidies them."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = HTTPConnection(address.hostname or "", address.port, timeout=60)

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        raw = {name: value.encode("latin-1") for name, value in headers.items() if value}
        try:
            self._connection.request(
                method,
                quote(target, "/%?=&~*;$:'.-_"),
                body,
                raw,  # pyright: ignore
            )
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (ConnectionError, OSError):
            self._connection.close()  # what was half sent is in nobody's way
            return 0, b""

    def close(self) -> None:
        self._connection.close()


def targets(schema: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Method, path and path with values in it, for every route of an OpenAPI schema."""
    for path, methods in schema["paths"].items():
        for method in methods:
            if method in ("get", "post", "delete", "put", "patch", "head"):
                target = path
                for name, value in values.items():
                    target = target.replace("{" + name + "}", value)
                yield method.upper(), path, target
