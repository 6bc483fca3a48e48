"""Maker: a format of exports, and the material that it reads. Knows no vault and no library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from conte.edition import Edition
from conte.export import ExportOptions
from conte.frozen import Frozen
from deployments.deliverables.credentials.certificates import Signer

if TYPE_CHECKING:
    from deployments.sound.soundtrack import Soundtrack  # the ingress needs no signals


@dataclass(frozen=True)
class Material:
    """An edition with the files that its maker reads, as local paths."""

    edition: Edition
    options: ExportOptions = field(default_factory=ExportOptions)
    stills: Mapping[int, Path] = field(default_factory=dict[int, Path])
    """Picture of each cut by number; absent if the cut has no clip to show."""
    clips: Mapping[int, Path] = field(default_factory=dict[int, Path])
    """Clip of each cut by number, with its handles."""
    film: Path | None = None
    poster: Path | None = None
    soundtrack: "Soundtrack | None" = None
    """Soundtrack of the film; None: it is silent."""
    recordings: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """A person's own recordings, by vault key."""
    signer: Signer | None = None
    """Signer for a format whose parts are signed one by one; None: nothing is signed."""


Writes = Callable[[Path], None]
"""Function that writes a file, which may be larger than memory."""


class Make(Protocol):
    """Returns the file, or a function that writes it. The same material gives the same bytes.

    Raises:
        serve.bounded.Unusable: if the edition has nothing to show in this format; says why.
    """

    def __call__(self, material: Material) -> bytes | Writes: ...


class Maker(Frozen):
    format: str
    """Name in URLs and on the command line."""
    label: str
    media_type: str
    suffix: str
    make: str
    """`module:function` of a `Make`. A name, because only a child process imports its libraries."""
    revision: int = 1
    """Revision; raise it when the same material gives other bytes."""
    libraries: tuple[str, ...] = ()
    """Distributions that it needs; their versions shape the bytes."""
    extra: str = "deliver"
    """Extra of this package that installs them."""
    options: tuple[str, ...] = ()
    """Fields of `ExportOptions` that it accepts."""
    reads: tuple[str, ...] = ()
    """Material to fetch: `stills`, `clips`, `film`, `poster`, `sound`, `recordings`."""
    signed: Literal["", "file", "parts"] = ""
    """Place of the content credential: the file, the pictures in it ("parts"), or none."""
    levels: bool = False
    """True: the levels of its sound are measured."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Libraries that are not installed."""
        return tuple(name for name in self.libraries if not _version(name))

    @property
    def wants(self) -> str:
        """Libraries that have to be installed first, for people; empty: none."""
        lost = " and ".join(self.missing)
        return f"{lost}: pip install 'sian[{self.extra}]'" if lost else ""

    @property
    def made_by(self) -> tuple[str, ...]:
        versions = (f"{name} {_version(name)}" for name in self.libraries)
        return (f"{self.make} {self.revision}", *versions)

    def function(self) -> Make:
        module, _, name = self.make.partition(":")
        return getattr(import_module(module), name)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
