"""What a job has made comes into the registry whole, with what it was judged against."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from serve.cli.commands import app as sian
from serve.database.schema import open_database
from serve.ledger.tables import LEDGER
from serve.registry.entry import Entry, ItemScores
from serve.registry.interval import difference
from serve.registry.registry import Registry
from training.films.evaluation import FilmEvaluation, Scores
from training.films.judging import ACROSS, DIMENSIONS
from training.measured import of_films
from training.register import app
from training.whole_folder import whole_folder, write_lines

IDS = ("a", "b", "c")


def registered(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(home)])


def entries(home: Path) -> dict[str, Entry]:
    registry = Registry(open_database(f"sqlite:///{home.absolute() / 'ledger.db'}", LEDGER))
    return {id_: entry for id_, (_, entry) in registry.all().items()}


def model(folder: Path, **more: Any) -> Path:
    about: dict[str, Any] = {
        "kind": "conte model", "settings": {"steps": 2}, "data": {"train.jsonl": "d" * 64},
        "base": {"name": "scratch", "family": "M", "licence": "none: made here"},
    }  # fmt: skip
    with whole_folder(folder, about | more) as making:
        (making / "config.json").write_text("{}")
    return folder


def evaluation(path: Path, value: float, other: float | None = None) -> Path:
    def measured(value: float) -> dict[str, Any]:
        scores = {"value": (value,) * 3}
        return ItemScores(fixed_set="s", ids=IDS, groups=IDS, scores=scores).model_dump()

    told = {"measured": measured(value)}
    if other is not None:
        told["measured_against"] = measured(other)
    path.write_text(json.dumps(told))
    return path


def search(folder: Path, file: str = "ko.md", **more: Any) -> Path:
    about: dict[str, Any] = {
        "task": {"task": "scriptwriter", "language": "ko", "parent_prompt": "ko/1-aaaaaaaa"},
        "search": {"scripts": "first", "seed": 0}, "judged": {"revision": "a"},
        "version": "ko/2-bbbbbbbb", "parent": "ko/1-aaaaaaaa",
    }  # fmt: skip
    rows = [{"id": name, "group": name, "parent": 0.5, "child": 0.9} for name in IDS]
    with whole_folder(folder, about | more) as making:
        (making / file).write_text("글", "utf-8")
        write_lines(making / "test.jsonl", rows)
    return folder


def test_a_model_is_registered_with_what_it_was_judged_against(tmp_path: Path) -> None:
    made = model(tmp_path / "model")
    scores = evaluation(tmp_path / "e.json", 0.9, 0.1)
    words = ["conte-model", str(made), "--evaluation", str(scores), "--use", "commercial"]
    done = registered(tmp_path, *words)
    assert done.exit_code == 0, done.output
    found = entries(tmp_path)
    entry = found[done.stdout.strip()]
    assert set(entry.files) == {"config.json", "manifest.json"}
    assert (entry.base, entry.licence, entry.data) == ("scratch", "none: made here", ("d" * 64,))
    parent = found[entry.parent]
    assert not parent.files, "it is there to be compared with"
    assert parent.measured is not None
    assert parent.measured.scores["value"] == (0.1,) * 3
    again = registered(tmp_path, *words)
    assert (again.stdout, len(entries(tmp_path))) == (done.stdout, 2), "twice is once"


def test_what_it_was_judged_against_may_be_an_entry(tmp_path: Path) -> None:
    first = registered(
        tmp_path, "conte-model", str(model(tmp_path / "one")), "--use", "commercial",
        "--evaluation", str(evaluation(tmp_path / "e1.json", 0.9)),
    ).stdout.strip()  # fmt: skip
    second = registered(
        tmp_path, "conte-model", str(model(tmp_path / "two", settings={})), "--use", "commercial",
        "--evaluation", str(evaluation(tmp_path / "e2.json", 0.9, 0.5)), "--set", f"against={first}",
    ).stdout.strip()  # fmt: skip
    found = entries(tmp_path)
    assert found[found[second].parent].name == found[first].name


def test_a_prompt_is_registered_by_its_version_with_its_parent(tmp_path: Path) -> None:
    done = registered(
        tmp_path,
        "prompt",
        str(search(tmp_path / "p")),
        "--set",
        "licence=MIT",
        "--use",
        "commercial",
    )
    assert done.exit_code == 0, done.output
    found = entries(tmp_path)
    entry = found[done.stdout.strip()]
    assert (entry.name, entry.language, set(entry.files)) == ("ko/2-bbbbbbbb", "ko", {"ko.md"})
    assert found[entry.parent].name == "ko/1-aaaaaaaa"


def test_the_rewriter_s_prompt_is_registered_and_wants_a_rewriter_to_serve(tmp_path: Path) -> None:
    task = {"task": "rewriter", "language": "en", "parent_prompt": "rewriter/en/1-a"}
    folder = search(
        tmp_path / "p", "en.md", task=task, version="rewriter/en/2-b", parent="rewriter/en/1-a"
    )
    done = registered(
        tmp_path, "prompt", str(folder), "--set", "licence=MIT", "--use", "commercial"
    )
    assert done.exit_code == 0, done.output
    entry = done.stdout.strip()
    assert (entries(tmp_path)[entry].slot, set(entries(tmp_path)[entry].files)) == (
        "rewriter_prompt", {"en.md"},
    )  # fmt: skip
    words = ["promote", entry, "--home", str(tmp_path)]
    refused = CliRunner().invoke(sian, words)
    assert (refused.exit_code, "no rewriter" in refused.output) == (4, True)
    graph = tmp_path / "graph.yaml"
    server = {"url": "http://127.0.0.1:9/v1", "model": "m"}
    graph.write_text(json.dumps(graph_with({"conte": {"rewriter": server}})))
    done = CliRunner().invoke(sian, [*words, "--graph", str(graph)])
    assert done.exit_code == 0, done.output
    assert "rewriter_prompt: serves" in done.output


def graph_with(args: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(Path("graphs/local.yaml").read_text("utf-8"))
    config["applications"][0]["args"] = args
    return config


def adapter(folder: Path, expert: str, base: str = "wan@1") -> Path:
    about: dict[str, Any] = {
        "kind": "lora", "base": base, "run": {"samples": "s"}, "settings": {"expert": expert},
    }  # fmt: skip
    ending = "_low_noise" if expert == "low_noise" else ""
    with whole_folder(folder, about) as making:
        (making / f"pytorch_lora_weights{ending}.safetensors").write_text(expert)
    return folder


def test_the_adapters_of_two_experts_are_one_entry_that_serves_both(tmp_path: Path) -> None:
    high = adapter(tmp_path / "high", "high_noise")
    low = adapter(tmp_path / "low", "low_noise")
    scores = [str(evaluation(tmp_path / f"{at}.json", at / 10, 0.1)) for at in (5, 9)]
    words = [
        "video-adapter", str(high), "--use", "commercial", "--set", "licence=MIT",
        "--evaluation", scores[0], "--set", f"low_noise={low}",
    ]  # fmt: skip
    assert "low_noise_evaluation" in registered(tmp_path, *words).output
    words += ["--set", f"low_noise_evaluation={scores[1]}"]
    done = registered(tmp_path, *words)
    assert done.exit_code == 0, done.output
    entry = entries(tmp_path)[done.stdout.strip()]
    assert set(entry.files) == {
        "manifest.json", "pytorch_lora_weights.safetensors",
        "pytorch_lora_weights_low_noise.safetensors",
    }  # fmt: skip
    assert entry.measured is not None
    assert entry.measured.scores["value"] == (0.5,) * 3 + (0.9,) * 3
    assert entry.measured.groups == IDS * 2
    assert registered(tmp_path, *words).stdout == done.stdout, "twice is once"
    swapped = ["video-adapter", str(low), *words[2:7], scores[0], "--set", f"low_noise={high}"]
    assert (
        "it is of low_noise, wanted the LoRA of high_noise"
        in registered(tmp_path, *swapped, "--set", f"low_noise_evaluation={scores[1]}").output
    )
    words[9] = f"low_noise={adapter(tmp_path / 'of another', 'low_noise', 'wan@2')}"
    assert "learnt on wan@2" in registered(tmp_path, *words).output


def test_of_films_the_dimensions_that_every_clip_has_are_compared() -> None:
    some, *rest = DIMENSIONS
    clips = tuple(
        Scores(id=name, film="f", scores={some: 0.5, rest[0]: 0.5 if name == "a" else None})
        for name in IDS
    )
    methods = dict.fromkeys(map(str, DIMENSIONS), "classical")
    found = of_films(FilmEvaluation(methods=methods, clips=clips, films=(), means={}))
    assert found.scores == {some: (0.5,) * 3}
    assert found.groups == ("f",) * 3


def test_how_the_cuts_of_a_film_hold_together_may_decide_film_by_film() -> None:
    def of(*across: float | None, asked: str = "") -> ItemScores:
        clips = [Scores(id=f"{film}{at}", film=film, scores={}, asked=asked)
                 for film in "abc" for at in range(2)]  # fmt: skip
        films = [Scores(id=film, film=film, scores={ACROSS[0]: value, ACROSS[1]: None})
                 for film, value in zip("abc", across, strict=True)]  # fmt: skip
        methods = dict.fromkeys(map(str, (*DIMENSIONS, *ACROSS)), "classical")
        return of_films(
            FilmEvaluation(methods=methods, clips=tuple(clips), films=tuple(films), means={})
        )

    new, old = of(0.9, 0.8, 0.7), of(0.5, 0.45, 0.3)
    assert new.scores == {ACROSS[0]: (0.9, 0.9, 0.8, 0.8, 0.7, 0.7)}
    better = difference(new.scores[ACROSS[0]], old.scores[ACROSS[0]], new.groups)
    assert (better.groups, better.above_zero) == (3, True)
    assert not of(0.9, None, 0.7).scores, "not measured in every film"
    assert new.fixed_set == old.fixed_set != of(0.9, 0.8, 0.7, asked="another prompt").fixed_set


@pytest.mark.parametrize(
    ("what", "more", "told"),
    [
        ("video-adapter", [], "that of a conte-model"),
        ("conte-model", ["--evaluation", "e.json"], "is no evaluation"),
        ("conte-model", [], "--evaluation"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_registered(
    tmp_path: Path, what: str, more: list[str], told: str
) -> None:
    made = model(tmp_path / "model")
    done = registered(tmp_path, what, str(made), "--use", "commercial", *more)
    assert done.exit_code == 2
    assert told in done.output
    assert not entries(tmp_path)


def test_a_folder_that_is_not_what_was_published_is_refused(tmp_path: Path) -> None:
    made = model(tmp_path / "model")
    (made / "config.json").write_text('{"changed": true}')
    scores = str(evaluation(tmp_path / "e.json", 0.9))
    done = registered(
        tmp_path, "conte-model", str(made), "--use", "commercial", "--evaluation", scores
    )
    assert done.exit_code == 2
    assert "not the file that was published" in done.output


def test_an_adapter_of_the_conte_model_is_registered_as_what_it_is(tmp_path: Path) -> None:
    made = model(tmp_path / "model", adapter=True)
    scores = evaluation(tmp_path / "e.json", 0.9, 0.1)
    words = [str(made), "--evaluation", str(scores), "--use", "commercial"]
    done = registered(tmp_path, "conte-model", *words)
    assert done.exit_code == 2
    assert "that of a conte-adapter, wanted a conte-model" in done.stderr
    assert not entries(tmp_path), "vLLM could not serve it as a model"
    done = registered(tmp_path, "conte-adapter", *words)
    found = entries(tmp_path)
    entry = found[done.stdout.strip()]
    assert (entry.slot, entry.base, found[entry.parent].slot) == (
        "conte_adapter", "scratch", "conte_adapter",
    )  # fmt: skip


def test_a_search_that_found_nothing_better_has_nothing_to_register(tmp_path: Path) -> None:
    folder = search(tmp_path / "p", version="ko/1-aaaaaaaa")
    done = registered(
        tmp_path, "prompt", str(folder), "--set", "licence=MIT", "--use", "commercial"
    )
    assert done.exit_code == 2
    assert "nothing better" in done.output
