"""A material -> a file, inside the bounded child. Its answer is the file's hash and size."""

import hashlib
from pathlib import Path

from deployments.deliverables.credentials.certificates import Signer
from deployments.deliverables.credentials.manifest import manifest_of
from deployments.deliverables.credentials.signing import sign
from deployments.deliverables.maker import Maker, Material
from serve.bounded.outcome import FunctionResult


def made(
    maker: Maker, material: Material, target: Path, signer: Signer | None = None
) -> FunctionResult:
    """Write the file at `target`, and return its SHA-256 and its size in bytes.

    Signed last, if its format takes a content credential: whatever changes it later is found.

    Raises:
        Unusable: if there is nothing to show.
    """
    data = maker.function()(material)
    if isinstance(data, bytes):
        target.write_bytes(data)
    else:
        data(target)
    if signer is not None and maker.signed:
        sign(target, maker.media_type, manifest_of(material.edition), signer)
    with target.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return FunctionResult(text=f"{sha256} {target.stat().st_size}")
