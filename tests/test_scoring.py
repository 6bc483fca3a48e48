"""The one scorer of contes: bounded, the same each time, and it says why."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.brief import Brief
from conte.conte import Conte
from serve.registry.interval import share_interval, t_quantile
from tests.scripted_chat import a_manuscript
from tests.sound_conte import a_brief, a_conte
from training.scoring import Item, Scorer, difference, evaluate, mean_interval
from training.scoring.distinct import distinctness
from training.scoring.korean import nouns_of, particle_errors
from training.scoring.score import WEIGHTS
from training.scoring.text import tokens
from training.scoring.topic import speaks_of

SCORER = Scorer()
TIRE = {"name": "그립 맥스", "category": "타이어", "selling_points": ["젖은 길에서도 짧은 제동"]}
BRIEF = a_brief(product=TIRE)


def text(**changes: Any) -> str:
    return json.dumps(a_manuscript(**changes), ensure_ascii=False)


def reasons(part: str, written: str | Conte, brief: Brief = BRIEF) -> str:
    return " | ".join(SCORER.score(written, brief)[part].reasons)


def test_a_sound_manuscript_passes_every_check() -> None:
    score = SCORER.score(text(), BRIEF)
    assert score.passes, score.reasons
    assert score.value > 0.95
    assert [part.name for part in score.parts] == list(WEIGHTS)


def test_a_conte_that_stands_is_scored_as_what_was_written_of_it_is() -> None:
    assert SCORER.score(a_conte(), BRIEF)["grammar"].ok
    assert SCORER.score(a_conte(), BRIEF)["schema"].value == 1


@pytest.mark.parametrize(
    ("written", "reason", "value"),
    [
        ("", "no JSON", 0),
        ("네, 콘티를 쓰겠습니다.", "no JSON", 0),
        ("[1, 2]", "no JSON", 0),
        ("[" * 100_000, "no JSON", 0),
        ('{"a":' * 100_000, "brackets are open", 0),
        ('{"title": "반쪽', "no JSON", 0),
        ("{}", "lacks title", 0.1),
        ('{"title": NaN}', "lacks", 0.1),
    ],
)
def test_what_cannot_be_read_is_worth_nothing_beyond_its_schema_part(
    written: str, reason: str, value: float
) -> None:
    score = SCORER.score(written, BRIEF)
    assert reason in score["schema"].reasons[0]
    assert score["schema"].value == value
    assert not score.passes
    assert all(part.value == 0 for part in score.parts if part.name != "schema")


def test_what_guidance_would_not_have_let_through_is_told_though_it_can_be_read() -> None:
    long = " ".join(f"{number}번째 젖은 길" for number in range(40))
    spoilt = SCORER.score(text(cut_2={"action": long}), BRIEF)
    assert spoilt["schema"].value == 0.5
    assert "cuts.1.action: breaks `pattern`" in spoilt["schema"].reasons
    fenced = SCORER.score(f"```json\n{text()}\n```", BRIEF)
    assert "text around the JSON" in fenced["schema"].reasons[0]
    assert fenced["topic"].ok


def test_cuts_that_come_before_the_pacing_are_told() -> None:
    manuscript = a_manuscript()
    turned = {"cuts": manuscript.pop("cuts"), **manuscript}
    assert "cuts: has to come last" in reasons("schema", json.dumps(turned))


def test_frames_that_do_not_sum_are_no_conte() -> None:
    short = a_conte(cut_1={"num_frames": 119})
    assert reasons("frames", short) == "cuts last 599 frames, the brief asks for 600"


@pytest.mark.parametrize(
    ("part", "cut", "brief"),
    [
        ("timefit", {"narration": "비 오는 밤에 " * 8}, {}),
        ("grammar", {"shows": ["cast_1"], "size": "LS"}, {}),
        ("kept", {"narration": "정말 안전한 길."}, {"must_show": ["우산"]}),
        ("distinct", {"narration": "그립 맥스가 붙잡습니다.", "action": "젖은 도로, 장면 3"}, {}),
    ],
)
def test_each_family_of_checks_has_its_part(
    part: str, cut: dict[str, Any], brief: dict[str, Any]
) -> None:
    score = SCORER.score(text(cut_5=cut), a_brief(product=TIRE, **brief))
    assert not score[part].ok
    assert score[part].value < 1
    assert score[part].reasons


def test_another_products_conte_is_off_topic() -> None:
    brief = a_brief(product={"name": "맑은샘", "selling_points": ["무기질이 든 물"]})
    told = SCORER.score(text(), brief)["topic"]
    assert told.value == 0
    assert len(told.reasons) == 3


def test_a_fact_is_spoken_of_in_other_words_and_with_other_particles() -> None:
    assert speaks_of("빗길의 제동거리가 짧습니다", "짧은 제동거리")
    assert not speaks_of("조용한 아침의 커피 한 잔", "짧은 제동거리")
    assert speaks_of("It stops shorter in the wet.", "stops shorter")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("그립 맥스는 멈춥니다", []),
        ("그립 맥스은 멈춥니다", ["그립 맥스은"]),
        ("그립 맥스을 믿다", ["그립 맥스을"]),
        ("‘그립 맥스’으로 바꾸다", ["그립 맥스’으로"]),
        ("서울로 갑니다. 서울으로 갑니다", ["서울으로"]),
        ("그립 맥스은(는) 멈춥니다", ["스은(는)"]),
        ("그립 맥스이제 나옵니다", []),
        ("바람와 비, 길와 숲", ["람와", "길와"]),
        ("비와 바람, 이리 들어와. 가져와", []),
        ("나무으로 만든 물으로서", ["무으로", "물으로"]),
        ("앞으로, 빛으로만, 손으로써, 나무로, 물로, 종로와 으로렁", []),
    ],
)
def test_a_particle_that_does_not_fit_its_noun_is_found(said: str, wrong: list[str]) -> None:
    found = list(particle_errors(said, ("그립 맥스", "서울")))
    assert [error for error in found if error in wrong] == wrong
    assert bool(found) == bool(wrong)


def test_the_particle_of_a_name_that_ends_in_a_bracket_is_judged_by_the_word_before() -> None:
    brief = a_brief(product={"name": "모카골드(스틱)", "category": "커피"})
    nouns = nouns_of(a_conte(), brief)
    assert list(particle_errors("모카골드(스틱)는 진하다", nouns)) == []
    assert "모카골드(스틱)은" in particle_errors("모카골드(스틱)은 진하다", nouns)


def test_korean_words_share_their_syllables_whatever_their_particles() -> None:
    assert tokens("타이어가, Grip 5") == ["타", "이", "어", "가", "grip", "5"]


def test_a_set_that_repeats_itself_is_less_distinct() -> None:
    alike = [
        "비 오는 밤 젖은 길을 달린다",
        "비 오는 밤 젖은 길을 걷는다",
        "비 오는 밤 젖은 길을 본다",
    ]
    apart = ["비 오는 밤 젖은 길을 달린다", "아침 햇살 속 커피 한 잔", "거울 앞에서 뺨을 만진다"]
    assert distinctness(alike).self_bleu > distinctness(apart).self_bleu
    assert distinctness(alike).distinct_2 < distinctness(apart).distinct_2


def test_self_bleu_is_that_of_its_definition() -> None:
    """Against the plain quadratic reading: each text's BLEU with all others as references."""
    import math
    from collections import Counter

    rng = random.Random(3)
    texts = [[rng.choice("가나다라") for _ in range(rng.randint(6, 14))] for _ in range(7)]

    def ngrams(text: list[str], n: int) -> Counter[tuple[str, ...]]:
        return Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1))

    def bleu(own: list[str], others: list[list[str]]) -> float:
        log = 0.0
        for n in (1, 2, 3, 4):
            counts = ngrams(own, n)
            clipped = sum(min(c, max(ngrams(o, n)[g] for o in others)) for g, c in counts.items())
            log += math.log(max(clipped, 0.1) / counts.total()) / 4
        nearest = min((len(o) for o in others), key=lambda x: (abs(x - len(own)), x))
        return math.exp(log) * (1 if len(own) >= nearest else math.exp(1 - nearest / len(own)))

    wanted = sum(bleu(t, texts[:i] + texts[i + 1 :]) for i, t in enumerate(texts)) / len(texts)
    assert distinctness(["".join(t) for t in texts]).self_bleu == pytest.approx(wanted)


def test_an_interval_holds_the_mean_and_widens_where_groups_agree_within() -> None:
    values = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0] * 5
    groups = [str(at // 3) for at in range(30)]
    alone, grouped = mean_interval(values), mean_interval(values, groups)
    assert alone.low < alone.mean == 0.5 < alone.high
    assert grouped.high - grouped.low > alone.high - alone.low
    assert mean_interval(values, groups) == grouped


def test_an_interval_of_shares_holds_nothing_that_no_share_can_be() -> None:
    few = [1.0, 1.0, 0.2]
    assert mean_interval(few).high > 1.7
    assert (share_interval(few).high, share_interval(few).low) == (1, 0)
    assert share_interval([0.4, 0.5, 0.6]) == mean_interval([0.4, 0.5, 0.6])
    with pytest.raises(ValueError, match=r"wanted values from 0\.0 to 1\.0, got"):
        share_interval([0.5, 1.2])
    assert mean_interval([0.9, 1.0, 0.6], within=(-1, 1)).high == 1


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_that_all_groups_passed_is_sure_only_as_far_as_they_are_many(share: float) -> None:
    """Wilson's interval, with a trial for each group."""
    assert mean_interval([share] * 30).low == mean_interval([share] * 30).high
    three, sixty = (share_interval([share] * 2 * n, [str(i % n) for i in range(2 * n)])
                    for n in (3, 60))  # fmt: skip
    assert three.high - three.low == pytest.approx(0.5615, abs=1e-4)
    assert sixty.high - sixty.low == pytest.approx(0.0602, abs=1e-4)
    assert share in (sixty.low, sixty.high)
    assert share_interval([share]).low == share_interval([share]).high == share, "one group"


@pytest.mark.parametrize(
    ("freedom", "level", "known"),
    # Of Student's table: two-sided.
    [(1, 0.95, 12.7062), (2, 0.95, 4.3027), (3, 0.99, 5.8409), (5, 0.95, 2.5706),
     (6, 0.9, 1.9432), (30, 0.95, 2.0423), (1000, 0.95, 1.9623)],
)  # fmt: skip
def test_the_quantiles_are_student_s(freedom: int, level: float, known: float) -> None:
    assert t_quantile(freedom, level) == pytest.approx(known, abs=1e-4)


@pytest.mark.parametrize("groups", [3, 5, 12])
def test_what_is_no_better_is_rarely_called_better(groups: int) -> None:
    lots = random.Random(groups)
    names = [str(at % groups) for at in range(groups * 3)]
    found = sum(
        difference(
            [lots.gauss(0, 1) for _ in names], [lots.gauss(0, 1) for _ in names], names
        ).above_zero
        for _ in range(2000)
    )
    assert found / 2000 < 0.035, "a two-sided interval of 95 % leaves 2.5 % on each side"


def test_of_one_group_nothing_is_sure() -> None:
    alone = difference([1.0, 1.0], [0.0, 0.0], ["a", "a"])
    assert (alone.mean, alone.above_zero, str(alone)) == (1, False, "1.000 [one group]")


def test_better_for_sure_is_a_paired_difference_above_zero() -> None:
    rng = random.Random(1)
    hard = [rng.random() for _ in range(60)]
    assert difference([x + 0.02 for x in hard], hard).above_zero
    assert not difference(hard, hard).above_zero
    with pytest.raises(ValueError, match="wanted pairs"):
        difference(hard, hard[1:])


@pytest.mark.parametrize("values", [[], [float("nan")], [1.0, float("inf")]])
def test_no_interval_of_nothing_or_of_no_number(values: list[float]) -> None:
    with pytest.raises(ValueError, match="wanted finite values"):
        mean_interval(values)


def test_an_evaluation_tells_a_better_writer_from_a_worse_one() -> None:
    sound = [Item(str(at), str(at // 2), BRIEF, text()) for at in range(8)]
    broken = [Item(str(at), str(at // 2), BRIEF, "{}") for at in range(8)]
    better, worse = evaluate(sound, SCORER), evaluate(broken, SCORER)
    assert (better.passed.mean, worse.passed.mean) == (1, 0)
    gain = better.better_than(worse)
    assert gain["passed"].low > 0
    assert gain["topic"].low > 0
    assert worse.distinct is None
    with pytest.raises(ValueError, match="same fixed set"):
        better.better_than(evaluate(sound[:4], SCORER))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*a_manuscript()]), st.integers(0, 4), st.data())
def test_whatever_is_written_the_score_is_bounded_and_the_same_each_time(
    field: str, at: int, data: st.DataObject
) -> None:
    manuscript = a_manuscript()
    if data.draw(st.booleans()):
        manuscript[field] = data.draw(JSON)
    else:
        name = data.draw(st.sampled_from([*manuscript["cuts"][at]]))
        manuscript["cuts"][at][name] = data.draw(JSON)
    written = json.dumps(manuscript)
    score = SCORER.score(written, BRIEF)
    assert 0 <= score.value <= 1
    assert all(0 <= part.value <= 1 for part in score.parts)
    assert score == SCORER.score(written, BRIEF)
    assert score.passes or score.reasons
