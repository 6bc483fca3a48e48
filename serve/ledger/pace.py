"""Estimates when a place in a tenant's queue becomes free, from recent ends. Pure."""

OVER_S = 300.0
"""Seconds within which an end counts as recent."""
UNKNOWN_S = 60.0
"""Estimate if nothing has ended recently."""
SHORTEST_S, LONGEST_S = 1.0, 300.0


def next_place_s(waiting: int, max_queued: int, ended: int) -> float:
    """Return the seconds until a place in the queue is expected to be free.

    `ended`: the tenant's productions that ended in the last `OVER_S`; each freed a place.
    """
    if not ended:
        return UNKNOWN_S
    places = waiting - max_queued + 1
    return min(max(places * OVER_S / ended, SHORTEST_S), LONGEST_S)
