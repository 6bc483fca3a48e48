"""FCPXML -> a timeline. Times are fractions of a second; those off the frame grid are not read."""

import re
from fractions import Fraction
from typing import Any

from conte.media_name import sound_media_in
from serve.returned.recordings import ReadSound
from serve.returned.timeline import (
    MAX_FRAMES,
    NoTimeline,
    ReadClip,
    ReadTimeline,
    ReadWords,
)

_TIME = re.compile(r"(-?\d{1,12})(?:/(\d{1,9}))?s")
_CUT = re.compile(r"c_[0-9a-z]{4,32}")
ROLES = {
    "NA": "narration", "DIA": "dialogue", "SE": "sound_effect", "BGM": "music", "CAP": "caption",
    "LEGAL": "legal",
}  # fmt: skip
RECORDING = "sian-recording"
"""Prefix of a recording's note; the recording's id follows."""
_SOUND = re.compile(r"s_[0-9a-z]{4,32}")
_LEVEL = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d{1,6})?)\s*dB\s*")
_CLIPS = ("asset-clip", "clip", "video", "sync-clip", "ref-clip", "mc-clip")
_RETIMED = ("timeMap", "conform-rate")


def read_fcpxml(root: Any) -> ReadTimeline:
    """Read a sequence.

    Raises:
        NoTimeline: if the document has no sequence, or more than one.
    """
    sequences = root.findall(".//project/sequence")
    if len(sequences) != 1:
        raise NoTimeline(f"it has {len(sequences)} projects, wanted one")
    sequence = sequences[0]
    rate = _rate(root, sequence)
    read = ReadTimeline(export=sequence.findtext("note") or "", fps=float(rate), sounds=[])
    if rate.denominator != 1:
        return read
    assets = {one.get("id"): one for one in root.findall("./resources/asset")}
    spine = sequence.find("spine")
    for item in () if spine is None else spine:
        _item(read, item, assets, int(rate))
    return read


def _rate(root: Any, sequence: Any) -> Fraction:
    for one in root.findall("./resources/format"):
        if one.get("id") == sequence.get("format"):
            found = _seconds(one.get("frameDuration"))
            if found is not None and 0 < found <= 1:
                return 1 / found
    raise NoTimeline("its sequence has no format with a frame duration")


def _item(read: ReadTimeline, item: Any, assets: dict[str | None, Any], fps: int) -> None:
    name = item.get("name") or item.tag
    starts, lasts = (_frames(item.get(one), fps) for one in ("offset", "duration"))
    if item.tag == "transition":
        if read.clips and starts is not None and lasts is not None:
            last = read.clips[-1]
            if last.starts is not None and last.num_frames is not None:
                before = last.starts + last.num_frames - starts
                read.dissolves[len(read.clips) - 1] = before, lasts - before
        return
    if item.tag == "gap":  # noted where the next clip begins
        for anchored in item:
            _anchored(read, anchored, item, assets, fps)
        return
    if item.tag not in _CLIPS:
        read.list(name, f"{item.tag} is not read")
        return
    asset = assets.get(item.get("ref"))
    if asset is None and (inner := item.find("video")) is not None:
        asset = assets.get(inner.get("ref"))
    ids = [*_CUT.findall(item.findtext("note") or "")[:1]]
    begins = 0
    if asset is not None:
        ids += _media(asset)
        begins = _frames(asset.get("start") or "0s", fps) or 0
    first = _frames(item.get("start") or "0s", fps)
    if any(item.find(one) is not None for one in _RETIMED):
        read.list(name, "its speed was changed")
    clip = ReadClip(
        ids=tuple(filter(None, ids)),
        name=name,
        first=None if first is None else first - begins,
        num_frames=lasts,
        starts=starts,
    )
    if lasts is None or first is None:
        read.list(name, "it does not lie on whole frames")
    read.add(clip)
    for anchored in item:
        _anchored(read, anchored, item, assets, fps)


def _media(asset: Any) -> list[str]:
    """Return the possible names of an asset's media."""
    media = asset.find("media-rep")
    source = asset.get("src") or ("" if media is None else media.get("src") or "")
    return [source, asset.get("name") or ""]


def _anchored(
    read: ReadTimeline, item: Any, owner: Any, assets: dict[str | None, Any], fps: int
) -> None:
    if item.tag == "caption":
        kind = ROLES.get((item.get("role") or "").partition("?")[0])
        cuts = tuple(_CUT.findall(item.findtext("note") or ""))[:16]
        if kind is None or not cuts:
            read.list(item.get("name") or "caption", "it is no caption of the exported version")
            return
        text = "".join("".join(one.itertext()) for one in item.findall("text")).strip()
        read.words.append(ReadWords(kind, cuts, text[:MAX_FRAMES]))
    elif item.get("lane") is not None:
        asset = assets.get(item.get("ref"))
        note = item.findtext("note") or ""
        known = _SOUND.findall(note)[:1] if note.startswith(RECORDING) else []
        media = [] if asset is None else map(sound_media_in, _media(asset))
        ids = tuple(filter(None, (*known, *media)))
        if ids:
            _sound(read, item, owner, asset, ids, fps)
        else:
            read.list(item.get("name") or item.tag, "it lies beside the film's clips")


def _sound(
    read: ReadTimeline, item: Any, owner: Any, asset: Any, ids: tuple[str, ...], fps: int
) -> None:
    """Read a recording, whose offset is in the time of the clip that it is connected to."""
    name = item.get("name") or item.tag
    if any(item.find(one) is not None for one in _RETIMED):
        read.list(name, "its speed was changed")
    begins = "0s" if asset is None else asset.get("start") or "0s"
    sound = ReadSound(
        ids=ids,
        name=name,
        starts=_sum(fps, owner.get("offset"), item.get("offset"), owner.get("start")),
        first=_sum(fps, item.get("start"), None, begins),
        num_frames=_frames(item.get("duration"), fps),
        gain_db=_level(read, item, name),
    )
    read.hear(sound)


def _sum(fps: int, one: str | None, other: str | None, less: str | None) -> int | None:
    """Return `one` + `other` - `less` in whole frames; absent times count as 0, and None means no
    whole frame."""
    added, more, taken = (_seconds(text or "0s") for text in (one, other, less))
    if added is None or more is None or taken is None:
        return None
    return _whole((added + more - taken) * fps)


def _level(read: ReadTimeline, item: Any, name: str) -> float | None:
    volume = item.find("adjust-volume")
    if volume is None:
        return None
    found = _LEVEL.fullmatch(volume.get("amount") or "")
    if found is None or len(volume):
        read.list(name, "its level changes, or is no number of dB")
        return None
    return float(found[1])


def _seconds(text: str | None) -> Fraction | None:
    found = _TIME.fullmatch(text or "")
    if found is None or found[2] == "0" * len(found[2] or "1"):
        return None
    return Fraction(int(found[1]), int(found[2] or 1))


def _frames(text: str | None, fps: int) -> int | None:
    seconds = _seconds(text)
    if seconds is None:
        return None
    return _whole(seconds * fps)


def _whole(frames: Fraction) -> int | None:
    whole = frames.denominator == 1 and abs(frames.numerator) <= MAX_FRAMES
    return frames.numerator if whole else None
