"""The maker of MP4s: the film as it was cut, in a file of its own."""

import shutil
from pathlib import Path

from deployments.deliverables.maker import Material, Writes
from serve.bounded import Unusable


def film(material: Material) -> Writes:
    """Return what writes the film.

    Raises:
        Unusable: if there is none.
    """
    source = material.film
    if source is None:
        raise Unusable("there is no film yet")

    def write(target: Path) -> None:
        shutil.copyfile(source, target)

    return write
