"""Commands of a review: share a version, approve it, prove the approval. Uses the client."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from conte.revision.review import ReviewState
from conte.revision.share import Right
from serve.cli.address import AsJson, Home, Key, ProductionId, Url, address_of
from serve.cli.revising import agreed
from serve.cli.round_words import RoundWords
from serve.cli.terminal import FAILED, out, said, tell, tell_json
from serve.client import Client
from serve.ingress.review_views import GUEST_PAGE

Version = Annotated[int | None, typer.Argument(min=1, help="콘티 1, 2, 3; the newest if left out.")]


def share(
    production: ProductionId,
    version: Version = None,
    rights: Annotated[
        list[Right] | None,
        typer.Option("--right", help="What guests may do; view and comment if left out."),
    ] = None,
    label: Annotated[str, typer.Option(help="For you, such as the client's name.")] = "",
    days: Annotated[int, typer.Option(min=1, max=365, help="For how long it is valid.")] = 14,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Put a version into review and make a link for guests, who need no account.

    Without a version the link leads to the newest version in review.
    """
    address = address_of(url, home)
    with said(), Client(address, key) as client:
        found = client.get(production)
        words, number = RoundWords.of(found.brief), version or found.version
        if client.review(production, number).state is not ReviewState.IN_REVIEW:
            client.review(production, number, ReviewState.IN_REVIEW)
        allowed = rights or [Right.VIEW, Right.COMMENT]
        made = client.share(production, allowed, version, label, days)
        tell(words.say("in_review", number=number))
        tell(f"  {address.rstrip('/')}{GUEST_PAGE}/{made.token}")
        until = f"{made.share.expires_at:%Y-%m-%d}"
        tell(words.say("allows", rights=words.rights(allowed), until=until))


def approve(
    production: ProductionId,
    name: Annotated[str, typer.Option(help="Who approves.")],
    version: Version = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Approve without asking.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Approve a version for good: its conte, takes, film and findings, by their hash."""
    with said(), Client(address_of(url, home), key) as client:
        found = client.get(production)
        words, number = RoundWords.of(found.brief), version or found.version
        offer = client.offer(production, number)
        tell(f"콘티 {number}  {offer.title}")
        tell(words.say("offer", files=offer.num_files, findings=offer.open_findings))
        tell(words.say("hash", hash=offer.hash))
        if not yes and not agreed("approve_it", words):
            tell(words.say("not_approved"))
            return
        approval = client.approve(production, offer, name)
        tell(words.say("approved", name=approval.approver.name, number=approval.number))
        tell(words.say("manifest", hash=approval.hash))


def prove(
    production: ProductionId,
    version: Version = None,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Compare an approval with every byte stored now."""
    with said(), Client(address_of(url, home), key) as client:
        found = client.get(production)
        words, number = RoundWords.of(found.brief), version or found.version
        proof = client.prove(production, number)
        if as_json:
            tell_json(proof)
        else:
            for check in proof.checks:
                line = f"{words.verdict(check.verdict):<8} {check.what} {check.name}"
                out.print(Text(line), soft_wrap=True)
            tell(words.say("intact" if proof.intact else "not_intact"))
    if not proof.intact:
        raise typer.Exit(FAILED)
