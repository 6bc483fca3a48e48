"""Which productions a share of them is: drawn by their ids, the same ones as long as it lasts."""

from hashlib import sha256


def drawn(slot: str, production: str) -> float:
    """0 up to 1, as if thrown: below a share, the production is of it. Each slot throws anew."""
    # Not the id's own digits: those count up with time.
    found = sha256(f"{slot}:{production}".encode()).digest()[:8]
    return (int.from_bytes(found, "big") >> 11) / 2**53
