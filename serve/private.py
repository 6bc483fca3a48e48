"""Makes the home folder private: 0700, and 0600 for the files directly in it.

It holds the ledger with clients' briefs, and the cluster's token, with which anybody can run code.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

_OURS = ("ledger.db", "cluster.json", "ray-token", "serving", "boot-error.txt", "vault", "logs")


def private_home(home: Path) -> Path:
    """Make the folder, or tighten an existing one. Another user's folder stays as it is.

    Raises:
        OSError: if it cannot be made.
    """
    try:
        home.mkdir(mode=0o700, parents=True)
        home.chmod(0o700)  # independent of the umask
    except FileExistsError:
        if not home.is_dir():
            raise
        _tighten(home)
    return home


def _tighten(home: Path) -> None:
    found = home.stat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:
        return  # such as /tmp, which is shared
    inside = list(home.iterdir())
    if inside and not any((home / name).exists() for name in _OURS):
        return  # a folder of other things, not yet used by Sian
    if stat.S_IMODE(found.st_mode) & 0o077:
        home.chmod(0o700)
    for path in inside:
        with suppress(OSError):  # removed meanwhile, or another user's
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) and stat.S_IMODE(mode) & 0o077:
                path.chmod(stat.S_IMODE(mode) & 0o700)
