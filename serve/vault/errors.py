"""What the vault can say no with. Each message is one sentence that a person can act on."""

import re


class BadKey(ValueError):
    """Not `kind/64 hex digits.suffix`: no such thing can lie in the vault."""


class Missing(LookupError):
    """Nothing lies under the key."""


class VaultUnavailable(Exception):
    """The folder or bucket cannot be reached, or refuses."""


class VaultFull(VaultUnavailable):
    """There is no room left; nothing was published."""


def in_short(said: str) -> str:
    """One line of a storage client's error: the server's status and own word for it, if any."""
    status = re.search(r"status code: ([^:\n]+)", said)
    code = re.search(r"<Code>(\w+)</Code>", said)
    if status:
        return f"the server answered {status[1].strip()}" + (f" ({code[1]})" if code else "")
    if "error sending request" in said:
        return "the server cannot be reached"
    return said.strip().splitlines()[0][:300] if said.strip() else "no reason was given"
