"""EDL (CMX3600), as Sian writes it -> a timeline: cuts and their clips' names. The format names no
frame rate."""

import re
from itertools import pairwise

from serve.returned.timeline import MAX_FRAMES, NoTimeline, ReadClip, ReadTimeline

_EVENT = re.compile(
    r"(\d{3,6})\s+(\S+)\s+V\S*\s+(\S+)(?:\s+\d+)?((?:\s+\d\d:\d\d:\d\d[:;]\d\d){4})\s*"
)
_CLIP = re.compile(r"\*\s*FROM CLIP NAME:\s*(.+)")
_CUT = re.compile(r"\*\s*CUT:\s*(c_[0-9a-z]{4,32})")
_DISSOLVE = re.compile(r"\*\s*DISSOLVE:\s*(\d{1,4}) FRAMES")
MAX_LINES = 10_000


def read_edl(data: bytes, fps: int) -> ReadTimeline:
    """Read an EDL.

    Raises:
        NoTimeline: saying what is wrong.
    """
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise NoTimeline("it is not UTF-8") from None
    if len(lines) > MAX_LINES:
        raise NoTimeline(f"it has more than {MAX_LINES} lines")
    read = ReadTimeline(export=next((one for one in lines if "sian-export" in one), ""))
    events = [at for at, line in enumerate(lines) if _EVENT.fullmatch(line)]
    for at, until in pairwise([*events, len(lines)]):
        _event(read, lines[at:until], fps)
    return read


def _event(read: ReadTimeline, lines: list[str], fps: int) -> None:
    event = _EVENT.fullmatch(lines[0])
    if event is None:
        return
    times = [_frame(one, fps) for one in event[4].split()]
    first, end, starts, ends = times
    comments = lines[1:]
    ids = [found[1] for one in comments for found in (_CUT.match(one), _CLIP.match(one)) if found]
    ids.sort(key=lambda one: not one.startswith("c_"))
    name = ids[-1].strip() if ids else event[2]
    if event[3] != "C":
        read.list(name, f"{event[3]} is not read, only cuts are")
    if end - first != ends - starts:
        read.list(name, "its speed was changed")
    read.add(ReadClip(tuple(ids), name, first, ends - starts, starts))
    for found in filter(None, map(_DISSOLVE.match, comments)):
        half = int(found[1]) // 2
        read.dissolves[len(read.clips) - 1] = half, half


def _frame(timecode: str, fps: int) -> int:
    hours, minutes, seconds, frames = (int(one) for one in re.split("[:;]", timecode))
    if frames >= fps:
        raise NoTimeline(f"{timecode} is no time code of {fps} frames a second")
    return min(((hours * 60 + minutes) * 60 + seconds) * fps + frames, 100 * MAX_FRAMES)
