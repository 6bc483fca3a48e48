"""Every job is configured in one way: a settings file, the environment, `--set`, and its options."""

import ast
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel
from typer.testing import CliRunner

from crawl.caption.settings import SETTINGS as CAPTIONS
from crawl.products.__main__ import app as products
from crawl.products.settings import SETTINGS as PRODUCTS
from crawl.videos.settings import SETTINGS as VIDEOS
from serve.job_settings import JobSettings, WrongSettings, declared, effective, listing
from serve.job_settings.command import command_of
from training.conte_model.evaluation_settings import SETTINGS as CONTE_JUDGING
from training.conte_model.settings import SETTINGS as CONTE_TRAINING
from training.films.settings import SETTINGS as FILM_JUDGING
from training.loop.recipe import CONTE_SETTINGS as CONTE_LOOP
from training.loop.recipe import SETTINGS as LOOP
from training.preferences.settings import SETTINGS as PREFERENCES
from training.prompts.settings import SETTINGS as PROMPTS
from training.register import SETTINGS as REGISTER
from training.scripts.settings import SETTINGS as SCRIPTS
from training.video_model.settings import SETTINGS as VIDEO_TRAINING

ROOT = Path(__file__).parent.parent

JOBS: list[tuple[JobSettings[Any], dict[str, Any], str, tuple[Any, Any, Any]]] = [
    # the job, what it cannot do without, a setting, its values by file, environment and --set
    (PRODUCTS, {}, "crawl.max_hops", (1, 2, 3)),
    (VIDEOS, {}, "download.height", (240, 480, 720)),
    (CAPTIONS, {}, "caption.vision.max_retries", (1, 2, 3)),
    (SCRIPTS, {}, "model.budget", (1, 2, 3)),
    (PREFERENCES, {}, "margin", (0.1, 0.2, 0.3)),
    (PROMPTS, {}, "writing.guidance", ("none", "json_object", "json_schema")),
    (FILM_JUDGING, {}, "device", ("cuda", "cuda:1", "cuda:2")),
    (CONTE_TRAINING, {"scripts": "s", "base": "b"}, "lora.rank", (4, 8, 32)),
    (CONTE_JUDGING, {}, "server.model", ("a", "b", "c")),
    (VIDEO_TRAINING, {}, "data.short_side", (64, 128, 256)),
    (LOOP, {"conte": "c", "films": 3, "video": {}}, "video.steps", (1, 2, 3)),
    (CONTE_LOOP, {"scripts": {}, "train": {}}, "evaluate.num", (2, 3, 4)),
    (REGISTER, {}, "licence", ("MIT", "ISC", "CC0-1.0")),
]

every_job = pytest.mark.parametrize(
    ("job", "needed", "path", "values"), JOBS, ids=[job.prefix for job, *_ in JOBS]
)


def written(folder: Path, given: Any) -> Path:
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(given), "utf-8")
    return file


def nested(path: str, value: Any) -> dict[str, Any]:
    for step in reversed(path.split(".")):
        value = {step: value}
    return value


def at(settings: BaseModel, path: str) -> Any:
    value: Any = settings
    for step in path.split("."):
        value = getattr(value, step)
    return value


def wrong(job: JobSettings[Any], *changes: str, file: Path | None = None, **more: Any) -> str:
    with pytest.raises(WrongSettings) as error:
        job.read(file, changes, **more)
    return str(error.value)


@every_job
def test_a_file_goes_over_defaults_the_environment_over_the_file_and_set_over_both(
    job: JobSettings[Any], needed: dict[str, Any], path: str, values: tuple[Any, Any, Any],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    by_file, by_environment, by_set = values
    file = written(tmp_path, nested(path, by_file))
    assert at(job.read(None, None, **needed), path) not in (by_file, by_environment)
    needed = {name: value for name, value in needed.items() if name != path.partition(".")[0]}
    assert at(job.read(file, None, **needed), path) == by_file
    monkeypatch.setenv(job.prefix + path.replace(".", "__").upper(), str(by_environment))
    assert at(job.read(file, None, **needed), path) == by_environment
    assert at(job.read(file, [f"{path}={by_set}"], **needed), path) == by_set


@every_job
def test_an_unknown_setting_is_refused_by_its_path_wherever_it_stands(
    job: JobSettings[Any], needed: dict[str, Any], path: str, values: tuple[Any, Any, Any],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    misspelt = f"{path}s"
    needed = {name: value for name, value in needed.items() if name != path.partition(".")[0]}
    near = f"{misspelt}: Extra inputs are not permitted; wanted {path.rpartition('.')[2]}, perhaps"
    assert near in wrong(job, f"{misspelt}=1", **needed)
    assert near in wrong(job, file=written(tmp_path, nested(misspelt, 1)), **needed)
    monkeypatch.setenv(f"{job.prefix}NO_SUCH_ONE", "1")
    assert f"{job.prefix}NO_SUCH_ONE: there is no such setting" in wrong(job, **needed)


@every_job
def test_every_setting_is_listed_with_its_default_on_a_line_of_its_own(
    job: JobSettings[Any], needed: dict[str, Any], path: str, values: tuple[Any, Any, Any]
) -> None:
    lines = listing(job).splitlines()
    settings = declared(job.kind)
    assert len({one.path for one in settings}) == len(settings)
    for one in settings:
        assert sum(line.startswith(f"  {one.path} = ") for line in lines) == 1, one.path
    assert path in {one.path for one in settings}


def test_a_value_of_the_wrong_type_is_named_with_what_is_wanted_and_where_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = wrong(VIDEO_TRAINING, "data.lengths=9,many", "optimiser.schedule=steep", "steps=0")
    assert "data.lengths.1: Input should be a valid integer" in told and "got 'many'" in told
    assert "optimiser.schedule: Input should be 'constant', 'cosine' or 'linear'" in told
    assert "steps: Input should be greater than or equal to 1, got 0" in told
    monkeypatch.setenv("SIAN_VIDEO_TRAINING_STEPS", "0")
    assert "steps (SIAN_VIDEO_TRAINING_STEPS): Input" in wrong(VIDEO_TRAINING)
    assert "steps: Input" in wrong(VIDEO_TRAINING, "steps=-1"), "it was --set that was wrong"
    monkeypatch.setenv("SIAN_VIDEO_TRAINING_DATA__LENGTHS", "9,17")
    assert "SIAN_VIDEO_TRAINING_" in (told := wrong(VIDEO_TRAINING)) and "wanted JSON" in told


def test_what_several_jobs_share_has_one_name_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SIAN_CRAWL_CONTACT", "https://example.kr/bot")
    monkeypatch.setenv("SIAN_CRAWL_PRIVATE_NETWORKS", '["127.0.0.0/8"]')
    for job in (PRODUCTS, VIDEOS, CAPTIONS):
        crawl = job.read(None, ["crawl.interval_s=0.5"]).crawl
        assert crawl.manners().user_agent == "SianBot/1.0 (+https://example.kr/bot)"
        assert (crawl.interval_s, crawl.private_networks) == (0.5, ("127.0.0.0/8",))
    monkeypatch.setenv("SIAN_CRAWL_MAX_HOPS", "99")
    assert "crawl.max_hops (SIAN_CRAWL_MAX_HOPS): " in wrong(CAPTIONS)


def test_set_takes_text_as_it_is_and_lists_with_commas() -> None:
    read = SCRIPTS.read(None, ["kinds=coffee, 123", "model.model=123", "lengths=[15, 30]"])
    assert (read.kinds, read.model.model, read.lengths) == (("coffee", "123"), "123", (15, 30))
    assert SCRIPTS.read(None, ["cuts=4-6", "lengths=20,30"]).cuts == (4, 6)
    refine = CAPTIONS.read(None, ["caption.refine.model=on"]).caption.refine
    assert refine is not None and refine.model == "on"
    assert CAPTIONS.read(None, ["work=null"]).work is None
    extra = CAPTIONS.read(None, ["caption.vision.extra.reasoning_effort=low"]).caption.vision.extra
    assert extra == {"reasoning_effort": "low"}


def test_what_is_no_change_or_no_file_of_settings_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "--set: nonsense names no value, wanted name=value" in wrong(SCRIPTS, "nonsense")
    assert "seed is a setting" in wrong(SCRIPTS, "seed=1", "seed.more=2")
    assert "none.yaml: No such file" in wrong(SCRIPTS, file=tmp_path / "none.yaml")
    assert "is no mapping" in wrong(SCRIPTS, file=written(tmp_path, [1]))
    (tmp_path / "bad.yaml").write_text("[", "utf-8")
    assert "bad.yaml is no YAML" in wrong(SCRIPTS, file=tmp_path / "bad.yaml")


def test_the_settings_of_a_run_are_a_file_that_repeats_it_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIAN_CAPTIONS_CAPTION__REFINE__API_KEY", "key of mine")
    monkeypatch.setenv("SIAN_CAPTIONS_RECORDS", "postgresql+psycopg://me:word@db/records")
    changes = ["caption.refine.model=m", "filters.min_fps=24", "workers=3", "round=7"]
    run = CAPTIONS.read(None, changes)
    CAPTIONS.within(tmp_path / "captions", run)
    CAPTIONS.beside(tmp_path / "captions", run)
    file = tmp_path / "captions" / "captions.settings.yaml"
    text = file.read_text("utf-8")
    assert text == (tmp_path / "captions.settings.yaml").read_text("utf-8") == effective(run)
    assert "key of mine" not in text and "word" not in text
    assert CAPTIONS.read(file, None) == run, "secrets come from the environment again"


def test_what_the_machine_decides_is_not_repeated_on_another() -> None:
    repeated = yaml.safe_load(effective(CAPTIONS.read(None, None)))
    assert "films_ledger" not in repeated
    assert repeated["captioners"] == 1, "a default may be another one in the next release"


@pytest.mark.parametrize(
    ("job", "before", "now"),
    [
        (SCRIPTS, "--scripts 400 --writer model", "--set scripts=400 --set writer=model"),
        (SCRIPTS, "--budget=5 --key-env KEY", "--set model.budget=5 --set model.key_env=KEY"),
        (PROMPTS, "--url http://a --reflect-model b",
         "--set writing.url=http://a --set reflecting.model=b"),
        (CONTE_TRAINING, "--gpu --merge --workers 2",
         "--set gpu=true --set lora.merge=true --set workers=2"),
        (CONTE_JUDGING, "--served a --judge-budget 1",
         "--set server.model=a --set judge.budget=1"),
        (PRODUCTS, "--accept-licence KOGL-2", "--set accepted_licences=KOGL-2"),
    ],
)  # fmt: skip
def test_an_option_of_an_earlier_release_is_refused_with_the_setting_that_it_became(
    job: JobSettings[Any], before: str, now: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = command_of(job)("job", callback=lambda: None, params=[])
    with pytest.raises(SystemExit) as ended:
        command.main(shlex.split(before))
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert now in told and "--settings" in told and told.count("\n") == 1


def test_a_command_lists_its_settings_and_exits_with_2_where_one_is_wrong(
    tmp_path: Path,
) -> None:
    given = ["--sources", str(tmp_path / "sources.yaml"), "--out", str(tmp_path / "out")]
    helped = CliRunner().invoke(products, ["--help"])
    assert helped.exit_code == 0
    assert "  patience_s = 900 " in helped.output and "crawl.contact" in helped.output
    refused = CliRunner().invoke(products, [*given, "--set", "patience_s=-1"])
    assert refused.exit_code == 2
    assert "patience_s: Input should be greater than or equal to 0, got -1" in refused.output
    assert not (tmp_path / "out").exists()


NOTHING_TO_SET = {
    "crawl/caption/folder.py": "lists a folder",
    "crawl/polite/__main__.py": "shows hosts, and clears one",
    "crawl/videos/ytdlp/child.py": "a process of the videos job",
    "training/scripts/archive/__main__.py": "takes scripts of a source out again",
    "training/video_model/evaluate.py": "measures at fixed noise; the run has the settings",
}


def commands() -> Iterator[tuple[str, ast.FunctionDef, bool]]:
    """File, function and whether it is configured, of every command of crawl and training."""
    for folder in ("crawl", "training"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text("utf-8")
            if "__name__ ==" not in text:
                continue
            name = file.relative_to(ROOT).as_posix()
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef) and (
                    node.name == "main" or any("app.command" in ast.unparse(one) for one in node.decorator_list)
                ):  # fmt: skip
                    text_of = ast.unparse(node)
                    configured = "cls=" in text_of and "settings_or_exit" in text
                    yield name, node, configured


def test_every_command_is_a_job_with_settings_or_has_nothing_to_set() -> None:
    found = list(commands())
    assert {name for name, _, configured in found if not configured} <= NOTHING_TO_SET.keys()
    assert len({name for name, _, configured in found if configured}) >= len(JOBS) - 1
    assert not [
        f"{name}:{node.name} has {len(node.args.args)} parameters"
        for name, node, _ in found
        if len(node.args.args) > 8
    ]
