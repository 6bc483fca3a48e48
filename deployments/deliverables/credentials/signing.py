"""Puts a content credential into a file, and reads it back. Wants c2pa-python; no network."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from deployments.deliverables.credentials.certificates import Signer
from serve.whole import whole_file

LIBRARY = "c2pa-python"
State = Literal["none", "invalid", "valid", "trusted"]
_STATES: Mapping[str, State] = {"Trusted": "trusted", "Valid": "valid"}


class Credential(NamedTuple):
    state: State
    """valid: the file is as it was signed; trusted: by somebody whose root is known, too."""
    source_type: str = ""
    problems: tuple[str, ...] = ()
    """The validator's codes, such as `assertion.dataHash.mismatch`."""


def sign(path: Path, media_type: str, manifest: Mapping[str, Any], signer: Signer) -> None:
    """Sign the file in its place. The same file signed twice differs in bytes.

    Raises:
        c2pa.C2paError: if the format takes no credential, or the certificate does not fit.
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


def credential_of(path: Path, media_type: str, root: str = "") -> Credential:
    """Return what the file's credential says, and whether the file is still what was signed.

    `root`: PEM of a certificate to trust beside none.
    """
    import c2pa

    trust = {"trust": {"trust_anchors": root}, "verify": {"verify_trust": True}} if root else {}
    with c2pa.Context(c2pa.Settings.from_dict(trust)) as context, path.open("rb") as file:
        try:
            with c2pa.Reader(media_type, file, context=context) as reader:
                found: dict[str, Any] = json.loads(reader.json())
        except c2pa.C2paError as error:
            if str(error).startswith("ManifestNotFound"):
                return Credential("none")
            return Credential("invalid", problems=(str(error)[:200],))
    state = _STATES.get(found["validation_state"], "invalid")
    problems = tuple(one["code"] for one in found.get("validation_status", ()))
    return Credential(state, _source_type(found), problems)


def _source_type(found: Mapping[str, Any]) -> str:
    manifest = found["manifests"][found["active_manifest"]]
    for assertion in manifest.get("assertions", ()):
        for action in assertion.get("data", {}).get("actions", ()):
            if said := action.get("digitalSourceType"):
                return said
    return ""
