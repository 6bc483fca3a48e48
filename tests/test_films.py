"""The measures of films put known cases in the right order, and say how they measured."""

import json
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from serve.settings import VaultSettings
from serve.vault import VaultUnavailable
from tests import front_door
from tests.drawn_clips import BLUE, FPS, GREEN, HEIGHT, ROOM, clip, write
from tests.front_door import House
from training.films.__main__ import app
from training.films.clip_frames import Frames, Shown, UnreadableClip, shown_in
from training.films.evaluation import FilmEvaluation, evaluate_films
from training.films.film_clip import FilmClip, clips_in
from training.films.judging import Judge, across_cuts
from training.films.movement import movement_in
from training.films.produced import produced


def test_a_still_flickers_less_than_grain_and_grain_less_than_noise() -> None:
    still, grain, noise = (
        movement_in(clip(noise=strength), FPS).temporal_flickering for strength in (0, 12, 80)
    )
    assert still == 1
    assert noise is not None and grain is not None
    assert 1 > grain > noise


def test_what_moves_flickers_no_more_than_a_flash_does() -> None:
    moves = movement_in(clip(speed=2), FPS).temporal_flickering
    flash = clip()
    flash[::4] = np.clip(flash[::4].astype(int) + 60, 0, 255).astype(np.uint8)
    flashes = movement_in(flash, FPS).temporal_flickering
    assert moves is not None and flashes is not None
    assert moves > 0.985 > flashes


def test_a_moved_object_raises_the_dynamic_degree_and_the_flow_with_its_speed() -> None:
    still, slow, fast = (movement_in(clip(speed=speed), FPS) for speed in (0, 0.1, 3))
    assert (still.dynamic_degree, slow.dynamic_degree, fast.dynamic_degree) == (0, 0, 1)
    assert still.flow is not None and slow.flow is not None and fast.flow is not None
    assert still.flow < slow.flow < fast.flow
    # 3 pixels a frame of 16 a second, over 128 pixels of the shorter side.
    assert fast.flow == pytest.approx(3 * FPS / HEIGHT, rel=0.25)


def test_the_same_motion_is_the_same_at_twice_the_rate() -> None:
    slow, fast = movement_in(clip(speed=3), 16), movement_in(clip(48, speed=1.5), 32)
    assert slow.dynamic_degree == fast.dynamic_degree == 1
    assert slow.flow == pytest.approx(fast.flow, rel=0.15)


def test_a_smooth_motion_is_smoother_than_a_jerky_one() -> None:
    smooth, jerky = (
        movement_in(clip(speed=2, jerk=jerk), FPS).motion_smoothness for jerk in (0, 8)
    )
    assert smooth is not None and jerky is not None
    assert smooth > jerky + 0.005


def test_one_frame_has_no_motion() -> None:
    moves = movement_in(clip(1), FPS)
    assert moves.temporal_flickering is moves.motion_smoothness is moves.dynamic_degree is None
    judged = Judge().judge(Shown(clip(1), FPS))
    assert judged.scores["subject_consistency"] is None
    assert judged.why["subject_consistency"] == "too few frames"


def judged(judge: Judge, *cuts: tuple[FilmClip, Frames]) -> dict[str, float | None]:
    return across_cuts([c for c, _ in cuts], [judge.judge(Shown(f, FPS)) for _, f in cuts])


def cut(name: str, **changes: object) -> FilmClip:
    return FilmClip.model_validate({"id": name, "path": name, "film": "f", **changes})


def test_the_same_subject_and_place_across_cuts_score_above_different_ones() -> None:
    judge = Judge()
    one, two = (cut("a"), clip(speed=1)), (cut("b"), clip(speed=2)[::-1])
    other = (cut("b"), clip(speed=1, colour=BLUE, where=ROOM))
    same, different = judged(judge, one, two), judged(judge, one, other)
    for name, value in same.items():
        worse = different[name]
        assert value is not None and worse is not None
        assert value > 0.9 > value - 0.1 > worse


def test_a_subject_that_changes_within_a_clip_is_less_consistent() -> None:
    steady, changed = clip(speed=1), clip(speed=1)
    changed[12:] = clip(speed=1, colour=BLUE)[12:]
    moved = clip(speed=1)
    moved[12:] = clip(speed=1, where=ROOM)[12:]
    scores = [Judge().judge(Shown(f, FPS)).scores for f in (steady, changed, moved)]
    subject = [one["subject_consistency"] or 0 for one in scores]
    background = [one["background_consistency"] or 0 for one in scores]
    assert subject[0] > subject[1] + 0.02
    assert background[0] > background[2] + 0.02
    assert background[1] > background[2]


def test_only_cuts_that_share_a_subject_or_a_place_are_compared() -> None:
    judge = Judge()
    road = cut("a", subjects=["car"], place="road"), clip()
    again = cut("b", subjects=["car", "driver"], place="road"), clip(speed=1)
    room = cut("c", subjects=["chair"], place="room"), clip(colour=BLUE, where=ROOM)
    assert judged(judge, road, again, room) == judged(judge, road, again)
    assert judged(judge, road, room) == {
        "subject_consistency_across_cuts": None,
        "background_consistency_across_cuts": None,
    }


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for name, second in (
        ("good", clip(speed=2)),
        ("bad", clip(colour=GREEN, where=ROOM, noise=60)),
    ):
        (folder / name).mkdir()
        write(folder / name / "1.mp4", clip(speed=1))
        write(folder / name / "2.mp4", second)
    return folder


def told(line: str) -> None:
    assert line


def test_a_film_of_one_piece_is_better_than_one_that_falls_apart(films: Path) -> None:
    def evaluated(name: str) -> FilmEvaluation:
        clips = [
            one.model_copy(update={"id": one.path.name, "film": "f"})
            for one in clips_in([films / name])
        ]
        return evaluate_films(clips, Judge(), told)

    good, bad = evaluated("good"), evaluated("bad")
    better = good.better_than(bad)
    assert better["subject_consistency_across_cuts"].mean > 0.1
    assert better["background_consistency_across_cuts"].mean > 0.1
    assert better["temporal_flickering"].mean > 0
    assert "overall_consistency" not in better
    assert all(interval.mean == 0 for interval in good.better_than(good).values())
    with pytest.raises(ValueError, match="not of the same fixed set"):
        good.better_than(evaluate_films(clips_in([films / "good"]), Judge(), told))


def test_the_command_writes_figures_and_a_report(films: Path, tmp_path: Path) -> None:
    rows = [
        {"path": str(films / "good" / f"{n}.mp4"), "id": f"<b>{n}", "film": "a & b",
         "prompt": "a <script> disc"}
        for n in (1, 2)
    ]  # fmt: skip
    listed = tmp_path / "list.jsonl"
    listed.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, [str(listed), "--out", str(out)])
    assert ran.exit_code == 0, ran.stderr
    found = FilmEvaluation.model_validate_json((out / "evaluation.json").read_text("utf-8"))
    assert found.methods["temporal_flickering"].startswith("classical")
    assert found.clips[0].why == {"overall_consistency": "wants the weights of a CLIP"}
    assert found.films[0].scores["subject_consistency_across_cuts"]
    html = (out / "report.html").read_text("utf-8")
    assert "<script>" not in html and "&lt;b&gt;1" in html and "a &amp; b" in html
    assert html.count("data:image/jpeg") == 8


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('{"path": 3}', "path: "),
        ("[1]", "wanted a JSON object"),
        ('{"path": "a.mp4", "subjects": "car"}', "subjects: "),
        ("", "no clip in"),
        ('{"path": "a.mp4"}\n{"path": "a.mp4"}', "a.mp4 comes twice"),
        ('{"path": "not there.mp4"}', "cannot be decoded"),
    ],
)
def test_a_bad_list_is_told_by_its_line(content: str, wrong: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.jsonl"
    listed.write_text(content, "utf-8")
    ran = CliRunner().invoke(app, [str(listed), "--out", str(tmp_path / "out")])
    assert ran.exit_code == 2
    assert wrong in ran.stderr
    assert not (tmp_path / "out").exists()


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "a.mp4"
    broken.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(200))
    with pytest.raises(UnreadableClip, match=r"a\.mp4"):
        shown_in(broken)


def test_a_production_s_clips_come_out_of_the_vault_with_what_they_were_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path / "home")
    mp4 = write(tmp_path / "a.mp4", clip(8, speed=2)).read_bytes()
    monkeypatch.setattr(front_door, "CLIP_BYTES", mp4)
    production = front_door.accept(house)
    nothing = ["--production", production, "--home", str(tmp_path / "home"), "--out"]
    ran = CliRunner().invoke(app, [*nothing, str(tmp_path / "none")])
    assert ran.exit_code == 2 and "has no clip yet" in ran.stderr
    house.write(production)
    house.render(production)
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, [*nothing, str(out)])
    assert ran.exit_code == 0, ran.stderr
    found = FilmEvaluation.model_validate_json((out / "evaluation.json").read_text("utf-8"))
    assert [one.id for one in found.clips] == [f"{production}/{n:02d}" for n in range(1, 5)]
    assert found.films[0].scores["background_consistency_across_cuts"] == pytest.approx(1)
    ran = CliRunner().invoke(app, ["--production", "nobody", *nothing[2:], str(tmp_path / "none")])
    assert ran.exit_code == 2 and "nobody" in ran.stderr


async def test_a_production_s_clips_are_read_from_a_bucket_with_the_keys_of_the_settings(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    production = front_door.accept(house)
    house.write(production)
    house.render(production)
    # Half of the keys: enough to tell that they are used, without a bucket.
    bucket = VaultSettings(url="s3://films", access_key=SecretStr("AK"))
    settings = house.settings.model_copy(update={"vault": bucket})
    with pytest.raises(VaultUnavailable, match="both access_key and secret_key"):
        async with produced(production, settings):
            pass
