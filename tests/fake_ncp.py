"""A fake of the platform's server API, as documented: signatures, pages, states, and faults on demand.

One object answers. `client` is an httpx client without a socket, `served` puts it on loopback.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cached_property
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from serve.ncp.api import signature
from serve.ncp.keys import Keys
from tests.loopback import answering

KEYS = Keys("access", "secret")
FAULTS = (
    "500",
    "429",
    "quota",
    "lost answer",
    "empty list",
    "half a list",
    "never joins",
    "stop fails",
)
SPECS = (
    ("s2-g3", 0, 2, 8, "vCPU 2, Memory 8GB"),
    ("c16-g3", 0, 16, 32, "vCPU 16, Memory 32GB"),
    ("gp-t4-g3", 1, 8, 64, "vCPU 8, Memory 64GB, NVIDIA T4 1EA"),
    ("gp-h100-1-g3", 1, 24, 240, "vCPU 24, Memory 240GB, NVIDIA H100 1EA"),
    ("gp-h100-2-g3", 2, 48, 480, "vCPU 48, Memory 480GB, NVIDIA H100 2EA"),
    ("gp-h100-8-g3", 8, 192, 1920, "vCPU 192, Memory 1920GB, NVIDIA H100 8EA"),
)


class LostAnswer(Exception):
    """Done, but the connection ends before the answer."""


@dataclass
class FakeServer:
    id: str
    name: str
    description: str
    spec: str
    vpc: str = "vpc"
    status: str = "INIT"
    operation: str = "NULL"
    until: float = 0.0
    """When the operation, or the boot, is over."""
    joins: bool = True
    """False: it runs, and its node never starts."""

    @cached_property
    def tags(self) -> dict[str, Any]:
        """The tags in its description, which nobody can change."""
        return json.loads(self.description)

    def row(self) -> dict[str, Any]:
        return {
            "serverInstanceNo": self.id,
            "serverName": self.name,
            "serverDescription": self.description,
            "serverSpecCode": self.spec,
            "serverInstanceStatus": {"code": self.status, "codeName": self.status},
            "serverInstanceOperation": {"code": self.operation, "codeName": self.operation},
            "vpcNo": self.vpc,
        }


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class FakeNcp:
    def __init__(
        self,
        now: Callable[[], float],
        boot_s: float = 40,
        stop_s: float = 20,
        seed: int = 0,
        first_page: int = 1,
        on_boot: Callable[[FakeServer], None] = lambda _: None,
        on_stop: Callable[[FakeServer], None] = lambda _: None,
    ) -> None:
        self.now, self.boot_s, self.stop_s = now, boot_s, stop_s
        self.servers: dict[str, FakeServer] = {}
        self.terminated: list[FakeServer] = []
        self.calls: Counter[str] = Counter()
        self.faults: dict[str, float] = {}
        """Fault -> how probable it is, at each call that it concerns."""
        self.changes = 0
        """Counts everything that happened to a server."""
        self.images = {"3456": "sian-2026-11"}
        """Number -> name of the account's server images."""
        self.forbidden: set[str] = set()
        """Actions that the keys may not call."""
        self.slow_date_s = 0.0
        """By how much the platform's clock is ahead."""
        self._random, self._first_page = random.Random(seed), first_page
        self._number = 1000
        self._on_boot, self._on_stop = on_boot, on_stop
        self._lock = Lock()

    def add(self, name: str, description: Mapping[str, Any], spec: str = "s2-g3") -> FakeServer:
        """A server that somebody has made in the console, and that runs."""
        server = self._new(name, json.dumps(description), spec)
        server.status = "RUN"
        return server

    def alive(self, cluster: str = "sian") -> list[FakeServer]:
        """The cluster's workers that cost money, whatever their state is."""
        self._settle()
        return [
            one
            for one in self.servers.values()
            if one.description
            and one.tags.get("cluster") == cluster
            and one.tags.get("kind") != "head"
        ]

    def next_change(self) -> float | None:
        """When a boot or an operation ends next."""
        times = [one.until for one in self.servers.values() if one.until > self.now()]
        return min(times, default=None)

    def client(self) -> httpx.Client:
        return _Straight(self)

    def answer(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        with self._lock:
            return self._answer(method, path, body, headers)

    def _answer(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(path)
        action = parts.path.rpartition("/")[2]
        given = {name: values[0] for name, values in parse_qs(parts.query + "&" + body).items()}
        self._settle()
        self.calls[action] += 1
        if (refused := self._refused(method, path, headers)) is not None:
            return refused
        if action in self.forbidden:
            said = {"errorCode": "210", "message": "Permission Denied"}
            return Answer(
                401, json.dumps({"error": said}).encode(), {"date": formatdate(self.now())}
            )
        if self._strikes("500"):
            return Answer(500, b"<html>Internal Server Error</html>")
        if self._strikes("429"):
            return Answer(429, b'{"error": {"errorCode": "410", "message": "Throttle Limited"}}')
        done = {
            "getServerInstanceList": self._list,
            "getServerSpecList": self._specs,
            "getServerImageList": self._images,
            "createServerInstances": self._create,
            "stopServerInstances": self._stop,
            "terminateServerInstances": self._terminate,
        }[action](given)
        if action == "createServerInstances" and self._strikes("lost answer"):
            raise LostAnswer
        if isinstance(done, Answer):
            return done
        body_of = {"returnCode": "0", "returnMessage": "success", "requestId": "r", **done}
        return Answer(200, json.dumps({f"{action}Response": body_of}).encode())

    def _refused(self, method: str, path: str, headers: Mapping[str, str]) -> Answer | None:
        wall = self.now() + self.slow_date_s
        headers = {name.lower(): value for name, value in headers.items()}
        stamp = int(headers.get("x-ncp-apigw-timestamp", "0"))
        signed = signature(method, path, stamp, KEYS)
        if headers.get("x-ncp-apigw-signature-v2") == signed and abs(stamp / 1000 - wall) <= 300:
            return None
        said = {"errorCode": "200", "message": "Authentication Failed", "details": "Invalid."}
        return Answer(401, json.dumps({"error": said}).encode(), {"date": formatdate(wall)})

    def _list(self, given: Mapping[str, str]) -> dict[str, Any]:
        rows = [
            one.row()
            for one in self.servers.values()
            if one.vpc == given.get("vpcNo", one.vpc) and given.get("serverName", "") in one.name
        ]
        if "serverName" not in given:
            if self._strikes("empty list"):
                rows = []
            if self._strikes("half a list"):
                rows = rows[: max(1, (len(rows) + 1) // 2)]
        return {"totalRows": len(rows), "serverInstanceList": self._page(rows, given)}

    def _specs(self, given: Mapping[str, str]) -> dict[str, Any]:
        rows = [
            {
                "serverSpecCode": code,
                "gpuCount": gpus,
                "cpuCount": cpus,
                "memorySize": memory << 30,
                "serverSpecDescription": said,
                "generationCode": "G3",
            }
            for code, gpus, cpus, memory, said in SPECS
        ]
        return {"totalRows": len(rows), "serverSpecList": self._page(rows, given)}

    def _images(self, given: Mapping[str, str]) -> dict[str, Any]:
        asked = given.get("serverImageNoList.1")
        rows = [
            {"serverImageNo": number, "serverImageName": name}
            for number, name in self.images.items()
            if asked in (None, number)
        ]
        return {"totalRows": len(rows), "serverImageList": self._page(rows, given)}

    def _page(self, rows: list[dict[str, Any]], given: Mapping[str, str]) -> list[dict[str, Any]]:
        size = int(given.get("pageSize", "0")) or len(rows) or 1
        page = max(0, int(given.get("pageNo", "0")) - self._first_page)
        return rows[page * size : (page + 1) * size]

    def _create(self, given: Mapping[str, str]) -> dict[str, Any] | Answer:
        if self._strikes("quota"):
            return _error("1300010", "exceeds the limit of servers")
        name = given["serverName"]
        if not 3 <= len(name) <= 30 or given["serverSpecCode"] not in {spec[0] for spec in SPECS}:
            return _error("1100", f"wrong parameter: {name}, {given['serverSpecCode']}")
        if any(one.name == name for one in self.servers.values()):
            return _error("1300002", f"the name {name} is taken")
        server = self._new(name, given.get("serverDescription", ""), given["serverSpecCode"])
        server.until = self.now() + self.boot_s
        server.joins = not self._strikes("never joins")
        return {"totalRows": 1, "serverInstanceList": [server.row()]}

    def _stop(self, given: Mapping[str, str]) -> dict[str, Any] | Answer:
        server = self.servers.get(given["serverInstanceNoList.1"])
        if server is None or server.operation != "NULL" or server.status != "RUN":
            return _error("25013", "the server is not running, or an operation runs")
        if self._strikes("stop fails"):
            return _error("25013", "an operation runs")
        self._begin(server, "SHTDN")
        return {"totalRows": 1, "serverInstanceList": [server.row()]}

    def _terminate(self, given: Mapping[str, str]) -> dict[str, Any] | Answer:
        server = self.servers.get(given["serverInstanceNoList.1"])
        if server is None or server.operation != "NULL" or server.status != "NSTOP":
            return _error("25017", "only a stopped server can be terminated")
        self._begin(server, "TERMT")
        self.terminated.append(server)
        return {"totalRows": 1, "serverInstanceList": [server.row()]}

    def _begin(self, server: FakeServer, operation: str) -> None:
        server.operation, server.until = operation, self.now() + self.stop_s
        self.changes += 1

    def _new(self, name: str, description: str, spec: str) -> FakeServer:
        self._number += 1
        server = FakeServer(str(self._number), name, description, spec)
        self.servers[server.id] = server
        self.changes += 1
        return server

    def _settle(self) -> None:
        """Let boots, stops and terminations end whose time has come."""
        for server in list(self.servers.values()):
            if not server.until or server.until > self.now():
                continue
            server.until = 0.0
            self.changes += 1
            if server.operation == "TERMT":
                del self.servers[server.id]
            elif server.operation == "SHTDN":
                server.status, server.operation = "NSTOP", "NULL"
                self._on_stop(server)
            else:
                server.status = "RUN"
                self._on_boot(server)

    def _strikes(self, fault: str) -> bool:
        return self._random.random() < self.faults[fault] if fault in self.faults else False


class _Straight(httpx.Client):
    """A client whose requests the fake answers, without what a connection, cookies or redirects cost."""

    def __init__(self, fake: FakeNcp) -> None:
        super().__init__(transport=httpx.MockTransport(lambda _: httpx.Response(500)))
        self._fake = fake

    def build_request(self, method: str, url: httpx.URL | str, **given: Any) -> httpx.Request:  # pyright: ignore[reportIncompatibleMethodOverride]
        return httpx.Request(method, url, **given)

    def send(self, request: httpx.Request, **_: Any) -> httpx.Response:  # pyright: ignore[reportIncompatibleMethodOverride]
        body, path = request.content.decode(), request.url.raw_path.decode()
        try:
            found = self._fake.answer(request.method, path, body, request.headers)
        except LostAnswer:
            raise httpx.ReadTimeout("the answer is lost", request=request) from None
        return httpx.Response(
            found.status, content=found.body, headers=found.headers, request=request
        )


def _error(code: str, message: str) -> Answer:
    said = {"responseError": {"returnCode": code, "returnMessage": message}}
    return Answer(400, json.dumps(said).encode())


@contextmanager
def served(fake: FakeNcp) -> Generator[str]:
    """The fake on a port of loopback; its URL."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            try:
                found = fake.answer(self.command, self.path, body, dict(self.headers.items()))
            except LostAnswer:
                self.close_connection = True
                return
            self.send_response_only(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)
            self.wfile.flush()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with answering(Door) as url:
        yield url
