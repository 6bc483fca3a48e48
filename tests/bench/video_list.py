"""The videos job's list at the size it is for: half a million rows, on SQLite and PostgreSQL.

python -m tests.bench.video_list [--rows 500000]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from crawl.permission import Permission
from crawl.records.database import open_records
from crawl.videos.candidate import Candidate, Described
from crawl.videos.manifest import write_manifest
from crawl.videos.video_list import VideoList
from tests import databases

CONSENT = Permission(kind="consented", evidence="계약 1", at=1.0)
CHANNELS, HOSTS = 200, 50
DOWNLOADS = 200


def candidates(num_rows: int) -> Iterator[Candidate]:
    for n in range(num_rows):
        yield Candidate(
            id=f"films{n % HOSTS}.kr:{n}",
            url=f"https://films{n % HOSTS}.kr/watch/{n}",
            query="한빛전자 광고",
            product_type="noodles",
            channel=f"{n % CHANNELS:064x}",
            described=Described(title=f"라면 광고 {n}", duration_s=30.0),
            permission=CONSENT,
        )


ARMS = ("SQLite", "PostgreSQL")


def measure(name: str, url: str, num_rows: int, folder: Path, downloads: int = DOWNLOADS) -> None:
    records = open_records(url)
    seen = VideoList(records)
    agreed = {f"{n:064x}": CONSENT for n in range(CHANNELS)}
    some = list(candidates(num_rows))
    steps: dict[str, Callable[[], Any]] = {
        "put on the list": lambda: seen.add(some),
        "the same list again": lambda: seen.add(some),
        "consents brought in line": lambda: seen.apply_consents(agreed),
        "hosts with work": lambda: seen.hosts(),
        "a host's next 16": lambda: seen.due("films7.kr", 16),
        f"{downloads} claimed and ended, each": lambda: _download(seen, downloads),
        "counted by state": lambda: seen.counts(),
        "manifest of what was downloaded": lambda: write_manifest(records, folder / "m.parquet"),
    }
    print(f"\n{name}, {num_rows:,} rows | seconds | of this process's CPU\n--- | --- | ---")
    for step, work in steps.items():
        began, cpu = time.monotonic(), time.process_time()
        work()
        number = downloads if step.endswith("each") else 1
        took, used = (time.monotonic() - began) / number, (time.process_time() - cpu) / number
        print(f"{step} | {took:.4f} | {used:.4f}", flush=True)
    records.close()


def _download(seen: VideoList, downloads: int) -> None:
    for id_ in seen.due("films3.kr", downloads):
        claimed = seen.claim(id_, "bench", 30, 3)
        assert claimed is not None
        seen.downloaded(claimed, f"videos/{id_}.mp4", "", claimed.described)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    num_rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder, databases.postgresql() as server:
        measure("SQLite", f"sqlite:///{folder}/records.db", num_rows, Path(folder))
        measure("PostgreSQL", databases.new_schema(server), num_rows, Path(folder))


if __name__ == "__main__":
    main()
