"""List of the datasets at a place, written before their files, so that a removal finds all.

The list consists of numbered files, each created once, so that jobs that start at the same time
lose no entry.
"""

from crawl.dataset.store import Store, open_store

_FOLDER = ".datasets"
"""Folder of the list; no dataset's name begins with a dot."""
FIRST = f"{_FOLDER}/000000"
"""The first file of the list; it exists wherever anything was published."""


def datasets_at(url: str) -> list[str]:
    store, found = open_store(url), list[str]()
    while (name := _numbered(store, len(found))) is not None:
        found.append(name)
    return list(dict.fromkeys(found))


def register(url: str, dataset: str) -> None:
    store, number = open_store(url), 0
    while (known := _numbered(store, number)) != dataset:
        if known is not None:
            number += 1
        elif store.create(_name(number), dataset.encode()):
            return


def _numbered(store: Store, number: int) -> str | None:
    try:
        return store.read(_name(number)).decode()
    except FileNotFoundError:
        return None


def _name(number: int) -> str:
    return f"{_FOLDER}/{number:06d}"
