"""Prompts to serve: reflective optimisation (gepa) against the measured reward -> a prompt file.

    python -m training.prompts --name writer --task scriptwriter --language ko \\
        --scripts datasets/first --url https://api.openai.com/v1 --model gpt-5-mini \\
        --price-in 0.25 --price-out 2 --budget 5 --calls 600 --out prompts/writer

The same command goes on where it was stopped, and pays for nothing twice.

Exit codes: 0 done, with a better prompt or none; 1 stopped (run it again); 2 wrong settings.
"""

import asyncio
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, Never

import typer
from pydantic import SecretStr, ValidationError

from conte.production import Sampling
from conte.vocabulary import Language
from deployments.engines.paid import BudgetSpent, PaidChat, limits_of, open_purses, purse_for
from deployments.engines.protocols import ConteError
from serve.database.errors import DatabaseUnavailable
from serve.settings import PaidSettings
from serve.vault import VaultUnavailable
from training.prompts.beginning import beginning
from training.prompts.calls import CountedPurse
from training.prompts.examples import briefs_of
from training.prompts.prompt_text import PromptText
from training.prompts.result import Both, publish, result_of, stands
from training.prompts.rewriting import Rewriting, cuts_of
from training.prompts.scriptwriting import Scriptwriting
from training.prompts.search import Found, SearchBounds, check_splits, search
from training.prompts.task import Example, Task
from training.prompts.testing import Held, tested
from training.scripts.split import SPLITS
from training.whole_folder import FolderStands

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__)
def main(
    name: Annotated[str, typer.Option(help="of the search: the same name spends one budget")],
    scripts: Annotated[Path, typer.Option(help="folder of a dataset of scripts")],
    out: Annotated[Path, typer.Option(help="folder of the new prompt, its scores and report")],
    url: Annotated[str, typer.Option(help="the writing model's server, up to and with /v1")],
    model: Annotated[str, typer.Option(help="the writing model's name there")],
    task: Annotated[Literal["scriptwriter", "rewriter"], typer.Option()] = "scriptwriter",
    language: Annotated[Literal["ko", "en"], typer.Option()] = "ko",
    parent: Annotated[
        str,
        typer.Option(
            help="prompt file to begin with, or `served`: what the cluster of --home serves, also"
            " where that was promoted; the packaged one if not given"
        ),
    ] = "",
    sections: Annotated[str, typer.Option(help="what may be changed, with commas")] = "system",
    train: Annotated[int, typer.Option(min=1, help="examples to learn from")] = 24,
    valid: Annotated[int, typer.Option(min=1, help="examples to choose by")] = 24,
    test: Annotated[
        int, typer.Option(min=1, help="examples that the best and its parent are judged on")
    ] = 24,
    rounds: Annotated[int, typer.Option(min=1, help="proposals at the most")] = 20,
    minibatch: Annotated[int, typer.Option(min=1, help="examples of one reflection")] = 3,
    calls: Annotated[int, typer.Option(min=1, help="that may be made in all")] = 500,
    budget: Annotated[float, typer.Option(min=0, help="money that may be spent in all")] = 0,
    budget_tokens: Annotated[int, typer.Option(min=0, help="the same in tokens")] = 0,
    price_in: Annotated[float, typer.Option(min=0, help="of a million tokens read")] = 0,
    price_out: Annotated[float, typer.Option(min=0, help="of a million tokens written")] = 0,
    key_env: Annotated[str, typer.Option(help="environment variable with its key")] = (
        "OPENAI_API_KEY"
    ),
    guidance: Annotated[Literal["json_schema", "json_object", "none"], typer.Option()] = (
        "json_schema"
    ),
    reflect_url: Annotated[str, typer.Option(help="the reflecting model's server; --url's")] = "",
    reflect_model: Annotated[str, typer.Option(help="its name there; --model's")] = "",
    reflect_key_env: Annotated[str, typer.Option(help="--key-env's if not given")] = "",
    reflect_guidance: Annotated[
        Literal["json_schema", "json_object", "none"], typer.Option()
    ] = "json_schema",
    reflect_price_in: Annotated[float, typer.Option(min=0, help="--price-in's")] = 0,
    reflect_price_out: Annotated[float, typer.Option(min=0, help="--price-out's")] = 0,
    temperature: Annotated[float, typer.Option(min=0, max=2, help="of the writing model")] = 0.8,
    top_p: Annotated[float, typer.Option(min=0.01, max=1)] = 0.95,
    max_tokens: Annotated[int, typer.Option(min=256)] = 6000,
    purse: Annotated[
        str, typer.Option(help="name of the budget; jobs that name one share it; prompts/NAME")
    ] = "",
    purse_url: Annotated[
        str, typer.Option(help="SQLAlchemy URL of the budget's database; --records if empty")
    ] = "",
    requests_per_minute: Annotated[float, typer.Option(min=0.1)] = 500,
    tokens_per_minute: Annotated[float, typer.Option(min=1)] = 200_000,
    at_once: Annotated[int, typer.Option(min=1, max=256)] = 8,
    timeout_s: Annotated[float, typer.Option(min=1, help="how long a server may be silent")] = 120,
    max_retries: Annotated[int, typer.Option(min=0, help="where a server is away")] = 4,
    seed: int = 0,
    records: Annotated[
        str, typer.Option(help="SQLAlchemy URL of what the jobs remember; SQLite or PostgreSQL")
    ] = "sqlite:///.sian/training.db",
    home: Annotated[
        Path, typer.Option(envvar="SIAN_HOME", help="as of `sian up`, for --parent served")
    ] = Path(".sian"),
    graph: Annotated[
        Path | None, typer.Option(envvar="SIAN_GRAPH", help="the graph that serves it")
    ] = None,
) -> None:
    given: dict[str, Any] = {
        "budget": budget, "budget_tokens": budget_tokens,
        "purse": purse or f"prompts/{name}", "purse_url": purse_url,
        "requests_per_minute": requests_per_minute, "tokens_per_minute": tokens_per_minute,
        "timeout_s": timeout_s, "max_retries": max_retries,
    }  # fmt: skip
    writing = _settings("", url, model, key_env, guidance, price_in, price_out, **given)
    reflecting = _settings(
        "reflect-", reflect_url or url, reflect_model or model, reflect_key_env or key_env,
        reflect_guidance, reflect_price_in or price_in, reflect_price_out or price_out, **given,
    )  # fmt: skip
    bounds = SearchBounds(rounds, minibatch, _parts(sections), at_once, seed)
    sampling = Sampling(temperature=temperature, top_p=top_p, max_tokens=max_tokens)
    try:
        what, (learnt, chosen, unseen) = _task(
            task, language, sampling, seed, scripts, (train, valid, test)
        )
        begun = beginning(parent, what, home, graph)
        check_splits({"train": learnt, "valid": chosen, "test": unseen})
        about = {
            "task": {"task": task, "language": what.language,
                     "parent_prompt": begun.prompt().version},
            # All that a value on test depends on beside the prompt and the example.
            "judged": {"task": task, "language": what.language, "revision": what.revision,
                       "model": model, "guidance": guidance},
            "search": {
                **asdict(bounds), "writing_model": model, "reflecting_model": reflecting.model,
                "sampling": sampling.model_dump(), "scripts": scripts.name,
                "train": [one.id for one in learnt], "valid": [one.id for one in chosen],
                "test": [one.id for one in unseen],
                "calls": calls, "budget": budget, "budget_tokens": budget_tokens,
            },
        }  # fmt: skip
        if stands(out, about):
            _tell(f"it is done: see {out / 'report.html'}")
            return
        limits, database = limits_of(writing), open_purses(records)
        job = f"prompts/{name}"
        pays = CountedPurse(purse_for(writing, database, "--budget"), database, job, calls)
        # Of the same money: the search ends where no more is left than the judging may take.
        held = Held.by(what, begun, unseen, writing)
        left, left_calls = held.of(limits, calls)
        searches = purse_for(writing, database, "--budget", left)
        searching = CountedPurse(searches, database, job, left_calls)
        chats = (
            PaidChat(writing, searching), PaidChat(reflecting, searching), PaidChat(writing, pays),
        )  # fmt: skip
    except (
        ValueError,
        OSError,
        LookupError,
        BudgetSpent,
        DatabaseUnavailable,
        VaultUnavailable,
    ) as e:
        _wrong(str(e))
    _tell(f"{held.calls} of {calls} calls are kept for judging on test")
    try:
        found, on_test = _searched(what, begun, learnt, chosen, unseen, chats, bounds)
    except BudgetSpent as spent:
        _wrong(f"judging is not paid for: {spent}; what was answered is kept")
    except ValueError as error:
        _wrong(str(error))
    except ConteError as error:
        _tell(f"stopped: {error}\nwhat was answered is kept: run the same again to go on")
        raise typer.Exit(1) from None
    used, tokens, money = pays.spent
    about["spent"] = {"calls_made": used, "tokens": tokens, "money": round(money, 6)}
    result = result_of(found, on_test, chats[1].id.label)
    try:
        publish(found, on_test, result, what, out, about)
    except FolderStands as error:
        _wrong(f"--out: {error}")
    except OSError as error:
        _wrong(f"{out}: {error.strerror or error}; what was answered is kept")
    if result.test:
        value = result.test["value"]
        said = (
            f"{result.version}, child of {result.parent}: {value.child} on test, better by"
            f" {value.better}"
        )
    else:
        said = f"none is better than {result.parent}: {result.valid['value'].parent} on valid"
    _tell(f"{said}\n{used} calls, {tokens} tokens, {money:.4f} spent: see {out / 'report.html'}")


def _task(
    name: str, language: Language, sampling: Sampling, seed: int, scripts: Path,
    nums: tuple[int, int, int],
) -> tuple[Task[Any], list[list[Example[Any]]]]:  # fmt: skip
    """The task, with its examples of train, valid and test. A rewriter writes English for any
    brief."""
    splits = list(zip(SPLITS, nums, strict=True))
    if name == "rewriter":
        return Rewriting(seed), [cuts_of(scripts, one, num, seed) for one, num in splits]
    return (
        Scriptwriting(language, sampling, seed),
        [briefs_of(scripts, one, language, num, seed) for one, num in splits],
    )


def _searched(
    task: Task[Any], parent: PromptText, train: list[Example[Any]], valid: list[Example[Any]],
    test: list[Example[Any]], chats: tuple[PaidChat, PaidChat, PaidChat], bounds: SearchBounds,
) -> tuple[Found[Any], Both | None]:  # fmt: skip
    """With the best and its parent on test; without, where none is better on valid."""
    writing, reflecting, judging = chats
    with asyncio.Runner() as runner:
        try:
            found = search(
                task, parent, train, valid, writing.ask, reflecting.ask, bounds, _tell, runner
            )
            if not found.better:
                return found, None
            best = found.accepted[found.best].text
            return found, tested(task, parent, best, test, judging.ask, runner, bounds.at_once)
        finally:
            for chat in chats:
                runner.run(chat.aclose())


def _settings(
    prefix: str, url: str, model: str, key_env: str, guidance: str, price_in: float,
    price_out: float, **given: Any,
) -> PaidSettings:  # fmt: skip
    try:
        settings = PaidSettings.model_validate(
            {
                **given, "url": url, "model": model, "guidance": guidance,
                "api_key": SecretStr(os.environ.get(key_env, "")),
                "price_in": price_in, "price_out": price_out,
            }
        )  # fmt: skip
        limits_of(settings, f"--{prefix}")
    except (ValidationError, ValueError) as error:
        _wrong(str(error).replace("_", "-"))
    return settings


def _parts(given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _wrong(line: str) -> Never:
    _tell(line)
    raise typer.Exit(2)


if __name__ == "__main__":
    app()
