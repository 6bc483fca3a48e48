"""OTIO and OTIOZ -> a timeline: JSON, read without OpenTimelineIO, whose parser is native code."""

import json
from collections.abc import Iterator
from typing import Any, cast

from conte.media_name import sound_media_in
from serve.bounded_zip import BoundedZip, UnreadableZip
from serve.returned.recordings import MAX_GAIN_DB, ReadSound
from serve.returned.timeline import (
    MAX_FRAMES,
    WORDS,
    NoTimeline,
    ReadClip,
    ReadTimeline,
    ReadWords,
)

META = "sian"
RECORDING = "recording"
"""Value by which the metadata marks a track of recordings."""
CONTENT = "content.otio"
MAX_CONTENT = 8 << 20
MAX_ENTRIES = 200
MAX_NODES = 200_000
MAX_DEPTH = 64


def content_of(data: bytes) -> bytes:
    """Return the timeline of an OTIOZ; its media is not opened.

    Raises:
        NoTimeline
    """
    try:
        bundle = BoundedZip(data, MAX_ENTRIES)
        entry = bundle.entries.get(CONTENT)
        if entry is None:
            raise NoTimeline(f"it has no {CONTENT}")
        bundle.check_ratio(CONTENT, CONTENT)
        if entry.file_size > MAX_CONTENT:
            raise NoTimeline(f"its {CONTENT} is too large")
        return bundle.read(CONTENT, MAX_CONTENT, CONTENT)
    except UnreadableZip as error:
        raise NoTimeline(str(error)) from None


def read_otio(data: bytes) -> ReadTimeline:
    """Read a timeline.

    Raises:
        NoTimeline: saying what is wrong.
    """
    root = _parsed(data)
    if not _schema(root).startswith("Timeline."):
        raise NoTimeline(f"it is a {_schema(root) or 'file without a schema'}, wanted a Timeline")
    tracks = [one for one in _children(root.get("tracks")) if _schema(one).startswith("Track.")]
    pictures = next(
        (one for one in tracks if one.get("kind") == "Video" and any(_clips(one))), None
    )
    rate = _rate(pictures)
    read = ReadTimeline(export=str(_meta(root).get("export", "")), fps=rate, sounds=[])
    for track in tracks:
        if track is pictures:
            _pictures(read, track, rate)
        else:
            _beside(read, track, rate)
    return read


def _parsed(data: bytes) -> dict[str, Any]:
    if data.count(b"{") + data.count(b"[") > MAX_NODES:
        raise NoTimeline(f"it has more than {MAX_NODES} values")
    depth = deepest = 0
    quoted = escaped = False
    for byte in data:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = byte == 0x5C, byte != 0x22
        elif byte == 0x22:
            quoted = True
        elif byte in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"}]":
            depth -= 1
    if deepest > MAX_DEPTH:
        raise NoTimeline(f"its values lie more than {MAX_DEPTH} deep")
    try:
        root = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NoTimeline(f"it is no JSON: {error}"[:200]) from None
    if not isinstance(root, dict):
        raise NoTimeline("it is no JSON object")
    return cast(dict[str, Any], root)


def _pictures(read: ReadTimeline, track: dict[str, Any], rate: float | None) -> None:
    at: int | None = 0
    for item in _children(track):
        schema, name = _schema(item).partition(".")[0], str(item.get("name") or "")
        if schema == "Transition":
            offsets = (_frames(item.get(one), rate) for one in ("in_offset", "out_offset"))
            before, after = offsets
            if before is not None and after is not None and read.clips:
                read.dissolves[len(read.clips) - 1] = before, after
            continue
        first, lasts = _range(item, rate)
        if schema == "Clip":
            if lasts is None or first is None:
                read.list(name, "it does not lie on whole frames")
            if any("TimeWarp" in _schema(e) or "Freeze" in _schema(e) for e in _effects(item)):
                read.list(name, "its speed was changed")
            read.add(ReadClip(_ids(item), name, first, lasts, at))
        elif schema != "Gap":
            read.list(name, f"{schema or 'an unknown item'} is not read")
        at = None if at is None or lasts is None else at + lasts


def _beside(read: ReadTimeline, track: dict[str, Any], rate: float | None) -> None:
    kind = str(_meta(track).get("track", ""))
    at: int | None = 0
    for item in _children(track):
        schema, name = _schema(item).partition(".")[0], str(item.get("name") or "")
        if schema == "Transition":
            if kind == RECORDING:
                read.list(name, "a dissolve between recordings is not read")
            continue
        first, lasts = _range(item, rate)
        if schema == "Clip":
            ids = _sound_ids(item)
            cuts = _meta(item).get("cuts")
            if ids or kind == RECORDING:
                _sound(read, item, ReadSound(ids, name, at, first, lasts, _gain(item)))
            elif kind not in WORDS or not isinstance(cuts, list):
                read.list(name, "it lies beside the film's clips")
            else:
                known = (one for one in cast(list[Any], cuts)[:16] if isinstance(one, str))
                read.words.append(ReadWords(kind, tuple(known), name.strip()))
        at = None if at is None or lasts is None else at + lasts


def _sound(read: ReadTimeline, item: dict[str, Any], sound: ReadSound) -> None:
    if not sound.ids:
        read.list(sound.name, "it is no recording of the exported version")
        return
    if _effects(item):
        read.list(sound.name, "its effects are not read")
    read.hear(sound)


def _sound_ids(clip: dict[str, Any]) -> tuple[str, ...]:
    known = _meta(clip).get("sound")
    media = next(filter(None, map(sound_media_in, _references(clip))), "")
    return tuple(one for one in (known, media) if isinstance(one, str) and one)


def _gain(clip: dict[str, Any]) -> float | None:
    gain = _meta(clip).get("gain_db")
    return float(gain) if isinstance(gain, int | float) and abs(gain) <= MAX_GAIN_DB else None


def _ids(clip: dict[str, Any]) -> tuple[str, ...]:
    known = _meta(clip).get("cut")
    found = (known if isinstance(known, str) else "", *_references(clip))
    return tuple(filter(None, found))


def _references(clip: dict[str, Any]) -> tuple[str, ...]:
    """Return the possible names of a clip's media."""
    references = _object(clip.get("media_references"))
    key = str(clip.get("active_media_reference_key") or "DEFAULT_MEDIA")
    reference = _object(references.get(key)) or _object(clip.get("media_reference"))
    found = (reference.get("target_url"), reference.get("name"))
    return tuple(one for one in found if isinstance(one, str))


def _range(item: dict[str, Any], rate: float | None) -> tuple[int | None, int | None]:
    found = _object(item.get("source_range"))
    if not found:
        references = _object(item.get("media_references"))
        reference = _object(references.get("DEFAULT_MEDIA")) or _object(item.get("media_reference"))
        found = _object(reference.get("available_range"))
    return _frames(found.get("start_time"), rate), _frames(found.get("duration"), rate)


def _rate(track: dict[str, Any] | None) -> float | None:
    for clip in _clips(track or {}):
        rate = _object(_object(clip.get("source_range")).get("duration")).get("rate")
        if isinstance(rate, int | float) and 0 < rate <= 1000:
            return float(rate)
    return None


def _frames(time: Any, rate: float | None) -> int | None:
    found = _object(time)
    value, of = found.get("value"), found.get("rate")
    if not isinstance(value, int | float) or not isinstance(of, int | float) or not of or not rate:
        return None
    frames = value if of == rate else value * rate / of
    whole = abs(frames) <= MAX_FRAMES and frames == round(frames)
    return round(frames) if whole else None


def _children(item: Any) -> list[dict[str, Any]]:
    found = _object(item).get("children")
    return [_object(one) for one in cast(list[Any], found)] if isinstance(found, list) else []


def _clips(track: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (one for one in _children(track) if _schema(one).startswith("Clip."))


def _effects(item: dict[str, Any]) -> list[dict[str, Any]]:
    found = item.get("effects")
    return [_object(one) for one in cast(list[Any], found)] if isinstance(found, list) else []


def _schema(item: Any) -> str:
    return str(_object(item).get("OTIO_SCHEMA") or "")


def _meta(item: Any) -> dict[str, Any]:
    return _object(_object(_object(item).get("metadata")).get(META))


def _object(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}
