"""Recordings on frames of cuts: placed, carried along, taken back exactly; nothing is rendered."""

import pytest

from conte.conte import Conte
from conte.formats.lengths import placed as of_length
from conte.frozen import digest
from conte.revision.applying import apply, apply_all
from conte.revision.changes import changes
from conte.revision.inverse import inverse
from conte.revision.operations import (
    Edit,
    Merge,
    Move,
    Operation,
    PlaceSound,
    Remove,
    RemoveSound,
    Retime,
    Split,
)
from conte.revision.refusals import Refused
from conte.revision.settling import settled
from conte.revision.working import Working
from conte.sound import MAX_SOUNDS, Sound
from tests.sound_conte import a_brief, a_conte
from tests.test_operations import FIVE, FOUR, IDS, ONE, THREE, TWO, working

UPLOAD = f"sounds/{'ab' * 32}.flac"
OTHER = f"sounds/{'cd' * 32}.flac"
NEW = "c_000000000new"


def sound(name: str, frame: int = 0, **more: object) -> Sound:
    given = {"id": f"s_{name:0>4}", "kind": "na", "upload": UPLOAD, "frame": frame,
             "num_samples": 96_000, "name": f"{name}.wav"}  # fmt: skip
    return Sound.model_validate(given | more)


def placed(*sounds: tuple[str, Sound]) -> Working:
    ops = [PlaceSound(cut=cut, sound=one) for cut, one in sounds]
    return apply_all(working(), ops)


def where(state: Working) -> dict[str, tuple[str, int]]:
    return {one.id: (cut.id, one.frame) for cut in state.conte.cuts for one in cut.sounds}


START = placed(
    (ONE, sound("a", kind="bgm")), (TWO, sound("b", 40)), (TWO, sound("c", 90, kind="se"))
)


def undone(state: Working, op: Operation) -> Working:
    after = apply(state, op)
    back = apply_all(after, inverse(state, op))
    assert back == state, op
    return after


def test_a_sound_is_placed_changed_moved_and_removed_and_each_is_taken_back_exactly() -> None:
    first = undone(working(), PlaceSound(cut=TWO, sound=sound("b", 40)))
    assert where(first) == {"s_000b": (TWO, 40)}
    louder = undone(first, PlaceSound(cut=TWO, sound=sound("b", 40, gain_db=-3.0)))
    assert louder.conte.cuts[1].sounds[0].gain_db == -3
    moved = undone(louder, PlaceSound(cut=FOUR, sound=sound("b", 7)))
    assert where(moved) == {"s_000b": (FOUR, 7)}
    assert undone(moved, RemoveSound(sound="s_000b")) == working()
    assert undone(moved, PlaceSound(cut=FOUR, sound=sound("b", 7))) == moved


def test_sounds_go_with_the_frame_that_they_begin_on() -> None:
    assert where(undone(START, Move(cut=TWO, after=FIVE)))["s_000b"] == (TWO, 40)
    halves = undone(START, Split(cut=TWO, at=50, into=NEW))
    assert (where(halves)["s_000b"], where(halves)["s_000c"]) == ((TWO, 40), (NEW, 40))
    assert where(apply(halves, Merge(cut=TWO, next=NEW))) == where(START)
    merged = undone(START, Merge(cut=ONE, next=TWO))
    assert where(merged) == {"s_000a": (ONE, 0), "s_000b": (ONE, 160), "s_000c": (ONE, 210)}
    # The second cut's beginning moves by 20 frames: its picture does, and its sounds with it.
    assert where(undone(START, Retime(cut=TWO, frames=85, source=ONE)))["s_000b"] == (TWO, 20)
    # What was trimmed away begins on the nearest frame that is left.
    short = undone(START, Retime(cut=TWO, frames=60, source=THREE))
    assert where(short)["s_000c"] == (TWO, 59)
    gone = undone(START, Remove(cut=TWO, taking=ONE))
    assert where(gone) == {"s_000a": (ONE, 0)}


def test_another_length_keeps_sounds_on_their_pictures() -> None:
    cut = START.conte.cuts[1]
    shorter = of_length(cut, 65, None, opens=False, ends=False)
    assert [one.frame for one in shorter.sounds] == [20, 64]


def test_a_sound_is_refused_where_there_is_no_such_frame_or_no_room() -> None:
    with pytest.raises(Refused, match="cut 2 has frames 0 to 104"):
        apply(START, PlaceSound(cut=TWO, sound=sound("d", 105)))
    with pytest.raises(Refused, match="there is no sound s_none"):
        apply(START, RemoveSound(sound="s_none"))
    with pytest.raises(Refused, match="place_sound"):
        apply(START, Edit(cut=TWO, field="sounds", before=[], after=[]))
    full = placed(*((ONE, sound(f"x{n}")) for n in range(MAX_SOUNDS)))
    with pytest.raises(Refused, match=f"{MAX_SOUNDS} sounds begin in cut 1"):
        apply(full, PlaceSound(cut=ONE, sound=sound("y")))
    with pytest.raises(Refused, match="recordings of cuts 1 and 2 together"):
        apply(apply(full, PlaceSound(cut=TWO, sound=sound("y"))), Merge(cut=ONE, next=TWO))


def test_a_settled_sound_has_an_id_of_its_own_and_keeps_it() -> None:
    op = PlaceSound(cut=ONE, sound=Sound(kind="se", upload=UPLOAD))
    with pytest.raises(ValueError, match="no id"):
        apply(working(), op)
    done = settled(op, lambda: "c_0123456789abcdef")
    assert isinstance(done, PlaceSound)
    assert done.sound.id == "s_0123456789abcdef"
    assert settled(done, lambda: "c_other") == done


def test_the_change_table_says_what_is_heard_in_words() -> None:
    after = apply_all(
        START,
        [
            PlaceSound(cut=TWO, sound=sound("b", 52, gain_db=-2.5, skip=30, lasts=45)),
            RemoveSound(sound="s_000a"),
        ],
    )
    rows = {(row.cut, row.field): row for row in changes(START, after).rows}
    assert set(rows) == {(ONE, "sounds"), (TWO, "sounds")}
    assert {row.kind for row in rows.values()} == {"words"}
    assert rows[ONE, "sounds"].label == "음원"
    assert rows[ONE, "sounds"].text_before == "배경 음악: a.wav (ababab) · 0프레임부터"
    assert rows[TWO, "sounds"].text_after.splitlines()[0] == (
        "내레이션: b.wav (ababab) · 52프레임부터 · -2.5 dB"
        " · 앞 1초 (30프레임) 제외 · 1.5초 (45프레임) 동안"
    )
    english = changes(START, after, language="en").rows
    assert english[0].text_before == "Music: a.wav (ababab) · from frame 0"


def test_a_conte_without_sounds_is_stored_as_before_there_were_any() -> None:
    conte = a_conte("ko").born(7)
    assert "sounds" not in conte.model_dump_json()
    again = Conte.model_validate_json(START.conte.model_dump_json())
    assert again == START.conte
    assert digest(again.model_dump(mode="json")) != digest(conte.model_dump(mode="json"))
    assert Working(conte=conte, brief=a_brief()) == working()
    assert len(IDS) == 5
