"""Recordings in timelines: on whole frames, in lanes that do not overlap.

All programs read WAV, only some FLAC: the media beside a timeline is WAV.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from conte.conte import Conte
from conte.sound import RATE, SOUND_KINDS, SOUND_WORDS, Sound, SoundKind
from conte.vocabulary import Language
from deployments.deliverables.timelines.archive import Archive
from deployments.deliverables.timelines.ranges import Range
from serve.scratch import scratch

ROLES: Mapping[SoundKind, str] = {"na": "NA", "bgm": "BGM", "se": "SE"}
NOTHING: Mapping[str, Path] = MappingProxyType({})
MEDIA_NOTE = "sian-recording"
"""Mark of a clip that is a recording: a reader must not take it for a cut."""


@dataclass(frozen=True)
class Heard:
    kind: SoundKind
    id: str
    name: str
    """Name for people, such as `배경 음악 theme.mp3`."""
    media: str
    """File name, in ASCII."""
    upload: str
    """Vault key of the recording."""
    cut: str
    """Id of the cut in which it begins."""
    record: Range
    source: Range
    """Audible range of its file, in frames of the film."""
    media_frames: int
    gain_db: float

    @property
    def role(self) -> str:
        return ROLES[self.kind]


def heard_of(conte: Conte, fps: int, language: Language) -> tuple[Heard, ...]:
    """Return the recordings in the film's order, without those shorter than a frame."""
    found: list[Heard] = []
    begins = 0
    for cut in conte.cuts:
        for sound in cut.sounds:
            at = begins + min(sound.frame, cut.num_frames - 1)
            there = sound.num_samples * fps // RATE
            num = min(there - sound.skip, conte.num_frames - at, sound.lasts or there)
            if num > 0:
                record, source = Range(at, num), Range(sound.skip, num)
                found.append(_heard(sound, cut.id, record, source, there, language))
        begins += cut.num_frames
    return tuple(found)


def _heard(
    sound: Sound, cut: str, record: Range, source: Range, there: int, language: Language
) -> Heard:
    digits = sound.upload.removeprefix("sounds/")[:8]
    return Heard(
        kind=sound.kind,
        id=sound.id,
        name=f"{SOUND_WORDS[sound.kind].of(language)} {sound.name}".strip(),
        media=f"{ROLES[sound.kind].lower()}_{digits}.wav",
        upload=sound.upload,
        cut=cut,
        record=record,
        source=source,
        media_frames=there,
        gain_db=sound.gain_db,
    )


def lanes_of(heard: Sequence[Heard]) -> tuple[tuple[Heard, ...], ...]:
    """Return the recordings by kind, in the fewest lanes in which none overlap."""
    lanes: list[list[Heard]] = []
    for kind in SOUND_KINDS:
        own: list[list[Heard]] = []
        for one in sorted((o for o in heard if o.kind == kind), key=lambda o: o.record.start):
            free = next((lane for lane in own if lane[-1].record.end <= one.record.start), None)
            if free is None:
                own.append([one])
            else:
                free.append(one)
        lanes += own
    return tuple(map(tuple, lanes))


def add_media(
    archive: Archive, folder: str, heard: Sequence[Heard], files: Mapping[str, Path]
) -> None:
    """Add each recording once, as WAV. `files`: by upload."""
    from deployments.sound.recordings import blocks_of
    from deployments.sound.wav import write_wav

    for media, upload in {one.media: one.upload for one in heard}.items():
        if upload in files:
            with scratch("sian-recording-") as place:
                write_wav(place / media, blocks_of(files[upload]))
                archive.add_file(f"{folder}/{media}", place / media)
