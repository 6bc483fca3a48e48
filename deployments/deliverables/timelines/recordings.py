"""Recordings as all timelines contain them: on whole frames, in lanes without overlaps.

The media beside a timeline is WAV, because not every program reads FLAC.
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
"""Prefix of the note that marks a clip as one of our recordings when the timeline comes back; the
recording's id follows."""


@dataclass(frozen=True)
class Heard:
    kind: SoundKind
    id: str
    name: str
    """Name for people, such as `배경 음악 theme.mp3`."""
    media: str
    """File name of the media, in ASCII."""
    upload: str
    """Vault key of the uploaded recording."""
    cut: str
    """Id of the cut in which it begins."""
    record: Range
    source: Range
    """Audible range of its file, in frames at the film's rate."""
    media_frames: int
    gain_db: float

    @property
    def role(self) -> str:
        return ROLES[self.kind]


def heard_of(conte: Conte, fps: int, language: Language) -> tuple[Heard, ...]:
    """Return the recordings of a conte in the film's order; those shorter than one frame are left
    out."""
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
    """Return the recordings by kind, each kind in the fewest lanes without overlaps."""
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
    """Add each recording to the archive once, as WAV. `files`: paths by vault key of the upload."""
    from deployments.sound.recordings import blocks_of
    from deployments.sound.wav import write_wav

    for media, upload in {one.media: one.upload for one in heard}.items():
        if upload in files:
            with scratch("sian-recording-") as place:
                write_wav(place / media, blocks_of(files[upload]))
                archive.add_file(f"{folder}/{media}", place / media)
