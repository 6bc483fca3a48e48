"""Clips to be judged: files, a folder of files, or a list with what each clip should show."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from conte.frozen import Frozen, digest

SUFFIXES = (".mp4", ".mov", ".webm", ".mkv")


class FilmClip(Frozen):
    """A clip to be judged. Cuts of the same `film` are compared with each other."""

    id: str = Field(min_length=1, max_length=200)
    path: Path
    prompt: str = Field(default="", max_length=8000)
    """Prompt of the clip, in the language of the vision model: English."""
    film: str = ""
    subjects: tuple[str, ...] = ()
    """Names of the people and things in it; only cuts that share one should look alike."""
    place: str = ""

    @property
    def asked(self) -> str:
        """Digest of prompt, subjects and place, on which the scores depend besides the frames."""
        return digest([self.prompt, sorted(self.subjects), self.place])[:16]


def clips_in(given: Sequence[Path]) -> list[FilmClip]:
    """Return the clips of files, folders (one film each, clips by name) and lists (`.jsonl`), in
    order.

    Raises:
        ValueError: naming the file or the line, and the fault.
    """
    found: list[FilmClip] = []
    for path in given:
        if path.suffix == ".jsonl":
            found += _listed(path)
        elif path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES)
            found += [
                FilmClip(id=f"{path.name}/{one.name}", path=one, film=path.name) for one in inside
            ]
        elif path.is_file():
            found.append(FilmClip(id=path.name, path=path))
        else:
            raise ValueError(f"{path} is not there")
    if not found:
        raise ValueError(f"no clip in {', '.join(map(str, given))}: wanted {', '.join(SUFFIXES)}")
    ids = [clip.id for clip in found]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ValueError(f"the id {twice[0]} comes twice")
    return found


def _listed(path: Path) -> list[FilmClip]:
    found: list[FilmClip] = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            clip = FilmClip.model_validate({"id": str(row.get("path")), **row})
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(step) for step in first["loc"])
            raise ValueError(f"{path.name} line {number}: {place}: {first['msg']}") from None
        except (ValueError, AttributeError, TypeError) as error:
            raise ValueError(f"{path.name} line {number}: wanted a JSON object: {error}") from None
        # Paths are relative to the list's folder.
        found.append(clip.model_copy(update={"path": path.parent / clip.path}))
    return found
