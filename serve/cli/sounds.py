"""`sian sounds`: your own narration, music and effects on the cuts of a film. Uses the client."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from conte.sound import LEAST_GAIN_DB, MOST_GAIN_DB, SOUND_WORDS, SoundKind
from serve.cli.address import Home, Into, Key, ProductionId, Url, Yes, address_of
from serve.cli.revising import run
from serve.cli.terminal import WRONG, fail, out, said, tell
from serve.client import Client
from serve.ingress.revision_views import ChangedDraftView

app = typer.Typer(
    help="Your own narration (na), music (bgm) and effects (se): place, list, remove.",
    no_args_is_help=True,
)
Later = Annotated[
    bool, typer.Option("--later", help="Leave it in the draft, to place more before the next film.")
]


@app.command()
def place(
    production: ProductionId,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="WAV, MP3, M4A, AAC, FLAC or Ogg."),
    ],
    kind: Annotated[SoundKind, typer.Option(help="Narration, music or an effect.")],
    number: Annotated[
        int, typer.Option("--cut", min=1, help="The number of the cut that it begins in.")
    ] = 1,
    frame: Annotated[int, typer.Option(min=0, help="The frame of the cut, from 0.")] = 0,
    gain_db: Annotated[
        float, typer.Option("--gain", min=LEAST_GAIN_DB, max=MOST_GAIN_DB, help="In dB.")
    ] = 0.0,
    yes: Yes = False,
    later: Later = False,
    into: Into = Path("films"),
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Bring a recording, place it on a frame, and make the next version with it."""
    with said(), Client(address_of(url, home), key) as client:
        draft = client.draft(production)
        cuts = {cut.number: cut for cut in draft.conte.cuts}
        if number not in cuts:
            fail(f"there is no cut {number}, the conte has {len(cuts)}", WRONG)
        uploaded = client.upload_sound(file)
        tell(
            f"{uploaded.name}: {uploaded.duration_s:g} s, {uploaded.channels} channels,"
            f" {uploaded.sample_rate} samples a second"
        )
        sound = {"kind": kind, "upload": uploaded.upload, "frame": frame, "gain_db": gain_db}
        placed = {"op": "place_sound", "cut": cuts[number].id, "sound": sound}
        changed = client.operate(production, [placed])
        label = SOUND_WORDS[kind].of(changed.brief.language)
        _go_on(client, changed, f"{number}컷: {label} {uploaded.name}", yes, later, into)


@app.command()
def remove(
    production: ProductionId,
    sound: Annotated[str, typer.Argument(help="Its id, as `sian sounds list` shows it.")],
    yes: Yes = False,
    later: Later = False,
    into: Into = Path("films"),
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """Take a recording out, and make the next version without it."""
    with said(), Client(address_of(url, home), key) as client:
        changed = client.operate(production, [{"op": "remove_sound", "sound": sound}])
        _go_on(client, changed, f"- {sound}", yes, later, into)


@app.command("list")
def listed(
    production: ProductionId,
    url: Url = None,
    key: Key = None,
    home: Home = Path(".sian"),
) -> None:
    """List the recordings of the draft, in the order of the film."""
    with said(), Client(address_of(url, home), key) as client:
        draft = client.draft(production)
        table = Table("id", "kind", "cut", "frame", "dB", "s", "file", box=None, pad_edge=False)
        for cut in draft.conte.cuts:
            for one in cut.sounds:
                cells = (one.id, one.kind, cut.number, one.frame, f"{one.gain_db:+g}",
                         f"{one.duration_s:.2f}", one.name)  # fmt: skip
                table.add_row(*(Text(str(cell)) for cell in cells))
        out.print(table if table.row_count else "no recordings")


def _go_on(
    client: Client, draft: ChangedDraftView, message: str, yes: bool, later: bool, into: Path
) -> None:
    if later:
        tell("the draft has it; the next command without --later makes the version")
        return
    run(client, draft, message, yes, into)
