"""`sian models`, `sian promote`, `sian rollback`: show and change what serves."""

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from serve import cluster
from serve.cli.terminal import REFUSED, WRONG, fail, out, said, tell
from serve.database.errors import DatabaseUnavailable
from serve.opened import open_registry, open_vault
from serve.promotion import promote as promote_entry
from serve.promotion import roll_back
from serve.registry.entry import Entry
from serve.registry.gate import PromotionRefused
from serve.registry.interval import mean_interval
from serve.registry.registry import Overtaken, Serving, UnknownEntry
from serve.stored import Unreadable
from serve.vault import VaultUnavailable

Home = Annotated[
    Path, typer.Option(envvar="SIAN_HOME", help="Where ledger, vault and logs of `sian up` lie.")
]
Graph = Annotated[
    Path | None,
    typer.Option(envvar="SIAN_GRAPH", help="The graph's YAML; of the cluster here by default."),
]
EntryId = Annotated[str, typer.Argument(metavar="ENTRY", help="As `sian models` shows it.")]
HOME = Path(".sian")


def models(
    entry: Annotated[
        str, typer.Argument(metavar="[ENTRY]", help="All of one: what made it, its scores.")
    ] = "",
    home: Home = HOME,
    graph: Graph = None,
) -> None:
    """List the registered models and prompts, their scores, and which of them are serving."""
    with said():
        registry = open_registry(cluster.settings_at(home, graph))
        try:
            if entry:
                out.print_json(json.dumps(_all_of(registry.get(entry)), ensure_ascii=False))
                return
            serving, found, unread = registry.serving(), registry.all(), registry.unreadable()
        except UnknownEntry as error:
            fail(str(error), WRONG)
        except (DatabaseUnavailable, Unreadable) as error:
            fail(str(error), REFUSED)
        table = Table(box=None, pad_edge=False)
        for name in ("entry", "slot", "value", "serves"):
            table.add_column(name, no_wrap=True)
        for id_, (_, one) in found.items():
            cells = (id_, one.slot, _value(one), _serves(id_, serving.get(one.slot)))
            table.add_row(*map(Text, cells))
        for id_ in unread:
            table.add_row(id_, "unreadable", "", "")
        out.print(table if found or unread else "nothing is registered")
        for reason in unread.values():
            tell(reason)


def _all_of(entry: Entry) -> dict[str, Any]:
    """Return the entry as JSON values, with each measure's interval instead of all its scores."""
    told = entry.model_dump(mode="json", exclude={"measured"})
    if entry.measured is not None:
        groups = entry.measured.groups
        told["measured"] = {
            "fixed_set": entry.measured.fixed_set,
            "items": len(entry.measured.ids),
            "scores": {
                name: str(mean_interval(values, groups))
                for name, values in entry.measured.scores.items()
            },
        }
    return told


def promote(
    entry: EntryId,
    share: Annotated[float, typer.Option(help="Of productions, the rest keep what they have.")] = 1,
    measure: Annotated[str, typer.Option(help="What it has to be better in.")] = "value",
    use: Annotated[
        Literal["commercial", "non-commercial"], typer.Option(help="What this server is for.")
    ] = "commercial",
    first: Annotated[
        bool, typer.Option("--first", help="There is nothing registered to compare it with.")
    ] = False,
    home: Home = HOME,
    graph: Graph = None,
) -> None:
    """Make an entry serve, if it is significantly better than the one serving now."""
    with said():
        settings = cluster.settings_at(home, graph)
        registry, vault = open_registry(settings), open_vault(settings)
        try:
            done = asyncio.run(
                promote_entry(
                    registry, vault, settings, entry, measure=measure, share=share, use=use,
                    first=first,
                )
            )  # fmt: skip
        except UnknownEntry as error:
            fail(str(error), WRONG)
        except (
            PromotionRefused,
            Overtaken,
            Unreadable,
            DatabaseUnavailable,
            VaultUnavailable,
        ) as error:
            fail(f"not promoted: {error}", REFUSED)
        if done.better is not None:
            tell(f"{measure}: {done.better} better than {done.against}")
        _tell(done.serving)


def rollback(
    slot: Annotated[str, typer.Argument(help="As conte_model, conte_prompt/ko or video_adapter.")],
    home: Home = HOME,
    graph: Graph = None,
) -> None:
    """Restore the previous entry."""
    with said():
        settings = cluster.settings_at(home, graph)
        try:
            serving = roll_back(open_registry(settings), settings, slot)
        except UnknownEntry as error:
            fail(str(error), WRONG)
        except (PromotionRefused, DatabaseUnavailable) as error:
            fail(f"not rolled back: {error}", REFUSED)
        _tell(serving)


def _value(entry: Entry) -> str:
    values = entry.measured.scores.get("value", ()) if entry.measured else ()
    return f"{sum(values) / len(values):.3f}" if values else ""


def _serves(entry: str, serving: Serving | None) -> str:
    if serving is None or entry not in (serving.entry, serving.other):
        return ""
    share = serving.share if entry == serving.entry else 1 - serving.share
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(serving.at))
    return f"{'all' if share == 1 else f'{share:.0%}'} since {since}"


def _tell(serving: Serving) -> None:
    what = serving.entry or "what the settings name"
    rest = serving.other or "what the settings name"
    share = "" if serving.share == 1 else f" to {serving.share:.0%}, the rest: {rest}"
    tell(f"{serving.slot}: serves {what}{share}")
