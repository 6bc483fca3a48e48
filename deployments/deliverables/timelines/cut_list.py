"""CutList: a version's film in frames, as every timeline format writes it. Knows no format.

A dissolve uses the clips' handles as far as both have them; beyond them the film holds a frame. A
fade through black is a note, because editing programs make it in different ways.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from conte.bilingual import BilingualText
from conte.brief import Brief
from conte.checks.timefit import Rates, wrap_caption
from conte.clip import Clip, frame_size
from conte.conte import Conte
from conte.cut import Cut
from conte.dialogue import dialogue_text
from conte.media_name import media_name
from conte.revision.edited import Base, ExportedCut, conte_hash
from conte.revision.working import Working
from conte.subtitles import Subtitle, subtitles_of
from conte.vocabulary import Language, Transition
from deployments.deliverables.timelines.ranges import Range
from deployments.deliverables.timelines.recordings import Heard, heard_of
from deployments.film_size import film_size
from deployments.transitions import boundaries

TrackKind = Literal["narration", "dialogue", "sound_effect", "music", "caption", "legal"]
TRACKS: dict[TrackKind, tuple[str, BilingualText]] = {
    "narration": ("NA", BilingualText(ko="내레이션", en="Narration")),
    "dialogue": ("DIA", BilingualText(ko="대사", en="Dialogue")),
    "sound_effect": ("SE", BilingualText(ko="효과음", en="Sound effects")),
    "music": ("BGM", BilingualText(ko="배경 음악", en="Music")),
    "caption": ("CAP", BilingualText(ko="자막", en="Captions")),
    "legal": ("LEGAL", BilingualText(ko="고지 자막", en="Legal lines")),
}
"""Short ASCII name and label of each track, in the order in which they are written."""
MEDIA = "media"
"""Folder of the media, beside the timelines."""
_FADE = BilingualText(ko="페이드: {0}프레임 아웃, {1}프레임 인", en="Fade: {0} frames out, {1} in")
_HELD = BilingualText(
    ko="디졸브: 핸들이 부족해 {0}프레임 중 {1}프레임만 넣었습니다",
    en="Dissolve: the handles have {1} of its {0} frames",
)


@dataclass(frozen=True)
class TimedCut:
    id: str
    number: int
    name: str
    """Name for people, such as `컷 3 젖은 도로`."""
    media: str
    """File name of its clip, in ASCII."""
    source: Range
    """Shown range of its clip, in the clip's frames."""
    media_frames: int
    record: Range
    dissolve: int
    """Frames on either side of the dissolve into the next cut; 0: a plain cut."""
    clip: str
    """Vault key of its clip; empty: it has none yet."""


@dataclass(frozen=True)
class Words:
    """Words that are said, heard or read during a range."""

    cuts: tuple[str, ...]
    """Ids of the cuts of the range: several for music that continues over cuts."""
    text: str
    range: Range
    lines: tuple[str, ...] = ()
    """Lines of a caption as the film breaks it."""


@dataclass(frozen=True)
class Track:
    kind: TrackKind
    words: tuple[Words, ...]

    @property
    def short(self) -> str:
        return TRACKS[self.kind][0]

    def label(self, language: Language) -> str:
        return TRACKS[self.kind][1].of(language)


@dataclass(frozen=True)
class Marker:
    """A note on the film: a comment, or something that timelines have no element for."""

    cut: str
    frame: int
    """Frame within the cut."""
    record: Range
    text: str
    author: str = ""

    @property
    def line(self) -> str:
        """Return the text on one line, with its author."""
        text = " ".join(self.text.split())
        return f"{self.author}: {text}" if self.author else text


@dataclass(frozen=True)
class Comment:
    """A comment on a frame of a cut."""

    cut: str
    frame: int
    num_frames: int
    text: str
    author: str


@dataclass(frozen=True)
class CutList:
    base: Base
    title: str
    language: Language
    fps: int
    width: int
    height: int
    cuts: tuple[TimedCut, ...]
    tracks: tuple[Track, ...]
    """Tracks with any words."""
    markers: tuple[Marker, ...]
    """Markers in the film's order."""
    subtitles: tuple[tuple[Range, Subtitle], ...] = ()
    """Subtitles as the film burns them in, each with its range of the film."""
    heard: tuple[Heard, ...] = ()
    """A person's own recordings, in the film's order."""

    @property
    def num_frames(self) -> int:
        return self.cuts[-1].record.end

    @property
    def name(self) -> str:
        """Name of the files, in ASCII."""
        return f"{self.base.production or 'sian'}_v{self.base.version}"

    def track(self, kind: TrackKind) -> tuple[Words, ...]:
        return next((track.words for track in self.tracks if track.kind == kind), ())


def cut_list(
    production: str,
    version: int,
    working: Working,
    clips: Sequence[Clip],
    comments: Sequence[Comment] = (),
    rates: Rates | None = None,
) -> CutList:
    """Lay out a version's film. `clips`: those that it shows; a cut may have none yet."""
    conte, brief = working.conte, working.brief
    by_number = {clip.cut: clip for clip in clips}
    cuts: list[TimedCut] = []
    begins = 0
    for cut in conte.cuts:
        clip = by_number.get(cut.number)
        cuts.append(_timed(cut, clip, Range(begins, cut.num_frames), brief.language))
        begins += cut.num_frames
    wanted = boundaries(conte.cuts, brief.fps)
    joined = _with_dissolves(cuts, [end.before for end in wanted], conte.cuts)
    exported = tuple(
        ExportedCut(
            cut=cut.id,
            first=cut.source.start,
            num_frames=cut.record.num_frames,
            dissolve=cut.dissolve,
        )
        for cut in joined
    )
    base = Base(production=production, version=version, hash=conte_hash(conte), cuts=exported)
    width, height = _size(clips, brief)
    notes = [*_fades(joined, conte, brief), *_short_dissolves(joined, conte, brief)]
    noted = [*_markers(joined, comments), *notes]
    return CutList(
        base=base,
        title=conte.title,
        language=brief.language,
        fps=brief.fps,
        width=width,
        height=height,
        cuts=joined,
        tracks=_tracks(joined, conte, rates or Rates()),
        markers=tuple(sorted(noted, key=lambda one: (one.record.start, one.text))),
        subtitles=_subtitles(joined, working, rates or Rates()),
        heard=heard_of(conte, brief.fps, brief.language),
    )


def _timed(cut: Cut, clip: Clip | None, record: Range, language: Language) -> TimedCut:
    covered = clip is not None and clip.covers(cut)
    first = clip.first_frame(cut) if clip is not None and covered else 0
    label = f"컷 {cut.number}" if language == "ko" else f"Cut {cut.number}"
    what = " ".join(cut.action.split())[:60]
    return TimedCut(
        id=cut.id,
        number=cut.number,
        name=f"{label} {what}".strip(),
        media=media_name(cut.number, cut.id),
        source=Range(first, cut.num_frames),
        media_frames=clip.num_frames if clip is not None and covered else cut.num_frames,
        record=record,
        dissolve=0,
        clip=clip.key if clip is not None and covered else "",
    )


def _with_dissolves(
    cuts: Sequence[TimedCut], halves: Sequence[int], of: Sequence[Cut]
) -> tuple[TimedCut, ...]:
    joined: list[TimedCut] = []
    for at, cut in enumerate(cuts):
        half = 0
        if of[at].transition == Transition.DISSOLVE and at + 1 < len(cuts):
            tail = cut.media_frames - cut.source.end
            half = min(halves[at], tail, cuts[at + 1].source.start)
        joined.append(replace(cut, dissolve=half))
    return tuple(joined)


def _size(clips: Sequence[Clip], brief: Brief) -> tuple[int, int]:
    known = [clip for clip in clips if clip.width and clip.height]
    if known and len(known) == len(clips):
        return film_size(known, brief.aspect_ratio)
    return frame_size(brief.aspect_ratio)


def _tracks(cuts: Sequence[TimedCut], conte: Conte, rates: Rates) -> tuple[Track, ...]:
    said: dict[TrackKind, Callable[[Cut], str]] = {
        "narration": lambda cut: cut.narration,
        "dialogue": lambda cut: dialogue_text(cut.dialogue),
        "sound_effect": lambda cut: cut.sound_effect,
        "music": lambda cut: cut.music,
        "caption": lambda cut: cut.caption,
        "legal": lambda cut: cut.legal,
    }
    tracks: list[Track] = []
    for kind, text_of in said.items():
        words: list[Words] = []
        for timed, cut in zip(cuts, conte.cuts, strict=True):
            text = text_of(cut)
            last = words[-1] if words else None
            if last is not None and kind == "music" and _goes_on(last, text, timed):
                longer = Range(last.range.start, last.range.num_frames + cut.num_frames)
                words[-1] = Words((*last.cuts, cut.id), text, longer)
            elif text:
                lines = wrap_caption(text, rates) if kind == "caption" else ()
                words.append(Words((cut.id,), text, timed.record, lines))
        if words:
            tracks.append(Track(kind, tuple(words)))
    return tuple(tracks)


def _subtitles(
    cuts: Sequence[TimedCut], working: Working, rates: Rates
) -> tuple[tuple[Range, Subtitle], ...]:
    # The files list captions and cards together, as a film shows them.
    said = subtitles_of(working.conte, working.brief, rates, captioned=True)
    return tuple(
        (Range(timed.record.start + card.start, card.num_frames), card)
        for timed, cards in zip(cuts, said, strict=True)
        for card in cards
    )


def _goes_on(music: Words, text: str, cut: TimedCut) -> bool:
    return music.text == text and music.range.end == cut.record.start


def _markers(cuts: Sequence[TimedCut], comments: Sequence[Comment]) -> list[Marker]:
    by_id = {cut.id: cut for cut in cuts}
    return [
        _marker(by_id[one.cut], one.frame, one.text, one.num_frames, one.author)
        for one in comments
        if one.cut in by_id
    ]


def _marker(cut: TimedCut, frame: int, text: str, num_frames: int = 1, author: str = "") -> Marker:
    at = min(frame, cut.record.num_frames - 1)
    lasts = min(max(num_frames, 1), cut.record.num_frames - at)
    return Marker(cut.id, at, Range(cut.record.start + at, lasts), text, author)


def _fades(cuts: Sequence[TimedCut], conte: Conte, brief: Brief) -> list[Marker]:
    ends = boundaries(conte.cuts, brief.fps)
    return [
        _marker(
            cut, cut.record.num_frames - 1, _FADE.of(brief.language).format(end.before, end.after)
        )
        for cut, end in zip(cuts, ends, strict=True)
        if end.kind == Transition.FADE
    ]


def _short_dissolves(cuts: Sequence[TimedCut], conte: Conte, brief: Brief) -> list[Marker]:
    ends = boundaries(conte.cuts, brief.fps)
    return [
        _marker(
            cut,
            cut.record.num_frames - 1,
            _HELD.of(brief.language).format(2 * end.before, 2 * cut.dissolve),
        )
        for cut, end in zip(cuts, ends, strict=True)
        if end.kind == Transition.DISSOLVE and cut.dissolve < end.before
    ]
