"""Scripts to learn from: product types -> briefs and contes, checked, split and published.

    python -m training.scripts --name first --scripts 400 --out datasets/first
    ray job submit -- python -m training.scripts --name first --scripts 400 --out /data/first

Exit codes: 0 published; 1 stopped before all was written (run it again); 2 wrong settings.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, Never

import ray
import typer
from pydantic import SecretStr, ValidationError

from conte.production import Sampling
from deployments.engines.composer import Composer
from deployments.engines.paid import PaidChat, RecordedPurse, limits_of, open_purses, purse_for
from deployments.knowledge.product_types import product_types
from serve.database.errors import DatabaseUnavailable
from serve.settings import PaidSettings
from training.scoring import Scorer
from training.scripts.card import Made, card
from training.scripts.dataset import publish
from training.scripts.job import Progress, ask, compose
from training.scripts.model_writer import ModelWriter
from training.scripts.order import Order
from training.scripts.planning import Mix, plan_orders
from training.scripts.records import OtherJob, Records, open_scripts
from training.scripts.requests import ScriptRequests, versions
from training.scripts.selection import Rules, select
from training.scripts.split import EmptySplit, HeldOut, Shares
from training.whole_folder import MANIFEST, FolderStands

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
SAMPLING = Sampling(temperature=0.9, top_p=0.95, max_tokens=6000)


@app.command(help=__doc__)
def main(
    name: Annotated[str, typer.Option(help="of the job: the same name goes on with it")],
    out: Annotated[Path, typer.Option(help="folder of the dataset, which must not be there")],
    scripts: Annotated[int, typer.Option(min=3, help="how many are ordered")] = 400,
    writer: Annotated[Literal["composer", "model"], typer.Option()] = "composer",
    records: Annotated[
        str, typer.Option(help="SQLAlchemy URL of what the jobs remember; SQLite or PostgreSQL")
    ] = "sqlite:///.sian/training.db",
    kinds: Annotated[
        str, typer.Option(help="only these product types or KSIC industries, with commas")
    ] = "",
    english: Annotated[float, typer.Option(min=0, max=1, help="share of English briefs")] = 0.2,
    cuts: Annotated[str, typer.Option(help="the fewest and the most, as in 4-5")] = "4-8",
    lengths: Annotated[str, typer.Option(help="of the films, in seconds, with commas")] = (
        "8,15,20,30,45,60"
    ),
    products: Annotated[
        int, typer.Option(min=0, help="known products of each type; 0: another in every brief")
    ] = 0,
    structures: Annotated[str, typer.Option(help="only these, with commas")] = "",
    must_show: Annotated[
        float, typer.Option(min=0, max=1, help="share of briefs that want something shown")
    ] = 0.3,
    must_not_say: Annotated[
        float, typer.Option(min=0, max=1, help="share of briefs that forbid words")
    ] = 0.3,
    seed: int = 0,
    valid: Annotated[float, typer.Option(min=0, max=0.5, help="share of what is held out")] = 0.05,
    test: Annotated[float, typer.Option(min=0, max=0.5, help="share of what is held out")] = 0.05,
    held_out: Annotated[
        HeldOut, typer.Option(help="what valid and test have to themselves")
    ] = "types",
    duplicate: Annotated[
        float, typer.Option(min=0.05, max=1, help="share of common 5-grams that makes two one")
    ] = 0.5,
    most: Annotated[float, typer.Option(min=1, help="of one industry, times the median")] = 2.0,
    url: Annotated[str, typer.Option(help="the model's server, up to and with /v1")] = "",
    model: Annotated[str, typer.Option(help="the model's name there")] = "",
    key_env: Annotated[str, typer.Option(help="environment variable with its key")] = (
        "OPENAI_API_KEY"
    ),
    guidance: Annotated[Literal["json_schema", "json_object", "none"], typer.Option()] = (
        "json_schema"
    ),
    budget: Annotated[float, typer.Option(min=0, help="money that may be spent in all")] = 0,
    budget_tokens: Annotated[int, typer.Option(min=0, help="the same in tokens")] = 0,
    price_in: Annotated[float, typer.Option(min=0, help="of a million tokens read")] = 0,
    price_out: Annotated[float, typer.Option(min=0, help="of a million tokens written")] = 0,
    purse: Annotated[
        str, typer.Option(help="name of the budget; jobs that name one share it; scripts/NAME")
    ] = "",
    purse_url: Annotated[
        str, typer.Option(help="SQLAlchemy URL of the budget's database; --records if empty")
    ] = "",
    requests_per_minute: Annotated[float, typer.Option(min=0.1)] = 500,
    tokens_per_minute: Annotated[float, typer.Option(min=1)] = 200_000,
    at_once: Annotated[int, typer.Option(min=1, max=512, help="orders asked for at once")] = 16,
    timeout_s: Annotated[float, typer.Option(min=1, help="how long a server may be silent")] = 120,
) -> None:
    if out.exists() and not (out / MANIFEST).exists():
        # Now, and not when the money is spent.
        _wrong(f"--out: {out} is there already and is no dataset")
    mix = _mix(
        cuts, english=english, lengths_s=tuple(lengths.split(",")), products=products or None,
        structures=tuple(filter(None, structures.split(","))), must_show=must_show,
        must_not_say=must_not_say, seed=seed,
    )  # fmt: skip
    shares = Shares(valid=valid, test=test, seed=seed, held_out=held_out)
    rules = Rules(shares=shares, duplicate=duplicate, most=most)
    table = product_types()
    chosen = {part.strip() for part in kinds.split(",") if part.strip()}
    types = [k for k in table.types if not chosen or k.id in chosen or k.industry in chosen]
    if unknown := chosen - {k.id for k in table.types} - {k.industry for k in table.types}:
        _wrong(f"--kinds: there is no product type or industry {sorted(unknown)[0]!r}")
    paid = _paid(
        writer == "model", purse or f"scripts/{name}", purse_url, url, model, key_env, guidance,
        budget, budget_tokens, price_in, price_out, requests_per_minute, tokens_per_minute,
        timeout_s,
    )  # fmt: skip
    try:
        database = open_scripts(records)
        known = Records(database, name)
        known.begin(
            json.dumps(
                {
                    "scripts": scripts, "writer": writer, "model": model, "mix": mix.model_dump(),
                    "kinds": sorted(chosen), "product_types": table.version,
                    "prompts": _prompts(writer == "model"),
                },
                sort_keys=True,
            )
        )  # fmt: skip
        orders = list(plan_orders(types, scripts, mix))
    except (OtherJob, DatabaseUnavailable, ValueError) as error:
        _wrong(str(error))
    done = known.done()
    left = [order for order in orders if order.id not in done]
    progress = Progress(len(orders), len(orders) - len(left), _tell)
    _tell(f"{len(orders)} orders over {len(types)} product types, {len(left)} to write")
    stopped, spent, said = "", None, Composer.id.label
    if paid is None:
        if "RAY_ADDRESS" in os.environ:
            ray.init(log_to_driver=False)
        compose(left, known, progress)
    else:
        pays = _purse(paid, records)
        stopped, said = asyncio.run(_ask(paid, pays, left, known, progress, at_once))
        spent = pays.spent()
    if stopped and not stopped.startswith("budget"):
        _tell(f"stopped: {stopped}\nwhat was written is kept: run the same again to go on")
        raise typer.Exit(1)
    _publish(known, rules, out, Made(
        name=name, writer=said, prompts=_prompts(paid is not None), product_types=table.version,
        ordered=len(orders), stopped=stopped, spent=spent,
    ))  # fmt: skip
    raise typer.Exit(1 if stopped else 0)


def _mix(cuts: str, **more: Any) -> Mix:
    least, _, most = cuts.partition("-")
    try:
        return Mix.model_validate({"cuts": (least, most or least), **more})
    except ValidationError as error:
        first = error.errors()[0]
        named = {"cuts": "--cuts: ", "lengths_s": "--lengths: "}
        _wrong(f"{named.get(str(next(iter(first['loc']), '')), '')}{first['msg']}")


def _paid(
    wanted: bool, purse: str, purse_url: str, url: str, model: str, key_env: str, guidance: str,
    budget: float, budget_tokens: int, price_in: float, price_out: float,
    requests_per_minute: float, tokens_per_minute: float, timeout_s: float,
) -> PaidSettings | None:  # fmt: skip
    if not wanted:
        return None
    try:
        settings = PaidSettings.model_validate(
            {
                "url": url, "model": model, "api_key": SecretStr(os.environ.get(key_env, "")),
                "guidance": guidance, "budget": budget, "budget_tokens": budget_tokens,
                "price_in": price_in, "price_out": price_out, "purse": purse,
                "purse_url": purse_url, "requests_per_minute": requests_per_minute,
                "tokens_per_minute": tokens_per_minute, "timeout_s": timeout_s,
            }
        )  # fmt: skip
        limits_of(settings, "--")
    except (ValidationError, ValueError) as error:
        _wrong(str(error).replace("_", "-"))
    return settings


def _purse(paid: PaidSettings, records: str) -> RecordedPurse:
    try:
        return purse_for(paid, open_purses(records), "--budget")
    except DatabaseUnavailable as error:
        _wrong(str(error))


async def _ask(
    paid: PaidSettings,
    purse: RecordedPurse,
    orders: list[Order],
    records: Records,
    progress: Progress,
    at_once: int,
) -> tuple[str, str]:
    """Why it stopped, if it did, and who wrote."""
    try:
        chat = PaidChat(paid, purse)
    except ValueError as error:
        _wrong(str(error))
    try:
        writer = ModelWriter(chat.ask, chat.id, ScriptRequests(SAMPLING), Scorer())
        return await ask(orders, writer, records, progress, at_once), chat.id.label
    finally:
        await chat.aclose()


def _publish(records: Records, rules: Rules, out: Path, made: Made) -> None:
    try:
        selection = select(records.all(), rules)
        about = {"made": made.model_dump(mode="json"), "rules": rules.model_dump(mode="json")}
        folder = publish(selection, ScriptRequests(SAMPLING), out, about, card(made, selection))
    except (EmptySplit, FolderStands) as error:
        _wrong(str(error))
    except OSError as error:
        _wrong(f"{out}: {error.strerror or error}; what was written is kept")
    _tell(f"{len(selection.samples)} samples in {folder}: see card.md")
    if left_out := records.unreadable():
        _tell(f"without {left_out} scripts of another release, which this one cannot read")


def _prompts(asked: bool) -> tuple[str, ...]:
    found = [version for language in ("ko", "en") for version in versions(language)]
    return tuple(found if asked else found[::2])


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _wrong(line: str) -> Never:
    _tell(line)
    raise typer.Exit(2)


if __name__ == "__main__":
    app()
