"""The vault's errors. Each message is one sentence that a person can act on."""

import re


class BadKey(ValueError):
    """The key is not `kind/64 hex digits.suffix`: the vault cannot hold it."""


class Missing(LookupError):
    """The vault has no such key."""


class VaultUnavailable(Exception):
    """The folder or bucket cannot be reached, or refuses access."""


class VaultFull(VaultUnavailable):
    """There is no space left; nothing was published."""


def in_short(said: str) -> str:
    """Return a storage client's error as one line: the server's status and error code, if any."""
    status = re.search(r"status code: ([^:\n]+)", said)
    code = re.search(r"<Code>(\w+)</Code>", said)
    if status:
        return f"the server answered {status[1].strip()}" + (f" ({code[1]})" if code else "")
    if "error sending request" in said:
        return "the server cannot be reached"
    return said.strip().splitlines()[0][:300] if said.strip() else "no reason was given"
