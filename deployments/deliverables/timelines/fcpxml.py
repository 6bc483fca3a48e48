"""CutList -> FCPXML 1.10 (Final Cut Pro, DaVinci Resolve), in the element order of Apple's rules.

Times are fractions of whole frames. Words are captions, with a role for each track, because
captions need no media and hide no picture. There are no dates, because their format depends on the
locale.
"""

from itertools import count
from typing import Any

from deployments.deliverables.timelines.cut_list import MEDIA, TRACKS, CutList, TimedCut, Words
from deployments.deliverables.timelines.recordings import MEDIA_NOTE, Heard, lanes_of
from deployments.deliverables.timelines.xml_tree import document, sub, written

VERSION = "1.10"
_LANGUAGES = {"ko": "ko", "en": "en"}


def fcpxml(cuts: CutList) -> bytes:
    root = document("fcpxml", version=VERSION)
    _resources(root, cuts)
    library = sub(root, "library")
    event = sub(library, "event", name=cuts.name)
    project = sub(event, "project", name=cuts.title)
    sequence = sub(
        project,
        "sequence",
        format="r1",
        duration=time(cuts.num_frames, cuts.fps),
        tcStart="0s",
        tcFormat="NDF",
        audioLayout="stereo",
        audioRate="48k",
    )
    sub(sequence, "note", text=cuts.base.text)
    spine = sub(sequence, "spine")
    names = count(1)
    for at, cut in enumerate(cuts.cuts):
        _clip(spine, cut, at, cuts, names)
        if cut.dissolve:
            sub(
                spine,
                "transition",
                name="Cross Dissolve",
                offset=time(cut.record.end - cut.dissolve, cuts.fps),
                duration=time(2 * cut.dissolve, cuts.fps),
            )
    return written(root)


def time(frames: int, fps: int) -> str:
    """Return a number of frames in seconds, as a fraction of whole frames."""
    return f"{frames * 100}/{fps * 100}s" if frames else "0s"


def _resources(root: Any, cuts: CutList) -> None:
    resources = sub(root, "resources")
    sub(
        resources,
        "format",
        id="r1",
        frameDuration=time(1, cuts.fps),
        width=str(cuts.width),
        height=str(cuts.height),
        colorSpace="1-1-1 (Rec. 709)",
    )
    for at, cut in enumerate(cuts.cuts):
        asset = sub(
            resources,
            "asset",
            id=_asset(at),
            name=cut.media.removesuffix(".mp4"),
            start="0s",
            duration=time(cut.media_frames, cuts.fps),
            hasVideo="1",
            format="r1",
            videoSources="1",
        )
        # ASCII and relative: the folder moves as a whole, and Resolve breaks on escapes.
        sub(asset, "media-rep", kind="original-media", src=f"./{MEDIA}/{cut.media}")
    for media, one in {one.media: one for one in cuts.heard}.items():
        asset = sub(
            resources,
            "asset",
            id=_sound_asset(media),
            name=media.removesuffix(".wav"),
            start="0s",
            duration=time(one.media_frames, cuts.fps),
            hasAudio="1",
            audioSources="1",
            audioChannels="2",
            audioRate="48000",
        )
        sub(asset, "media-rep", kind="original-media", src=f"./{MEDIA}/{media}")


def _asset(at: int) -> str:
    return f"r{at + 2}"


def _sound_asset(media: str) -> str:
    return f"a_{media.removesuffix('.wav')}"


def _clip(spine: Any, cut: TimedCut, at: int, cuts: CutList, names: Any) -> None:
    clip = sub(
        spine,
        "asset-clip",
        ref=_asset(at),
        offset=time(cut.record.start, cuts.fps),
        name=cut.name,
        start=time(cut.source.start, cuts.fps),
        duration=time(cut.record.num_frames, cuts.fps),
        format="r1",
        tcFormat="NDF",
    )
    sub(clip, "note", text=cut.id)
    for lane, track in enumerate(cuts.tracks, 1):
        for words in track.words:
            if words.cuts[0] == cut.id:
                role = f"{track.short}?captionFormat=SRT.{_LANGUAGES[cuts.language]}"
                _caption(clip, words, cut, lane, role, cuts, f"ts{next(names)}")
    for lane, sounds in enumerate(lanes_of(cuts.heard), 1):
        for one in sounds:
            if one.cut == cut.id:
                _recording(clip, one, cut, -lane, cuts)
    for mark in cuts.markers:
        if mark.cut == cut.id:
            sub(
                clip,
                "marker",
                start=time(cut.source.start + mark.frame, cuts.fps),
                duration=time(1, cuts.fps),
                value=mark.line,
            )


def _caption(
    clip: Any, words: Words, cut: TimedCut, lane: int, role: str, cuts: CutList, style: str
) -> None:
    # Within a clip the time is that of the clip's own media.
    caption = sub(
        clip,
        "caption",
        lane=str(lane),
        offset=time(cut.source.start + words.range.start - cut.record.start, cuts.fps),
        name=" ".join(words.text.split())[:60],
        start="0s",
        duration=time(words.range.num_frames, cuts.fps),
        role=role,
    )
    text = sub(caption, "text")
    sub(text, "text-style", ref=style, text=words.text)
    sub(sub(caption, "text-style-def", id=style), "text-style")
    # The cuts are named: captions may be moved to another clip.
    sub(caption, "note", text=" ".join(words.cuts))


def _recording(clip: Any, one: Heard, cut: TimedCut, lane: int, cuts: CutList) -> None:
    made = sub(
        clip,
        "asset-clip",
        ref=_sound_asset(one.media),
        lane=str(lane),
        offset=time(cut.source.start + one.record.start - cut.record.start, cuts.fps),
        name=one.name,
        start=time(one.source.start, cuts.fps),
        duration=time(one.record.num_frames, cuts.fps),
        audioRole=one.role,
    )
    sub(made, "note", text=f"{MEDIA_NOTE} {one.id}")
    if one.gain_db:
        sub(made, "adjust-volume", amount=f"{one.gain_db:g}dB")


ROLES = {short: kind for kind, (short, _) in TRACKS.items()}
"""Kind of track by role."""
