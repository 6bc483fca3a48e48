"""Pick: one of several ways to say a thing, by a clip's digest: varied, and always the same."""

from collections.abc import Sequence


class Pick:
    """Each call reads the next digit of the digest, in hex; past its end it begins anew."""

    def __init__(self, digest: str) -> None:
        self._digest, self._at = digest, 0

    def __call__(self, ways: Sequence[str]) -> str:
        digit = int(self._digest[self._at % len(self._digest)], 16)
        self._at += 1
        return ways[digit % len(ways)]
