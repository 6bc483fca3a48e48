"""Films through Ray Serve's proxy: whole at any size and pace, and never read far ahead."""

import hashlib
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from serve.client import Client
from serve.ledger.ledger import Ledger
from serve.settings import IngressSettings
from tests.cluster import TestCluster
from tests.front_door import eventually

pytestmark = pytest.mark.cluster

MIB = 1 << 20
SIZE = 48 * MIB
AHEAD = 16 * MIB
"""More than the buffers of both sockets and of gRPC hold together."""
LARGE = 300 * MIB


@dataclass(frozen=True)
class BigFilm:
    """A film whose file was made as large as wanted: what travels is bytes."""

    url: str
    file: Path

    def sha256(self, start: int = 0, end: int | None = None) -> str:
        with self.file.open("rb") as opened:
            opened.seek(start)
            return hashlib.sha256(opened.read(-1 if end is None else end - start)).hexdigest()


def made(cluster: TestCluster, size: int) -> BigFilm:
    brief = {"product": {"name": f"큰 필름 {size}"}, "duration_s": 6, "cuts": 4}
    with Client(cluster.url) as client:
        production = client.wait(client.create({**brief}, seed=1).id)
    ledger = Ledger.open(f"sqlite:///{cluster.home}/ledger.db")
    try:
        film = ledger.get(production.id).film
    finally:
        ledger.close()
    assert film is not None
    file = cluster.home / "vault" / film.key
    block = os.urandom(MIB)
    with file.open("wb") as out:
        for number in range(size // MIB):
            out.write(number.to_bytes(8, "big") + block[8:])
    return BigFilm(f"{cluster.url}/v1/productions/{production.id}/versions/1/film", file)


@pytest.fixture(scope="module")
def film(cluster: TestCluster) -> BigFilm:
    return made(cluster, SIZE)


def fetched(url: str, pause_s: float = 0, headers: dict[str, str] | None = None) -> str:
    """The SHA-256 of an answer that is read a MiB at a time."""
    digest = hashlib.sha256()
    with httpx.stream("GET", url, headers=headers, timeout=300) as answer:
        assert answer.status_code in (200, 206)
        for chunk in answer.iter_raw(MIB):
            digest.update(chunk)
            time.sleep(pause_s)
    return digest.hexdigest()


@contextmanager
def stalled(url: str) -> Generator[socket.socket]:
    """A client with a small buffer that has read the beginning of the answer and then waits."""
    address = urlsplit(url)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        client.connect((address.hostname, address.port))
        request = f"GET {address.path} HTTP/1.1\r\nHost: sian\r\nConnection: close\r\n\r\n"
        client.sendall(request.encode())
        assert client.recv(1024).startswith(b"HTTP/1.1 200")
        yield client


def read_so_far(pids: list[int], file: Path) -> list[int]:
    """How far each open descriptor of the file has been read, in whichever process."""
    found: list[int] = []
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            with suppress(OSError):
                if os.readlink(descriptor) == str(file):
                    info = Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text()
                    found.append(int(info.split()[1]))
    return found


def test_a_large_film_comes_whole_to_slow_and_fast_readers(film: BigFilm) -> None:
    with ThreadPoolExecutor(3) as readers:
        pauses = [0, 0.01, 0.02]
        heard = list(readers.map(lambda pause_s: fetched(film.url, pause_s), pauses))
    assert heard == [film.sha256()] * 3


def test_a_range_of_a_large_film_is_just_that_range(film: BigFilm) -> None:
    start, end = 5 * MIB + 3, 33 * MIB + 7
    heard = fetched(film.url, headers={"Range": f"bytes={start}-{end - 1}"})
    assert heard == film.sha256(start, end)


def test_a_film_is_read_no_faster_than_its_reader_takes_it(
    cluster: TestCluster, film: BigFilm
) -> None:
    doors = cluster.replicas("Ingress")
    with stalled(film.url) as client:
        eventually(lambda: read_so_far(doors, film.file))
        far = 0
        for _ in range(20):
            # Not open any more: the whole of it was read.
            far = max(far, *(read_so_far(doors, film.file) or [SIZE]))
            assert far < AHEAD, f"{far >> 20} MiB were read for a reader that takes nothing"
            time.sleep(0.1)
        client.settimeout(300)
        while client.recv(MIB):
            pass
    eventually(lambda: not read_so_far(doors, film.file))


def test_the_proxy_watches_the_connections_of_its_clients(cluster: TestCluster) -> None:
    address = urlsplit(cluster.url)
    with socket.socket() as client:
        client.connect((address.hostname, address.port))
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: sian\r\n\r\n")
        assert client.recv(1024).startswith(b"HTTP/1.1 200")
        eventually(lambda: _timer(address.port or 0, client.getsockname()[1]) == "02")


def _timer(local: int, remote: int) -> str:
    """The kernel's timer of a connection: 02 is that of keep-alive probes."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ports = tuple(int(field.partition(":")[2], 16) for field in fields[1:3])
        if ports == (local, remote):
            return fields[5].partition(":")[0]
    return ""


def followed(url: str, production: str, held: ExitStack, *headers: str) -> bytes:
    """The status of an event stream that stays open, unread, for as long as `held`."""
    address = urlsplit(url)
    client = held.enter_context(socket.socket())
    client.settimeout(300)
    client.connect((address.hostname, address.port))
    head = (f"GET /v1/productions/{production}/events HTTP/1.1", "Host: sian", *headers)
    client.sendall("\r\n".join(head).encode() + b"\r\n\r\n")
    return client.recv(12)[-3:]


@pytest.mark.prove
def test_a_thousand_streams_of_one_tenant_close_the_api_to_nobody(cluster: TestCluster) -> None:
    statuses: list[bytes] = []
    with ExitStack() as held:
        for pid in cluster.replicas("Director"):  # so that the production does not end
            os.kill(pid, signal.SIGSTOP)
            held.callback(os.kill, pid, signal.SIGCONT)
        order = {"brief": {"product": {"name": "천 개의 눈"}, "duration_s": 6, "cuts": 4}}
        made = httpx.post(f"{cluster.url}/v1/productions", json=order, timeout=300).json()
        for _ in range(1000):
            statuses.append(followed(cluster.url, made["id"], held))
            if len(statuses) % 100 == 0:
                began = time.monotonic()
                assert httpx.get(f"{cluster.url}/healthz", timeout=300).status_code == 200
                assert httpx.get(f"{cluster.url}/v1/productions", timeout=300).status_code == 200
                print(
                    f"{len(statuses)} asked for: {time.monotonic() - began:.2f} s for two answers"
                )
    print(Counter(statuses))
    assert set(statuses) == {b"200", b"429"}
    assert statuses.count(b"200") <= 2 * IngressSettings().streams_at_once


@pytest.mark.prove
def test_a_very_large_film_comes_whole_fifty_times_in_little_memory(cluster: TestCluster) -> None:
    """Fast and slow readers, two at once, and ranges."""
    large = made(cluster, LARGE)
    whole, processes = large.sha256(), [*cluster.replicas("Ingress"), *cluster.proxies()]
    for pid in processes:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak is counted from here
    before = {pid: memory(pid, "VmRSS") for pid in processes}
    start, end = 123 * MIB + 1, 217 * MIB - 1
    with ThreadPoolExecutor(2) as readers:
        for turn in range(25):
            pause_s = (0, 0.002, 0.01)[turn % 3]
            pair = [readers.submit(fetched, large.url, pause) for pause in (0, pause_s)]
            assert [one.result() for one in pair] == [whole] * 2, f"turn {turn}"
            asked = {"Range": f"bytes={start}-{end - 1}"}
            assert fetched(large.url, headers=asked) == large.sha256(start, end)
    for pid, memory_before in before.items():
        grown = memory(pid, "VmHWM") - memory_before
        title = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0]
        print(f"{title}: {memory_before} MiB, at its peak {grown} MiB more")
        assert grown < 100


def memory(pid: int, what: str) -> int:
    """MiB of a process, now (VmRSS) or at its peak (VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) >> 10


def test_a_reader_that_leaves_lets_go_of_the_film(cluster: TestCluster, film: BigFilm) -> None:
    doors = cluster.replicas("Ingress")
    with stalled(film.url):
        eventually(lambda: read_so_far(doors, film.file))
    eventually(lambda: not read_so_far(doors, film.file))
