"""CutList -> FCP7 XML (Premiere, After Effects): frames throughout.

Words are text generators. Only captions are enabled; the other tracks are disabled, to be read
beside the picture.
"""

from typing import Any

from deployments.deliverables.timelines.cut_list import (
    MEDIA,
    CutList,
    Marker,
    Range,
    TimedCut,
    Track,
)
from deployments.deliverables.timelines.recordings import Heard, lanes_of
from deployments.deliverables.timelines.xml_tree import document, sub, written

VERSION = "5"
MARK = "Sian"
"""Name of the marker that carries the version: markers survive where notes do not."""


def fcp7xml(cuts: CutList) -> bytes:
    root = document("xmeml", version=VERSION)
    sequence = sub(root, "sequence", id="sequence-1")
    _texts(sequence, name=cuts.title, duration=cuts.num_frames)
    _rate(sequence, cuts.fps)
    _timecode(sequence, cuts.fps)
    media = sub(sequence, "media")
    video = sub(media, "video")
    _samples(sub(video, "format"), cuts)
    _pictures(video, cuts)
    for track in cuts.tracks:
        _words(video, track, cuts)
    _sound(media, cuts)
    _marker(sequence, Marker("", 0, Range(0, 1), cuts.base.text), name=MARK)
    for mark in cuts.markers:
        _marker(sequence, mark, name=mark.line[:60])
    return written(root)


def _texts(parent: Any, **texts: str | int) -> None:
    for tag, text in texts.items():
        sub(parent, tag, text=text)


def _rate(parent: Any, fps: int) -> None:
    _texts(sub(parent, "rate"), timebase=fps, ntsc="FALSE")


def _timecode(parent: Any, fps: int) -> None:
    timecode = sub(parent, "timecode")
    _rate(timecode, fps)
    _texts(timecode, string="00:00:00:00", frame=0, displayformat="NDF")


def _samples(parent: Any, cuts: CutList) -> None:
    samples = sub(parent, "samplecharacteristics")
    _rate(samples, cuts.fps)
    _texts(
        samples,
        width=cuts.width,
        height=cuts.height,
        anamorphic="FALSE",
        pixelaspectratio="square",
        fielddominance="none",
        colordepth=24,
    )


def _sound(media: Any, cuts: CutList) -> None:
    """Add the recordings; an empty track if there are none, because programs require one."""
    audio = sub(media, "audio")
    samples = sub(sub(audio, "format"), "samplecharacteristics")
    _texts(samples, depth=16, samplerate=48000)
    written: set[str] = set()
    for lane in lanes_of(cuts.heard):
        # A stereo file is a pair of tracks here, a channel each.
        for channel in (1, 2):
            track = sub(audio, "track")
            for one in lane:
                _recording(track, one, channel, cuts, written)
            _texts(track, enabled="TRUE", locked="FALSE", outputchannelindex=channel)
    if not cuts.heard:
        _texts(sub(audio, "track"), enabled="TRUE", locked="FALSE")


def _recording(track: Any, one: Heard, channel: int, cuts: CutList, written: set[str]) -> None:
    clip = sub(track, "clipitem", id=f"sound-{one.id}-{channel}")
    _texts(clip, name=one.name, enabled="TRUE", duration=one.media_frames)
    _rate(clip, cuts.fps)
    _texts(clip, start=one.record.start, end=one.record.end)
    sub(clip, "in", text=str(one.source.start))
    sub(clip, "out", text=str(one.source.end))
    name = one.media.removesuffix(".wav")
    file = sub(clip, "file", id=f"file-{name}")
    if name not in written:
        # Later ones name it by its id alone.
        written.add(name)
        _texts(file, name=one.media, pathurl=f"{MEDIA}/{one.media}")
        _rate(file, cuts.fps)
        _texts(file, duration=one.media_frames)
        audio = sub(sub(file, "media"), "audio")
        _texts(sub(audio, "samplecharacteristics"), depth=24, samplerate=48000)
        _texts(audio, channelcount=2)
    _texts(sub(clip, "sourcetrack"), mediatype="audio", trackindex=channel)
    if one.gain_db:
        _level(clip, one.gain_db)
    _texts(sub(clip, "comments"), mastercomment1=one.id)


def _level(clip: Any, gain_db: float) -> None:
    effect = sub(sub(clip, "filter"), "effect")
    _texts(
        effect,
        name="Audio Levels",
        effectid="audiolevels",
        effectcategory="audiolevels",
        effecttype="audiolevels",
        mediatype="audio",
    )
    level = f"{10 ** (gain_db / 20):.6f}"
    parameter = sub(effect, "parameter")
    _texts(
        parameter, parameterid="level", name="Level", valuemin=0, valuemax="3.98109", value=level
    )


def _pictures(video: Any, cuts: CutList) -> None:
    track = sub(video, "track")
    before = 0
    for cut in cuts.cuts:
        _clip(track, cut, before, cuts)
        if cut.dissolve:
            _dissolve(track, cut, cuts.fps)
        before = cut.dissolve
    _texts(track, enabled="TRUE", locked="FALSE")


def _clip(track: Any, cut: TimedCut, before: int, cuts: CutList) -> None:
    """Add a clip. Its start or end beside a dissolve is -1, and its in and out points include the
    dissolve's frames.
    """
    clip = sub(track, "clipitem", id=f"clipitem-{cut.number}")
    _texts(clip, masterclipid=f"masterclip-{cut.number}", name=cut.name, enabled="TRUE")
    _texts(clip, duration=cut.media_frames)
    _rate(clip, cuts.fps)
    _texts(
        clip,
        start=-1 if before else cut.record.start,
        end=-1 if cut.dissolve else cut.record.end,
    )
    sub(clip, "in", text=str(cut.source.start - before))
    sub(clip, "out", text=str(cut.source.end + cut.dissolve))
    file = sub(clip, "file", id=f"file-{cut.number}")
    _texts(file, name=cut.media, pathurl=f"{MEDIA}/{cut.media}")
    _rate(file, cuts.fps)
    _texts(file, duration=cut.media_frames)
    _timecode(file, cuts.fps)
    _samples(sub(sub(file, "media"), "video"), cuts)
    _texts(sub(clip, "comments"), mastercomment1=cut.id)


def _dissolve(track: Any, cut: TimedCut, fps: int) -> None:
    item = sub(track, "transitionitem")
    _texts(item, start=cut.record.end - cut.dissolve, end=cut.record.end + cut.dissolve)
    _texts(item, alignment="center")
    _rate(item, fps)
    effect = sub(item, "effect")
    _texts(
        effect,
        name="Cross Dissolve",
        effectid="Cross Dissolve",
        effectcategory="Dissolve",
        effecttype="transition",
        mediatype="video",
    )


def _words(video: Any, track: Track, cuts: CutList) -> None:
    made = sub(video, "track")
    on = "TRUE" if track.kind in ("caption", "legal") else "FALSE"
    for at, words in enumerate(track.words, 1):
        item = sub(made, "generatoritem", id=f"{track.short.lower()}-{at}")
        _texts(item, name=words.text, enabled=on, duration=words.range.num_frames)
        _rate(item, cuts.fps)
        _texts(item, start=words.range.start, end=words.range.end)
        sub(item, "in", text="0")
        sub(item, "out", text=str(words.range.num_frames))
        effect = sub(item, "effect")
        _texts(
            effect,
            name="Text",
            effectid="Text",
            effectcategory="Text",
            effecttype="generator",
            mediatype="video",
        )
        parameter = sub(effect, "parameter")
        text = "\n".join(words.lines) or words.text
        _texts(parameter, parameterid="str", name="Text", value=text)
        comment = f"{track.kind} {' '.join(words.cuts)}"
        _texts(sub(item, "comments"), mastercomment1=comment)
    _texts(made, enabled=on, locked="FALSE")


def _marker(sequence: Any, mark: Marker, name: str) -> None:
    lasts = mark.record.end if mark.record.num_frames > 1 else -1
    marker = sub(sequence, "marker")
    _texts(marker, comment=mark.text, name=name)
    sub(marker, "in", text=str(mark.record.start))
    sub(marker, "out", text=str(lasts))
