"""Reads the content credential (C2PA) of a file, and checks whether the file was changed since it
was signed.

Requires c2pa-python; needs no network. `deployments.deliverables.credentials` signs.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from serve.bounded.outcome import FunctionResult

State = Literal["none", "invalid", "valid", "trusted"]
_STATES: Mapping[str, State] = {"Trusted": "trusted", "Valid": "valid"}


class Credential(NamedTuple):
    state: State
    """valid: unchanged since it was signed. trusted: also signed under a known root certificate."""
    source_type: str = ""
    """IPTC's term for the kind of origin, as a URL."""
    engines: str = ""
    """Name of the program that made it, as the program itself states it."""
    signer: str = ""
    """Name in the certificate."""
    problems: tuple[str, ...] = ()
    """Error codes of the validator, such as `assertion.dataHash.mismatch`."""


def credential_of(path: Path, media_type: str, root: str = "") -> Credential:
    """Return the file's credential, and whether the file is unchanged since it was signed.

    `root`: PEM of a certificate to trust; by default none is trusted.
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
    manifest: Mapping[str, Any] = found["manifests"][found["active_manifest"]]
    signature = manifest.get("signature_info", {})
    signer = signature.get("common_name") or signature.get("issuer") or ""
    action = _creation(manifest)
    agent: Any = action.get("softwareAgent", "")
    engines: Any = agent.get("name", "") if isinstance(agent, dict) else agent  # pyright: ignore[reportUnknownVariableType]
    return Credential(
        state,
        source_type=str(action.get("digitalSourceType", "")),
        engines=str(engines),
        signer=str(signer),
        problems=problems,
    )


def _creation(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the action that describes the file's creation."""
    for assertion in manifest.get("assertions", ()):
        for action in assertion.get("data", {}).get("actions", ()):
            if action.get("digitalSourceType"):
                return action
    return {}


def credential_json(path: str, media_type: str, root: str = "") -> FunctionResult:
    """Return `credential_of` as JSON, for use in a bounded child: files may be hostile."""
    return FunctionResult(json.dumps(credential_of(Path(path), media_type, root)._asdict()))


def read(text: str) -> Credential:
    """Return the credential from the JSON of `credential_json`."""
    fields: dict[str, Any] = json.loads(text)
    fields["problems"] = tuple(fields["problems"])
    return Credential(**fields)
