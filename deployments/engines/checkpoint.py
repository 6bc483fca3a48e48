"""Checks a model's folder: is it a checkpoint, and is it trained? Reads files, knows no library."""

from pathlib import Path

RANDOM = "random weights, not a model"
_MARK = "random_weights.txt"
"""Name of the file that marks a checkpoint of random weights."""


def checked(path: str, wanted: str, setting: str) -> Path:
    """Return the folder if it contains `wanted`, the file that identifies its kind of checkpoint.

    Raises:
        ValueError: naming the setting, what is there and what is wanted.
    """
    if not path:
        raise ValueError(f"{setting}: wanted the folder of a checkpoint, with a {wanted} in it")
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise ValueError(f"{setting}: there is no folder {path}")
    if not (folder / wanted).is_file():
        raise ValueError(f"{setting}: {path} is no checkpoint, it has no {wanted}")
    return folder.resolve()


def mark_random(folder: Path) -> None:
    """Mark a checkpoint as untrained; its label will say so."""
    (folder / _MARK).write_text(f"{RANDOM}\n", "utf-8")


def label_of(folder: Path, name: str, run_by: str) -> str:
    """Return an engine's label: its model, its library, and whether it is untrained.

    The console, sheets and the API show it beside everything that the engine makes.
    """
    random = f"; {RANDOM}" if (folder / _MARK).is_file() else ""
    return f"{name} ({run_by}{random})"
