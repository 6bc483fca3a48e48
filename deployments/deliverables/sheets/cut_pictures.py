"""The cuts' stills as pictures for a page, at the resolution of print."""

from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.pictures import shown

DPI = 200
_MM = 25.4


def pictures_of(material: Material, across: float, down: float) -> dict[str, bytes]:
    """Return the cuts' pictures for so many millimetres, by file name."""
    width, height = (round(side / _MM * DPI) for side in (across, down))
    return {
        name_of(number): shown(still, width, height) for number, still in material.stills.items()
    }


def name_of(number: int) -> str:
    return f"cut-{number:02}.jpg"
