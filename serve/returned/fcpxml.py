"""FCPXML -> a timeline. Times are fractions of a second, read as whole frames or not at all."""

import re
from fractions import Fraction
from typing import Any

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
"""The note of a recording, which is no cut."""
_CLIPS = ("asset-clip", "clip", "video", "sync-clip", "ref-clip", "mc-clip")
_RETIMED = ("timeMap", "conform-rate")


def read_fcpxml(root: Any) -> ReadTimeline:
    """
    Raises:
        NoTimeline: if it has no sequence, or more than one.
    """
    sequences = root.findall(".//project/sequence")
    if len(sequences) != 1:
        raise NoTimeline(f"it has {len(sequences)} projects, wanted one")
    sequence = sequences[0]
    rate = _rate(root, sequence)
    read = ReadTimeline(export=sequence.findtext("note") or "", fps=float(rate))
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
    if item.tag == "gap":
        return  # noted where the next clip begins
    if item.tag not in _CLIPS:
        read.list(name, f"{item.tag} is not read")
        return
    asset = assets.get(item.get("ref"))
    if asset is None and (inner := item.find("video")) is not None:
        asset = assets.get(inner.get("ref"))
    ids = [*_CUT.findall(item.findtext("note") or "")[:1]]
    begins = 0
    if asset is not None:
        media = asset.find("media-rep")
        ids += [asset.get("src") or ("" if media is None else media.get("src") or "")]
        ids += [asset.get("name") or ""]
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
        _anchored(read, anchored)


def _anchored(read: ReadTimeline, item: Any) -> None:
    if item.tag == "caption":
        kind = ROLES.get((item.get("role") or "").partition("?")[0])
        cuts = tuple(_CUT.findall(item.findtext("note") or ""))[:16]
        if kind is None or not cuts:
            read.list(item.get("name") or "caption", "it is no caption of the exported version")
            return
        text = "".join("".join(one.itertext()) for one in item.findall("text")).strip()
        read.words.append(ReadWords(kind, cuts, text[:MAX_FRAMES]))
    elif (item.findtext("note") or "").startswith(RECORDING):
        return  # its place is the draft's
    elif item.get("lane") is not None:
        read.list(item.get("name") or item.tag, "it lies beside the film's clips")


def _seconds(text: str | None) -> Fraction | None:
    found = _TIME.fullmatch(text or "")
    if found is None or found[2] == "0" * len(found[2] or "1"):
        return None
    return Fraction(int(found[1]), int(found[2] or 1))


def _frames(text: str | None, fps: int) -> int | None:
    seconds = _seconds(text)
    if seconds is None:
        return None
    frames = seconds * fps
    whole = frames.denominator == 1 and abs(frames.numerator) <= MAX_FRAMES
    return frames.numerator if whole else None
