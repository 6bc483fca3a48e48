"""Adds a content credential to a file. Needs c2pa-python; no network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deployments.deliverables.credentials.certificates import Signer
from serve.whole import whole_file

LIBRARY = "c2pa-python"


def sign(path: Path, media_type: str, manifest: Mapping[str, Any], signer: Signer) -> None:
    """Sign the file in place. The same file signed twice differs in bytes.

    Raises:
        c2pa.C2paError: if the format cannot have a credential, or the certificate does not fit.
    """
    import c2pa

    info = c2pa.C2paSignerInfo(
        signer.algorithm.encode(), signer.chain.encode(), signer.key.encode(), None
    )
    # A thumbnail of the whole file would lie in it: a second picture beside the first.
    settings = c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}})
    with (
        whole_file(path) as signed,
        c2pa.Signer.from_info(info) as with_key,
        c2pa.Context(settings) as context,
    ):
        builder = c2pa.Builder(dict(manifest), context=context)
        with builder, path.open("rb") as source, signed.open("w+b") as target:
            builder.sign(with_key, media_type, source, target)
