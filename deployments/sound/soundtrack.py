"""Sound of a film: its temporary track, its placed recordings, and one mix.

Uploaded music replaces the synthesised bed, uploaded effects are added to the synthesised ones,
narration plays over both, with the music turned down.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from conte.sound import Loudness
from conte.vocabulary import Language
from deployments.sound.ducking import ducked
from deployments.sound.mix import TARGETS, Mix, mixed
from deployments.sound.recordings import Placed, stems_of
from deployments.sound.signals import RATE, Stereo
from deployments.sound.track import EFFECTS_LABEL, LABEL, MUSIC, MUSIC_LABEL, Score, parts_of

REVISION = "1"
"""Raise with every change of how recordings are mixed."""
NEAREST_DB, FURTHEST_DB = -24.0, 24.0
"""Limits in decibels of how far synthesised parts are moved towards the level of recordings."""
BELOW_SPEECH = 0.4
"""Root mean square of a synthesised bed, as a share of the narration's over it: 8 dB below."""


@dataclass(frozen=True)
class Soundtrack:
    """Everything that shapes a film's sound; `key` is made of all of it."""

    score: Score | None
    """Temporary track, without a bed if there is uploaded music; None: nothing is synthesised."""
    placed: tuple[Placed, ...]
    num_samples: int
    loudness: Loudness = "broadcast_kr"

    @property
    def key(self) -> dict[str, Any]:
        """Everything that shapes the sound, as JSON. A temporary track alone has the same key as
        before there were recordings.
        """
        score = asdict(self.score) if self.score else None
        if score is not None and self._plain:
            return score
        return {
            "revision": REVISION,
            "score": score,
            "placed": [asdict(one) for one in self.placed],
            "num_samples": self.num_samples,
            "loudness": self.loudness,
        }

    @property
    def bit_rate(self) -> int:
        """Bits a second of its AAC: a guide track needs fewer than a broadcast file."""
        return 128_000 if self._plain else 320_000

    @property
    def _plain(self) -> bool:
        """True: no recordings, the default loudness, as in every film before recordings existed."""
        return not self.placed and self.loudness == "broadcast_kr"

    @cached_property
    def uploads(self) -> tuple[str, ...]:
        """Vault keys of the recordings."""
        return tuple(dict.fromkeys(one.upload for one in self.placed))

    def label(self, language: Language) -> str:
        """Return the label of its synthesised parts, for people; empty if there are none."""
        if self.score is None:
            return ""
        if not self.placed:
            return LABEL[language]
        effects = any(self.score.effects)
        if self.score.music is None:
            return EFFECTS_LABEL[language] if effects else ""
        return LABEL[language] if effects else MUSIC_LABEL[language]

    def mix(self, files: Mapping[str, Path]) -> Mix:
        """Synthesise, place and mix. `files`: of the recordings, by vault key."""
        nothing = np.zeros((2, self.num_samples), np.float32)
        music, effects = parts_of(self.score) if self.score else (nothing, nothing)
        target = TARGETS[self.loudness]
        if not self.placed:
            return mixed(music, effects, target=target)
        stems = stems_of(self.placed, files, self.num_samples)
        gain = _beside(stems["na"], stems["bgm"])
        music, effects = music * gain + stems["bgm"], effects * gain + stems["se"]
        if (down := ducked(music, stems["na"])) is not None:
            music = music * down
        return mixed(music, effects, stems["na"], target=target)


def soundtrack_of(
    score: Score | None, placed: tuple[Placed, ...], num_frames: int, fps: int, loudness: Loudness
) -> Soundtrack | None:
    """Return the soundtrack; None if the film is silent."""
    if score is not None and any(one.kind == "bgm" for one in placed):
        score = replace(score, music=None) if any(score.effects) else None
    if score is None and not placed:
        return None
    return Soundtrack(score, placed, num_frames * RATE // fps, loudness)


def _beside(speech: Stereo, music: Stereo) -> np.float32:
    """Return the gain that brings synthesised parts to the level of recordings.

    Effects keep the same level beside uploaded music as beside a bed.
    """
    if music.any():
        wanted = _heard(music)
    elif speech.any():
        wanted = BELOW_SPEECH * _heard(speech)
    else:
        return np.float32(1)
    least, most = (10 ** (decibels / 20) for decibels in (NEAREST_DB, FURTHEST_DB))
    return np.float32(min(max(wanted / MUSIC, least), most))


def _heard(signal: Stereo) -> float:
    """Return the root mean square of the audible samples."""
    loud = np.abs(signal).max(axis=0) > 1e-4
    return float(np.sqrt(np.mean(signal[:, loud] ** 2))) if loud.any() else 0.0
