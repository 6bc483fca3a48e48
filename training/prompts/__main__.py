"""Optimises a prompt by reflection (GEPA) on the measured reward -> a new prompt file.

    python -m training.prompts --name writer --scripts datasets/first --out prompts/writer \\
        --settings prompts.yaml --set calls=600

The same command continues where it was stopped, and pays for nothing twice.

Exit codes: 0 done, with a better prompt or none; 1 stopped (run it again); 2 wrong settings.
"""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.engines.paid import BudgetSpent, PaidChat, limits_of, open_purses, purse_for
from deployments.engines.protocols import ConteError
from serve.database.errors import DatabaseUnavailable
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import tell, wrong
from serve.vault import VaultUnavailable
from training.prompts.beginning import beginning
from training.prompts.calls import CountedPurse
from training.prompts.examples import briefs_of
from training.prompts.prompt_text import PromptText
from training.prompts.result import Both, publish, result_of, stands
from training.prompts.rewriting import Rewriting, cuts_of
from training.prompts.scriptwriting import Scriptwriting
from training.prompts.search import Found, SearchBounds, check_splits, search
from training.prompts.settings import SETTINGS, PromptSettings
from training.prompts.task import Example, Task
from training.prompts.testing import Held, tested
from training.scripts.split import SPLITS
from training.whole_folder import FolderStands

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    name: Annotated[str, typer.Option(help="of the search: the same name spends one budget")],
    scripts: Annotated[Path, typer.Option(help="folder of a dataset of scripts")],
    out: Annotated[Path, typer.Option(help="folder of the new prompt, its scores and report")],
    records: Annotated[
        str, typer.Option(help="SQLAlchemy URL of what the jobs remember; SQLite or PostgreSQL")
    ] = "sqlite:///.sian/training.db",
    home: Annotated[
        Path, typer.Option(envvar="SIAN_HOME", help="as of `sian up`, for a parent that is served")
    ] = Path(".sian"),
    graph: Annotated[
        Path | None, typer.Option(envvar="SIAN_GRAPH", help="the graph that serves it")
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    bounds, job = chosen.bounds, f"prompts/{name}"
    try:
        writing, reflecting = chosen.models(job)
    except ValueError as error:
        wrong(str(error))
    try:
        what, (learnt, selecting, unseen) = _task(chosen, scripts)
        begun = beginning(chosen.parent, what, home, graph)
        check_splits({"train": learnt, "valid": selecting, "test": unseen})
        about = {
            "task": {"task": chosen.task, "language": what.language,
                     "parent_prompt": begun.prompt().version},
            # Everything on which a value on test depends, besides the prompt and the example.
            "judged": {"task": chosen.task, "language": what.language, "revision": what.revision,
                       "model": writing.model, "guidance": writing.guidance},
            "search": {
                **asdict(bounds), "writing_model": writing.model,
                "reflecting_model": reflecting.model,
                "sampling": chosen.sampling.model_dump(), "scripts": scripts.name,
                "train": [one.id for one in learnt], "valid": [one.id for one in selecting],
                "test": [one.id for one in unseen],
                "calls": chosen.calls, "budget": writing.budget,
                "budget_tokens": writing.budget_tokens,
            },
        }  # fmt: skip
        if stands(out, about):
            tell(f"it is done: see {out / 'report.html'}")
            return
        limits, database = limits_of(writing), open_purses(records)
        calls, raised = chosen.calls, "writing.budget"
        pays = CountedPurse(purse_for(writing, database, raised), database, job, calls)
        # One budget for both: the search ends when only the reserve for judging is left.
        held = Held.by(what, begun, unseen, writing)
        left, left_calls = held.of(limits, calls)
        searches = purse_for(writing, database, raised, left)
        searching = CountedPurse(searches, database, job, left_calls)
        chats = (
            PaidChat(writing, searching, setting="writing"),
            PaidChat(reflecting, searching, setting="reflecting"),
            PaidChat(writing, pays, setting="writing"),
        )  # fmt: skip
        SETTINGS.beside(out, chosen)
    except (
        ValueError,
        OSError,
        LookupError,
        BudgetSpent,
        DatabaseUnavailable,
        VaultUnavailable,
    ) as e:
        wrong(str(e))
    tell(f"{held.calls} of {calls} calls are kept for judging on test")
    try:
        found, on_test = _searched(what, begun, learnt, selecting, unseen, chats, bounds)
    except BudgetSpent as spent:
        wrong(f"judging is not paid for: {spent}; what was answered is kept")
    except ValueError as error:
        wrong(str(error))
    except ConteError as error:
        tell(f"stopped: {error}\nwhat was answered is kept: run the same again to go on")
        raise typer.Exit(1) from None
    used, tokens, money = pays.spent
    about["spent"] = {"calls_made": used, "tokens": tokens, "money": round(money, 6)}
    result = result_of(found, on_test, chats[1].id.label)
    try:
        publish(found, on_test, result, what, out, about)
    except FolderStands as error:
        wrong(f"--out: {error}")
    except OSError as error:
        wrong(f"{out}: {error.strerror or error}; what was answered is kept")
    if result.test:
        value = result.test["value"]
        said = (
            f"{result.version}, child of {result.parent}: {value.child} on test, better by"
            f" {value.better}"
        )
    else:
        said = f"none is better than {result.parent}: {result.valid['value'].parent} on valid"
    tell(f"{said}\n{used} calls, {tokens} tokens, {money:.4f} spent: see {out / 'report.html'}")


def _task(chosen: PromptSettings, scripts: Path) -> tuple[Task[Any], list[list[Example[Any]]]]:
    """Return the task with its examples of train, valid and test. The rewriter's are not selected
    by language, because it writes English for any brief."""
    splits = list(zip(SPLITS, (chosen.train, chosen.valid, chosen.test), strict=True))
    seed, language = chosen.seed, chosen.language
    if chosen.task == "rewriter":
        return Rewriting(seed), [cuts_of(scripts, one, num, seed) for one, num in splits]
    return (
        Scriptwriting(language, chosen.sampling, seed),
        [briefs_of(scripts, one, language, num, seed) for one, num in splits],
    )


def _searched(
    task: Task[Any], parent: PromptText, train: list[Example[Any]], valid: list[Example[Any]],
    test: list[Example[Any]], chats: tuple[PaidChat, PaidChat, PaidChat], bounds: SearchBounds,
) -> tuple[Found[Any], Both | None]:  # fmt: skip
    """Search, then judge the best prompt and its parent on test; None if none is better on
    valid."""
    writing, reflecting, judging = chats
    with asyncio.Runner() as runner:
        try:
            found = search(
                task, parent, train, valid, writing.ask, reflecting.ask, bounds, tell, runner
            )
            if not found.better:
                return found, None
            best = found.accepted[found.best].text
            return found, tested(task, parent, best, test, judging.ask, runner, bounds.at_once)
        finally:
            for chat in chats:
                runner.run(chat.aclose())


if __name__ == "__main__":
    app()
