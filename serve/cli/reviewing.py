"""Commands of a review: share a version, approve it, prove the approval. Uses the client."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from conte.revision.review import ReviewState
from conte.revision.share import Right
from serve.cli.address import AsJson, Home, Key, ProductionId, Url, address_of
from serve.cli.revising import agreed
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
        number = version or client.get(production).version
        if client.review(production, number).state is not ReviewState.IN_REVIEW:
            client.review(production, number, ReviewState.IN_REVIEW)
        allowed = rights or [Right.VIEW, Right.COMMENT]
        made = client.share(production, allowed, version, label, days)
        tell(f"콘티 {number} is in review; the link, shown this once:")
        tell(f"  {address.rstrip('/')}{GUEST_PAGE}/{made.token}")
        tell(f"it allows {', '.join(allowed)} until {made.share.expires_at:%Y-%m-%d}")


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
        number = version or client.get(production).version
        offer = client.offer(production, number)
        tell(f"콘티 {number}  {offer.title}")
        tell(f"  {offer.num_files} files, {offer.open_findings} findings are open")
        tell(f"  hash {offer.hash}")
        if not yes and not agreed("approve it? It cannot be taken back"):
            tell("not approved")
            return
        approval = client.approve(production, offer, name)
        tell(f"approved by {approval.approver.name}, approval {approval.number}")
        tell(f"  manifest {approval.hash}")


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
        number = version or client.get(production).version
        proof = client.prove(production, number)
        if as_json:
            tell_json(proof)
        else:
            for check in proof.checks:
                line = f"{check.verdict:<8} {check.what} {check.name}"
                out.print(Text(line), soft_wrap=True)
            tell("every byte is as it was approved" if proof.intact else "NOT as it was approved")
    if not proof.intact:
        raise typer.Exit(FAILED)
