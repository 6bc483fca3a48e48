"""Near-duplicates are found exactly, in the manifest's order, among millions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from crawl.caption.dataset_run import DatasetRun
from crawl.caption.rows import FoundClip, Rows
from crawl.duplicates import DuplicateMarker, DuplicateSettings, NearDuplicates
from crawl.duplicates import hash_index as index_of_hashes
from crawl.duplicates.hash_index import Hashes, HashIndex
from crawl.records.database import open_records
from crawl.records.tables import clips
from serve.database.engine import Database
from tests.caption_rows import a_shot, a_stream, a_video, some_measures


def random_hashes(seed: int, count: int) -> Hashes:
    return np.random.default_rng(seed).integers(0, 2**64, count, np.uint64)


def flipped(hashes: Hashes, bits: int, seed: int = 0) -> Hashes:
    """Each hash with so many of its bits changed."""
    rng = np.random.default_rng(seed)
    out = hashes.copy()
    for n in range(len(out)):
        for bit in rng.choice(64, bits, replace=False):
            out[n] ^= np.uint64(1) << np.uint64(bit)
    return out


def by_comparing_all(held: Hashes, asked: Hashes, radius: int) -> set[tuple[int, int]]:
    near = np.bitwise_count(asked[:, None] ^ held) <= radius
    return {(int(a), int(b)) for a, b in np.argwhere(near)}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), radius=st.integers(0, 7), recent=st.sampled_from((16, 400)))
def test_the_index_finds_what_comparing_all_finds(seed: int, radius: int, recent: int) -> None:
    # Few bits are random, so that there are many neighbours at every distance.
    rng = np.random.default_rng(seed)
    held = rng.integers(0, 2**64, 300, np.uint64) & np.uint64(0x00F1_0300_0810_0707)
    asked = flipped(held[:40], int(rng.integers(0, 9)), seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_of_hashes, "_RECENT", recent)
        patch.setattr(index_of_hashes, "_AT_ONCE", 1000)
        index = HashIndex(radius)
        for part in np.array_split(held, 7):
            index.add(part)
        queries, numbers = index.near(asked)
    assert set(zip(queries.tolist(), numbers.tolist(), strict=True)) == by_comparing_all(
        held, asked, radius
    )


def test_an_index_of_nothing_finds_nothing_and_nothing_is_asked_of_any() -> None:
    index = HashIndex(6)
    assert [len(found) for found in index.near(random_hashes(1, 5))] == [0, 0]
    index.add(random_hashes(1, 5))
    assert [len(found) for found in index.near(random_hashes(1, 0))] == [0, 0]


def test_a_radius_that_could_miss_neighbours_is_refused() -> None:
    with pytest.raises(ValueError, match="radius is 8"):
        HashIndex(8)


def found(*sequences: Hashes, **changes: float) -> dict[int, int]:
    near = NearDuplicates(DuplicateSettings.model_validate(changes))
    return dict(near.duplicates(range(len(sequences)), list(sequences)))


def test_a_copy_within_a_few_bits_is_left_out_for_the_first() -> None:
    clip = random_hashes(1, 3)
    assert found(clip, random_hashes(2, 3), flipped(clip, 5)) == {2: 0}
    assert found(clip, flipped(clip, 7)) == {}
    assert found(clip, flipped(clip, 7), max_distance=7) == {1: 0}


def test_all_copies_are_left_out_for_the_one_that_stays_not_for_each_other() -> None:
    clip = random_hashes(1, 3)
    assert found(clip, clip, clip) == {1: 0, 2: 0}


def test_a_copy_of_a_copy_that_strays_too_far_from_the_first_stays() -> None:
    first = random_hashes(1, 3)
    second, third = flipped(first, 6, 1), flipped(flipped(first, 6, 1), 6, 2)
    assert found(first, second, third) == {1: 0}


def test_an_excerpt_is_left_out_and_a_longer_version_stays() -> None:
    long = random_hashes(1, 6)
    assert found(long, long[2:4]) == {1: 0}
    assert found(long[2:4], long) == {}


def test_the_same_frames_in_another_order_are_another_clip() -> None:
    clip = random_hashes(1, 4)
    assert found(clip, clip[::-1]) == {}


def test_even_pictures_are_like_each_other_and_say_nothing() -> None:
    black = np.zeros(3, np.uint64)
    assert found(black, black) == {}
    clip = random_hashes(1, 2)
    assert found(np.concatenate([black, clip]), np.concatenate([clip, black])) == {1: 0}


def test_a_clip_without_a_hash_is_never_a_duplicate() -> None:
    none = np.empty(0, np.uint64)
    assert found(none, none, random_hashes(1, 2), none) == {}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), step=st.integers(1, 400))
def test_what_is_found_does_not_hang_on_how_many_are_looked_up_at_once(
    seed: int, step: int
) -> None:
    rng = np.random.default_rng(seed)
    originals = [random_hashes(int(seed) + n, int(rng.integers(1, 4))) for n in range(30)]
    sequences = [
        flipped(originals[int(rng.integers(30))], int(rng.integers(0, 5)), n) for n in range(400)
    ]
    whole = NearDuplicates(DuplicateSettings())
    at_once = dict(whole.duplicates(range(400), sequences))
    parts = NearDuplicates(DuplicateSettings())
    in_parts: dict[int, int] = {}
    for first in range(0, 400, step):
        names = range(first, min(first + step, 400))
        in_parts |= dict(parts.duplicates(names, [sequences[n] for n in names]))
    assert in_parts == at_once
    assert len(whole) + len(at_once) == 400


class Job:
    """A dataset of videos, each of one clip, and the rounds of a job over it."""

    def __init__(self, url: str) -> None:
        self.records: Database = open_records(url)
        self.run = DatasetRun.begin(self.records, "clips", 100, {})
        self.rows = Rows(self.records, "clips", self.run.id)
        self.marker = DuplicateMarker(self.records, "clips")

    def analysed(self, name: str, hashes: Hashes) -> None:
        measures = some_measures().model_copy(
            update={"dhashes": tuple(f"{int(h):016x}" for h in hashes)}
        )
        shot = a_shot(0, 100).model_copy(update={"measures": measures})
        assert self.rows.begin(f"test:{name}", 5) is not None
        self.rows.analysed(f"test:{name}", a_stream(), [FoundClip(shot, "", ((512, 9),))], {})

    def states(self) -> dict[str, str]:
        names = self.rows.left("analysed", 0, 100), self.rows.left("filtered", 0, 100)
        return dict.fromkeys(names[0], "stays") | dict.fromkeys(names[1], "left out")


@pytest.fixture
def job(ledger_url: str) -> Job:
    job = Job(ledger_url)
    job.rows.enlist([a_video(name) for name in "abcdef"])
    return job


def test_a_later_round_is_compared_with_all_before(job: Job) -> None:
    clip, other = random_hashes(1, 3), random_hashes(2, 3)
    job.analysed("a", clip)
    job.analysed("b", other)
    assert job.marker.mark(job.rows, 0, 2) == 0
    job.analysed("c", flipped(other, 3))
    job.analysed("d", flipped(clip, 3))
    assert job.marker.mark(job.rows, 2, 4) == 2
    (clip_of_c,) = job.rows.kept_clips("test:c", "duplicate")
    assert clip_of_c.id == "test:c#0-100"
    assert job.states() == {
        "test:a": "stays",
        "test:b": "stays",
        "test:c": "left out",
        "test:d": "left out",
    }


def test_a_job_that_was_killed_goes_on_with_the_same_duplicates(job: Job) -> None:
    clip = random_hashes(1, 3)
    job.analysed("a", clip)
    job.analysed("b", flipped(clip, 2))
    job.marker.mark(job.rows, 0, 2)
    job.rows.captioned_clip("test:a#0-100", None, None, "caption: it refused")
    job.analysed("c", clip)
    again = DuplicateMarker(job.records, "clips")
    assert again.mark(job.rows, 0, 2) == 0
    # What a's caption came to does not decide over c.
    assert again.mark(job.rows, 2, 4) == 1


def test_a_video_that_succeeds_late_takes_its_place_before_those_that_were_faster(
    job: Job,
) -> None:
    clip = random_hashes(1, 3)
    job.analysed("b", clip)
    job.marker.mark(job.rows, 0, 1)
    job.marker.mark(job.rows, 1, 2)
    job.analysed("a", clip)
    again = DuplicateMarker(job.records, "clips")
    assert [again.mark(job.rows, n, n + 1) for n in range(2)] == [0, 1]
    assert job.states() == {"test:a": "stays", "test:b": "left out"}


def test_what_is_like_a_clip_that_was_removed_since_stays(job: Job) -> None:
    clip = random_hashes(1, 3)
    job.analysed("a", clip)
    job.marker.mark(job.rows, 0, 1)
    job.analysed("b", clip)
    with job.records.writing() as connection:
        connection.execute(delete(clips).where(clips.c.video == "test:a"))
    assert job.marker.mark(job.rows, 1, 2) == 0
    # Nor is its name written down by who found them alike just before.
    job.rows.duplicates({"test:b#0-100": "test:a#0-100"})
    assert len(job.rows.kept_clips("test:b", "analysed")) == 1


def test_rounds_are_marked_in_their_order(job: Job) -> None:
    job.marker.mark(job.rows, 0, 3)
    with pytest.raises(ValueError, match="all before 3 is marked"):
        job.marker.mark(job.rows, 0, 3)
