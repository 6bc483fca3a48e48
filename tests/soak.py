"""`python -m tests.soak [MINUTES]`: what the processes of a cluster hold under an hour of rounds.

Clients do whole rounds, one after the other: order, watch, download, revise, export, comment, share,
approve, and what goes wrong every day: a cancelled order, a wrong brief, an upload that is no picture.
"""

import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from conte.revision.review import ReviewState
from conte.revision.share import Right
from serve.client import Client, Problem
from serve.guest_client import GuestClient
from tests import trend
from tests.bench.processor import role_of
from tests.cluster import TestCluster, booted
from tests.two_tenants import ORDER

GRAPH = Path(__file__).parent / "cluster.yaml"
BRIEFS = Path(__file__).parent / "bench" / "briefs.yaml"
CLIENTS = 2
EACH_S = 30
"""Seconds between two samples."""
SETTLING = 1 / 3
"""Share of the samples at the start that say nothing yet: caches and pools are filled."""


@dataclass(frozen=True)
class Held:
    """What one process holds."""

    mib: float
    """Proportional set size: shared memory counts by its share."""
    files: int
    """Open file descriptors, sockets among them."""
    threads: int


@dataclass(frozen=True)
class Sample:
    at_min: float
    rounds: int
    """Rounds that had ended."""
    held: Mapping[str, Held]
    """By process: its role and its pid."""


class Rounds:
    """Clients that do rounds until they are stopped."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._briefs = [one["brief"] for one in yaml.safe_load(BRIEFS.read_text())]
        self._numbers = itertools.count()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(CLIENTS)]
        self.done = Counter[str]()
        self.failures: list[str] = []

    def __enter__(self) -> "Rounds":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        with Client(self._url, timeout_s=300, attempts=20) as client:
            while not self._stop.is_set():
                number = next(self._numbers)
                try:
                    self._round(client, number)
                    self.done["rounds"] += 1
                    self._trouble(client, number)
                # Whatever it is, it is a finding; the others go on.
                except Exception as error:
                    self.failures.append(f"round {number}: {error!r}")

    def _round(self, client: Client, number: int) -> None:
        brief = self._briefs[number % len(self._briefs)] | {"duration_s": 15}
        made = client.create(brief, seed=number).id
        assert client.wait(made).state == "done"
        first = client.draft(made).conte.cuts[0]
        edit = {"op": "edit", "cut": first.id, "field": "caption"}
        after = {"before": first.caption, "after": f"Take {number}"}
        client.operate(made, [edit | after])
        client.undo(made)
        client.redo(made)
        said = [{"text": "3컷 자막을 '오늘부터'로 바꿔 주세요"}]
        self.done["proposals"] += len(client.feedback(made, said).proposals)
        client.seal(made, f"round {number}", quote=client.quote(made).hash)
        assert client.wait(made).state == "done"
        to = self._folder / f"{number}"
        for what in ("film", "sheet.png", "changes.html"):
            self.done["bytes"] += client.download(made, 2, what, to).stat().st_size
            to.unlink()
        for kind in ("pdf", "xlsx", "zip"):
            self.done["bytes"] += client.export(made, 2, kind, to).stat().st_size
            to.unlink()
        client.review(made, 2, ReviewState.IN_REVIEW)
        rights = (Right.VIEW, Right.COMMENT, Right.APPROVE)
        link = self._url + client.share(made, rights).url
        with GuestClient(link, timeout_s=300, attempts=20) as guest:
            guest.enter("Mina")
            guest.comment({"cut": first.id, "frame": 3, "text": "조금 더 따뜻하게"})
            guest.approve(guest.offer())
        assert client.prove(made, 2).intact

    def _trouble(self, client: Client, number: int) -> None:
        """What goes wrong every day."""
        given_up = client.create(ORDER["brief"], seed=number).id
        with suppress(Problem):  # it was done before
            client.cancel(given_up)
        client.wait(given_up)
        no_picture = self._folder / f"{number}.png"
        no_picture.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(4096))
        for wrong in (
            lambda: client.upload_image(no_picture),
            lambda: client.create({"product": {"name": ""}}),
            lambda: client.get("p-none"),
        ):
            with suppress(Problem):
                wrong()
                raise AssertionError("taken, though it is wrong")
        no_picture.unlink()


def held(process: Path) -> Held:
    """Return what a process (a folder of /proc) holds."""
    lines = (process / "smaps_rollup").read_text().splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    files = len(list((process / "fd").iterdir()))
    return Held(kib / 1024, files, len(list((process / "task").iterdir())))


def sampled(cluster: TestCluster) -> dict[str, Held]:
    found: dict[str, Held] = {}
    for process in cluster.processes():
        with suppress(OSError, StopIteration, IndexError):  # it ended meanwhile
            found[f"{role_of(process)} {process.name}"] = held(process)
    return found


def soaked(cluster: TestCluster, rounds: Rounds, minutes: float) -> Iterator[Sample]:
    """Yield a sample each `EACH_S` seconds."""
    began = time.monotonic()
    while (at_s := time.monotonic() - began) < minutes * 60:
        yield Sample(at_s / 60, rounds.done["rounds"], sampled(cluster))
        time.sleep(EACH_S)


@dataclass(frozen=True)
class Growth:
    """What a process grew by in an hour, after it had settled."""

    process: str
    first: Held
    last: Held
    mib: float
    files: float
    threads: float


def growths(samples: Sequence[Sample]) -> list[Growth]:
    """Return the growth of each process that lived all the time after settling."""
    steady = samples[int(SETTLING * len(samples)) :]
    lasting = set[str](steady[0].held).intersection(*(one.held for one in steady))

    def an_hour(process: str, field: str) -> float:
        points = ((one.at_min / 60, getattr(one.held[process], field)) for one in steady)
        return trend.slope(points)

    return [
        Growth(
            process,
            steady[0].held[process],
            steady[-1].held[process],
            *(an_hour(process, field) for field in ("mib", "files", "threads")),
        )
        for process in sorted(lasting)
    ]


def table(found: Sequence[Growth]) -> Iterator[str]:
    """Rows of a table: the processes that hold most first."""
    yield "| process | MiB | an hour | descriptors | an hour | threads |"
    yield "|---|---|---|---|---|---|"
    for one in sorted(found, key=lambda one: -one.last.mib):
        role = one.process.rpartition(" ")[0]
        mib = f"{one.first.mib:.0f} to {one.last.mib:.0f} | {one.mib:+.1f}"
        files = f"{one.first.files} to {one.last.files} | {one.files:+.1f}"
        yield f"| {role} | {mib} | {files} | {one.first.threads} to {one.last.threads} |"


def main(minutes: float = 60.0) -> None:
    with tempfile.TemporaryDirectory() as folder, booted(GRAPH, Path(folder) / "home") as cluster:
        print(cluster.home, httpx.get(f"{cluster.url}/readyz").text, flush=True)
        samples: list[Sample] = []
        with Rounds(cluster.url, Path(folder)) as rounds:
            for sample in soaked(cluster, rounds, minutes):
                samples.append(sample)
                whole = sum(one.mib for one in sample.held.values())
                most, one = max(sample.held.items(), key=lambda of: of[1].mib)
                said = f"{sample.at_min:.1f} min, {sample.rounds} rounds, {whole:.0f} MiB"
                said += f", of it {most} {one.mib:.0f}"
                print(said, rounds.failures[-1:], flush=True)
        print(json.dumps(rounds.done), len(rounds.failures), *rounds.failures[:9], sep="\n")
        print("\n".join(table(growths(samples))))


if __name__ == "__main__":
    main(*(float(one) for one in sys.argv[1:]))
