"""CutList -> OTIO, through OpenTimelineIO, and OTIOZ: the same with its media in one file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import opentimelineio as otio

from deployments.deliverables.timelines.archive import Archive
from deployments.deliverables.timelines.cut_list import MEDIA, CutList, TimedCut, Track, Words
from deployments.deliverables.timelines.recordings import NOTHING, Heard, add_media, lanes_of

META = "sian"
RECORDING = "recording"
"""Value by which the metadata marks a track of recordings."""
_OTIOZ_VERSION = b"1.0.0"
SUBTITLE = "Subtitle"
"""Kind of the tracks of captions: neither pictures, which would hide the film's, nor sound."""


def otio_text(cuts: CutList) -> bytes:
    return otio.adapters.otio_json.write_to_string(timeline(cuts)).encode()


def write_otioz(
    cuts: CutList, media: Mapping[str, Path], out: Path, recordings: Mapping[str, Path] = NOTHING
) -> None:
    """Write the bundle. `media`: files by the names that the cuts have for them; `recordings`: by
    their vault keys.

    OpenTimelineIO's own writer dates its entries, so that the same film gives other bytes.
    """
    with Archive(out) as archive:
        archive.add("version.txt", _OTIOZ_VERSION)
        archive.add("content.otio", otio_text(cuts))
        for cut in cuts.cuts:
            if cut.media in media:
                archive.add_file(f"{MEDIA}/{cut.media}", media[cut.media])
        add_media(archive, MEDIA, cuts.heard, recordings)


def timeline(cuts: CutList) -> otio.schema.Timeline:
    made = otio.schema.Timeline(
        name=cuts.title,
        global_start_time=_time(0, cuts.fps),
        metadata={META: {"export": cuts.base.text}},
    )
    made.tracks.append(_pictures(cuts))
    made.tracks.extend(_words(track, cuts) for track in cuts.tracks)
    made.tracks.extend(_recordings(lane, cuts) for lane in lanes_of(cuts.heard))
    return made


def _pictures(cuts: CutList) -> otio.schema.Track:
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    for cut in cuts.cuts:
        track.append(_clip(cut, cuts))
        if cut.dissolve:
            half = _time(cut.dissolve, cuts.fps)
            track.append(
                otio.schema.Transition(
                    name="Cross Dissolve",
                    transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
                    in_offset=half,
                    out_offset=half,
                )
            )
    return track


def _clip(cut: TimedCut, cuts: CutList) -> otio.schema.Clip:
    reference = otio.schema.ExternalReference(
        target_url=f"{MEDIA}/{cut.media}",
        available_range=_range(0, cut.media_frames, cuts.fps),
    )
    reference.name = cut.media
    clip = otio.schema.Clip(
        name=cut.name,
        media_reference=reference,
        source_range=_range(cut.source.start, cut.source.num_frames, cuts.fps),
        metadata={META: {"cut": cut.id, "number": cut.number}},
    )
    for mark in cuts.markers:
        if mark.cut == cut.id:
            at = cut.source.start + mark.frame
            clip.markers.append(
                otio.schema.Marker(
                    name=mark.line,
                    marked_range=_range(at, mark.record.num_frames, cuts.fps),
                    color=otio.schema.MarkerColor.RED,
                    comment=mark.text,
                )
            )
    return clip


def _words(track: Track, cuts: CutList) -> otio.schema.Track:
    read = track.kind in ("caption", "legal")
    made = otio.schema.Track(
        name=track.label(cuts.language),
        kind=SUBTITLE if read else otio.schema.TrackKind.Audio,
        metadata={META: {"track": track.kind}},
    )
    at = 0
    for words in track.words:
        if words.range.start > at:
            made.append(otio.schema.Gap(source_range=_range(0, words.range.start - at, cuts.fps)))
        made.append(_said(words, cuts))
        at = words.range.end
    if at < cuts.num_frames:
        made.append(otio.schema.Gap(source_range=_range(0, cuts.num_frames - at, cuts.fps)))
    return made


def _recordings(lane: Sequence[Heard], cuts: CutList) -> otio.schema.Track:
    made = otio.schema.Track(
        name=lane[0].role,
        kind=otio.schema.TrackKind.Audio,
        metadata={META: {"track": RECORDING}},
    )
    at = 0
    for one in lane:
        if one.record.start > at:
            made.append(otio.schema.Gap(source_range=_range(0, one.record.start - at, cuts.fps)))
        reference = otio.schema.ExternalReference(
            target_url=f"{MEDIA}/{one.media}",
            available_range=_range(0, one.media_frames, cuts.fps),
        )
        reference.name = one.media
        made.append(
            otio.schema.Clip(
                name=one.name,
                media_reference=reference,
                source_range=_range(one.source.start, one.source.num_frames, cuts.fps),
                metadata={META: {"sound": one.id, "cut": one.cut, "gain_db": one.gain_db}},
            )
        )
        at = one.record.end
    return made


def _said(words: Words, cuts: CutList) -> otio.schema.Clip:
    metadata: dict[str, Any] = {META: {"cuts": list(words.cuts), "lines": list(words.lines)}}
    return otio.schema.Clip(
        name=words.text,
        media_reference=otio.schema.MissingReference(),
        source_range=_range(0, words.range.num_frames, cuts.fps),
        metadata=metadata,
    )


def _time(frames: int, fps: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(frames, fps)


def _range(start: int, num_frames: int, fps: int) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_time(start, fps), _time(num_frames, fps))
