"""Maker: one format of exports, and what its function reads. Knows no vault and no library."""

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
    """A picture of each cut, by the cut's number; none where it has no clip to show."""
    clips: Mapping[int, Path] = field(default_factory=dict[int, Path])
    """The clip of each cut, by the cut's number, with its handles."""
    film: Path | None = None
    poster: Path | None = None
    soundtrack: "Soundtrack | None" = None
    """What is heard of the film; None: nothing is."""
    recordings: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Recordings of a person's own, by their vault keys."""
    signer: Signer | None = None
    """For a format whose parts are signed one by one; None: nothing is signed."""


Writes = Callable[[Path], None]
"""What writes a file that may be larger than memory."""


class Make(Protocol):
    """Returns the file, or what writes it. The same material gives the same bytes.

    Raises:
        serve.bounded.Unusable: if the edition has nothing to show in this format; says why.
    """

    def __call__(self, material: Material) -> bytes | Writes: ...


class Maker(Frozen):
    format: str
    """Its name in URLs and on the command line."""
    label: str
    media_type: str
    suffix: str
    make: str
    """`module:function` of a `Make`. Named, because its libraries are imported in a child process
    alone."""
    revision: int = 1
    """To be raised when the same material gives other bytes."""
    libraries: tuple[str, ...] = ()
    """Distributions that it needs, whose versions shape the bytes."""
    extra: str = "deliver"
    """The extra of this package that installs them."""
    options: tuple[str, ...] = ()
    """Fields of `ExportOptions` that it takes."""
    reads: tuple[str, ...] = ()
    """What has to be fetched for it: `stills`, `clips`, `film`, `poster`, `sound`,
    `recordings`."""
    signed: Literal["", "file", "parts"] = ""
    """Where a content credential is put: into the file, into the pictures in it, or nowhere."""
    levels: bool = False
    """Whether its sound is measured."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Libraries that are not installed."""
        return tuple(name for name in self.libraries if not _version(name))

    @property
    def wants(self) -> str:
        """What has to be installed first, for people; empty: nothing."""
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
