"""Safe zones, read from a YAML file: the bundled one, or an agency's."""

from functools import cache
from pathlib import Path

from conte.formats.safe_zones import SafeZones
from deployments.knowledge.marked_yaml import read_marked

FILE = Path(__file__).parent / "safe_zones.yaml"


@cache
def safe_zones() -> SafeZones:
    """Return the bundled zones."""
    return read_safe_zones(FILE)


def read_safe_zones(path: Path) -> SafeZones:
    """Read a file's zones.

    Raises:
        KnowledgeError: naming file, line, field and what is wanted.
    """
    document = read_marked(path)
    return document.made(SafeZones.model_validate, document.value)
