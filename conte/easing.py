"""Easing: the start and the end of a camera's move."""


def eased(share: float) -> float:
    """Ease a share, 0..1: slow at both ends, so that a dissolve hardly moves its held frames."""
    share = min(1.0, max(0.0, share))
    return share * share * share * (share * (6 * share - 15) + 10)
