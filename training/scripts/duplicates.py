"""Near-duplicates: candidates by MinHash over character n-grams (Broder, 1997), confirmed by the
exact Jaccard index.

Character n-grams instead of words, because the ending of a Korean word changes with its role in the
sentence.
"""

import re
import unicodedata
from collections.abc import Iterable

from datasketch import MinHash, MinHashLSH

from conte.frozen import Frozen

NGRAM = 5
_PERMUTATIONS = 128
_LOOKED_AT = 0.85
"""Share of the threshold from which pairs are candidates: a MinHash of 128 values is off by up to
0.09."""


class Duplicate(Frozen):
    id: str
    of: str
    """Id of the script that is kept."""
    similarity: float
    """Jaccard index of the sets of n-grams."""


def duplicates(texts: Iterable[tuple[str, str]], threshold: float) -> dict[str, Duplicate]:
    """Return the texts that resemble an earlier kept one; the order of `texts` decides which is
    kept.

    Raises:
        ValueError: if the threshold is not between 0 and 1.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold is {threshold}, wanted a share above 0")
    index = MinHashLSH(threshold=threshold * _LOOKED_AT, num_perm=_PERMUTATIONS)
    stays: dict[str, frozenset[bytes]] = {}
    found: dict[str, Duplicate] = {}
    for name, text in texts:
        grams = ngrams(text)
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch(sorted(grams))
        near = [str(other) for other in index.query(sketch)]
        alike = [(_jaccard(grams, stays[other]), other) for other in near]
        best = max(alike, default=(0.0, ""))
        if best[0] >= threshold:
            found[name] = Duplicate(id=name, of=best[1], similarity=best[0])
            continue
        stays[name] = grams
        index.insert(name, sketch)
    return found


def ngrams(text: str) -> frozenset[bytes]:
    """Return the sequences of five letters or digits; spaces and punctuation are skipped."""
    bare = "".join(re.findall(r"\w", unicodedata.normalize("NFC", text).casefold()))
    return frozenset(bare[at : at + NGRAM].encode() for at in range(max(1, len(bare) - NGRAM + 1)))


def _jaccard(a: frozenset[bytes], b: frozenset[bytes]) -> float:
    return len(a & b) / len(a | b)
