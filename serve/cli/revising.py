"""Commands of a round: revise, quote, changes, versions. Talks to the server through the client."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from conte.brief import Brief
from conte.production import State
from serve.cli.address import AsJson, Home, Into, Key, ProductionId, Url, Yes, address_of
from serve.cli.change_sheet import change_sheet, quote_sheet
from serve.cli.progress import teller
from serve.cli.round_words import RoundWords
from serve.cli.saving import save
from serve.cli.terminal import FAILED, REFUSED, WRONG, explain, fail, out, said, tell, tell_json
from serve.client import Client, Problem
from serve.ingress.revision_views import ChangedDraftView, DraftView, ProposalView
from serve.ingress.views import ProductionView

_OF_A_CUT = re.compile(r"\s*(?:(\d+)\s*컷|[Cc]ut\s*(\d+))\s*[:：]\s*(.+)", re.DOTALL)


def revise(
    production: ProductionId,
    messages: Annotated[
        list[str],
        typer.Option("-m", "--message", help="What should change, such as '3컷: 제품을 더 크게'."),
    ],
    yes: Yes = False,
    into: Into = Path("films"),
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Make the next version: describe the changes, see their cost, run them, get the film."""
    with said(), Client(address_of(url, home), key) as client:
        draft = client.draft(production)
        answers = client.feedback(production, [_item(text, draft) for text in messages])
        operations, causes = _operations(messages, answers.proposals)
        if not operations and not draft.operations:
            fail(RoundWords.of(draft.brief).say("nothing_to_change"), REFUSED)
        if operations:
            client.operate(production, operations, causes)
        run(client, draft, " / ".join(messages)[:500], yes, into)


def run(
    client: Client, draft: DraftView | ChangedDraftView, message: str, yes: bool, into: Path
) -> None:
    """Quote the draft, ask, seal it, wait for its film, and save that with its change table."""
    production = draft.production
    quoted = client.quote(production)
    out.print(quote_sheet(quoted, draft.brief.language))
    words = RoundWords.of(draft.brief)
    if not yes and not agreed("run_it", words):
        tell(words.say("not_run", production=production))
        return
    sealed = client.seal(production, message, quote=quoted.hash)
    found = followed(client, production, sealed.last_event, draft.brief)
    out.print(change_sheet(client.changes(production, sealed.sealed).changes))
    for name, path in save(client, found, into).items():
        tell(f"{name:<15}{path}")


def followed(client: Client, production: str, after: int, brief: Brief) -> ProductionView:
    """Follow a production until it ends. Exits if it failed or was cancelled."""
    with teller(out, brief) as told:
        for event in client.events(production, after):
            told.tell(event)
    found = client.get(production)
    explain(found)
    if found.state is not State.DONE:
        raise typer.Exit(FAILED)
    return found


def quote(
    production: ProductionId,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Show what the draft would render, take and cost."""
    with said(), Client(address_of(url, home), key) as client:
        found = client.quote(production)
        if as_json:
            tell_json(found)
            return
        out.print(quote_sheet(found, client.draft(production).brief.language))


def changes(
    production: ProductionId,
    version: Annotated[
        int | None, typer.Argument(min=2, help="콘티 2, 3; the newest if left out.")
    ] = None,
    earlier: Annotated[
        int | None, typer.Option("--from", min=1, help="The earlier version; the one before.")
    ] = None,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Show the change table (수정대조표) of a version."""
    with said(), Client(address_of(url, home), key) as client:
        shown = client.get(production)
        number = version or shown.version
        if number < 2:
            fail(RoundWords.of(shown.brief).say("one_version"), REFUSED)
        found = client.changes(production, number, earlier)
        if as_json:
            tell_json(found)
            return
        out.print(change_sheet(found.changes))


def versions(
    production: ProductionId,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """List the versions of a production: 콘티 1, 2, 3."""
    with said(), Client(address_of(url, home), key) as client:
        found = client.versions(production)
        if as_json:
            tell_json(found)
            return
        words = RoundWords.of(client.get(production).brief)
        heads = map(words.say, ("version", "made", "changes", "renders", "message"))
        table = Table(*heads, box=None, pad_edge=False)
        for line in found.versions:
            made = line.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
            said_of = line.unreadable or line.message
            cells = (f"콘티 {line.number}", made, line.operations, line.renders, said_of)
            table.add_row(*(Text(str(cell)) for cell in cells))
        out.print(table)


def _item(text: str, draft: DraftView) -> Mapping[str, Any]:
    """Parse `3컷: 더 밝게` as feedback on cut 3; any other text is feedback on the whole."""
    if (found := _OF_A_CUT.fullmatch(text)) is None:
        return {"text": text}
    number = int(found[1] or found[2])
    cuts = {cut.number: cut.id for cut in draft.conte.cuts}
    if number not in cuts:
        fail(RoundWords.of(draft.brief).say("no_cut", number=number, cuts=len(cuts)), WRONG)
    return {"cut": cuts[number], "text": found[3]}


def _operations(
    messages: Sequence[str], proposals: Sequence[ProposalView]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the operations proposed for the messages, and the message that caused each.

    Prints the answer to each message.
    """
    operations: list[dict[str, Any]] = []
    causes: list[str] = []
    for message, proposal in zip(messages, proposals, strict=True):
        tell(f"{message}\n  {proposal.message}")
        operations += proposal.operations
        causes += [message] * len(proposal.operations)
    return operations, causes


def agreed(question: str, words: RoundWords) -> bool:
    """Ask at the terminal and return the answer; without a terminal, refuse and name --yes."""
    if not sys.stdin.isatty():
        raise Problem(409, words.say("not_asked"), words.say("say_yes"))
    return typer.confirm(words.say(question))
