"""`sian takes`: other clips of a cut, rendered or your own; picking one. Uses the client."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from conte.clip import Tier
from conte.cut import Cut
from conte.vocabulary import Language
from serve.cli.address import AsJson, Home, Into, Key, ProductionId, Url, Yes, address_of
from serve.cli.change_sheet import sums
from serve.cli.revising import agreed, followed, run
from serve.cli.round_words import RoundWords
from serve.cli.terminal import FAILED, WRONG, fail, out, said, tell, tell_json
from serve.client import Client
from serve.ingress.revision_views import DraftView
from serve.ingress.take_views import TakeOrderView

app = typer.Typer(
    help="Takes of a cut: list them, make another, bring your own, pick one.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(metavar="CUT", min=1, help="The cut's number.")]
OfTier = Annotated[
    Tier | None, typer.Option(help="The best one that the server makes if left out.")
]
_WORDS: dict[str, dict[Language, str]] = {
    "cut": {"ko": "컷", "en": "Cut"},
    "take": {"ko": "테이크", "en": "Take"},
    "tier": {"ko": "단계", "en": "Tier"},
    "source": {"ko": "출처", "en": "Source"},
    "length": {"ko": "길이", "en": "Length"},
    "picked": {"ko": "선택", "en": "Picked"},
    "rendered": {"ko": "렌더링", "en": "rendered"},
    "uploaded": {"ko": "올린 파일", "en": "uploaded"},
    "kept": {"ko": "유지", "en": "kept"},
    "frames": {"ko": "{n}프레임", "en": "{n} frames"},
    "short": {
        "ko": "컷({cut}프레임)보다 짧습니다. 고르기 전에 컷을 줄이세요.",
        "en": "It is shorter than the cut ({cut} frames): shorten the cut before you pick it.",
    },
}


@app.command("list")
def listed(
    production: ProductionId,
    number: Annotated[
        int | None, typer.Argument(metavar="[CUT]", min=1, help="Of one cut; of all if left out.")
    ] = None,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """List every clip that the cuts have had."""
    with said(), Client(address_of(url, home), key) as client:
        if as_json:
            tell_json(client.takes(production))
            return
        draft = client.draft(production)
        only = _cut(draft, number).id if number else None
        _show(client, draft, only)


@app.command()
def another(
    production: ProductionId,
    number: Number,
    num: Annotated[int, typer.Option("-n", "--num", min=1, max=8, help="How many.")] = 1,
    tier: OfTier = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Make them without asking.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Make further takes of a cut, with new seeds. The version and its film do not change."""
    with said(), Client(address_of(url, home), key) as client:
        draft = client.draft(production)
        cut = _cut(draft, number)
        out.print(sums(client.quote_takes(production, cut.id, num, tier), draft.brief.language))
        words = RoundWords.of(draft.brief)
        if not yes and not agreed("make_them", words):
            tell(words.say("nothing_made"))
            return
        after = client.get(production).last_event
        orders = client.order_takes(production, cut.id, num, tier).orders
        _made(client, draft, cut.id, after, orders)


@app.command()
def bring(
    production: ProductionId,
    number: Number,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="MP4, MOV or WebM; PNG, JPEG or WebP for a still."
        ),
    ],
    tier: OfTier = None,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Upload a video or picture as a take of a cut. It can be picked like any other take."""
    with said(), Client(address_of(url, home), key) as client:
        draft = client.draft(production)
        cut = _cut(draft, number)
        words = {name: labels[draft.brief.language] for name, labels in _WORDS.items()}
        after = client.get(production).last_event
        uploaded = client.upload_take(production, cut.id, file, tier)
        tell(words["frames"].format(n=uploaded.num_frames))
        for remark in uploaded.remarks:
            tell(f"- {remark}")
        if not uploaded.covers:
            tell(words["short"].format(cut=uploaded.cut_frames))
        _made(client, draft, cut.id, after, (uploaded.order,))


@app.command()
def pick(
    production: ProductionId,
    number: Number,
    take: Annotated[str, typer.Argument(help="Its id, as `sian takes list` shows it.")],
    yes: Yes = False,
    into: Into = Path("films"),
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Pick a take for a cut, and make the next version with it."""
    with said(), Client(address_of(url, home), key) as client:
        cut = _cut(client.draft(production), number)
        picked = {"op": "take", "cut": cut.id, "take": take}
        draft = client.operate(production, [picked])
        run(client, draft, f"{number}컷: {take}", yes, into)


def _made(
    client: Client,
    draft: DraftView,
    cut: str,
    after: int,
    orders: tuple[TakeOrderView, ...],
) -> None:
    """Wait for the ordered takes, and show the cut's takes."""
    followed(client, draft.production, after, draft.brief)
    _show(client, draft, cut)
    wanted = {order.order for order in orders}
    failed = [
        order.failure.reason
        for order in client.takes(draft.production).orders
        if order.order in wanted and order.failure is not None
    ]
    for reason in failed:
        tell(reason)
    if failed:
        raise typer.Exit(FAILED)


def _show(client: Client, draft: DraftView, only: str | None) -> None:
    words = {name: labels[draft.brief.language] for name, labels in _WORDS.items()}
    cuts = {cut.id: cut for cut in draft.conte.cuts}
    names = ("cut", "take", "tier", "source", "length", "picked")
    table = Table(*(words[name] for name in names), box=None, pad_edge=False)
    found = client.takes(draft.production).takes
    for take in sorted(found, key=lambda one: cuts[one.cut].number if one.cut in cuts else 99):
        cut = cuts.get(take.cut)
        if only is not None and take.cut != only:
            continue
        picked = "✓" if cut is not None and cut.take == take.take else ""
        length = words["frames"].format(n=take.num_frames - take.head - take.tail)
        source = f"{words[take.source]}, {take.engine}"
        number = str(cut.number) if cut else "-"
        table.add_row(*map(Text, (number, take.take, take.tier, source, length, picked)))
    out.print(table)


def _cut(draft: DraftView, number: int) -> Cut:
    cuts = {cut.number: cut for cut in draft.conte.cuts}
    if number not in cuts:
        fail(f"there is no cut {number}, the conte has {len(cuts)}", WRONG)
    return cuts[number]
