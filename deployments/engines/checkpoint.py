"""A model's folder: is it one? Looks at files, knows no library."""

from pathlib import Path


def checked(path: str, wanted: str, setting: str) -> Path:
    """The folder, if it holds the file that a checkpoint of its kind has.

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
