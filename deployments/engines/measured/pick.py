"""Pick: chooses one of several wordings by a clip's digest: varied, but the same for one clip."""

from collections.abc import Sequence


class Pick:
    """Each call reads the next hex digit of the digest; past the end it starts again."""

    def __init__(self, digest: str) -> None:
        self._digest, self._at = digest, 0

    def __call__(self, ways: Sequence[str]) -> str:
        digit = int(self._digest[self._at % len(self._digest)], 16)
        self._at += 1
        return ways[digit % len(ways)]
