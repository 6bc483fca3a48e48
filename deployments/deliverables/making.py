"""A material -> a file, inside the bounded child. Its answer is the file's hash and size."""

import hashlib
from pathlib import Path

from deployments.deliverables.maker import Maker, Material
from serve.bounded.outcome import FunctionResult


def made(maker: Maker, material: Material, target: Path) -> FunctionResult:
    """Write the file at `target`, and return its SHA-256 and its size in bytes.

    Raises:
        Unusable: if there is nothing to show.
    """
    data = maker.function()(material)
    if isinstance(data, bytes):
        target.write_bytes(data)
    else:
        data(target)
    with target.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return FunctionResult(text=f"{sha256} {target.stat().st_size}")
