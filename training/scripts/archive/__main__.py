"""Removes an archive's files from what was made of them: records, datasets, and marks on trained
models.

    python -m training.scripts.archive --owner 한빛기획 --dataset datasets/first --learnt models
    python -m training.scripts.archive --file archive/겨울.pptx --dataset datasets/first

A removed file is never read again, by any job. Exit codes: 0 removed; 1 try again; 2 wrong.
"""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from serve.database.errors import DatabaseUnavailable
from serve.job_settings.ending import fail, tell
from training.scripts.archive.sources import remove
from training.scripts.archive.unlearning import remove_from
from training.scripts.records import open_scripts

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__)
def main(
    owner: Annotated[str, typer.Option(help="whose files go")] = "",
    source: Annotated[str, typer.Option(help="from where they are")] = "",
    file: Annotated[list[Path] | None, typer.Option(exists=True, help="these files")] = None,
    dataset: Annotated[
        list[Path] | None, typer.Option(help="published datasets that they go from, too")
    ] = None,
    learnt: Annotated[
        list[Path] | None, typer.Option(help="folders of what was trained, to be marked")
    ] = None,
    records: Annotated[
        str, typer.Option(help="SQLAlchemy URL of what the jobs remember")
    ] = "sqlite:///.sian/training.db",
) -> None:
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in file or ()]
    if not (owner or source or hashes):
        fail("name --owner, --source or --file", 2)
    try:
        gone = remove(open_scripts(records), owner=owner, source=source, sha256=hashes)
    except DatabaseUnavailable as error:
        fail(str(error), 1)
    scripts = {one.script for one in gone if one.script}
    tell(f"{len(gone)} files removed, with {len(scripts)} scripts")
    for folder in dataset or ():
        try:
            rows, marked = remove_from(folder, scripts, learnt or ())
        except (OSError, ValueError) as error:
            fail(f"{folder}: {error}; run it again", 1)
        tell(f"{folder}: {rows} samples removed")
        for one in marked:
            tell(f"{one}: marked, it has learnt from them")


if __name__ == "__main__":
    app()
