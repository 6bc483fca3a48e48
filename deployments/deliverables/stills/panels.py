"""Maker of PNGs: a ZIP with the panel of each cut and the poster, each signed separately."""

import shutil
import tempfile
from pathlib import Path

from conte.clip import Clip
from deployments.deliverables.credentials.manifest import manifest_of
from deployments.deliverables.credentials.signing import sign
from deployments.deliverables.maker import Material, Writes
from deployments.deliverables.timelines.archive import Archive
from serve.bounded import Unusable

PNG = "image/png"


def panels(material: Material) -> Writes:
    """Return the function that writes the ZIP.

    Raises:
        Unusable: if no cut has a picture yet.
    """
    if not material.stills:
        raise Unusable("no cut has a picture yet")
    edition = material.edition
    clips = {clip.cut: clip for clip in edition.clips}

    def write(target: Path) -> None:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, Archive(target) as archive:
            for number, still in sorted(material.stills.items()):
                name = f"cut-{number:02}.png"
                picture = _signed(still, Path(folder) / name, material, (clips[number],))
                archive.add_file(name, picture)
            if material.poster is not None:
                name = "poster.png"
                picture = _signed(material.poster, Path(folder) / name, material, edition.clips)
                archive.add_file(name, picture)

    return write


def _signed(source: Path, picture: Path, material: Material, shown: tuple[Clip, ...]) -> Path:
    shutil.copyfile(source, picture)
    if material.signer is not None:
        sign(picture, PNG, manifest_of(material.edition, shown), material.signer)
    return picture
