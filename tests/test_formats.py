"""Formats of a version: which cuts, how long, what of their pictures, and what becomes of words."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.brief import AspectRatio, Brief, Product
from conte.checks.brief_kept import check_brief_kept
from conte.checks.timefit import Rates, said_s, wrap_caption
from conte.clip import Clip, EngineId
from conte.conte import Conte
from conte.cut import DialogueLine
from conte.formats.fates import FormatFate, fates
from conte.formats.format import Format
from conte.formats.lengths import Need, shared
from conte.formats.plan import FormatPlan, plan
from conte.formats.reframing import aspect_of, film_short_side, largest_window, reframe
from conte.formats.subjects import Box, subject_of
from conte.revision.working import Working
from conte.timing import min_cut_frames
from conte.vocabulary import CameraMove, ScreenDirection, ShotSize, Transition
from tests.sound_conte import a_brief, a_cut, a_treatment

RATES = Rates()
RATIOS: tuple[AspectRatio, ...] = ("16:9", "9:16", "1:1", "4:5")
DRAWN = EngineId(name="animatic", revision="1", label="drawn")
WORDS = (
    "",
    "네.",
    "비 오는 밤, 젖은 길.",
    "멈춰야 할 때가 있습니다. 그립 맥스가 당신을 붙잡습니다.",
)
CAPTIONS = (
    "",
    "그립 맥스",
    "멈출 때를 아는 타이어\n그립 맥스",
    "한 줄로는 다 쓸 수 없는 긴 자막입니다",
)
LEGAL = ("", "본 영상은 연출된 장면입니다")


def clips_of(working: Working, handles: int = 12, **fields: Any) -> tuple[Clip, ...]:
    size: dict[str, Any] = {"width": 1920, "height": 1080} | fields
    return tuple(
        Clip(
            cut=cut.number, tier="final", key=f"clips/{cut.number}.mp4",
            num_frames=cut.num_frames + 2 * handles, engine=DRAWN, seed=1, render_s=0,
            reused=False, cut_id=cut.id, basis="b", start=cut.start, head=handles, tail=handles,
            **size,
        )
        for cut in working.conte.cuts
    )  # fmt: skip


def planned(
    working: Working, duration_s: float, ratio: AspectRatio, clips: tuple[Clip, ...] | None = None
) -> FormatPlan:
    have = clips_of(working) if clips is None else clips
    wanted = Format(duration_s=duration_s, aspect_ratio=ratio)
    return plan(working, wanted, {clip.cut_id: clip for clip in have}, RATES)


@st.composite
def workings(draw: st.DrawFn) -> Working:
    """Any version that keeps the rules."""
    fps = draw(st.sampled_from((24, 25, 30)))
    least = min_cut_frames(fps)
    num = draw(st.integers(4, 8))
    lengths = draw(st.lists(st.integers(least, 6 * fps), min_size=num, max_size=num))
    lengths[0] += max(0, 5 * fps - sum(lengths))
    lengths[0] += -sum(lengths) % fps
    of = st.sampled_from
    cuts = tuple(
        a_cut("ko", 1 + number % 5)
        .model_copy(
            update={
                "number": number,
                "num_frames": frames,
                "size": draw(of(ShotSize)),
                "move": draw(of(CameraMove)),
                "direction": draw(of(ScreenDirection)),
                "transition": draw(of(Transition)),
                "continues": draw(st.booleans()),
                "shows": draw(of(((), ("tire",), ("driver",), ("driver", "tire")))),
                "narration": draw(of(WORDS)),
                "dialogue": (DialogueLine(speaker="운전자", text="멈춰!"),) * draw(st.integers(0, 1)),
                "caption": draw(of(CAPTIONS)),
                "legal": draw(of(LEGAL)),
                "start": draw(st.integers(-5, 5)),
            }
        )
        .born(7)
        for number, frames in enumerate(lengths, 1)
    )  # fmt: skip
    total = sum(lengths)
    brief = Brief(
        product=Product(name="그립 맥스"),
        fps=fps,
        duration_s=total / fps,
        aspect_ratio=draw(of(RATIOS)),
        cuts=draw(of((None, num))),
        must_show=draw(of(((), ("젖은 도로",), ("낙타",)))),
    )
    return Working(conte=Conte.of(a_treatment(), cuts), brief=brief)


@given(workings(), st.sampled_from((5, 6, 15, 20, 30, 60)), st.sampled_from(RATIOS),
       st.sampled_from((0, 12, 60)))  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_every_format_of_every_version_keeps_the_rules(
    working: Working, duration_s: float, ratio: AspectRatio, handles: int
) -> None:
    clips = clips_of(working, handles)
    made = planned(working, duration_s, ratio, clips)
    conte, brief = made.working.conte, made.working.brief
    conte.check_fits(brief)
    assert (brief.duration_s, brief.aspect_ratio) == (duration_s, ratio)
    assert Brief.model_validate(brief.model_dump()) == brief
    sources = [one.source for one in made.cuts]
    assert sources == sorted(sources)
    assert sorted((*sources, *made.left_out)) == [cut.number for cut in working.conte.cuts]
    assert [one.cut for one in made.cuts] == [cut.id for cut in conte.cuts]
    assert conte.cuts[-1].transition is working.conte.cuts[-1].transition
    for clip, cut, one in zip((clips[n - 1] for n in sources), conte.cuts, made.cuts, strict=True):
        was = working.conte.cuts[one.source - 1]
        assert one.how == "render" or clip.covers(cut)
        if cut.num_frames < was.num_frames:
            assert said_s(cut, "ko", RATES) <= cut.num_frames / brief.fps
            # What is gone is told of.
            told = {found.field for found in made.findings if found.cut == cut.number}
            for name in ("narration", "dialogue", "caption"):
                assert bool(getattr(cut, name)) or not getattr(was, name) or name in told
        else:
            assert (cut.narration, cut.dialogue) == (was.narration, was.dialogue)
        assert " ".join(cut.caption.split()) in ("", " ".join(was.caption.split()))
    notices = {line for cut in working.conte.cuts for line in cut.legal.split("\n")}
    assert notices - {""} == {line for cut in conte.cuts for line in cut.legal.split("\n")} - {""}


def sound(**changes: Any) -> Working:
    """Twenty seconds, five cuts, 16:9."""
    brief = a_brief(**changes)
    cuts = tuple(a_cut("ko", number).born(7) for number in range(1, 6))
    return Working(conte=Conte.of(a_treatment(), cuts), brief=brief)


def changed(working: Working, cuts: Mapping[int, Mapping[str, Any]]) -> Working:
    made = tuple(
        cut.model_copy(update=dict(cuts.get(cut.number, {}))) for cut in working.conte.cuts
    )
    return working.model_copy(update={"conte": Conte.of(working.conte.treatment, made)})


def test_the_same_length_in_another_ratio_changes_no_word_and_no_frame() -> None:
    working = changed(sound(), {2: {"narration": "말이 아주 많은 " * 6}})
    made = planned(working, 20, "9:16")
    same = [cut.model_copy(update={"caption": ""}) for cut in working.conte.cuts]
    assert [cut.model_copy(update={"caption": ""}) for cut in made.working.conte.cuts] == same
    assert made.findings == ()


def test_a_short_film_has_the_product_the_slogan_and_what_must_be_shown() -> None:
    working = sound(must_show=("바닷가 등대",))
    working = changed(working, {2: {"action": "바닷가 등대 앞"}, 5: {"narration": "그립 맥스."}})
    made = planned(working, 6, "16:9")
    roles = {one.source: one.role for one in made.cuts}
    assert roles[5] == "product"
    assert roles[2] == "must_show"
    assert len(roles) == 4
    missing = {one.check for one in check_brief_kept(made.working.conte, made.working.brief)}
    assert "brief.must_show" not in missing
    assert made.working.conte.cuts[-1].narration == "그립 맥스."


def test_the_laws_words_move_to_the_last_cut_when_theirs_is_left_out() -> None:
    brief = a_brief(duration_s=24)
    cuts = tuple(
        a_cut("ko", 1)
        .model_copy(update={"number": number, "num_frames": 90, "legal": f"고지 {number}"})
        .born(7)
        for number in range(1, 9)
    )
    working = Working(conte=Conte.of(a_treatment(), cuts), brief=brief)
    made = planned(working, 5, "16:9")
    # Six cuts of 0.8 s have room in five seconds.
    assert len(made.left_out) == 2
    assert {found.check for found in made.findings} >= {"format.must"}
    last = made.working.conte.cuts[-1].legal.split("\n")
    assert last == ["고지 8", *(f"고지 {number}" for number in made.left_out)]


def test_the_first_cut_keeps_its_beginning_and_the_last_its_end() -> None:
    working = sound()
    made = planned(working, 10, "16:9")
    first, last = made.working.conte.cuts[0], made.working.conte.cuts[-1]
    assert first.start == 0
    assert last.start + last.num_frames == working.conte.cuts[-1].num_frames


def test_a_longer_film_takes_the_handles_first_and_renders_what_they_cannot_give() -> None:
    working = sound()
    within = planned(working, 22, "16:9")
    assert {one.how for one in within.cuts} == {"whole"}
    assert min(cut.start for cut in within.working.conte.cuts) >= -12
    beyond = planned(working, 60, "16:9")
    assert {one.why for one in beyond.cuts} == {"too_short"}


def test_words_that_are_locked_stay() -> None:
    long = {"narration": "말이 아주 많아서 도저히 다 못 하는 말", "locked": ("narration",)}
    made = planned(changed(sound(), {1: long}), 6, "16:9")
    kept = [cut.narration for cut in made.working.conte.cuts if cut.locked]
    assert kept == [long["narration"]]


def test_captions_are_set_anew_in_the_lines_of_the_frame() -> None:
    working = changed(sound(), {5: {"caption": "멈출 때를 아는 타이어 그립 맥스"}})
    tall = planned(working, 20, "9:16").working.conte.cuts[-1].caption
    assert tall.split("\n") == ["멈출 때를 아는", "타이어 그립 맥스"]
    assert len(wrap_caption(tall, RATES)) == 2
    back = planned(working, 20, "16:9").working.conte.cuts[-1].caption
    assert back == "멈출 때를 아는 타이어 그립 맥스"


@pytest.mark.parametrize(
    ("size", "shows", "how"),
    [
        (ShotSize.CU, ("driver",), "crop"),
        (ShotSize.MS, ("driver",), "crop"),
        (ShotSize.CU, (), "crop"),
        (ShotSize.ECU, ("tire",), "crop"),
        (ShotSize.LS, ("driver", "friend"), "render"),
        (ShotSize.ELS, ("driver", "friend"), "render"),
        (ShotSize.MS, ("driver", "friend"), "render"),
        # A tyre stands beside its driver, near the edge.
        (ShotSize.MS, ("driver", "tire"), "render"),
    ],
)
def test_a_picture_is_cropped_where_its_subject_stays_whole(
    size: ShotSize, shows: tuple[str, ...], how: str
) -> None:
    working = sound()
    treatment = working.conte.treatment
    friend = treatment.sheet[1].model_copy(update={"id": "friend", "name": "친구"})
    treatment = treatment.model_copy(update={"sheet": (*treatment.sheet, friend)})
    cuts = tuple(
        cut.model_copy(update={"size": size, "shows": shows, "move": CameraMove.STATIC})
        for cut in working.conte.cuts
    )
    made = planned(working.model_copy(update={"conte": Conte.of(treatment, cuts)}), 20, "9:16")
    assert {one.how for one in made.cuts} == {how}


@given(workings(), st.sampled_from(RATIOS))
@settings(max_examples=60, deadline=None)
def test_a_window_has_the_formats_shape_and_its_subject(
    working: Working, ratio: AspectRatio
) -> None:
    made = planned(working, working.brief.duration_s, ratio)
    for one, cut in zip(made.cuts, working.conte.cuts, strict=True):
        if (window := one.window) is None:
            continue
        assert one.how == "crop"
        shape = 16 / 9 * window.width / window.height
        assert shape == pytest.approx(aspect_of(ratio), rel=0.01)
        assert max(window.width, window.height) == pytest.approx(1)
        subject = subject_of(cut, working.conte.sheet, 16 / 9)
        # One that goes with its subject has it at each moment, and not in all of its way.
        if subject is not None and one.why != "subject_followed":
            assert window.left - 0.002 <= subject.left
            assert subject.right <= window.left + window.width + 0.002
            assert window.top - 0.002 <= subject.top
            assert subject.bottom <= window.top + window.height + 0.002


def test_a_window_is_of_even_pixels_within_the_picture() -> None:
    for ratio in RATIOS:
        for x in (0.0, 0.31, 0.5, 1.0):
            window = largest_window(16 / 9, aspect_of(ratio), Box(x, 0.2, x, 0.4))
            left, top, width, height = window.pixels(1280, 720)
            assert all(side % 2 == 0 for side in (left, top, width, height))
            assert left + width <= 1280
            assert top + height <= 720
            assert width / height == pytest.approx(aspect_of(ratio), rel=0.01)


def test_the_same_ratio_is_shown_whole() -> None:
    found = reframe(1280 / 720, aspect_of("16:9"), None, 0, ShotSize.MS)
    assert (found.how, found.window) == ("whole", None)


def test_a_film_of_crops_is_of_a_usual_size_that_enlarges_none_too_much() -> None:
    assert film_short_side(1080, None) == 1080
    assert film_short_side(1080, 608) == 720
    assert film_short_side(720, 404) == 540
    assert film_short_side(128, 72) == 108


def fated(working: Working, ratio: AspectRatio, clips: tuple[Clip, ...]) -> tuple[FormatFate, ...]:
    made = planned(working, 20, ratio, clips)
    return fates(working, made, clips, ("final",), {"final": True})


def test_a_crop_of_a_small_old_clip_is_rendered_beside_larger_ones() -> None:
    working = changed(sound(), {n: {"shows": (), "continues": n == 3} for n in range(1, 6)})
    large = clips_of(working)
    small = clips_of(working, width=640, height=360)
    found = fated(working, "9:16", (large[0], small[1], *large[2:]))
    assert [one.why for one in found] == [
        "no_subject", "enlarged", "continues", "no_subject", "no_subject",
    ]  # fmt: skip
    assert [one.clip is None for one in found] == [False, True, True, False, False]
    assert {one.how for one in fated(working, "9:16", small)} == {"crop"}


def test_an_inherited_clip_carries_its_window_and_keeps_its_take() -> None:
    working = changed(sound(), {n: {"shows": ()} for n in range(1, 6)})
    clips = clips_of(working)
    found = fated(working, "9:16", clips)
    for one, clip in zip(found, clips, strict=True):
        assert one.clip is not None
        assert one.clip.window is not None
        assert one.clip.take == clip.take
    assert "window" not in clips[0].model_dump()


@given(st.lists(st.tuples(st.integers(0, 200), st.none() | st.integers(24, 300),
                          st.floats(1, 300)), min_size=4, max_size=8),
       st.integers(24 * 8, 3600))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_lengths_sum_exactly_and_stay_within_the_clips_if_those_last(
    rows: list[tuple[int, int | None, float]], num_frames: int
) -> None:
    needs = [Need(*row) for row in rows]
    found = shared(num_frames, needs, 24)
    assert sum(found) == num_frames
    assert min(found) >= 24
    if sum(num_frames if need.most is None else need.most for need in needs) >= num_frames:
        assert all(n <= need.most for n, need in zip(found, needs, strict=True) if need.most)


def test_a_film_too_short_for_its_cuts_is_refused_with_the_numbers() -> None:
    with pytest.raises(ValueError, match="4 cuts of at least 24 frames need 96 frames"):
        shared(90, [Need(0, None, 1.0)] * 4, 24)
