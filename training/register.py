"""Registers a job's result: its files go into the vault, its entry into the ledger.

    python -m training.register conte-model models/first --evaluation evaluation.json \\
        --use non-commercial
    python -m training.register prompt prompts/writer --use commercial --set licence=MIT
    python -m training.register conte-adapter models/lora --evaluation evaluation.json \\
        --use commercial
    python -m training.register video-adapter runs/a/adapter-00001000 \\
        --evaluation evaluation.json --use commercial --set licence=Apache-2.0

The two experts of a Wan 2.2 A14B are trained separately: pass the high-noise adapter as the folder,
and the other one with the settings low_noise and low_noise_evaluation. They are served as one.

The entry's id is printed; `sian promote` serves it if it is better than the current one. The model
that it was judged against is registered as well, only for comparison: it cannot be served.

Exit codes: 0 registered; 1 ledger or vault cannot be reached: run it again; 2 something is wrong.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal, Never

import typer
from pydantic import ValidationError

from serve.cluster import settings_at
from serve.database.errors import DatabaseUnavailable
from serve.job_settings import (
    Changes,
    JobSettings,
    SettingsFile,
    command_of,
    settings_or_exit,
)
from serve.job_settings.ending import STOPPED, fail, wrong
from serve.opened import open_registry, open_vault
from serve.registry.entry import PROMPTS, Entry, EntryKind, ItemScores, Use
from serve.registry.files import publish
from serve.registry.registry import Registry, UnknownEntry
from serve.revision import revision_of
from serve.settings import Part
from serve.vault import Vault, VaultUnavailable
from training.code_revision import code_revision
from training.experts import measured_together, together
from training.measured import of_prompts, read_measured
from training.scripts.archive.unlearning import MARK
from training.whole_folder import MANIFEST, check_whole

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
What = Literal["conte-adapter", "conte-model", "prompt", "video-adapter", "video-model"]


class RegisterSettings(Part):
    licence: str = ""
    """Licence, if the folder's manifest has none."""
    against: str = ""
    """Entry id of the model that the evaluation compared with, if it is registered."""
    low_noise: Path | None = None
    """Adapter of the other expert of a Wan 2.2, to be served together with this one."""
    low_noise_evaluation: Path | None = None
    """Evaluation of the other expert's adapter."""


SETTINGS = JobSettings(RegisterSettings, "SIAN_REGISTER_")
_MADE_AS = {"conte model": "conte-model", "lora": "video-adapter", "full": "video-model"}
"""Kind in a manifest -> kind of the entry."""


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    what: Annotated[What, typer.Argument()],
    folder: Annotated[Path, typer.Argument(help="as the job has published it")],
    use: Annotated[Use, typer.Option(help="what its licences let it be served for")],
    evaluation: Annotated[
        Path | None, typer.Option(help="JSON of training.*.evaluate or training.films")
    ] = None,
    home: Annotated[Path, typer.Option(envvar="SIAN_HOME", help="as of `sian up`")] = Path(".sian"),
    graph: Annotated[
        Path | None, typer.Option(envvar="SIAN_GRAPH", help="the graph that is to serve it")
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    within = TemporaryDirectory()
    try:
        served = settings_at(home, graph)
        registry, vault = open_registry(served), open_vault(served)
        evaluations = [evaluation]
        if chosen.low_noise is not None:
            folder = together(folder, chosen.low_noise, Path(within.name))
            evaluations.append(chosen.low_noise_evaluation)
        made = _made(folder, what)
        if what == "prompt":
            draft, other = _prompt(folder, made)
        else:
            draft, other = _weights(what, folder, made, evaluations)
        draft |= {"use": use, "licence": chosen.licence or draft["licence"]}
        if not draft["licence"]:
            wrong("licence: the manifest names none")
        parent = _parent(registry, draft, other, chosen.against)
        added = asyncio.run(_added(registry, vault, folder, draft | {"parent": parent}))
    except (ValueError, UnknownEntry) as error:
        wrong(_first(error))
    except (DatabaseUnavailable, VaultUnavailable) as error:
        _stopped(str(error))
    except OSError as error:
        _stopped(f"{error.filename or folder}: {error.strerror or error}")
    finally:
        within.cleanup()
    if parent:
        print(f"judged against {parent}", file=sys.stderr)
    print(added)


def _made(folder: Path, what: What) -> dict[str, Any]:
    """Return the manifest of a folder, checked for completeness and kind.

    Raises:
        ValueError: if it is incomplete, was changed, or is of another kind.
    """
    check_whole(folder)
    made: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    found = _MADE_AS.get(made.get("kind", ""), "prompt" if "task" in made else "nothing we know")
    if found == "conte-model" and made.get("adapter"):
        found = "conte-adapter"
    if (folder / MARK).exists():
        told = json.loads((folder / MARK).read_text("utf-8"))
        raise ValueError(
            f"{folder}: it has learnt from {told['removed']} scripts that were removed from"
            f" {told['dataset']} since; train it anew"
        )
    if found != what:
        raise ValueError(f"{folder}: its manifest is that of a {found}, wanted a {what}")
    return made


def _weights(
    what: What, folder: Path, made: dict[str, Any], evaluations: Sequence[Path | None]
) -> tuple[dict[str, Any], ItemScores | None]:
    measured, other = _measured(evaluations)
    base = made["base"] if isinstance(made["base"], dict) else {"name": made["base"]}
    run = made.get("run", {})
    draft: dict[str, Any] = {
        "kind": EntryKind(what.replace("-", "_")),
        "name": revision_of(folder),
        "base": base["name"],
        "licence": base.get("licence", ""),
        "data": sorted(made["data"].values()) if "data" in made else [run["samples"]],
        "code": code_revision(),
        "settings": made["settings"],
        "measured": measured,
    }
    return draft, other


def _measured(evaluations: Sequence[Path | None]) -> tuple[ItemScores, ItemScores | None]:
    found: list[tuple[ItemScores, ItemScores | None]] = []
    for name, path in zip(("--evaluation", "low_noise_evaluation"), evaluations, strict=False):
        if path is None:
            raise ValueError(f"{name}: without scores it could never be promoted")
        found.append(read_measured(path))
    if len(found) == 1:
        return found[0]
    (high, old_high), (low, old_low) = found
    before = measured_together(old_high, old_low) if old_high and old_low else None
    return measured_together(high, low), before


def _prompt(folder: Path, made: dict[str, Any]) -> tuple[dict[str, Any], ItemScores]:
    task = made["task"]
    if made["version"] == made["parent"]:
        raise ValueError(f"{folder}: the search found nothing better than {made['parent']}")
    measured, parent = of_prompts(folder, made.get("judged", {}))
    rewrites = task["task"] == "rewriter"
    draft: dict[str, Any] = {
        "kind": EntryKind.REWRITER_PROMPT if rewrites else EntryKind.CONTE_PROMPT,
        "name": made["version"],
        "language": None if rewrites else task["language"],
        "base": made["parent"],
        "licence": "",
        "data": [f"{made['search']['scripts']} {measured.fixed_set}"],
        "code": code_revision(),
        "settings": made["search"],
        "measured": measured,
    }
    return draft, parent


def _parent(
    registry: Registry, draft: dict[str, Any], measured: ItemScores | None, against: str
) -> str:
    """Register the model that the evaluation compared with; return its entry's id, or ""."""
    if measured is None:
        return ""
    name = registry.get(against).name if against else draft["base"]
    # The untrained model becomes an entry only for comparison, which cannot be served.
    before = draft | {"name": name, "measured": measured, "files": {}, "settings": {}, "data": []}
    return registry.add(Entry.model_validate(before))


async def _added(registry: Registry, vault: Vault, folder: Path, draft: dict[str, Any]) -> str:
    only = f"{draft['language'] or 'en'}.md" if draft["kind"] in PROMPTS else ""
    files = await publish(vault, folder, only)
    return await asyncio.to_thread(registry.add, Entry.model_validate(draft | {"files": files}))


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)


def _stopped(line: str) -> Never:
    fail(line, STOPPED)


if __name__ == "__main__":
    app()
