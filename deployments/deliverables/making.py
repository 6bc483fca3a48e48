"""A material -> a file, inside the bounded child. Its answer is the file's hash and size."""

import hashlib
from dataclasses import replace
from pathlib import Path

from deployments.deliverables.credentials.certificates import Signer
from deployments.deliverables.credentials.manifest import manifest_of
from deployments.deliverables.credentials.signing import sign
from deployments.deliverables.maker import Maker, Material
from serve.bounded.outcome import FunctionResult


def made(
    maker: Maker, material: Material, target: Path, signer: Signer | None = None
) -> FunctionResult:
    """Write the file at `target`, and return its SHA-256, its size in bytes, and its levels.

    It is signed last, if its format has a content credential, so that every later change is
    detected.

    Raises:
        Unusable: if there is nothing to show.
    """
    parts = signer if maker.signed == "parts" else None
    data = maker.function()(replace(material, signer=parts))
    if isinstance(data, bytes):
        target.write_bytes(data)
    else:
        data(target)
    if signer is not None and maker.signed == "file":
        sign(target, maker.media_type, manifest_of(material.edition, heard=maker.levels), signer)
    with target.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    told = f"{sha256} {target.stat().st_size} {_levels(maker, target)}"
    return FunctionResult(told.rstrip())


def _levels(maker: Maker, target: Path) -> str:
    if not maker.levels:
        return ""
    from deployments.deliverables.films.levels import measured

    return measured(str(target), maker.suffix).text
