"""Operations in any order: the rules hold after each, each can be undone, and replay is exact."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from conte.brief import Brief, Character
from conte.conte import Conte
from conte.cut import DialogueLine
from conte.revision.applying import apply, apply_all
from conte.revision.inverse import inverse, inverse_all
from conte.revision.operations import EDITABLE, Operation
from conte.revision.refusals import NotApplied
from conte.revision.settling import settled
from conte.revision.working import Working
from conte.staging import Staging
from tests.sound_conte import a_brief, a_conte, a_cut

OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)
STRANGER = "c_nosuch"
TEXTS = ("", "비 오는 밤", unicodedata.normalize("NFD", "젖은 길"), "a wet road", " 밤 ", "가" * 70)
VALUES = (*TEXTS, True, 7, None, "CU", "night", ["tire"], ["cat"], "가" * 201, [],
          [{"speaker": "운전자", "text": "멈춰!"}], {"who": ["driver walk"]})  # fmt: skip
ENTRIES = ("tire", "driver", "cat")
CAT = {"kind": "cast", "id": "cat", "name": "고양이", "description": "", "prompt": "a grey cat"}
LOCKED = ("caption", "narration", "size", "transition", "continues", "num_frames", "take", "seed",
          "staging")  # fmt: skip
BRIEF_FIELDS = ("product.name", "tone", "must_show", "characters.0.description", "fps", "cuts")


STAGING = Staging.model_validate({"who": ["driver hold with tire"], "weather": "rain"})


def start(cuts: int | None) -> Working:
    conte = a_conte(
        "ko",
        cut_2={"dialogue": (DialogueLine(speaker="운전자", text="멈춰!"),), "music": "피아노"},
        cut_3={"staging": STAGING},
        cut_4={"continues": True, "caption": "그립"},
    ).born(3)
    return Working(conte=conte, brief=a_brief(cuts=cuts, characters=[Character(name="민지")]))


@st.composite
def operations(draw: st.DrawFn, state: Working) -> dict[str, Any]:
    """An operation that makes sense most of the time, as JSON."""
    ids = [cut.id for cut in state.conte.cuts]
    some = st.sampled_from([*ids, *ids, STRANGER])
    place = st.one_of(st.none(), some)
    cut = draw(some)
    op = draw(st.sampled_from(("edit", "edit", "add", "remove", "move", "retime", "split", "merge",
                               "lock", "unlock", "take", "look", "sheet", "entry", "brief")))  # fmt: skip
    found = next((one for one in state.conte.cuts if one.id == cut), state.conte.cuts[0])
    match op:
        case "edit":
            field = draw(st.sampled_from(EDITABLE))
            return _edit(draw, {"op": op, "cut": cut, "field": field}, getattr(found, field))
        case "add":
            # Some return with locks and a place on a timeline, as what was removed does.
            more = {
                "num_frames": draw(st.integers(1, 200)),
                "locked": draw(st.sampled_from(((), ("size",)))),
            }
            new = a_cut("ko", 3).model_copy(update=more).model_dump(mode="json")
            return {"op": op, "after": draw(place), "cut": new, "giving": draw(place)}
        case "remove":
            return {"op": op, "cut": cut, "taking": draw(place)}
        case "move":
            return {"op": op, "cut": cut, "after": draw(place)}
        case "retime":
            frames = max(1, found.num_frames + draw(st.integers(-60, 60)))
            return {"op": op, "cut": cut, "frames": frames, "from": draw(some)}
        case "split":
            return {"op": op, "cut": cut, "at": draw(st.integers(1, found.num_frames))}
        case "merge":
            after = ids[found.number % len(ids)]
            return {"op": op, "cut": cut, "next": draw(st.sampled_from((after, after, ids[0])))}
        case "lock" | "unlock":
            return {"op": op, "cut": cut, "field": draw(st.sampled_from(LOCKED))}
        case "take":
            return {"op": op, "cut": cut, "take": draw(st.sampled_from(("", "t_0123456789ab")))}
        case "look":
            field = draw(st.sampled_from(("style", "palette", "prompt")))
            stands = getattr(state.conte.look, field)
            return _edit(draw, {"op": "edit_look", "field": field}, stands)
        case "sheet":
            entry = draw(st.sampled_from(state.conte.sheet))
            field = draw(st.sampled_from(("name", "prompt", "id")))
            made = {"op": "edit_sheet", "entry": entry.id, "field": field}
            return _edit(draw, made, getattr(entry, field))
        case "entry":
            known = {entry.id: entry.model_dump(mode="json") for entry in state.conte.sheet}
            entry = draw(st.sampled_from(ENTRIES))
            after = draw(st.sampled_from((None, CAT, known.get(entry))))
            return {"op": "edit_sheet", "entry": entry, "field": "entry",
                    "before": known.get(entry), "after": after}  # fmt: skip
        case _:
            field = draw(st.sampled_from(BRIEF_FIELDS))
            stands: Any = {
                "product.name": state.brief.product.name,
                "characters.0.description": state.brief.characters[0].description,
            }.get(field) or getattr(state.brief, field, "")
            return _edit(draw, {"op": "edit_brief", "field": field}, stands)


def _edit(draw: st.DrawFn, made: dict[str, Any], stands: Any) -> dict[str, Any]:
    before = json.loads(TypeAdapter(Any).dump_json(stands))
    seen = draw(st.sampled_from((before, before, before, "seen otherwise")))
    return {**made, "before": seen, "after": draw(st.sampled_from(VALUES))}


def counted() -> Callable[[], str]:
    ids = iter(range(1000))
    return lambda: f"c_new{next(ids):04d}"


def refusal(state: Working, op: Operation) -> NotApplied | None:
    try:
        apply(state, op)
    except NotApplied as error:
        return error
    return None


def check_rules(state: Working) -> None:
    """Read it as a stranger does, with every rule of the language."""
    brief = Brief.model_validate_json(state.brief.model_dump_json())
    conte = Conte.model_validate_json(state.conte.model_dump_json()).check_fits(brief)
    assert (conte, brief) == (state.conte, state.brief)


@settings(max_examples=60)
@given(st.data(), st.sampled_from((None, 5)))
def test_any_operations_keep_the_rules_and_can_be_undone_and_replayed(
    data: st.DataObject, cuts: int | None
) -> None:
    first = state = start(cuts)
    new_id = counted()
    applied: list[Operation] = []
    for _ in range(data.draw(st.integers(1, 12))):
        sent = OPERATION.validate_python(data.draw(operations(state)))
        op = settled(sent, new_id)
        written = state.model_dump_json()
        why = refusal(state, op)
        if why is not None:
            # It names a field of the operation, in words, and leaves nothing.
            assert why.field.partition(".")[0] in OPERATION.dump_python(op, by_alias=True)
            assert why.of("ko") and state.model_dump_json() == written
            continue
        after = apply(state, op)
        check_rules(after)
        undoing = inverse(state, op)
        assert bool(undoing) == (after != state)
        assert apply_all(after, undoing).model_dump_json() == written
        redoing = inverse_all(after, undoing)
        assert apply_all(state, redoing).model_dump_json() == after.model_dump_json()
        applied.append(op)
        state = after
    stored = [OPERATION.validate_json(OPERATION.dump_json(op)) for op in applied]
    again = apply_all(Working.model_validate_json(first.model_dump_json()), stored)
    assert again.model_dump_json() == state.model_dump_json()
    undone = apply_all(state, inverse_all(first, stored))
    assert undone.model_dump_json() == first.model_dump_json()


@given(st.sampled_from(EDITABLE), st.integers(0, 4))
def test_a_field_sent_again_decomposed_changes_nothing(field: str, place: int) -> None:
    state = start(None)
    cut = state.conte.cuts[place]
    unset = to_jsonable_python(getattr(cut, field))
    stands = json.loads(cut.model_dump_json()).get(field, unset)
    decomposed = json.loads(unicodedata.normalize("NFD", json.dumps(stands, ensure_ascii=False)))
    op = OPERATION.validate_python(
        {"op": "edit", "cut": cut.id, "field": field, "before": decomposed, "after": decomposed}
    )
    assert apply(state, op) is state
    assert apply(state, settled(op, counted())) is state
