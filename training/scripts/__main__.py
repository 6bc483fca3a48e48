"""Scripts to learn from: product types -> briefs and contes, checked, split and published.

    python -m training.scripts --name first --out datasets/first --set scripts=400
    sian job -- python -m training.scripts --name first --out /data/first --settings scripts.yaml

Exit codes: 0 published; 1 stopped before all was written (run it again); 2 wrong settings.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import ray
import typer

from conte.production import Sampling
from conte.storyboards.adopting import IMPORTED
from deployments.engines.composer import Composer
from deployments.engines.paid import PaidChat, RecordedPurse, open_purses, purse_for
from deployments.knowledge.product_types import product_types
from serve.database.errors import DatabaseUnavailable
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import tell, wrong
from serve.settings import PaidSettings
from training.scoring import Scorer
from training.scripts.archive.job import ArchiveReader, archive_files
from training.scripts.archive.sources import SourceRecord, Sources
from training.scripts.card import Made, card
from training.scripts.dataset import publish
from training.scripts.job import Progress, ask, compose
from training.scripts.model_writer import ModelWriter
from training.scripts.order import Order
from training.scripts.planning import plan_orders
from training.scripts.records import OtherJob, Records, open_scripts
from training.scripts.requests import ScriptRequests, versions
from training.scripts.selection import Rules, select
from training.scripts.settings import SETTINGS, ScriptSettings
from training.scripts.split import EmptySplit
from training.whole_folder import MANIFEST, FolderStands

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
SAMPLING = Sampling(temperature=0.9, top_p=0.95, max_tokens=6000)


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    name: Annotated[str, typer.Option(help="of the job: the same name goes on with it")],
    out: Annotated[Path, typer.Option(help="folder of the dataset, which must not be there")],
    archive: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="folder of an agency's own storyboards"),
    ] = None,
    records: Annotated[
        str, typer.Option(help="SQLAlchemy URL of what the jobs remember; SQLite or PostgreSQL")
    ] = "sqlite:///.sian/training.db",
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    if out.exists() and not (out / MANIFEST).exists():
        # Now, and not when the money is spent.
        wrong(f"--out: {out} is there already and is no dataset")
    table, kinds = product_types(), set(chosen.kinds)
    types = [k for k in table.types if not kinds or k.id in kinds or k.industry in kinds]
    if unknown := kinds - {k.id for k in table.types} - {k.industry for k in table.types}:
        wrong(f"kinds: there is no product type or industry {sorted(unknown)[0]!r}")
    paid = _paid(chosen, name)
    try:
        database = open_scripts(records)
        known = Records(database, name)
        known.begin(
            json.dumps(
                {
                    "scripts": chosen.scripts, "writer": chosen.writer,
                    "model": chosen.model.model, "mix": chosen.mix.model_dump(),
                    "kinds": sorted(kinds), "product_types": table.version,
                    "prompts": _prompts(paid is not None),
                    **({"archive": chosen.archive_rules} if archive else {}),
                },
                sort_keys=True,
            )
        )  # fmt: skip
        alone = archive is not None and chosen.archive_alone
        orders = [] if alone else list(plan_orders(types, chosen.scripts, chosen.mix))
        sources = Sources(database, name)
        if archive is not None:
            read = (chosen.mask, chosen.names, chosen.marks)
            ArchiveReader(archive, sources, table, *read).read(tell)
        SETTINGS.beside(out, chosen)
    except (OtherJob, DatabaseUnavailable, ValueError, OSError) as error:
        wrong(str(error))
    files = tuple(sources.known().values())
    done = known.done()
    left = [order for order in orders if order.id not in done]
    progress = Progress(len(orders), len(orders) - len(left), tell)
    tell(f"{len(orders)} orders over {len(types)} product types, {len(left)} to write")
    stopped, spent, said = "", None, Composer.id.label
    if paid is None:
        if "RAY_ADDRESS" in os.environ:
            ray.init(log_to_driver=False)
        compose(left, known, progress)
    else:
        pays = _purse(paid, records)
        stopped, said = asyncio.run(_ask(paid, pays, left, known, progress, chosen.at_once))
        spent = pays.spent()
    if stopped and not stopped.startswith("budget"):
        tell(f"stopped: {stopped}\nwhat was written is kept: run the same again to go on")
        raise typer.Exit(1)
    own = [one for one in files if one.script]
    if own:
        said = IMPORTED.label if alone else f"{said}; {IMPORTED.label}"
    _publish(known, chosen.rules, out, Made(
        name=name, writer=said, prompts=_prompts(paid is not None), product_types=table.version,
        ordered=len(orders) + len(own), stopped=stopped, spent=spent,
    ), files)  # fmt: skip
    raise typer.Exit(1 if stopped else 0)


def _paid(chosen: ScriptSettings, name: str) -> PaidSettings | None:
    if chosen.writer != "model":
        return None
    try:
        return chosen.model.opened(f"scripts/{name}", "model.")
    except ValueError as error:
        wrong(str(error))


def _purse(paid: PaidSettings, records: str) -> RecordedPurse:
    try:
        return purse_for(paid, open_purses(records), "model.budget")
    except DatabaseUnavailable as error:
        wrong(str(error))


async def _ask(
    paid: PaidSettings,
    purse: RecordedPurse,
    orders: list[Order],
    records: Records,
    progress: Progress,
    at_once: int,
) -> tuple[str, str]:
    """Write the orders with the paid model; return why it stopped, if it did, and the writer's
    name."""
    try:
        chat = PaidChat(paid, purse)
    except ValueError as error:
        wrong(str(error))
    try:
        writer = ModelWriter(chat.ask, chat.id, ScriptRequests(SAMPLING), Scorer())
        return await ask(orders, writer, records, progress, at_once), chat.id.label
    finally:
        await chat.aclose()


def _publish(
    records: Records, rules: Rules, out: Path, made: Made, files: Sequence[SourceRecord]
) -> None:
    try:
        selection = select(records.all(), rules)
        about = {"made": made.model_dump(mode="json"), "rules": rules.model_dump(mode="json")}
        beside = {**card(made, selection), **archive_files(made.name, selection, files)}
        folder = publish(selection, ScriptRequests(SAMPLING), out, about, beside)
    except (EmptySplit, FolderStands) as error:
        wrong(str(error))
    except OSError as error:
        wrong(f"{out}: {error.strerror or error}; what was written is kept")
    tell(f"{len(selection.samples)} samples in {folder}: see card.md")
    if left_out := records.unreadable():
        tell(f"without {left_out} scripts of another release, which this one cannot read")


def _prompts(asked: bool) -> tuple[str, ...]:
    found = [version for language in ("ko", "en") for version in versions(language)]
    return tuple(found if asked else found[::2])


if __name__ == "__main__":
    app()
