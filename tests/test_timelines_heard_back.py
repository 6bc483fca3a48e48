"""Recordings in a timeline that comes back: moved, cut, louder or taken out becomes operations."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from conte.heard import heard_sounds
from conte.revision.applying import apply, apply_all
from conte.revision.merging import Merged, merge
from conte.revision.operations import Operation, PlaceSound, RemoveSound
from conte.revision.working import Working
from deployments.deliverables.timelines.cut_list import CutList
from deployments.deliverables.timelines.recordings import Heard
from tests.made_sounds import RATE
from tests.made_timelines import a_version, as_of, clips_of
from tests.test_sounds_placed import OTHER, sound
from tests.test_timelines import FORMATS, listed_with, ours, retimed
from tests.test_timelines_heard import FPS, a_film

NOTHING = Merged(operations=(), conflicts=(), unread=())
KINDS = ("otio", "fcpxml", "fcp7xml")
Change = Callable[[Heard], Heard | None]


def edited(kind: str, cuts: CutList, change: Change) -> bytes:
    """The timeline as a program saves it in which recordings were changed; None: taken out."""
    heard = tuple(one for one in map(change, cuts.heard) if one is not None)
    return FORMATS[kind](replace(cuts, heard=heard))


def of(name: str, **changes: Any) -> Change:
    return lambda one: replace(one, **changes) if one.id == f"s_{name:0>4}" else one


def without(*names: str) -> Change:
    return lambda one: None if one.id in [f"s_{name:0>4}" for name in names] else one


def later(name: str, frames: int) -> Change:
    def change(one: Heard) -> Heard | None:
        at = one.record.start + frames
        return of(name, record=replace(one.record, start=at))(one)

    return change


def brought(kind: str, cuts: CutList, change: Change, base: Working, now: Working) -> Merged:
    return merge(base, now, ours(edited(kind, cuts, change), FPS))


def only(found: Merged) -> Operation:
    assert (found.conflicts, found.unread) == ((), ())
    (operation,) = found.operations
    return operation


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_that_was_moved_cut_or_taken_out_there_becomes_one_operation(
    kind: str,
) -> None:
    base, cuts = a_film()
    second = base.conte.cuts[1]
    voice = sound("b", 3, skip=5, gain_db=-6.0)
    moved = only(brought(kind, cuts, later("b", 7), base, base))
    assert moved == PlaceSound(cut=second.id, sound=voice.model_copy(update={"frame": 10}))

    # Trimmed at both ends: it begins two frames later, and lasts ten.
    (heard,) = (one for one in cuts.heard if one.id == "s_000b")
    start = heard.record.start + 2
    trim = of("b", record=replace(heard.record, start=start, num_frames=10),
              source=replace(heard.source, start=7, num_frames=10))  # fmt: skip
    trimmed = only(brought(kind, cuts, trim, base, base))
    wanted = voice.model_copy(update={"frame": 5, "skip": 7, "lasts": 10})
    assert trimmed == PlaceSound(cut=second.id, sound=wanted)

    assert only(brought(kind, cuts, without("b"), base, base)) == RemoveSound(sound="s_000b")
    if kind != "otio":  # which has the level as metadata alone
        louder = only(brought(kind, cuts, of("b", gain_db=-2.5), base, base))
        assert louder == PlaceSound(cut=second.id, sound=voice.model_copy(update={"gain_db": -2.5}))


@pytest.mark.parametrize("kind", KINDS)
def test_into_another_cut_it_goes_and_brought_again_it_changes_nothing(kind: str) -> None:
    base, cuts = a_film()
    second, third = base.conte.cuts[1:3]
    change = later("b", second.num_frames)
    found = brought(kind, cuts, change, base, base)
    voice = sound("b", 3, skip=5, gain_db=-6.0)
    assert only(found) == PlaceSound(cut=third.id, sound=voice)
    after = apply_all(base, found.operations)
    assert brought(kind, cuts, change, base, after) == NOTHING


@pytest.mark.parametrize("kind", KINDS)
def test_changed_on_both_sides_is_a_conflict_with_three_values_until_somebody_chooses(
    kind: str,
) -> None:
    base, cuts = a_film()
    second = base.conte.cuts[1]
    here = PlaceSound(cut=second.id, sound=sound("b", 20, skip=5, gain_db=-6.0))
    now = apply(base, here)
    data = ours(edited(kind, cuts, later("b", 7)), FPS)
    found = merge(base, now, data)
    assert (found.operations, found.unread) == ((), ())
    (one,) = found.conflicts
    assert (one.key, one.cut, one.number, one.field) == ("s_000b.sound", second.id, 2, "sounds")
    told = "컷 2 · 내레이션: b.wav (ababab) · {}프레임부터 · -6 dB · 앞 0.2초 (5프레임) 제외"
    assert [one.base, one.ours, one.theirs] == [told.format(at) for at in (3, 20, 10)]
    theirs = merge(base, now, data, {one.key: "theirs"})
    assert theirs.operations == (
        PlaceSound(cut=second.id, sound=sound("b", 10, skip=5, gain_db=-6.0)),
    )
    assert merge(base, now, data, {one.key: "ours"}) == NOTHING
    # Taken out here and moved there, or the other way round: the same.
    gone = merge(base, apply(base, RemoveSound(sound="s_000b")), data)
    assert [(one.base is None, one.ours, one.theirs is None) for one in gone.conflicts] == [
        (False, None, False)
    ]
    left = brought(kind, cuts, without("b"), base, now)
    assert [one.theirs for one in left.conflicts] == [None]


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_that_moved_one_keeps_it_where_the_file_says_nothing_of_it(kind: str) -> None:
    base, cuts = a_film()
    second = base.conte.cuts[1]
    now = apply(base, PlaceSound(cut=second.id, sound=sound("b", 20, skip=5, gain_db=-6.0)))
    found = brought(kind, cuts, later("c", 1), base, now)
    assert only(found) == PlaceSound(cut=second.id, sound=sound("c", 11, lasts=9))


@pytest.mark.parametrize("kind", KINDS)
def test_random_pictures_and_recordings_that_were_moved_are_heard_on_the_file_s_frames(
    kind: str,
) -> None:
    for seed in range(12):
        lots = random.Random(seed)
        plain = a_version(lots, FPS)
        clips = {clip.cut_id: clip for clip in clips_of(lots, plain, [(12, 12)])}
        base = anywhere(plain, lots, "abcd")
        theirs = anywhere(retimed(base, lots), lots, lots.sample("abcd", lots.randint(0, 2)))
        back = as_of(listed_with(theirs, clips), listed_with(base, clips))
        found = merge(base, base, ours(FORMATS[kind](back), FPS))
        assert found.conflicts == ()
        assert all("dissolve" in one.reason for one in found.unread)
        after = apply_all(base, found.operations)
        assert set(heard_sounds(after.conte, FPS)) == set(heard_sounds(theirs.conte, FPS)), seed


def anywhere(working: Working, lots: random.Random, names: Iterable[str]) -> Working:
    for name in names:
        cut = lots.choice(working.conte.cuts)
        one = sound(name, lots.randrange(cut.num_frames), skip=lots.choice([0, 4]),
                    lasts=lots.choice([None, 9]), upload=f"sounds/{ord(name):064x}.flac")  # fmt: skip
        working = apply(working, PlaceSound(cut=cut.id, sound=one))
    return working


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_that_drops_ids_leaves_the_file_s_name_where_it_names_one_alone(
    kind: str,
) -> None:
    base, cuts = a_film()
    data = edited(kind, cuts, later("a", 4)).decode()
    for name in "abc":
        data = data.replace(f"s_000{name}", "")
    found = merge(base, base, ours(data.encode(), FPS))
    first = base.conte.cuts[0]
    music = sound("a", 4, kind="bgm", upload=OTHER, num_samples=90 * RATE)
    assert found.operations == (PlaceSound(cut=first.id, sound=music),)
    # Two of one file: which is which nobody knows, and none was taken out.
    assert found.conflicts == ()
    assert {one.reason for one in found.unread} <= {
        "내보낸 콘티에 없는 음원입니다",
        "it was divided or copied; place it in the draft instead",
    }


def test_what_is_not_understood_is_listed_and_nothing_is_guessed() -> None:
    base, cuts = a_film()

    def reasons(data: bytes) -> list[str]:
        found = merge(base, base, ours(data, FPS))
        assert (found.operations, found.conflicts) == ((), ())
        return [one.reason for one in found.unread]

    (_, voice, short) = cuts.heard
    long = of("c", record=replace(short.record, num_frames=900),
              source=replace(short.source, num_frames=900))  # fmt: skip
    for kind in KINDS:
        none = reasons(edited(kind, cuts, without("a", "b", "c")))
        assert none == ["이 콘티의 음원이 파일에 하나도 없습니다. 빼려면 콘티에서 빼 주세요"]
        assert reasons(edited(kind, cuts, long)) == ["음원보다 깁니다"]
        beyond = edited(kind, cuts, later("b", cuts.num_frames))
        assert reasons(beyond) == ["it begins where there is no picture"]
    for kind in ("fcpxml", "fcp7xml"):
        loud = edited(kind, cuts, of("b", gain_db=20.0))
        assert reasons(loud) == ["음량이 20 dB입니다. -60에서 12까지여야 합니다"]
    without_level: Any = etree.fromstring(FORMATS["fcpxml"](cuts))
    for volume in list(without_level.iter("adjust-volume")):
        volume.getparent().remove(volume)
    assert reasons(etree.tostring(without_level)) == ["파일에 음량이 없어 그대로 둡니다"]
    halves: Any = etree.fromstring(FORMATS["fcpxml"](cuts))
    (clip,) = (
        one for one in halves.iter("asset-clip") if (one.findtext("note") or "").endswith(voice.id)
    )
    clip.set("duration", "1001/30000s")
    assert reasons(etree.tostring(halves)) == ["it does not lie on whole frames"]
    foreign = replace(cuts, heard=(*cuts.heard, replace(voice, id="x", media="x.wav")))
    for kind in KINDS:
        assert set(reasons(FORMATS[kind](foreign))) <= {
            "내보낸 콘티에 없는 음원입니다",
            "it is no recording of the exported version",
            "it lies beside the film's clips",
        }
