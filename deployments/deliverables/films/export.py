"""Maker of the MP4 export: a copy of the joined film."""

import shutil
from pathlib import Path

from deployments.deliverables.maker import Material, Writes
from serve.bounded import Unusable


def film(material: Material) -> Writes:
    """Return the function that writes the film.

    Raises:
        Unusable: if there is none.
    """
    source = material.film
    if source is None:
        raise Unusable("there is no film yet")

    def write(target: Path) -> None:
        shutil.copyfile(source, target)

    return write
