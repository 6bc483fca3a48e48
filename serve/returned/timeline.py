"""ReadTimeline: a timeline of any format as it was read -> an edited version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from conte.media_name import named
from conte.revision.edited import (
    MAX_LISTED,
    MAX_SOUNDS_READ,
    Base,
    EditedCut,
    EditedSound,
    EditedVersion,
    ExportedCut,
    Unread,
)
from conte.revision.json_value import JsonValue
from serve.bounded.outcome import Unusable
from serve.returned.recordings import ReadSound, edited_sounds

MAX_CLIPS = 64
MAX_FRAMES = 100_000
WORDS = ("narration", "dialogue", "sound_effect", "music", "caption", "legal")
"""Fields of cuts that have tracks."""


class NoTimeline(Unusable):
    """A timeline that cannot be read; the message is a sentence about the file."""


@dataclass(frozen=True)
class ReadClip:
    """A clip on the video track. Times in frames; None: not on a whole frame."""

    ids: tuple[str, ...]
    """Possible names of its cut, the most reliable first: its id, its media's file name."""
    name: str
    first: int | None
    num_frames: int | None
    starts: int | None
    """Frame of the film on which it begins."""


@dataclass(frozen=True)
class ReadWords:
    kind: str
    cuts: tuple[str, ...]
    text: str


@dataclass
class ReadTimeline:
    export: str = ""
    """Text that holds the reference to the exported version."""
    fps: float | None = None
    clips: list[ReadClip] = field(default_factory=list)
    dissolves: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Frames before and after the cut, by the index of the clip before it."""
    words: list[ReadWords] = field(default_factory=list)
    sounds: list[ReadSound] | None = None
    """Audio clips; None: a file of this kind has no recordings."""
    unread: list[Unread] = field(default_factory=list)

    def list(self, place: str, reason: str) -> None:
        """Add an entry about something that cannot become an operation."""
        if len(self.unread) < MAX_LISTED:
            place = "".join(one for one in place[:120] if one.isprintable()).strip() or "-"
            self.unread.append(Unread(place=place, reason=reason))

    def hear(self, sound: ReadSound) -> None:
        self.sounds = self.sounds or []
        if len(self.sounds) >= MAX_SOUNDS_READ:
            raise NoTimeline(f"it has more than {MAX_SOUNDS_READ} recordings")
        self.sounds.append(sound)

    def add(self, clip: ReadClip) -> None:
        if len(self.clips) >= MAX_CLIPS:
            raise NoTimeline(f"it has more than {MAX_CLIPS} clips")
        self.clips.append(clip)


@dataclass(frozen=True)
class _Piece:
    cut: str
    exported: ExportedCut | None
    first: int | None
    num_frames: int | None
    last: int
    """Index of its last clip."""


def edited_of(read: ReadTimeline) -> EditedVersion:
    """Convert the timeline to an edited version.

    Raises:
        NoTimeline: if it has no clip.
    """
    if not read.clips:
        raise NoTimeline("it has no clips on its first picture track")
    base = Base.read(read.export)
    exported = base.cuts if base else ()
    _note_gaps(read)
    pieces = list(_joined(read, exported))
    once = [one.cut for one in pieces if [p.cut for p in pieces].count(one.cut) == 1]
    fields = _words(read)
    cuts: dict[str, EditedCut] = {}
    for at, one in enumerate(pieces):
        if one.cut in cuts:
            continue
        known, said = one.cut in once, fields.get(one.cut, {})
        if not known:
            read.list(one.cut, "it was divided; divide the cut in the draft instead")
        transition = _transition(read, one) if known and at + 1 < len(pieces) else {}
        cuts[one.cut] = EditedCut(
            cut=one.cut,
            num_frames=one.num_frames if known else None,
            shift=_shift(one) if known else None,
            fields={**said, **transition},
        )
    return EditedVersion(
        base=base,
        cuts=tuple(cuts.values()),
        fps=read.fps,
        ordered=True,
        sounds=_sounds(read, exported),
        unread=tuple(read.unread[:MAX_LISTED]),
    )


def _joined(read: ReadTimeline, exported: Sequence[ExportedCut]) -> Iterator[_Piece]:
    """Yield the clips by cut; two adjacent parts of one clip are joined."""
    piece: _Piece | None = None
    for at, clip in enumerate(read.clips):
        cut, known = _cut_of(clip, exported)
        if piece is not None and piece.cut == cut and _goes_on(piece, clip, read, at):
            frames = (piece.num_frames or 0) + (clip.num_frames or 0)
            piece = _Piece(cut, known, piece.first, frames, at)
            continue
        if piece is not None:
            yield piece
        piece = _Piece(cut, known, clip.first, clip.num_frames, at)
    if piece is not None:
        yield piece


def _goes_on(piece: _Piece, clip: ReadClip, read: ReadTimeline, at: int) -> bool:
    if piece.first is None or piece.num_frames is None or at - 1 in read.dissolves:
        return False
    return clip.num_frames is not None and clip.first == piece.first + piece.num_frames


def _cut_of(clip: ReadClip, exported: Sequence[ExportedCut]) -> tuple[str, ExportedCut | None]:
    """Return the cut's id if it is known, else another name of the cut."""
    for name in clip.ids:
        for number, one in enumerate(exported, 1):
            if name == one.cut or named(name, number, one.cut):
                return one.cut, one
    return (next(filter(None, clip.ids), clip.name) or "-")[:200], None


def _sounds(read: ReadTimeline, exported: Sequence[ExportedCut]) -> tuple[EditedSound, ...] | None:
    def place(frame: int) -> tuple[str, int] | None:
        for clip in read.clips:
            if clip.starts is None or clip.num_frames is None or clip.first is None:
                continue
            if clip.starts <= frame < clip.starts + clip.num_frames:
                cut, known = _cut_of(clip, exported)
                begins = clip.first if known is None else known.first
                return cut, clip.first - begins + frame - clip.starts
        return None

    return None if read.sounds is None else edited_sounds(read.sounds, place, read.list)


def _note_gaps(read: ReadTimeline) -> None:
    for one, following in pairwise(read.clips):
        if one.starts is None or one.num_frames is None or following.starts is None:
            continue
        gap = following.starts - one.starts - one.num_frames
        if gap > 0:
            read.list(following.name, f"there is a gap of {gap} frames before it")
        if gap < 0:
            read.list(following.name, f"it lies over the clip before it, by {-gap} frames")


def _shift(piece: _Piece) -> int | None:
    if piece.exported is None or piece.first is None:
        return None
    return piece.first - piece.exported.first


def _transition(read: ReadTimeline, piece: _Piece) -> dict[str, JsonValue]:
    """Return the transition if it differs from the exported one."""
    there = read.dissolves.get(piece.last)
    given = piece.exported.dissolve if piece.exported else None
    if there is None:
        return {"transition": "cut"} if given else {}
    if given and there != (given, given):
        before, after = there
        read.list(
            piece.cut,
            f"its dissolve has {before} frames before the cut and {after} after it; the film makes"
            f" dissolves of {given} and {given}",
        )
    return {} if given else {"transition": "dissolve"}


def _words(read: ReadTimeline) -> dict[str, dict[str, JsonValue]]:
    """Return the words on the tracks by cut and field; a missing word changes nothing."""
    fields: dict[str, dict[str, JsonValue]] = {}
    for words in read.words:
        for cut in words.cuts:
            there = fields.setdefault(cut, {})
            if words.kind in there and there[words.kind] != words.text:
                read.list(cut, f"it has two texts as its {words.kind}")
            else:
                there[words.kind] = words.text
    return fields
