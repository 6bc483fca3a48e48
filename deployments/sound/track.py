"""A film's conte -> its temporary track, exactly as long as the film. Pure: the same conte and
revision give the same samples.
"""

from dataclasses import dataclass

import numpy as np

from conte.brief import Brief
from conte.conte import Conte
from conte.frozen import seed_of
from deployments.sound.beats import on_the_beat
from deployments.sound.bed import bed
from deployments.sound.effects_of_cuts import effects_of
from deployments.sound.mix import Mix, mixed
from deployments.sound.music_words import Music, music_of
from deployments.sound.signals import Stereo
from deployments.sound.styles import STYLES

REVISION = "2"
"""Revision; raise it with every change of the samples of a score."""
MUSIC = 0.06
"""Root mean square of the bed, relative to that of an effect that fills a cut."""
LABEL = {
    "ko": "임시 음악·효과음 (가이드, 합성)",
    "en": "temporary music and effects (synthesised guide)",
}


MUSIC_LABEL = {
    "ko": "임시 음악 (가이드, 합성)",
    "en": "temporary music (synthesised guide)",
}
EFFECTS_LABEL = {
    "ko": "임시 효과음 (가이드, 합성)",
    "en": "temporary effects (synthesised guide)",
}
"""Labels where recordings replace a part of the synthesised track."""


@dataclass(frozen=True)
class Score:
    """Everything that shapes a track, and nothing else; a part of the film's key."""

    revision: str
    seed: int
    fps: int
    lengths: tuple[int, ...]
    """Frames of each cut."""
    effects: tuple[str, ...]
    """Words for the sound effects of each cut."""
    music: Music | None

    @property
    def tempo(self) -> tuple[float, float]:
        return STYLES[self.music.mood].tempo if self.music else (90.0, 110.0)


def score_of(conte: Conte, brief: Brief) -> Score | None:
    """Read the score of a conte; None if it names no sound."""
    music = music_of(conte, brief.tone)
    effects = tuple(cut.sound_effect for cut in conte.cuts)
    if music is None and not any(effects):
        return None
    seed = seed_of([conte.cuts[0].seed, [cut.music for cut in conte.cuts]])
    lengths = tuple(cut.num_frames for cut in conte.cuts)
    return Score(REVISION, seed, brief.fps, lengths, effects, music)


def track_of(score: Score) -> Mix:
    """Synthesise and mix a score."""
    return mixed(*parts_of(score))


def parts_of(score: Score) -> tuple[Stereo, Stereo]:
    """Synthesise a score's music and effects, before they are mixed."""
    bars = on_the_beat(score.lengths, score.fps, *score.tempo)
    effects = effects_of(score.effects, bars, score.seed)
    music = bed(score.music, bars, score.seed) if score.music else np.zeros_like(effects)
    level = float(np.sqrt(np.mean(music**2)))
    if level:
        # Effects keep their level against any bed.
        music *= np.float32(MUSIC / level)
    return music, effects
