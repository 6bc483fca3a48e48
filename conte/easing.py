"""Easing: how a camera's move begins and ends."""


def eased(share: float) -> float:
    """Slow at both ends: a dissolve holds the first and the last frame."""
    share = min(1.0, max(0.0, share))
    return share * share * share * (share * (6 * share - 15) + 10)
