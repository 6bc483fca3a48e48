"""What a video model learns from: shapes, pairs of cuts, batches of one shape, frames in time."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.engines.diffusion.families import Family, family_of
from tests.clip_datasets import clip_row, mp4_of
from tests.tiny_checkpoints import checkpoint
from training.video_model.batches import BatchPlan
from training.video_model.cache.index import CachedSample
from training.video_model.clip_frames import frames_of, middle_frame
from training.video_model.errors import TrainingStopped, UnfitClip
from training.video_model.samples import samples_of
from training.video_model.settings import DataSettings, VideoTraining
from training.video_model.shapes import Shape, legal_lengths, shape_of

SMALL = DataSettings(short_side=64, valid=0)


def wan() -> Family:
    return family_of(checkpoint("wan"))


def shape(**changes: Any) -> Shape:
    told: dict[str, Any] = {"bucket": "16x9-33f-72p", "width": 128, "height": 72, "duration_s": 2.0}
    return shape_of(wan(), SMALL, **(told | changes))


def row(name: str, film: str, start_s: float = 0, **changes: Any) -> dict[str, Any]:
    made = clip_row(name, film, name.encode(), f"Caption of {name}.", start_s=start_s)
    return made | {"shard": "a.tar", "offset": 512} | changes


def test_clips_of_one_aspect_come_to_one_size_and_the_longest_length_that_fits():
    assert shape() == Shape(112, 64, 25)
    assert shape(width=1920, height=1080) == Shape(112, 64, 25)
    assert shape(duration_s=2.0625) == Shape(112, 64, 33)
    assert shape(bucket="9x16-33f-72p", width=72, height=128) == Shape(64, 112, 25)
    assert shape(duration_s=2.0, extra_frames=1) == Shape(112, 64, 33)


def test_a_clip_too_short_or_too_small_is_left_out_with_the_reason():
    with pytest.raises(UnfitClip, match=r"0\.5 s are 8 frames at 16 a second, wanted 9"):
        shape(duration_s=0.5)
    with pytest.raises(UnfitClip, match="64x36 is too small for 112x64"):
        shape(width=64, height=36)


def test_lengths_that_a_family_cannot_make_are_refused_by_name():
    assert legal_lengths(wan(), DataSettings(lengths=(8, 9, 10, 17))) == (9, 17)
    with pytest.raises(ValueError, match=r"data.lengths: Wan .* makes 4k\+1 frames up to 81"):
        legal_lengths(wan(), DataSettings(lengths=(10, 97)))


def test_a_film_is_kept_for_judging_whole_or_not_at_all():
    rows = [row(f"{film}:{cut}", f"film-{film}", cut) for film in range(40) for cut in range(3)]
    samples, _ = samples_of(rows, wan(), DataSettings(short_side=64, valid=0.3))
    kept = {s.video for s in samples if s.valid}
    assert kept and kept.isdisjoint(s.video for s in samples if not s.valid)
    fewer, _ = samples_of(rows[:60], wan(), DataSettings(short_side=64, valid=0.3))
    assert {s.clip for s in fewer if s.valid} == {
        s.clip for s in samples if s.valid and s.clip in {r["clip"] for r in rows[:60]}
    }


def test_where_nothing_is_kept_for_judging_the_job_does_not_begin():
    rows = [row("a:0", "film-a", 0)]
    with pytest.raises(TrainingStopped, match=r"data.valid is 0.001, and of 1 videos none is kept"):
        samples_of(rows, wan(), DataSettings(short_side=64, valid=0.001))
    samples, _ = samples_of(rows, wan(), DataSettings(short_side=64, valid=0))
    assert len(samples) == 1


def test_nothing_to_learn_from_stops_with_all_reasons():
    with pytest.raises(TrainingStopped, match="the dataset has no clips"):
        samples_of([], wan(), SMALL)
    short = [row(f"{n}", "film", n, end_s=n + 0.1) for n in range(3)]
    with pytest.raises(TrainingStopped, match="none of 3 clips can be learnt from: 3 too short"):
        samples_of(short, wan(), SMALL)


def test_two_cuts_of_a_film_that_show_one_subject_are_each_other_s_reference():
    rows = [
        row("a", "film", 0, subjects=["Red car", "woman"]),
        row("b", "film", 3, subjects=["a dog"]),
        row("c", "film", 6, subjects=["red  CAR"]),
        row("d", "other", 0, subjects=["red car"]),
    ]
    pairs = SMALL.model_copy(update={"condition": "reference"})
    samples, left_out = samples_of(rows, wan(), pairs)
    shown = {s.clip: s.reference_sha256 for s in samples}
    assert shown == {"a": rows[2]["sha256"], "c": rows[0]["sha256"]}
    assert left_out == Counter({"no other cut of its film shows its subject": 2})
    # 33 frames are the reference and 32 of the clip's own.
    assert {s.num_frames for s in samples} == {33}
    film, _ = samples_of(rows, wan(), pairs.model_copy(update={"pairs": "film"}))
    assert {s.clip for s in film} == {"a", "b", "c"}


def cached(tokens: int, shape: Shape, number: int = 0) -> CachedSample:
    return CachedSample(
        clip=f"{shape.name}:{number}", latents="", text="", caption="", tokens=tokens, valid=False,
        width=shape.width, height=shape.height, num_frames=shape.num_frames,
    )  # fmt: skip


SHAPES = [Shape(112, 64, 17), Shape(64, 112, 17), Shape(112, 64, 33)]
TOKENS = {SHAPES[0]: 140, SHAPES[1]: 140, SHAPES[2]: 252}


@given(
    counts=st.lists(st.integers(0, 20), min_size=3, max_size=3).filter(any),
    ranks=st.integers(1, 4),
    max_tokens=st.integers(1, 2000),
    seed=st.integers(0, 5),
    start=st.integers(0, 50),
)
def test_ranks_get_batches_of_one_shape_within_the_tokens_and_no_sample_is_lost(
    counts: list[int], ranks: int, max_tokens: int, seed: int, start: int
):
    samples = [
        cached(TOKENS[shape], shape, n)
        for shape, count in zip(SHAPES, counts, strict=True)
        for n in range(count)
    ]
    plan = BatchPlan(samples, max_tokens, ranks, seed)
    epoch = plan.epoch(1)
    assert len(epoch) == plan.steps_an_epoch
    seen: Counter[int] = Counter()
    for step in epoch:
        assert len(step.ranks) == ranks
        assert len({len(rank) for rank in step.ranks}) == 1
        for rank in step.ranks:
            assert {samples[place].shape for place in rank} == {step.shape}
            assert len(rank) == 1 or sum(samples[p].tokens for p in rank) <= max_tokens
            seen.update(rank)
    assert set(seen) == set(range(len(samples)))
    # What is taken twice evens out one batch of each shape.
    assert sum(seen.values()) - len(samples) <= 3 * (ranks - 1)
    following = plan.after(start)
    whole = [step for number in range(start // len(epoch) + 2) for step in plan.epoch(number)]
    assert [next(following) for _ in range(3)] == (whole + plan.epoch(start // len(epoch) + 2))[
        start : start + 3
    ] or len(epoch) < 3


def test_epochs_have_orders_of_their_own_and_a_seed_repeats_them():
    samples = [cached(140, SHAPES[0], n) for n in range(12)]
    plan, again = (BatchPlan(samples, 300, 2, 7) for _ in range(2))
    assert plan.epoch(0) == again.epoch(0) != plan.epoch(1)
    assert plan.batch_sizes == {SHAPES[0]: 2}
    with pytest.raises(ValueError, match="no samples"):
        BatchPlan([], 300, 2, 7)


def test_frames_are_taken_at_the_family_s_rate_from_the_clip_s_middle(tmp_path: Path):
    mp4 = mp4_of(tmp_path / "a.mp4", "red", num_frames=61, fps=30)
    frames = frames_of(mp4, 17, 16, 112, 64)
    assert frames.shape == (17, 64, 112, 3)
    # Its middle goes from 0.09 to 0.91 of the width in 2 s; this is from 0.48 s to 1.48 s.
    where = [float(np.nonzero(f[32, :, 0] > 150)[0].mean()) / 112 for f in frames]
    assert where[0] == pytest.approx(0.28, abs=0.02)
    assert where[-1] == pytest.approx(0.69, abs=0.02)
    assert np.diff(where) == pytest.approx(0.026, abs=0.016)
    (middle,) = middle_frame(mp4, 112, 64)
    assert np.abs(middle.astype(int) - frames[8]).mean() < 3


def test_a_clip_that_is_broken_or_shorter_than_told_is_unfit(tmp_path: Path):
    mp4 = mp4_of(tmp_path / "a.mp4", "red", num_frames=17)
    with pytest.raises(UnfitClip, match="cannot be decoded"):
        frames_of(b"no video", 9, 16, 112, 64)
    with pytest.raises(UnfitClip, match=r"1.06 s in its file, wanted 33 frames at 16 a second"):
        frames_of(mp4, 33, 16, 112, 64)


def test_settings_name_what_is_wrong():
    with pytest.raises(ValueError, match="there is one worker, wanted at least 2"):
        VideoTraining(sharded=True)
    assert VideoTraining(steps=5).run_digest == VideoTraining(steps=9, keep=5).run_digest
    assert VideoTraining(seed=1).run_digest != VideoTraining().run_digest
