"""Report of an evaluation: films with pictures of their cuts, and every figure. Korean first.

One HTML file that needs only its fonts; names and prompts are escaped.
"""

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2

from serve.pages.page import page
from training.films.clip_frames import Frames, small, spread
from training.films.evaluation import FilmEvaluation, Scores
from training.films.film_clip import FilmClip
from training.films.judging import ACROSS, DIMENSIONS

_NAMES = {
    "subject_consistency": "피사체 일관성",
    "background_consistency": "배경 일관성",
    "temporal_flickering": "깜박임 없음",
    "motion_smoothness": "움직임의 매끄러움",
    "dynamic_degree": "움직임",
    "overall_consistency": "프롬프트 일치",
    "subject_consistency_across_cuts": "컷 사이 피사체 일관성",
    "background_consistency_across_cuts": "컷 사이 배경 일관성",
}
_PICTURES, _SIDE = 4, 90
_TEMPLATE = Path(__file__).with_name("report.html")


def strip(frames: Frames) -> tuple[str, ...]:
    """Return a few small pictures of a clip, as data URIs."""
    found: list[str] = []
    for at in spread(len(frames), _PICTURES):
        bgr = cv2.cvtColor(small(frames[at], _SIDE), cv2.COLOR_RGB2BGR)
        jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
        found.append("data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode())
    return tuple(found)


def report(
    evaluation: FilmEvaluation,
    clips: Sequence[FilmClip],
    strips: Mapping[str, Sequence[str]],
) -> str:
    """Return the report's HTML. `strips`: pictures by clip id."""
    films: dict[str, list[Scores]] = defaultdict(list)
    for one in evaluation.clips:
        films[one.film].append(one)
    return page(
        _TEMPLATE,
        evaluation=evaluation,
        films=films,
        of_films={film.id: film for film in evaluation.films},
        prompts={clip.id: clip.prompt for clip in clips},
        strips=strips,
        names=_NAMES,
        dimensions=DIMENSIONS,
        across=ACROSS,
        heads=[("", "클립", "clip"), *(("n", _NAMES[name]) for name in DIMENSIONS)],
    )
