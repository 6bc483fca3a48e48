"""Names for productions: unique without asking anyone, and in the order of their making."""

import secrets
import time

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o, u to misread; sorts as it counts."""


def new_id() -> str:
    """`prd_` and 26 characters: 48 bits of milliseconds, then 80 random bits."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "prd_" + "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))
