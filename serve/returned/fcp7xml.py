"""FCP7 XML -> a timeline. Beside a dissolve a clip's start or end is -1; the cut is then within the
dissolve."""

import math
import re
from typing import Any

from conte.media_name import sound_media_in
from conte.revision.edited import MARK
from serve.returned.recordings import MAX_GAIN_DB, ReadSound
from serve.returned.timeline import (
    MAX_FRAMES,
    WORDS,
    NoTimeline,
    ReadClip,
    ReadTimeline,
    ReadWords,
)

_CUT = re.compile(r"c_[0-9a-z]{4,32}")
_SOUND = re.compile(r"s_[0-9a-z]{4,32}")
_FACTOR = re.compile(r"\d{1,4}(?:\.\d{1,12})?")
_NOT_ITEMS = ("enabled", "locked", "outputchannelindex", "name")


def read_fcp7xml(root: Any) -> ReadTimeline:
    """Read a sequence.

    Raises:
        NoTimeline: if the document has no sequence, or more than one.
    """
    sequences = [*root.findall("./sequence"), *root.findall("./project/children/sequence")]
    if len(sequences) != 1:
        raise NoTimeline(f"it has {len(sequences)} sequences, wanted one")
    sequence = sequences[0]
    read = ReadTimeline(export=_export(sequence), fps=_rate(sequence), sounds=[])
    files = {one.get("id"): one for one in root.iter("file") if len(one)}
    tracks = sequence.findall("./media/video/track")
    pictures = next((one for one in tracks if one.find("clipitem") is not None), None)
    for track in tracks:
        if track is pictures:
            _pictures(read, track, files)
        else:
            _beside(read, track)
    for track in sequence.findall("./media/audio/track"):
        for item in track.findall("clipitem"):
            _sound(read, item, files)
    return read


def _export(sequence: Any) -> str:
    return next((one.text for one in sequence.iter() if one.text and MARK in one.text), "")


def _rate(element: Any) -> float:
    timebase = _whole(element.findtext("./rate/timebase"))
    if not timebase or timebase < 0 or timebase > 1000:
        raise NoTimeline("its sequence has no rate")
    ntsc = (element.findtext("./rate/ntsc") or "").strip().upper() == "TRUE"
    return timebase * 1000 / 1001 if ntsc else float(timebase)


def _pictures(read: ReadTimeline, track: Any, files: dict[str | None, Any]) -> None:
    items = [one for one in track if one.tag not in _NOT_ITEMS]
    for at, item in enumerate(items):
        if item.tag == "transitionitem":
            continue
        if item.tag != "clipitem":
            read.list(item.findtext("name") or item.tag, f"{item.tag} is not read")
            continue
        before, after = _dissolve(items, at - 1), _dissolve(items, at + 1)
        _clip(read, item, before, after, files)
        if after is not None and read.clips:
            begins, cut, ends = after
            read.dissolves[len(read.clips) - 1] = cut - begins, ends - cut


def _dissolve(items: list[Any], at: int) -> tuple[int, int, int] | None:
    """Return the first frame of a transition, its cut, and the frame after its last one."""
    if not 0 <= at < len(items) or items[at].tag != "transitionitem":
        return None
    begins, ends = (_whole(items[at].findtext(one)) for one in ("start", "end"))
    if begins is None or ends is None:
        return None
    alignment = (items[at].findtext("alignment") or "center").strip()
    middle = (begins + ends) // 2
    cut = {"start": begins, "start-black": begins, "end": ends, "end-black": ends}
    return begins, cut.get(alignment, middle), ends


def _clip(
    read: ReadTimeline,
    item: Any,
    before: tuple[int, int, int] | None,
    after: tuple[int, int, int] | None,
    files: dict[str | None, Any],
) -> None:
    name = item.findtext("name") or "clipitem"
    starts, ends, first = (_whole(item.findtext(one)) for one in ("start", "end", "in"))
    if starts == -1 and before is not None:
        starts = before[1]
        first = None if first is None else first + before[1] - before[0]
    if ends == -1 and after is not None:
        ends = after[1]
    lasts = None if starts is None or ends is None or ends < starts else ends - starts
    ids = [*_CUT.findall(item.findtext("./comments/mastercomment1") or "")[:1]]
    ids += _media(item, files)
    if lasts is None or first is None:
        read.list(name, "it does not lie on whole frames")
    if any("timeremap" in (one.text or "").lower() for one in item.iter("effectid")):
        read.list(name, "its speed was changed")
    read.add(ReadClip(tuple(filter(None, ids)), name, first, lasts, starts))


def _sound(read: ReadTimeline, item: Any, files: dict[str | None, Any]) -> None:
    """Read one channel of a recording; its other channel repeats it."""
    name = item.findtext("name") or "clipitem"
    known = _SOUND.findall(item.findtext("./comments/mastercomment1") or "")[:1]
    ids = tuple(filter(None, (*known, *map(sound_media_in, _media(item, files)))))
    if not ids:
        read.list(name, "it is no recording of the exported version")
        return
    starts, ends, first = (_whole(item.findtext(one)) for one in ("start", "end", "in"))
    if -1 in (starts, ends):
        # Beside a dissolve of sound: where it begins is not said.
        starts = None
    lasts = None if starts is None or ends is None or ends < starts else ends - starts
    if any("timeremap" in (one.text or "").lower() for one in item.iter("effectid")):
        read.list(name, "its speed was changed")
    read.hear(ReadSound(ids, name, starts, first, lasts, _level(read, item, name)))


def _level(read: ReadTimeline, item: Any, name: str) -> float | None:
    """Return the gain in dB from the file's factor."""
    for parameter in item.iter("parameter"):
        if (parameter.findtext("parameterid") or "").strip() != "level":
            continue
        found = _FACTOR.fullmatch((parameter.findtext("value") or "").strip())
        if found is None or parameter.find("keyframe") is not None:
            read.list(name, "its level changes, or is no number")
            return None
        factor = float(found[0])
        return 20 * math.log10(factor) if factor else -MAX_GAIN_DB
    return None


def _media(item: Any, files: dict[str | None, Any]) -> list[str]:
    """Return the possible names of a clip's media."""
    file = item.find("file")
    file = files.get(file.get("id"), file) if file is not None else None
    return [] if file is None else [file.findtext("pathurl") or "", file.findtext("name") or ""]


def _beside(read: ReadTimeline, track: Any) -> None:
    for item in track:
        if item.tag in _NOT_ITEMS or item.tag == "transitionitem":
            continue
        kind, _, cuts = (item.findtext("./comments/mastercomment1") or "").partition(" ")
        ids = tuple(_CUT.findall(cuts))[:16]
        if item.tag != "generatoritem" or kind not in WORDS or not ids:
            read.list(item.findtext("name") or item.tag, "it lies beside the film's clips")
            continue
        texts = [
            one.findtext("value") or ""
            for one in item.iter("parameter")
            if (one.findtext("parameterid") or "").strip() == "str"
        ]
        text = (texts[0] if texts else item.findtext("name") or "").strip()
        read.words.append(ReadWords(kind, ids, text))


def _whole(text: str | None) -> int | None:
    found = re.fullmatch(r"\s*(-?\d{1,9})\s*", text or "")
    return int(found[1]) if found and abs(int(found[1])) <= MAX_FRAMES else None
