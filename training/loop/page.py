"""The loop's page: every step with its figures, both models' curves, and the final film."""

from pathlib import Path

from serve.pages.fonts import fonts_beside
from serve.pages.page import page
from serve.registry.interval import Interval, difference, mean_interval
from serve.whole import write_whole
from training.loop.goals import Goal
from training.loop.loop import CONTE, FILM, VIDEO, Loop
from training.loop.report import curve_pictures
from training.measured import read_measured
from training.video_model.curves import read_curves
from training.video_model.loss_curve import curve_of

PAGE = "report.html"
_TITLES = {
    "conte": "콘티 모델: 스크립트, 학습, 평가 / conte model: scripts, training, evaluation",
    "conte-entry": "콘티 모델 등록 / conte model registered",
    "conte-gate": "콘티 모델 승격 / conte model promoted",
    "tiny": "작은 영상 모델 / a small video model",
    "films": "학습한 모델로 영화 제작 / films by it",
    "captions": "클립 캡션 / captions of their clips",
    "video": "영상 어댑터 학습 / video adapter learnt",
    "video-judged": "영상 어댑터 평가 / video adapter judged",
    "video-entry": "영상 어댑터 등록 / video adapter registered",
    "video-gate": "영상 어댑터 승격 / video adapter promoted",
    "film": "학습에 없던 브리프의 영화 / film of a held-out brief",
}


def write_page(home: Path, loop: Loop) -> Path:
    """Write `report.html` in the home, and return its path. It links to the film's files beside it.

    Raises:
        OSError: if it cannot be written.
    """
    steps = loop.steps.done
    film = steps["film"]["film"]
    folder = home / FILM / film["folder"]
    text = page(
        Path(__file__).with_name("page.html"),
        steps=[
            (_TITLES[name], told["seconds"], told.get("told", "")) for name, told in steps.items()
        ],
        total=sum(told["seconds"] for told in steps.values()),
        conte=_conte(steps["conte"]),
        goals=[Goal.model_validate(one) for one in steps["conte"]["goals"]],
        conte_curves=curve_pictures(home / CONTE / "model").values(),
        video=_video(home),
        video_curve=curve_of(read_curves(home / VIDEO)),
        brief=loop.held_out().brief,
        film=film,
        film_file=(folder / "film.mp4").relative_to(home).as_posix(),
        sheet_file=(folder / "sheet.png").relative_to(home).as_posix(),
        poster_file=(folder / "poster.png").relative_to(home).as_posix(),
        conte_file=(folder / "conte.txt").relative_to(home).as_posix(),
        filmed=len([one for one in steps["films"]["films"] if "folder" in one]),
        ordered=len(steps["films"]["films"]),
    )
    path = home / PAGE
    fonts_beside(path)
    write_whole(path, text)
    return path


def _conte(told: dict[str, object]) -> list[tuple[str, str]]:
    """Return the share that passes every check: trained, untrained, and the difference."""
    names = ("학습 후 / trained", "학습 전 / untrained", "차이 / difference")
    keys = ("model", "against", "better")
    return [
        (name, str(Interval.model_validate(told[key])))
        for name, key in zip(names, keys, strict=True)
    ]


def _video(home: Path) -> list[tuple[str, str]]:
    """Return the loss on held-out clips: trained, base, and the difference."""
    after, before = read_measured(home / "video-evaluation.json")
    assert before is not None
    mine, theirs = ([-v for v in one.scores["value"]] for one in (after, before))
    return [
        ("학습 후 / trained", str(mean_interval(mine, after.groups))),
        ("학습 전 / base", str(mean_interval(theirs, after.groups))),
        ("차이 / difference", str(difference(mine, theirs, after.groups))),
    ]
