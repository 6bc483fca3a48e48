"""What the vault can say no with. Each message is one sentence that a person can act on."""


class BadKey(ValueError):
    """Not `kind/64 hex digits.suffix`: no such thing can lie in the vault."""


class Missing(LookupError):
    """Nothing lies under the key."""


class VaultUnavailable(Exception):
    """The folder or bucket cannot be reached, or refuses."""


class VaultFull(VaultUnavailable):
    """There is no room left; nothing was published."""
