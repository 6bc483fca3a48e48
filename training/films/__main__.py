"""Scores clips and films by VBench's dimensions, within a clip and across the cuts of a film.

    python -m training.films films/first another.mp4 --out evaluations/first
    python -m training.films list.jsonl --out evaluations/b --set dino=models/dinov2
    python -m training.films --production 01J... --home .sian --out evaluations/c

A folder is one film. A list has one line per clip: {"path", "film", "prompt", "subjects", "place"}.

Exit codes: 0 judged; 2 wrong settings, or a clip that cannot be read.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from serve.database.errors import DatabaseUnavailable
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import tell, wrong
from serve.pages.fonts import fonts_beside
from serve.settings import Settings
from serve.vault.errors import VaultUnavailable
from training.films.clip_frames import Shown
from training.films.evaluation import FilmEvaluation, evaluate_films
from training.films.film_clip import FilmClip, clips_in
from training.films.judging import Judge
from training.films.produced import produced
from training.films.report import report, strip
from training.films.settings import SETTINGS
from training.films.vision_models import ClipFeatures, DinoFeatures
from training.whole_folder import FolderStands, whole_folder

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    out: Annotated[Path, typer.Option(help="folder of the evaluation and its report")],
    clips: Annotated[
        list[Path] | None, typer.Argument(help="video files, folders of them, or lists (.jsonl)")
    ] = None,
    production: Annotated[str, typer.Option(help="judge this production's clips")] = "",
    home: Annotated[Path, typer.Option(help="of the ledger and the vault")] = Path(".sian"),
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    if bool(clips) == bool(production):
        wrong("wanted clips, or --production: one of the two")
    try:
        judge = Judge(
            DinoFeatures(Path(chosen.dino), chosen.device) if chosen.dino else None,
            ClipFeatures(Path(chosen.clip), chosen.device) if chosen.clip else None,
        )
        if production:
            asyncio.run(_produced(production, home, judge, out))
        else:
            _judged(clips_in(clips or []), judge, out)
        SETTINGS.beside(out, chosen)
    except FolderStands as error:
        wrong(f"--out: {error}")
    except (ValueError, LookupError, DatabaseUnavailable, VaultUnavailable) as error:
        wrong(str(error))
    except OSError as error:
        wrong(f"{error.filename or out}: {error.strerror or error}")


async def _produced(production: str, home: Path, judge: Judge, out: Path) -> None:
    async with produced(production, Settings(home=home)) as clips:
        await asyncio.to_thread(_judged, clips, judge, out)


def _judged(clips: list[FilmClip], judge: Judge, out: Path) -> None:
    strips: dict[str, tuple[str, ...]] = {}

    def shown(one: FilmClip, seen: Shown) -> None:
        strips[one.id] = strip(seen.frames)

    found = evaluate_films(clips, judge, tell, shown=shown)
    with whole_folder(out, {"clips": len(clips), "methods": found.methods}) as making:
        (making / "evaluation.json").write_text(found.model_dump_json(indent=1), "utf-8")
        (making / "report.html").write_text(report(found, clips, strips), "utf-8")
        fonts_beside(making / "report.html")
    _said(found)
    tell(f"see {out / 'report.html'}")


def _said(found: FilmEvaluation) -> None:
    for name, interval in found.means.items():
        print(f"{name:<36} {interval}  {found.methods[name]}")


if __name__ == "__main__":
    app()
