"""Recordings as every timeline has them: on whole frames, in lanes that do not overlap.

Programs read WAV everywhere and FLAC in places: the media beside a timeline is WAV.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from conte.conte import Conte
from conte.heard import HeardSound, heard_sounds
from conte.media_name import sound_media_name
from conte.sound import SOUND_KINDS, SOUND_WORDS, SoundKind
from conte.vocabulary import Language
from deployments.deliverables.timelines.archive import Archive
from deployments.deliverables.timelines.ranges import Range
from serve.scratch import scratch

ROLES: Mapping[SoundKind, str] = {"na": "NA", "bgm": "BGM", "se": "SE"}
NOTHING: Mapping[str, Path] = MappingProxyType({})
MEDIA_NOTE = "sian-recording"
"""What marks a clip as one of ours where it comes back; the id of its recording follows."""


@dataclass(frozen=True)
class Heard:
    kind: SoundKind
    id: str
    name: str
    """For people, such as `배경 음악 theme.mp3`."""
    media: str
    """File name, ASCII."""
    upload: str
    """Vault key of the recording."""
    cut: str
    """The cut that it begins in."""
    record: Range
    source: Range
    """What is heard of its file, in frames of the film."""
    media_frames: int
    gain_db: float

    @property
    def role(self) -> str:
        return ROLES[self.kind]


def heard_of(conte: Conte, fps: int, language: Language) -> tuple[Heard, ...]:
    """Return what is heard, in the film's order; less than a whole frame is left out."""
    return tuple(_heard(one, language) for one in heard_sounds(conte, fps))


def _heard(one: HeardSound, language: Language) -> Heard:
    sound = one.sound
    return Heard(
        kind=sound.kind,
        id=sound.id,
        name=f"{SOUND_WORDS[sound.kind].of(language)} {sound.name}".strip(),
        media=sound_media_name(sound.kind, sound.upload),
        upload=sound.upload,
        cut=one.cut,
        record=Range(one.starts, one.num_frames),
        source=Range(sound.skip, one.num_frames),
        media_frames=one.there,
        gain_db=sound.gain_db,
    )


def lanes_of(heard: Sequence[Heard]) -> tuple[tuple[Heard, ...], ...]:
    """Return them by kind, in as few lanes as keep any two of one lane apart."""
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
