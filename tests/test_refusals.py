"""Refusals: what was not done is said with its numbers, in the language of who asked."""

import re
import string
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from conte.cut import Cut
from conte.revision.applying import apply_all
from conte.revision.operations import (
    Add,
    Borrowed,
    Edit,
    EditBrief,
    EditLook,
    EditSheet,
    EditTreatment,
    Lock,
    Merge,
    Move,
    Operation,
    PlaceSound,
    Remove,
    RemoveSound,
    Restore,
    Retime,
    Split,
)
from conte.revision.phrase import phrase
from conte.revision.refusal_words import PHRASES
from conte.revision.refusals import NotApplied
from conte.revision.restoring import cuts_hash
from conte.revision.working import Working
from conte.sound import Sound
from conte.vocabulary import Language
from serve.ingress.language import accepted
from serve.ingress.problems import refused as problem
from serve.ledger import errors
from tests.front_door import House, accept
from tests.sound_conte import a_brief, a_conte, a_cut

ROOT = Path(__file__).parents[1]
ENGLISH = re.compile(r"[A-Za-z]{3,}(?:'s)? [a-z]{2,} [a-z]{2,}")
"""Three English words in a row: no names of fields, no codes."""


def working(**cuts: dict[str, Any]) -> Working:
    """Five cuts of 120, 105, 135, 110 and 130 frames, 20 s."""
    return Working(conte=a_conte("ko", **cuts).born(7), brief=a_brief())


ONE, TWO, THREE, FOUR, FIVE = (cut.id for cut in working().conte.cuts)
SOUND = Sound(id="s_0001", kind="se", upload=f"sounds/{1:064x}.flac")


def new_cut(**changes: Any) -> Cut:
    born = {"id": "c_000000000new", "seed": 1, "num_frames": 60}
    return a_cut("ko", 2).model_copy(update={**born, **changes})


def restore(onto: str = "", num: int = 5) -> Restore:
    conte = working().conte
    return Restore(onto=onto or cuts_hash(conte), cuts=conte.cuts[:num])


def borrowed(*cuts: Cut, after: str | None = None) -> Borrowed:
    return Borrowed(
        production="prd_b", version=1, cuts=(ONE,), after=after, replacing=(TWO,), letter="B",
        numbers=(1,), written=cuts,
    )  # fmt: skip


def edited(field: str, before: Any, after: Any) -> Edit:
    return Edit(cut=ONE, field=field, before=before, after=after)


REFUSED: list[tuple[list[Operation], str, str]] = [
    (
        [Retime(cut=THREE, frames=15, source=FOUR)],
        "컷 3의 길이가 0.5초가 됩니다. 적어도 0.8초여야 합니다",
        "cut 3 would last 0.5 s, wanted at least 0.8 s",
    ),
    (
        [Retime(cut=THREE, frames=600, source=FOUR)],
        "컷 4의 길이는 3.67초라서 15.5초를 내줄 수 없습니다. 적어도 0.8초는 남아야 합니다",
        "cut 4 lasts 3.67 s and cannot give 15.5 s, wanted at least 0.8 s left",
    ),
    (
        [Retime(cut=THREE, frames=90, source=THREE)],
        "컷이 자기에게 시간을 내줄 수는 없습니다. 다른 컷을 고르세요",
        "a cut cannot give time to itself, wanted another cut",
    ),
    (
        [Lock(cut=TWO, field="num_frames"), Retime(cut=TWO, frames=90, source=ONE)],
        "컷 2 초수: 잠겨 있습니다. 먼저 잠금을 푸세요",
        "cut 2's length is locked, unlock it first",
    ),
    (
        [Add(after=None, cut=new_cut(num_frames=590))],
        "나머지 컷 5개가 0.333초를 나누게 됩니다. 적어도 4초가 있어야 합니다",
        "5 other cuts would share 0.333 s, wanted at least 4 s",
    ),
    (
        [Add(after=None, cut=new_cut(num_frames=601))],
        "601프레임입니다. 영상 전체가 600프레임입니다",
        "got 601 frames, the film has 600",
    ),
    (
        [Add(after=None, cut=new_cut(id=TWO))],
        f"컷 {TWO}: 이미 있는 컷입니다. 새 id를 쓰거나 비워 두세요",
        f"there is a cut {TWO} already, wanted a new id or none",
    ),
    (
        [Add(after=None, cut=new_cut(shows=("cat",)))],
        "cat, 등장인물·제품에 없습니다. 있는 것: tire, driver",
        "got cat, wanted ids of the sheet: tire, driver",
    ),
    (
        [Add(after=None, cut=new_cut(seed=-1))],
        "0에서 2147483647까지여야 합니다",
        "wanted 0 to 2147483647",
    ),
    (
        [Add(after=None, cut=new_cut(start=200_000))],
        "-100000에서 100000까지의 프레임이어야 합니다",
        "wanted -100000 to 100000 frames",
    ),
    (
        [*(Lock(cut=cut, field="num_frames") for cut in (ONE, TWO, THREE, FOUR, FIVE)),
         Add(after=None, cut=new_cut())],
        "다른 컷의 길이가 모두 잠겨 있습니다. 먼저 하나를 푸세요",
        "the lengths of all other cuts are locked, unlock one first",
    ),
    (
        [Remove(cut=TWO), Remove(cut=ONE)],
        "컷이 3개가 됩니다. 적어도 4개여야 합니다",
        "the film would have 3 cuts, wanted at least 4",
    ),
    (
        [Remove(cut=TWO, taking=TWO)],
        "빼는 컷이 그 시간을 가져갈 수는 없습니다. 다른 컷을 고르세요",
        "the cut that is removed cannot take its time, wanted another cut",
    ),
    (
        [Lock(cut=TWO, field="caption"), Lock(cut=TWO, field="size"), Remove(cut=TWO)],
        "컷 2에 잠긴 항목이 있습니다: 자막, 샷 크기. 먼저 잠금을 푸세요",
        "cut 2 has locked fields: caption, shot size; unlock them first",
    ),
    (
        [Split(cut=cut, at=40, into=f"c_000{cut[-6:]}") for cut in (ONE, TWO, THREE, FOUR)],
        "컷이 9개가 됩니다. 많아야 8개입니다",
        "the film would have 9 cuts, wanted at most 8",
    ),
    (
        [Split(cut=TWO, at=200, into="c_000000000new")],
        "컷 2에는 0에서 104까지의 프레임이 있습니다(받은 값 200)."
        " 나눈 두 컷은 각각 0.8초 이상이어야 합니다",
        "cut 2 has frames 0 to 104, got 200; each half lasts at least 0.8 s",
    ),
    (
        [Move(cut=TWO, after=TWO)],
        "컷을 자기 뒤로 옮길 수는 없습니다. 다른 컷을 고르거나 null(맨 앞)로 하세요",
        "a cut cannot come after itself, wanted another cut or null",
    ),
    (
        [Move(cut="c_gone", after=None)],
        "컷 c_gone: 없는 컷입니다. 그사이 빠졌을 수 있습니다",
        "there is no cut c_gone",
    ),
    (
        [Merge(cut=ONE, next=THREE)],
        "컷 1 다음 컷: 그사이 바뀌었습니다. 지금 값을 보고 다시 고쳐 주세요",
        "the cut after cut 1 was changed since: it is no longer what `next` says",
    ),
    (
        [edited("caption", "옛 자막", "새 자막")],
        "컷 1 자막: 그사이 바뀌었습니다. 지금 값을 보고 다시 고쳐 주세요",
        "cut 1's caption was changed since: it is no longer what `before` says",
    ),
    (
        [edited("shows", [], ["cat"])],
        "컷 1 등장: cat, 등장인물·제품에 없습니다. 있는 것: tire, driver",
        "cut 1's on screen: got cat, wanted ids of the sheet: tire, driver",
    ),
    (
        [Edit(cut=ONE, field="num_frames", before=120, after=90)],
        "num_frames: 고칠 수 없는 항목입니다. 길이는 `retime`으로 바꿉니다",
        "; `retime` changes a cut's length",
    ),
    (
        [EditTreatment(field="mood", before=None, after=None)],
        "mood: 고칠 수 없는 항목입니다. 고칠 수 있는 것: title, structure, concept, slogan",
        "got mood, wanted one of title, structure, concept, slogan",
    ),
    (
        [EditSheet(entry="cat", field="name", before=None, after=None)],
        "cat, 등장인물·제품에 없습니다. 있는 것: tire, driver",
        "got cat, the sheet has tire, driver",
    ),
    (
        [EditBrief(field="duration_s", before=20, after=15)],
        "브리프 길이: 20.0 그대로 둡니다. 다른 길이나 화면비는 승인된 콘티의 다른 포맷으로 만듭니다",
        "the brief's length stays 20.0: another one is another format of the version",
    ),
    (
        [EditBrief(field="cuts", before=None, after=6)],
        "브리프 컷 수: None 그대로 둡니다. 컷 수는 `add`, `remove`, `split`, `merge`로 바뀝니다",
        "`add`, `remove`, `split` and `merge` change how many there are",
    ),
    (
        [EditBrief(field="language", before="ko", after="en")],
        "브리프 언어: ko 그대로 둡니다. 다른 언어의 영상은 새 제작으로 만듭니다",
        "the brief's language stays ko: a film in another language is another production",
    ),
    (
        [EditBrief(field="mood", before=None, after=None)],
        "mood: 고칠 수 없는 항목입니다. 고칠 수 있는 것: advertiser, product, audience",
        "got mood, wanted one of advertiser, product, audience",
    ),
    (
        [EditBrief(field="product.price", before=None, after=None)],
        "product.price: price에 없는 항목입니다. 있는 것: name, category",
        "got product.price, wanted for its price one of name, category",
    ),
    (
        [EditBrief(field="must_show.3", before=None, after="안전")],
        "must_show.3: 0개뿐입니다(0부터 셉니다)",
        "got must_show.3, there are 0, counted from 0",
    ),
    (
        [EditBrief(field="tone.mood", before=None, after=None)],
        "tone.mood: mood에 해당하는 것이 없습니다",
        "got tone.mood, there is nothing named mood in it",
    ),
    (
        [PlaceSound(cut=TWO, sound=SOUND.model_copy(update={"frame": 105}))],
        "컷 2에는 0에서 104까지의 프레임이 있습니다(받은 값 105)",
        "got 105, cut 2 has frames 0 to 104",
    ),
    (
        [PlaceSound(cut=TWO, sound=SOUND.model_copy(update={"id": f"s_000{at}"}))
         for at in range(9)],
        "컷 2에서 시작하는 음원이 이미 8개입니다. 그보다 많이 둘 수 없습니다",
        "8 sounds begin in cut 2, which is the most",
    ),
    ([RemoveSound(sound="s_gone")], "음원 s_gone: 없는 음원입니다", "there is no sound s_gone"),
    (
        [restore(onto="0" * 64)],
        "컷 순서나 등장인물·제품: 그사이 바뀌었습니다. 지금 값을 보고 다시 고쳐 주세요",
        "the cuts or the sheet was changed since: it is no longer what `onto` says",
    ),
    (
        [restore(num=4)],
        "470프레임입니다. 영상 전체는 600프레임입니다",
        "last 470 frames, the film has 600",
    ),
    (
        [borrowed(new_cut(num_frames=20), new_cut(id="c_000000new2", num_frames=20),
                  *(new_cut(id=f"c_00000new{at}", num_frames=20) for at in range(4)))],
        "컷 6개가 3.5초를 나누게 됩니다. 적어도 4.8초가 있어야 합니다",
        "6 cuts would share 3.5 s, wanted at least 4.8 s",
    ),
    (
        [borrowed(new_cut(), after=TWO)],
        "그 컷은 바뀌어 없어집니다. 남는 컷을 고르거나 null(맨 앞)로 하세요",
        "that cut is replaced, wanted one that stays, or null",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("operations", "ko", "en"), REFUSED, ids=[en for _, _, en in REFUSED])
def test_a_refused_operation_says_why_with_its_numbers_in_both_languages(
    operations: list[Operation], ko: str, en: str
) -> None:
    with pytest.raises(NotApplied) as refusal:
        apply_all(working(), operations)
    assert ko in refusal.value.of("ko")
    assert en in refusal.value.of("en") == str(refusal.value)
    assert not ENGLISH.search(refusal.value.of("ko"))


WRONG: tuple[Any, ...] = (
    None, 7, -1, 1.5, True, "", " ", "x" * 3000, "a\0b", "\u3164", [], ["x"] * 40, [{}], {"who": 1},
    {"who": [{"who": 9, "pose": "?"}]}, {"who": ["?"]}, {"who": ["lead"]}, [{"speaker": ""}],
    [{"speaker": "a", "text": "b", "more": 1}], {"kind": "dog"}, {"kind": "cast", "id": "A B"},
)  # fmt: skip


def every_edit(state: Working) -> Iterator[Callable[[Any], Operation]]:
    """Yield, for each field that can be edited, what makes an edit of it to a value."""
    conte, brief = state.conte, state.brief
    for field in Cut.model_fields:
        yield partial(_edit, ONE, field, conte.cuts[0].model_dump(mode="json").get(field))
    for field in ("title", "structure", "concept", "slogan"):
        yield partial(_treatment, field, getattr(conte, field))
    for field, before in conte.look.model_dump(mode="json").items():
        yield partial(_look, field, before)
    for entry in conte.sheet:
        written = entry.model_dump(mode="json")
        for field, before in (("entry", written), *written.items()):
            yield partial(_sheet, entry.id, field, before)
    for field, before in brief.model_dump(mode="json").items():
        yield partial(_brief, field, before)


def _edit(cut: str, field: str, before: Any, after: Any) -> Operation:
    return Edit(cut=cut, field=field, before=before, after=after)


def _treatment(field: str, before: Any, after: Any) -> Operation:
    return EditTreatment(field=field, before=before, after=after)


def _look(field: str, before: Any, after: Any) -> Operation:
    return EditLook(field=field, before=before, after=after)


def _sheet(entry: str, field: str, before: Any, after: Any) -> Operation:
    return EditSheet(entry=entry, field=field, before=before, after=after)


def _brief(field: str, before: Any, after: Any) -> Operation:
    return EditBrief(field=field, before=before, after=after)


def test_a_wrong_value_of_any_field_is_refused_in_korean_without_english() -> None:
    state, said = working(), 0
    for make in every_edit(state):
        for value in WRONG:
            try:
                apply_all(state, [make(value)])
            except NotApplied as refusal:
                said += 1
                told = refusal.of("ko")
                assert re.search("[가-힣]", told) and not ENGLISH.search(told), (make(value), told)
    assert said > 500


def test_what_two_people_of_one_name_and_a_forbidden_name_break_is_said() -> None:
    twice = [{"name": "민지"}, {"name": "민지"}]
    for op, ko in (
        (EditBrief(field="characters", before=[], after=twice), "이름이 서로 달라야 합니다: 민지"),
        (
            EditBrief(field="must_not_say", before=[], after=[a_brief().product.name]),
            "제품명에 들어 있어 쓰지 않을 표현이 될 수 없습니다",
        ),
    ):
        with pytest.raises(NotApplied) as refusal:
            apply_all(working(), [op])
        assert ko in refusal.value.of("ko")


# The table.


def test_every_phrase_has_the_same_values_in_both_languages() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    for name, said in PHRASES.items():
        missing = values(said.en) - values(said.ko)
        # A Korean sentence may leave out the code's name of a field, and a list of them.
        assert missing <= {"field", "known", "name", "least"}, name
        assert values(said.ko) <= values(said.en), name
        assert not ENGLISH.search(re.sub(r"\{.*?\}|`.*?`", "", said.ko)), name
        assert not re.search("[가-힣]", said.en), name


def test_every_phrase_is_said_somewhere() -> None:
    sources = [
        path.read_text()
        for folder in ("conte", "serve")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "refusal_words.py"
    ]
    made = ("instead_", "state_", "review_")
    unsaid = {
        name
        for name in PHRASES
        if not name.startswith(made) and not any(f'"{name}"' in text for text in sources)
    }
    assert unsaid <= {"productions_wait", "videos_wait", "takes_wait"}


def test_no_korean_particle_hangs_on_a_number() -> None:
    """콘티 3은, 콘티 2는: which one it is depends on the number."""
    for name, said in PHRASES.items():
        assert not re.search(
            r"\{(number|got|cut|newest|base)\}(은|는|이|가|을|를|으로|로) ", said.ko
        ), name


# Over HTTP.


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.ledger.close()


def filmed(house: House, **brief: Any) -> str:
    production = accept(house, **brief)
    house.film(production)
    return production


async def undone(house: House, production: str, asked: str | None = None) -> httpx.Response:
    headers = {} if asked is None else {"Accept-Language": asked}
    async with house.client() as client:
        url = f"/v1/productions/{production}/draft/undo"
        return await client.post(url, headers=headers)


async def test_a_refusal_is_in_the_language_of_the_brief_unless_another_is_asked_for(
    house: House,
) -> None:
    korean, english = filmed(house), filmed(house, language="en")
    for production, asked, title, detail in (
        (korean, None, "이어서 할 것이 없습니다", "되돌릴 것이 없습니다"),
        (korean, "en-US,en;q=0.9", "There is nothing to go on with", "there is nothing to undo"),
        (english, None, "There is nothing to go on with", "there is nothing to undo"),
        (
            english,
            "fr;q=1, ko-KR;q=0.8, en;q=0.1",
            "이어서 할 것이 없습니다",
            "되돌릴 것이 없습니다",
        ),
        (korean, "fr-FR, *;q=0.1", "이어서 할 것이 없습니다", "되돌릴 것이 없습니다"),
    ):
        answer = await undone(house, production, asked)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:sian:no-draft")
        assert (answer.json()["title"], answer.json()["detail"]) == (title, detail)
        assert answer.headers["content-language"] == ("ko" if "것이" in detail else "en")


async def test_a_conflict_and_a_broken_rule_name_the_place_and_the_language(house: House) -> None:
    production = filmed(house)
    cut = house.ledger.version(production, 1).conte.cuts[0]
    url = f"/v1/productions/{production}/draft/operations"
    wrong = {"op": "edit", "cut": cut.id, "field": "caption", "before": "없던 자막", "after": "새"}
    long = {**wrong, "before": cut.caption, "after": "가" * 121}
    async with house.client() as client:
        conflict = (await client.post(url, json={"operations": [wrong]})).json()
        broken = (await client.post(url, json={"operations": [long]})).json()
    assert (conflict["title"], conflict["stands"]) == ("그사이 바뀌었습니다", cut.caption)
    assert conflict["detail"] == ("컷 1 자막: 그사이 바뀌었습니다. 지금 값을 보고 다시 고쳐 주세요")
    assert broken["detail"] == "컷 1 자막: 121자입니다. 120자까지 쓸 수 있습니다"
    assert broken["errors"][0]["field"] == "operations[0].after"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ko", "ko"), ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"), ("EN-gb", "en"),
        ("fr, ko;q=0.8, en-US;q=0.9", "en"), ("ko;q=0, en;q=0.1", "en"), ("korean", None),
        ("", None), ("*", None), ("ko;q=viel", None), ("ko ; Q = 1", "ko"), (",;,=;q=", None),
    ],
)  # fmt: skip
def test_the_preferred_language_of_ours_is_read(header: str, language: str | None) -> None:
    assert accepted(header) == language


def test_every_refusal_of_the_ledger_has_a_problem_in_both_languages() -> None:
    for kind in vars(errors).values():
        if (
            isinstance(kind, type)
            and issubclass(kind, errors.Refusal)
            and kind is not errors.Refusal
        ):
            refusal = (
                errors.QueueFull(3, 2, 1.0)
                if kind is errors.QueueFull
                else kind(phrase("nothing_to_undo"))
            )
            for language in get_args(Language):
                told = problem(refusal, language)
                assert 400 <= told.kind.status < 500
                assert bool(re.search("[가-힣]", told.detail)) == (language == "ko")
                assert bool(re.search("[가-힣]", told.kind.titled(language))) == (language == "ko")
