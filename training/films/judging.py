"""Frames of a clip -> its scores; clips of a film -> their consistency with each other.

Consistency within a clip is VBench's: the mean cosine of each frame with the first frame and with
the one before. Across cuts it is the cosine of the mean features of two cuts, over all pairs that
should show the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from training.films.clip_frames import Frames, Shown, spread
from training.films.features import ClassicalFeatures, Features, Vectors, unit
from training.films.film_clip import FilmClip
from training.films.movement import METHODS, movement_in
from training.films.vision_models import ClipFeatures, DinoFeatures

DIMENSIONS = (
    "subject_consistency", "background_consistency", "temporal_flickering", "motion_smoothness",
    "dynamic_degree", "overall_consistency",
)  # fmt: skip
"""VBench's names of the dimensions of a clip."""
ACROSS = ("subject_consistency_across_cuts", "background_consistency_across_cuts")
"""Dimensions of a film; VBench has none, because it judges single clips."""
_MOST_FRAMES = 16
"""Number of frames for which features are computed, spread evenly over the clip."""


@dataclass(frozen=True)
class JudgedClip:
    """Figures of one clip. `scores`: None for one that cannot be measured, with the reason in
    `why`.

    `subject` and `background` are mean features, each of length 1.
    """

    scores: dict[str, float | None]
    why: dict[str, str]
    flow: float | None
    subject: Vectors
    background: Vectors


class Judge:
    """Judges clips: subjects with `dino`, backgrounds and prompts with `clip`, both by classical
    features if they are not given."""

    def __init__(self, dino: DinoFeatures | None = None, clip: ClipFeatures | None = None) -> None:
        self._subject: Features = dino or ClassicalFeatures("middle")
        self._background: Features = clip or ClassicalFeatures("around")
        self._clip = clip

    @property
    def methods(self) -> dict[str, str]:
        """Method by dimension. Figures of different methods must not be compared."""
        two = self._subject.method, self._background.method
        return {
            "subject_consistency": self._subject.method,
            "background_consistency": self._background.method,
            **METHODS,
            "overall_consistency": self._clip.text_method if self._clip else "not measured",
            **{name: f"{how}, pairs of cuts" for name, how in zip(ACROSS, two, strict=True)},
        }

    def judge(self, shown: Shown, prompt: str = "") -> JudgedClip:
        frames: Frames = shown.frames[spread(len(shown.frames), _MOST_FRAMES)]
        subject, background = self._subject.of(frames), self._background.of(frames)
        moves = movement_in(shown.frames, shown.fps)
        scores: dict[str, float | None] = {
            "subject_consistency": _within(subject),
            "background_consistency": _within(background),
            "temporal_flickering": moves.temporal_flickering,
            "motion_smoothness": moves.motion_smoothness,
            "dynamic_degree": moves.dynamic_degree,
            "overall_consistency": None,
        }
        why = {name: "too few frames" for name, value in scores.items() if value is None}
        if self._clip is None:
            why["overall_consistency"] = "wants the weights of a CLIP"
        elif not prompt.strip():
            why["overall_consistency"] = "has no prompt"
        else:
            scores["overall_consistency"] = self._clip.agreement(background, prompt)
            del why["overall_consistency"]
        return JudgedClip(scores, why, moves.flow, _mean(subject), _mean(background))


def across_cuts(clips: Sequence[FilmClip], judged: Sequence[JudgedClip]) -> dict[str, float | None]:
    """Return figures across the cuts of one film; None if no two of them should show the same."""
    cuts = list(zip(clips, judged, strict=True))
    one = _over_pairs(cuts, lambda a, b: _share(a.subjects, b.subjects), lambda j: j.subject)
    two = _over_pairs(
        cuts, lambda a, b: a.place == b.place or not (a.place and b.place), lambda j: j.background
    )
    return dict(zip(ACROSS, (one, two), strict=True))


def _over_pairs(
    cuts: Sequence[tuple[FilmClip, JudgedClip]],
    same: Callable[[FilmClip, FilmClip], bool],
    look: Callable[[JudgedClip], Vectors],
) -> float | None:
    found = [
        max(0.0, float(look(judged_a) @ look(judged_b)))
        for (a, judged_a), (b, judged_b) in combinations(cuts, 2)
        if same(a, b)
    ]
    return float(np.mean(found)) if found else None


def _share(a: Sequence[str], b: Sequence[str]) -> bool:
    """Return whether two cuts share a subject; True if one of them names none."""
    return bool(set(a) & set(b)) if a and b else True


def _within(vectors: Vectors) -> float | None:
    if len(vectors) < 2:
        return None
    first = np.clip(vectors[1:] @ vectors[0], 0, 1)
    before = np.clip((vectors[1:] * vectors[:-1]).sum(axis=1), 0, 1)
    return float(((first + before) / 2).mean())


def _mean(vectors: Vectors) -> Vectors:
    return unit(vectors.mean(axis=0))
