"""Assigns productions to a share by hashing their ids: stable as long as the share lasts."""

from hashlib import sha256


def drawn(slot: str, production: str) -> float:
    """Return a pseudorandom number in [0, 1) for a production, independent for each slot.

    A production belongs to a share if its number is below it.
    """
    # Hashed: the digits of ids increase with time.
    found = sha256(f"{slot}:{production}".encode()).digest()[:8]
    return (int.from_bytes(found, "big") >> 11) / 2**53
