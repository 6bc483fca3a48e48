"""`sian verify`: explains a file's content credential in plain words. Sends no request."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from serve.bounded import Bounded, CallLimits, Trouble
from serve.bounded.limits import MIB
from serve.cli.terminal import FAILED, REFUSED, WRONG, fail, said, tell
from serve.credentials import Credential, credential_json, read

_TYPES = {".mp4": "video/mp4", ".png": "image/png", ".pdf": "application/pdf"}
_LIMITS = CallLimits(memory_bytes=1024 * MIB, cpu_s=60, wall_s=120, file_bytes=1, open_files=64)
_MADE = {
    "trainedAlgorithmicMedia": "a generative model made it",
    "algorithmicMedia": "rules made it, without a model",
    "composite": "a person's own material is in it, or it does not say what made all of it",
}


def verify(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="MP4, PNG or PDF."),
    ],
    root: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="PEM of the root to trust: the sender's credentials/root.pem.",
        ),
    ] = None,
) -> None:
    """Check the content credentials (C2PA) of exported files.

    Exits with 1 if a file was changed since it was signed, or carries no credential.
    """
    with said():
        if find_spec("c2pa") is None:
            fail("c2pa-python: pip install 'sian[deliver]'", REFUSED)
        if wrong := [str(file) for file in files if file.suffix.lower() not in _TYPES]:
            fail(f"{wrong[0]}: wanted .mp4, .png or .pdf; unpack a ZIP first", WRONG)
        trusted = root.read_text("utf-8") if root is not None else ""
        child = Bounded(_LIMITS, foreground=True)
        sound = True
        try:
            for file in files:
                found = _read(child, file, trusted)
                tell(f"{file}: {in_words(found)}")
                sound = sound and found.state in ("valid", "trusted")
        finally:
            child.close()
    if not sound:
        raise typer.Exit(FAILED)


def _read(child: Bounded, file: Path, root: str) -> Credential:
    try:
        return read(child.call(credential_json, str(file), _TYPES[file.suffix.lower()], root).text)
    except Trouble as error:
        return Credential("invalid", problems=(str(error),))


def in_words(found: Credential) -> str:
    """Return sentences on what a credential proves, and what it does not."""
    if found.state == "none":
        return "no content credential. Nothing can be said about where it comes from."
    if found.state == "invalid":
        why = ", ".join(found.problems[:3])
        return f"NOT VALID. It was changed after it was signed, or is damaged ({why})."
    made = _MADE.get(found.source_type.rpartition("/")[2], "")
    who = f"signed as {found.signer}" if found.signer else "signed"
    lines = [f"valid, {who}. Not a byte has changed since."]
    if made:
        by = f" ({found.engines})" if found.engines else ""
        lines.append(f"  It says: {made}{by}.")
    if found.state == "trusted":
        lines.append("  The signer's certificate comes from the root that you trust.")
    else:
        lines.append(
            "  The signer is on no trust list: anybody can make a certificate of that name. The"
            " signature proves that the file is unchanged, not who signed it. To check who, get"
            " root.pem from the sender by a way that you trust, and pass --root root.pem."
        )
    return "\n".join(lines)
