"""Publishes or removes in child processes that die at their nth step, without a farewell.

    python -m tests.killed_publications FOLDER publish|VIDEO FIRST EVERY

Each child works on a copy of FOLDER of its own, `FOLDER-<n>`, for n from FIRST on, every EVERYth,
until one comes to its end. They are forked from one process that has done nothing yet but import:
starting a new one each time would take most of the time there is.
"""

import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path

from crawl.dataset import publishing, registry, removing
from crawl.dataset.folder_store import FolderStore
from crawl.dataset.report_page import TEMPLATE
from crawl.dataset.shelving import Sizes
from crawl.dataset.store import Store
from crawl.records.database import open_records
from deployments.knowledge.product_types import product_types
from serve.pages.page import page_template
from serve.vault.vault import Vault

KILLED = 9
SIZES = Sizes(shard_clips=2, part_rows=3)


class Mortal(FolderStore):
    """Before each change of the disk, and between a file's bytes and its name, it may die."""

    left = 0

    def _step(self) -> None:
        if Mortal.left == 0:
            os._exit(KILLED)
        Mortal.left -= 1

    @contextmanager
    def writing(self, name: str) -> Generator[Path]:
        self._step()
        with super().writing(name) as path:
            yield path
            self._step()

    def create(self, name: str, data: bytes) -> bool:
        self._step()
        return super().create(name, data)

    def remove(self, name: str) -> None:
        self._step()
        super().remove(name)


def open_mortal(url: str) -> Store:
    return Mortal(Path(url))


def work(folder: Path, what: str) -> None:
    publishing.open_store = registry.open_store = removing.open_store = open_mortal
    datasets = str(folder / "datasets")
    records = open_records(f"sqlite:///{folder}/records.db")
    if what != "publish":
        removing.remove_video(records, datasets, what)
        return
    vault = Vault.open(str(folder / "vault"))
    publishing.publish(records, vault, datasets, "films", lambda done, total: None, SIZES)


def _nothing(descriptor: int) -> None: ...


def main(folder: Path, what: str, first: int, every: int) -> None:
    # Who is killed loses nothing that was written; that takes a power cut.
    os.fsync = _nothing
    # What every child would load again.
    import_module("pandas")
    product_types()
    page_template(TEMPLATE)
    for n in count(first, every):
        copy = folder.with_name(f"{folder.name}-{n}")
        shutil.copytree(folder, copy)
        child = os.fork()
        if not child:
            Mortal.left = n
            work(copy, what)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == 0:
            return
        if code != KILLED:
            sys.exit(f"step {n} ended with {code}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
