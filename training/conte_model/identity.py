"""Identity of a training run: digests of its settings, its base and its data.

A run can only be resumed with the same identity, and the published model records it. Folders may be
moved, because only their content counts.
"""

import json
from pathlib import Path
from typing import Any

from training.conte_model.base import Base
from training.conte_model.settings import Settings
from training.whole_folder import MANIFEST

_PLACES = {"scripts", "prompts", "base"}
"""Settings that are paths, and not part of the identity."""


def identity(settings: Settings, base: Base) -> dict[str, Any]:
    """Return the identity of a training: settings, base and data.

    Raises:
        ValueError: if the data have no manifest.
    """
    return {
        "settings": settings.model_dump(mode="json", exclude=_PLACES),
        "base": base.model_dump(mode="json"),
        "data": data_of(Path(settings.scripts)),
    }


def run_identity(settings: Settings, base: Base) -> dict[str, Any]:
    """Return the identity of the run, without the learning rate, which may be lowered after a NaN.

    Raises:
        ValueError: if the data have no manifest.
    """
    found = identity(settings, base)
    del found["settings"]["learning_rate"]
    return found


def data_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of the splits, by name.

    Raises:
        ValueError: if there is no manifest.
    """
    try:
        files = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{folder} has no {MANIFEST} that can be read: {error}") from None
    return {name: digest for name, digest in files.items() if name.endswith(".jsonl")}


def unlike(mine: dict[str, Any], found: dict[str, Any], within: str = "") -> list[str]:
    """Describe each difference between two identities, with both values."""
    told: list[str] = []
    for name in sorted(mine.keys() | found.keys()):
        a, b = mine.get(name), found.get(name)
        if isinstance(a, dict) and isinstance(b, dict):
            told += unlike(a, b, f"{within}{name}.")
        elif a != b:
            told.append(f"{within}{name}: got {a!r}, it was begun with {b!r}")
    return told
