"""README, docs/ and CONTRIBUTING say what is: paths, links, commands, settings, errors, events."""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel, SecretStr
from starlette.exceptions import HTTPException

from conte.events import KINDS
from conte.production import EventKind
from crawl.caption.settings import CaptionJobSettings
from crawl.polite.manners import Manners
from crawl.products.settings import ProductJobSettings
from crawl.videos.settings import VideoJobSettings
from serve.cli.commands import EPILOG, app
from serve.ingress import problems
from serve.settings import RefineSettings, Settings
from tests.front_door import House
from training.conte_model.evaluation_settings import ConteJudging
from training.conte_model.settings import ConteTraining
from training.films.settings import FilmJudging
from training.paid_model import PaidModel
from training.preferences.settings import PairSettings
from training.prompts.settings import PromptSettings
from training.register import RegisterSettings
from training.scripts.settings import ScriptSettings
from training.video_model.settings import VideoTraining

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")])
PACKAGES = ("conte", "serve", "deployments", "graphs", "crawl", "training")
FOLDERS = (*PACKAGES, "tests", "docs", "examples", "operations")

_PATH = re.compile(rf"(?<![\w./:-])(?:{'|'.join(FOLDERS)})/[\w./*-]*(?::\w+)?(?![\w<>])")
_FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"(?<= )--[a-z-]+")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    return _FENCED.sub("", text_of(page))


def quoted_in(page: Path) -> list[str]:
    """What stands between backticks, on one line each."""
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose_of(page))]


def code_of(page: Path) -> str:
    """Everything that is set as code, a command a line."""
    whole = re.sub(r" *\\\n *", " ", text_of(page))
    fenced = [found.group() for found in _FENCED.finditer(whole)]
    indented = re.findall(r"^    .*$", _FENCED.sub("", whole), re.MULTILINE)
    return "\n".join([*fenced, *indented, *quoted_in(page)])


def rows_of(page: str, first: str) -> dict[str, list[str]]:
    """Rows of a page's tables by what their first cell has between backticks, if it is like that."""
    found: dict[str, list[str]] = {}
    for line in text_of(DOCS / page).splitlines():
        if named := re.match(rf"\| `({first})` \|", line):
            assert named[1] not in found, f"{page} lists {named[1]} twice"
            found[named[1]] = [cell.strip() for cell in line.strip().strip("|").split(" |")][1:]
    return found


@every_page
def test_every_path_it_names_exists(page: Path) -> None:
    named = {path for quoted in quoted_in(page) for path in _PATH.findall(quoted)}
    assert not [path for path in sorted(named) if not _stands(path)]


def _stands(path: str) -> bool:
    place, _, name = path.partition(":")
    if not any(ROOT.glob(place.rstrip("/"))):
        return False
    return not name or name in _defined_in(ROOT / place)


@cache
def _defined_in(file: Path) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.parse(text_of(file)).body if isinstance(node, kinds)}


@every_page
def test_every_file_it_names_without_a_folder_exists(page: Path) -> None:
    named = {quoted for quoted in quoted_in(page) if re.fullmatch(r"[a-z_]+\.py", quoted)}
    assert not named - _file_names()


@cache
def _file_names() -> set[str]:
    folders = (*PACKAGES, "tests")
    return {file.name for folder in folders for file in (ROOT / folder).rglob("*.py")}


@pytest.mark.parametrize(
    ("page", "question"),
    [
        ("docs/design.md", "Where is a subtitle (자막) drawn?"),
        ("docs/design.md", "a renderer"),
        ("CONTRIBUTING.md", "### Add an engine"),
        ("CONTRIBUTING.md", "### Add a field of a cut"),
        ("CONTRIBUTING.md", "### Add an event"),
    ],
)
def test_a_question_of_a_stranger_is_answered_in_one_place_with_files(
    page: str, question: str
) -> None:
    text = text_of(ROOT / page)
    if question.startswith("###"):
        found = re.findall(rf"^{question}\n(.*?)(?=^#)", text, re.MULTILINE | re.DOTALL)
    else:
        found = re.findall(rf"^\| {re.escape(question)} \|(.*)$", text, re.MULTILINE)
    (answer,) = found
    assert _PATH.findall(answer)


def test_a_recipe_names_only_what_stands_in_its_file() -> None:
    recipes = text_of(ROOT / "CONTRIBUTING.md").partition("## Recipes")[2].partition("\n## ")[0]
    lost: list[str] = []
    for cells in re.findall(r"^\| (`.*?) \| (.*) \|$", recipes, re.MULTILINE):
        files = [ROOT / path for path in _PATH.findall(" ".join(cells))]
        source = "\n".join(text_of(file) for file in files if file.is_file())
        names = re.findall(r"`([A-Za-z_]{3,}(?:\.[a-z_]+)?)`", cells[1])
        lost += [name for name in names if name.rpartition(".")[2] not in source]
    assert not lost


@every_page
def test_its_links_lead_somewhere(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", prose_of(page)) if "://" not in link]
    assert not [link for link in links if not _leads(page, link)]


def _leads(page: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    there = page.parent / place if place else page
    return there.exists() and (not anchor or anchor in _anchors_of(there))


def _anchors_of(page: Path) -> set[str]:
    """Headings as GitHub names them in links."""
    titles = re.findall(r"^#+ (.*)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_every_make_target_it_names_exists(page: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", code_of(page)))
    assert named <= set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))


@every_page
def test_every_command_of_sian_it_names_takes_its_options(page: Path) -> None:
    sian = typer.main.get_command(app)
    commands: dict[str, Any] = getattr(sian, "commands")  # noqa: B009
    lost: list[str] = []
    for name, rest in re.findall(r"(?<![\w/.-])sian( --[a-z]+| [a-z]+)([^#\n]*)", code_of(page)):
        if name.strip() in commands:
            # What stands behind -- belongs to another command.
            given, taken = _OPTION.findall(rest.partition(" -- ")[0]), _options(commands[name[1:]])
        else:
            given, taken = [name.strip()], _options(sian)
        lost += [f"sian{name}: {option}" for option in given if option not in taken]
    assert not lost


def _options(command: Any) -> set[str]:
    found = {"--help", *(option for parameter in command.params for option in parameter.opts)}
    return found.union(*map(_options, getattr(command, "commands", {}).values()))


@every_page
def test_every_module_it_runs_takes_its_options(page: Path) -> None:
    lost: list[str] = []
    for module, rest in re.findall(r"python -m ([a-z][\w.]+)([^#\n]*)", code_of(page)):
        if module != "pytest":
            taken = _taken_by(module)
            lost += [f"{module} {given}" for given in _OPTION.findall(rest) if given not in taken]
    assert not lost


@cache
def _taken_by(module: str) -> set[str]:
    """Options as the module's source spells them, or as its parameters: imports of jobs are slow."""
    place = ROOT.joinpath(*module.split("."))
    file = place / "__main__.py" if place.is_dir() else place.with_suffix(".py")
    found = {"--help"} | ({"--set", "--settings"} if "command_of(" in text_of(file) else set())
    for node in ast.walk(ast.parse(text_of(file))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"--[a-z-]+", node.value))
        elif isinstance(node, ast.arg):
            found.add("--" + node.arg.replace("_", "-"))
    return found


def test_settings_of_the_service_are_listed_with_their_defaults() -> None:
    # What a tier's engine is given is listed once, for the final tier.
    twice = ("draft.diffusers.", "draft.videos.")
    assert _listed(text_of(DOCS / "settings.md")) == {
        name: value for name, value in _settings().items() if not name.startswith(twice)
    }


@pytest.mark.parametrize(
    ("heading", "settings", "elsewhere"),
    [
        ("Crawling", Manners, {}),
        ("Videos", VideoJobSettings, {}),
        ("Captions", CaptionJobSettings, {"caption.refine.": RefineSettings}),
        ("Training of a video model", VideoTraining, {}),
        ("Products", ProductJobSettings, {}),
        ("Scripts", ScriptSettings, {}),
        ("Preference pairs", PairSettings, {}),
        ("Training of a conte model", ConteTraining, {}),
        ("Judging of a conte model", ConteJudging, {}),
        ("Prompts", PromptSettings, {}),
        ("Films", FilmJudging, {}),
        ("Registering", RegisterSettings, {}),
        ("A paid model", PaidModel, {}),
    ],
)
def test_settings_of_jobs_are_listed_with_their_defaults(
    heading: str, settings: type[BaseModel], elsewhere: Mapping[str, type[BaseModel]]
) -> None:
    section = text_of(DOCS / "job-settings.md").partition(f"\n## {heading}\n")[2]
    wanted = _defaults_of(settings)
    for prefix, part in elsewhere.items():
        wanted |= _defaults_of(part, prefix)
    # Listed once: the vault's are the service's, and what several jobs share has its own section.
    shared = ("vault.", "crawl.", "model.", "judge.", "writing.")
    wanted = {name: value for name, value in wanted.items() if not name.startswith(shared)}
    assert _listed(section.partition("\n## ")[0]) == wanted


def _listed(text: str) -> dict[str, str]:
    found = re.findall(r"^\| `([a-z0-9_.]+)` \| (.*?) ?\|", text, re.MULTILINE)
    return {name: default.strip("`") for name, default in found}


def _settings() -> dict[str, str]:
    return _defaults_of(Settings)


def _defaults_of(settings: type[BaseModel], prefix: str = "") -> dict[str, str]:
    # Constructed, not made: a machine's environment is no default.
    return _values_in(settings.model_construct(), prefix)


def _values_in(part: BaseModel, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, field in type(part).model_fields.items():
        if field.is_required():
            continue  # an option of the command
        value: Any = getattr(part, name)
        if isinstance(value, BaseModel):
            found |= _values_in(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = _shown(value)
    return found


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr) or value in ("", {}, ()):
        return ""
    return str(value) if isinstance(value, str | Path) else json.dumps(value)


@every_page
def test_every_setting_it_names_exists(page: Path) -> None:
    settings, others = _settings(), {"ledger.db", *(kind.value for kind in EventKind)}
    parts = "|".join({name.partition(".")[0] for name in settings})
    named = {name for name in quoted_in(page) if re.fullmatch(rf"({parts})(\.[a-z_0-9]+)+", name)}
    assert not [name for name in named - others if not _leads_to(settings, name)]


def _leads_to(settings: Iterable[str], name: str) -> bool:
    # A mapping has no settings below it in the list: `conte.adapters`, `conte.rewriter.prompt`.
    return any(
        known == name or known.startswith(name + ".") or name.startswith(known + ".")
        for known in settings
    )


def test_every_route_is_listed(tmp_path: Path) -> None:
    listed = re.findall(r"`([A-Z]+ /[^`?]+)[^`]*`", text_of(DOCS / "http.md"))
    paths = House(tmp_path).app().openapi()["paths"]
    served = {f"{way.upper()} {path}" for path, ways in paths.items() for way in ways}
    # What describes the API is no part of its description.
    assert set(listed) - {"GET /docs", "GET /openapi.json"} == served


def test_every_kind_of_problem_is_listed_with_its_status() -> None:
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, problems.Kind)]
    # The one that Starlette raises; its name is made from the status.
    kinds.append(problems.problem_of(HTTPException(405)).kind)
    listed = rows_of("errors.md", "urn:sian:[a-z-]+")
    assert {name: row[0] for name, row in listed.items()} == {
        f"urn:sian:{kind.name}": str(kind.status) for kind in kinds
    }
    assert all(meaning and to_do for _, meaning, to_do in listed.values())


def test_every_exit_code_of_the_command_line_is_listed() -> None:
    codes = re.findall(r"(?:^|; )(\d+) ", EPILOG.removeprefix("Exit codes: "))
    assert codes == re.findall(r"^\| (\d+) \|", text_of(DOCS / "errors.md"), re.MULTILINE)


def test_every_kind_of_event_is_listed_with_its_data() -> None:
    listed = rows_of("events.md", r"[a-z]+\.[a-z_]+")
    assert {name: re.findall(r"`(\w+)`", row[1]) for name, row in listed.items()} == {
        data.kind.value: list(data.model_json_schema(mode="serialization")["properties"])
        for data in KINDS
    }


def test_contributing_names_every_room() -> None:
    rooms = {
        file.parent.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
    }
    named = {quoted.rstrip("/") for quoted in quoted_in(ROOT / "CONTRIBUTING.md")}
    assert not rooms - named
