"""The JSON stream yields each member when it is complete, however the text is split, in linear
time."""

import json
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.engines.scriptwriter.stream import Member, MemberStream
from tests.scripted_chat import a_manuscript

NASTY = {
    'a"b': 'quo"te \\ back\\\\slash \\" end\\',
    "brackets": ["{", "}]", {"[": "]"}, []],
    "numbers": [1, -2.5e3, 0],
    "scalar": -12.5,
    "null": None,
    "emoji": "\U0001f468‍\U0001f469 \u2028 젖은 길",
    "cuts": [{"a": "},{"}, {"b": [{"c": {}}]}, 3, "x", None, {}],
    "after": True,
}


def members(text: str, *, piece: int = 1) -> tuple[list[Member], MemberStream]:
    stream = MemberStream("cuts")
    pieces = (text[at : at + piece] for at in range(0, len(text), piece))
    return [member for part in pieces for member in stream.feed(part)], stream


def expected(document: dict[str, Any]) -> list[Member]:
    given: list[Member] = []
    for key, value in document.items():
        if key == "cuts" and isinstance(value, list):
            given += [Member("cuts", item, at) for at, item in enumerate(value)]
        else:
            given.append(Member(key, value))
    return given


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("document", [NASTY, a_manuscript(), {}, {"cuts": []}])
def test_split_after_any_character_it_gives_what_json_reads(
    document: dict[str, Any], indent: int | None, escaped: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=escaped)
    for piece in (1, 2, 3, 7, 64, len(text)):
        given, stream = members(text, piece=piece)
        assert given == expected(document)
        assert stream.ended


def test_split_in_two_anywhere_it_gives_the_same() -> None:
    text = json.dumps(NASTY)
    assert "\\ud83d\\udc68" in text
    for at in range(len(text) + 1):
        stream = MemberStream("cuts")
        assert [*stream.feed(text[:at]), *stream.feed(text[at:])] == expected(NASTY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(), JSON, max_size=4),
    st.lists(JSON, max_size=4),
    st.integers(0, 2**32),
)
def test_any_document_split_at_random_is_what_json_reads(
    document: dict[str, Any], cuts: list[Any], seed: int
) -> None:
    rng = random.Random(seed)
    document = {**document, "cuts": cuts}
    text, at = json.dumps(document, ensure_ascii=rng.random() < 0.5), 0
    stream = MemberStream("cuts")
    given: list[Member] = []
    while at < len(text):
        step = rng.randint(1, 9)
        given += stream.feed(text[at : at + step])
        at += step
    assert given == expected(document) and stream.ended


def test_a_cut_is_given_with_its_closing_brace_and_not_a_character_later() -> None:
    text = json.dumps(a_manuscript(), ensure_ascii=False)
    stream = MemberStream("cuts")
    given_at = [at for at, character in enumerate(text) for _ in stream.feed(character)]
    cuts = given_at[-5:]
    assert all(text[at] == "}" for at in cuts)
    assert [text[at + 1 : at + 4] for at in cuts[:-1]] == [", {"] * 4
    # The pacing with its bracket: it is the last thing before the cuts.
    assert text[: given_at[-6] + 1].endswith("4]")


def test_a_surrogate_pair_that_came_in_two_pieces_is_one_character() -> None:
    stream = MemberStream()
    text = '{"a": "\ud83d'
    given = [*stream.feed(text), *stream.feed('\ude00", "b": "\ud83d", '), *stream.feed('"c": 1}')]
    assert given == [Member("a", "\U0001f600"), Member("b", "\ufffd"), Member("c", 1)]


def test_what_stands_around_the_object_is_passed_over() -> None:
    text = f'Sure! It\'s "this":\n```json\n{json.dumps(NASTY)}\n```\nAnything else? {{}}'
    given, stream = members(text, piece=3)
    assert given == expected(NASTY) and stream.ended


def test_a_stream_that_stops_in_the_middle_has_given_what_was_whole() -> None:
    text = json.dumps(NASTY)
    for end in range(len(text)):
        given, stream = members(text[:end], piece=5)
        assert given == expected(NASTY)[: len(given)]
        assert not stream.ended


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": nil, "b": 1}', "a"),
        ('{"a": {1: 2}, "b": 1}', "a"),
        ('{"a": [1,,2], "b": 1}', "a"),
        ('{"a": "raw \x01 control", "b": 1}', "a"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + ', "b": 1}', "a"),
    ],
)
def test_a_member_that_is_no_json_says_so_and_harms_no_other(text: str, key: str) -> None:
    given, stream = members(text, piece=100)
    assert [(member.key, bool(member.wrong)) for member in given] == [(key, True), ("b", False)]
    assert given[0].wrong.startswith("no JSON") and stream.ended


@pytest.mark.parametrize("text", ["", "no json", "[1]", "}", '{"a": ]', "{]}", '{"a" 1', '"{"'])
def test_what_is_no_object_gives_nothing_and_never_ends(text: str) -> None:
    given, stream = members(text)
    assert given == [] and not stream.ended


def seconds_for(length: int) -> float:
    text = json.dumps({"cuts": [{"action": "x" * length}]})
    start = time.process_time()
    given, _ = members(text)
    assert len(given) == 1
    return time.process_time() - start


def test_ten_times_the_text_takes_about_ten_times_as_long() -> None:
    # Character by character: parsing from the start each time would make it a hundred times.
    small = min(seconds_for(20_000) for _ in range(3))
    assert seconds_for(200_000) < 40 * small
