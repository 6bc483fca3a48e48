"""Whole: what becomes of a version whose manifest names files that do not stand.

A removal that finds no manifest takes back what is in the making. The publication looks for its
files before its manifest is written, and once more after it. One that was killed in between has
left its notes, and a manifest that may name too much.
"""

from crawl.dataset.making import Making
from crawl.dataset.store import Store
from serve.dataset import MANIFEST, Manifest, newest


def newest_settled(store: Store) -> Manifest | None:
    """The newest manifest; one that a killed publication has left with too few files goes."""
    while (manifest := newest(store.read)) is not None:
        # Without notes nobody was killed. If files are missing then, that is no reason to remove
        # the others.
        if not Making(store, f"v{manifest.version}").notes or stands_whole(store, manifest):
            return manifest
        taken_back(store, manifest)
    return None


def stands_whole(store: Store, manifest: Manifest) -> bool:
    return all(store.size(f"v{manifest.version}/{name}") is not None for name in manifest.files)


def taken_back(store: Store, manifest: Manifest) -> None:
    """Remove the manifest, and then all that it names."""
    making = Making(store, f"v{manifest.version}")
    # Noted first: without the manifest nobody would know of them.
    for name in manifest.files:
        making.retire(name)
    store.remove(f"v{manifest.version}/{MANIFEST}")
    making.sweep(set())
