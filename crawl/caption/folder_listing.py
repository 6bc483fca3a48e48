"""A folder -> its videos, each as a row of a manifest, and a count of its other files."""

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from conte.vocabulary import Language
from crawl.caption.manifest import MAX_URI, SourceVideo
from crawl.dataset.outcomes import kind_of
from crawl.permission import Permission

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".qt", ".f4v", ".ismv", ".3gp", ".3g2", ".3gpp", ".3gp2",
     ".mkv", ".mk3d", ".webm", ".avi", ".divx", ".amv", ".wmv", ".asf", ".wm", ".wtv", ".flv",
     ".ts", ".m2ts", ".mts", ".m2t", ".trp", ".tod", ".mod", ".mpg", ".mpeg", ".mpe", ".m1v",
     ".m2v", ".mpv", ".vob", ".evo", ".ogv", ".ogm", ".ogg", ".mxf", ".gxf", ".dv", ".dif",
     ".rm", ".rmvb", ".nsv", ".ivf", ".nut", ".y4m", ".mjpg", ".mjpeg", ".h264", ".264", ".avc",
     ".h265", ".265", ".hevc", ".av1", ".obu", ".vc1", ".insv", ".lrv"}
)  # fmt: skip
"""Suffixes of files that FFmpeg may read as videos; the job leaves out those that are not."""
_CUT = 190
_DIGEST = 12


@dataclass(frozen=True)
class Listing:
    videos: tuple[SourceVideo, ...]
    """Videos ordered by path; `left_out` of a row says why a file cannot be captioned."""
    others: Mapping[str, int]
    """Number of other files, by suffix."""
    not_entered: tuple[str, ...]
    """Folders that were not read, each with the reason."""

    def __str__(self) -> str:
        why = Counter(kind_of(video.left_out) for video in self.videos if video.left_out)
        lines = [f"{len(self.videos):,} videos" + (f", {why.total():,} left out" if why else "")]
        lines += [f"  {number:,} {reason}" for reason, number in why.most_common()]
        if self.others:
            named = ", ".join(f"{number:,} {suffix}" for suffix, number in self.others.items())
            lines.append(f"{sum(self.others.values()):,} files that are no videos: {named}")
        lines += [f"not entered: {folder}" for folder in self.not_entered]
        return "\n".join(lines)


def listing_of(
    folder: Path,
    permission: Permission,
    language: Language = "ko",
    before: Mapping[str, str] | None = None,
) -> Listing:
    """List the videos of a folder and its subfolders.

    Args:
        before: ids by URI of an earlier listing; a file keeps its id.
    """
    paths: list[Path] = []
    others, not_entered = Counter[str](), list[str]()
    for path, why_not in _walked(folder):
        if why_not:
            not_entered.append(f"{_shown(path.relative_to(folder))}: {why_not}")
        elif path.suffix.lower() in SUFFIXES:
            paths.append(path)
        else:
            others[_shown(Path(path.suffix.lower() or "without a suffix"))] += 1
    paths.sort()
    ids = _ids(folder, paths, before or {})
    first = _Same(folder, paths)
    counted = dict(sorted(others.items(), key=lambda one: (-one[1], one[0])))
    videos = tuple(_video(path, ids[path], permission, language, first) for path in paths)
    return Listing(videos, counted, tuple(not_entered))


def uri_of(path: Path) -> str:
    """Return the file's path, or a percent-encoded file:// URI if the path is not in UTF-8, because
    a manifest can hold only text."""
    text = str(path.absolute())
    return text if _is_utf8(text) else "file://" + quote(os.fsencode(text))


def _walked(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield files, and skipped folders with the reason. Links to folders could form cycles."""
    failed: list[OSError] = []
    for at, folders, files in os.walk(folder, onerror=failed.append):
        for name in folders:
            if os.path.islink(os.path.join(at, name)):
                yield Path(at, name), "a link to a folder"
        for name in files:
            yield Path(at, name), ""
    for error in failed:
        yield Path(os.fsdecode(error.filename)), error.strerror or str(error)


def _ids(folder: Path, paths: Iterable[Path], before: Mapping[str, str]) -> dict[Path, str]:
    """Return an id for each file. Files that would share an id get a digest of their paths in
    it."""
    relative = {path: path.relative_to(folder) for path in paths}
    uris = {path: uri_of(path) for path in relative}
    known = Counter(before[uri] for uri in uris.values() if uri in before)
    ids = {path: before[uri] for path, uri in uris.items() if known[before.get(uri, "")] == 1}
    plain = {path: _plain(name) for path, name in relative.items() if path not in ids}
    wanted = Counter(plain.values()) + Counter(ids.values())
    digested = {path: _digested(relative[path]) for path, name in plain.items() if wanted[name] > 1}
    return ids | plain | digested


def _plain(path: Path) -> str:
    return "file:" + _clean(path)[-_CUT:]


def _digested(path: Path) -> str:
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:_DIGEST]
    return f"file:{_clean(path)[-(_CUT - _DIGEST - 1) :]}~{digest}"


def _clean(path: Path) -> str:
    return re.sub(r"[\s#]", "_", _shown(path))


def _shown(path: Path) -> str:
    """Return the path as text; bytes that are not UTF-8 become `\\xb0`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Same:
    """Chooses one of several names of a file: the first that is not a link."""

    def __init__(self, folder: Path, paths: Iterable[Path]) -> None:
        self._folder = folder
        self._first: dict[tuple[int, int], Path] = {}
        for path in sorted(paths, key=lambda path: (path.is_symlink(), path)):
            try:
                found = path.stat()
            except OSError:
                continue
            self._first.setdefault((found.st_dev, found.st_ino), path)

    def other_than(self, path: Path, found: os.stat_result) -> str:
        """Return the name chosen for the file, if it is not this one."""
        first = self._first.get((found.st_dev, found.st_ino), path)
        return "" if first == path else _shown(first.relative_to(self._folder))


def _video(
    path: Path, name: str, permission: Permission, language: Language, same: _Same
) -> SourceVideo:
    uri = uri_of(path)
    why, size_bytes = _looked_at(path, same)
    if len(uri) > MAX_URI:
        uri, why = "…" + uri[1 - MAX_URI :], f"a path of more than {MAX_URI} characters"
    return SourceVideo(
        id=name,
        uri=uri,
        language=language,
        permission=permission,
        size_bytes=size_bytes,
        left_out=why,
    )


def _looked_at(path: Path, same: _Same) -> tuple[str, int | None]:
    """Return why the file cannot be captioned (or ""), and its size in bytes if known."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return "not a file", None
        if other := same.other_than(path, found):
            return f"another name of {other[-200:]!r}", found.st_size
        if not found.st_size:
            return "the file is empty", 0
        with path.open("rb"):  # only an attempt shows whether it may be read
            return "", found.st_size
    except OSError as error:
        kind = "a link that leads nowhere" if path.is_symlink() else "cannot be read"
        return f"{kind}: {error.strerror or error}", None
