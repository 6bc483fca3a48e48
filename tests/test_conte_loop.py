"""The loop of the conte model: its recipe, how what is written is judged, and the page about it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer.testing

from conte.brief import Brief
from conte.manuscript import manuscript_schema
from deployments.knowledge.product_types import product_types
from serve.job_settings import WrongSettings
from serve.settings import RefineSettings
from tests.openai_server import Act, openai_server
from tests.small_scripts import KINDS, small_scripts
from training.conte_model.chats import ChatMessage, ChatSample, samples_of
from training.conte_model.evaluate import app as evaluate_app
from training.conte_model.evaluate import judged, spread
from training.conte_model.preferred import preferred
from training.conte_model.server_writing import ServerWriter
from training.conte_model.settings import Settings
from training.loop.conte import RECIPE, app
from training.loop.goals import goals_of
from training.loop.recipe import recipe_in
from training.loop.report import report_html
from training.scripts.planning import Mix, plan_orders
from training.whole_folder import whole_folder


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_scripts(tmp_path_factory.mktemp("scripts") / "small")


@pytest.fixture(scope="module")
def samples(scripts: Path) -> list[ChatSample]:
    return samples_of(scripts, "test")


class Saying:
    """A writer whose answers are known."""

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = list(answers)

    def write(self, asked: Sequence[Sequence[ChatMessage]], briefs: Sequence[Brief]) -> list[str]:
        assert len(asked) == len(briefs)
        return self._answers

    def close(self) -> None: ...


@pytest.mark.parametrize("name", ["conte.yaml", "conte-short.yaml"])
def test_the_recipes_that_come_along_fit_together(name: str) -> None:
    recipe = recipe_in(RECIPE.with_name(name))
    settings = {"method": "sft", "scripts": "", "base": "scratch"} | recipe.train
    assert Settings.model_validate(settings).steps > 0
    assert recipe.scripts.held_out == "combinations"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("train: {}", "scripts: Field required"),
        ("{scripts: {}, train: {}, evaluate: {num: 1}}", "evaluate.num"),
        ("{scripts: {}, train: {}, more: 1}", "more: Extra inputs"),
        ("[", "recipe.yaml"),
    ],
)
def test_a_wrong_recipe_is_refused_by_its_field(tmp_path: Path, text: str, wanted: str) -> None:
    (tmp_path / "recipe.yaml").write_text(text)
    with pytest.raises(WrongSettings, match=wanted):
        recipe_in(tmp_path / "recipe.yaml")


def test_a_home_of_another_recipe_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text("{}")
    ended = typer.testing.CliRunner().invoke(app, ["--home", str(tmp_path)])
    assert ended.exit_code == 2
    assert "begun with another recipe" in ended.output
    assert [path.name for path in tmp_path.iterdir()] == ["recipe.json"]


def test_what_is_judged_comes_from_all_over_the_split(samples: list[ChatSample]) -> None:
    assert spread(samples, 2) == [samples[0], samples[len(samples) // 2]]
    assert spread(samples, 99) == samples


def test_the_page_tells_what_was_learnt_with_both_contes_side_by_side(
    scripts: Path, samples: list[ChatSample], tmp_path: Path
) -> None:
    trained, written = judged(samples, Saying([one.answer for one in samples]))
    untrained, noise = judged(samples, Saying(["<script>"] * len(samples)))
    assert trained.passed.mean == 1
    assert untrained.passed.mean == 0
    better = trained.better_than(untrained)
    assert better["passed"].low == 1
    found = {
        "model": trained.model_dump(mode="json"),
        "written": written,
        "against": untrained.model_dump(mode="json"),
        "written_against": noise,
        "better": {name: interval.model_dump() for name, interval in better.items()},
    }
    (tmp_path / "evaluation.json").write_text(json.dumps(found))
    with whole_folder(tmp_path / "model", {"samples": 14, "steps": 5}) as making:
        (making / "curve_loss.svg").write_text("<svg/>")
    page = report_html(scripts, tmp_path / "model", tmp_path / "evaluation.json")
    assert "1.000 [1.000, 1.000]" in page
    assert "<script>" not in page
    assert json.loads(samples[0].answer)["cuts"][0]["action"] in page
    assert page.count("<img") == 1
    (tmp_path / "evaluation.json").write_text("{}")
    with pytest.raises(ValueError, match="is no evaluation"):
        report_html(scripts, tmp_path / "model", tmp_path / "evaluation.json")


def test_the_loop_says_which_of_its_goals_were_met(
    scripts: Path, samples: list[ChatSample], tmp_path: Path
) -> None:
    path = tmp_path / "evaluation.json"
    sound = [one.answer for one in samples]

    def missed(answers: Sequence[str], valid: float = 1.0) -> list[str]:
        trained, written = judged(samples, Saying(answers))
        untrained, _ = judged(samples, Saying(["{"] * len(samples)))
        told = {"model": trained, "against": untrained}
        found = {name: one.model_dump(mode="json") for name, one in told.items()}
        path.write_text(json.dumps(found | {"written": written}))
        goals = goals_of(scripts, path, valid, 0.9)
        return [goal.what.rpartition(" / ")[2] for goal in goals if not goal.met]

    assert missed(sound) == []
    assert missed(["{", *sound[1:]], valid=0.5) == ["passes every check"]
    assert missed(["{", *sound[1:]])[0] == "valid by the schema"
    one = next(at for at, s in enumerate(samples) if s.brief.product != samples[0].brief.product)
    alike = [sound[0] if at == one else text for at, text in enumerate(sound)]
    assert {"names its product", "no other product has it"} < set(missed(alike))


def test_a_paid_judge_prefers_one_of_two_and_the_page_says_so(
    scripts: Path, samples: list[ChatSample], tmp_path: Path
) -> None:
    answers = {one.id: one.answer for one in samples}
    unread = answers | {samples[0].id: "{}"}
    with openai_server(Act(json.dumps({"reason": "none", "better": "first"}))) as server:
        settings = RefineSettings(
            url=server.url, model="juror", budget_tokens=10**6, purse="evaluation"
        )
        records = f"sqlite:///{tmp_path}/records.db"
        found = preferred(samples, answers, unread, settings, records)
        asked = len(server.asked)
        assert preferred(samples, answers, unread, settings, records) == found
        assert len(server.asked) == asked, "nothing is paid for twice"
    # Whatever stands first is preferred: that says nothing.
    assert (found.won.mean, found.agreement.mean, found.first_preferred) == (0.5, 0, 1)
    assert found.unanswered == 1
    little = settings.model_copy(update={"budget_tokens": 10})
    with pytest.raises(ValueError, match=r"judge\.budget: 10 of 10 tokens are left"):
        preferred(samples, answers, answers, little, f"sqlite:///{tmp_path}/other.db")
    trained, _ = judged(samples, Saying(list(answers.values())))
    told = {
        "model": trained.model_dump(mode="json"), "against": trained.model_dump(mode="json"),
        "written": answers, "written_against": unread,
        "better": {name: one.model_dump() for name, one in trained.better_than(trained).items()},
        "judge": {"model": "juror", **found.model_dump(mode="json")},
    }  # fmt: skip
    (tmp_path / "evaluation.json").write_text(json.dumps(told))
    with whole_folder(tmp_path / "model", {"samples": 14, "steps": 5}):
        pass
    page = report_html(scripts, tmp_path / "model", tmp_path / "evaluation.json")
    assert "심사 모델 juror: 이긴 비율 0.500" in page


def test_a_judge_wants_another_to_judge_and_a_budget() -> None:
    for more, told in (
        ([], "--against names the other"),
        (["--against", "scratch"], "judge.budget"),
    ):
        given = ["--model", "m", "--scripts", "s", *more]
        given += ["--set", "judge.url=http://127.0.0.1:9/v1"]
        ended = typer.testing.CliRunner().invoke(evaluate_app, given)
        assert (ended.exit_code, told in ended.output) == (2, True), ended.output


def test_a_served_model_is_asked_as_the_scriptwriter_asks_it(samples: list[ChatSample]) -> None:
    with openai_server(Act(samples[0].answer)) as server:
        writer = ServerWriter(server.url, "conte", at_once=1)
        found, written = judged(samples[:2], writer)
    assert written[samples[0].id] == samples[0].answer
    assert 0 < found.value.mean <= 1
    first = server.asked[0]
    assert first["messages"] == list(samples[0].asked)
    guided = first["response_format"]["json_schema"]["schema"]
    assert guided == json.loads(json.dumps(manuscript_schema(samples[0].brief)))
    with pytest.raises(ValueError, match=r"server.url: wanted the server's URL"):
        ServerWriter("nowhere", "conte")


def test_scripts_can_be_of_few_structures_and_of_briefs_that_want_nothing_shown() -> None:
    kinds = [kind for kind in product_types().types if kind.id in KINDS]
    few = ("product_hero", "demonstration")
    mix = Mix(structures=few, must_show=0, must_not_say=1)
    orders = list(plan_orders(kinds, 12, mix))
    assert {order.structure for order in orders} == set(few)
    assert not any(order.brief.must_show for order in orders)
    assert all(order.brief.must_not_say for order in orders)
    with pytest.raises(ValueError, match="'saga', which the composer has not"):
        Mix(structures=("saga",))
    with pytest.raises(ValueError, match="none that suits"):
        list(plan_orders([k for k in kinds if k.id == "coffee"], 1, Mix(structures=("humour",))))


def test_what_runs_the_loop_loads_no_torch_for_it_only_waits_for_those_that_do() -> None:
    code = "import sys, training.loop.__main__; print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
