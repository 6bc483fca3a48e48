"""Detects dissolves and fades: runs of frames that are mixtures of the frames at their two ends.

Motion and changes of light can look like an even mixture, too. But a mixture of two unrelated
pictures has less contrast than either: half way between two of equal variance, the variance is half
(Alattar, "Detecting and compressing dissolve regions in video sequences with a DVI multimedia image
compression algorithm", ISCAS 1993). Here contrast is the energy of the gradient, which smooth
shading hardly affects. That dip is searched for first, because it is cheap to find; the mixtures
are then computed from the dot products of the frames around it.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from crawl.analysis.settings import AnalysisSettings
from crawl.analysis.tiles import COLUMNS, ROWS

Tiles = NDArray[np.float32]

BEYOND = 4
"""Frames beyond each end of a blend that are checked for motion."""
_LENGTHS = (4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 22, 24, 27, 30, 33, 36, 40, 44, 48, 54, 60, 64)
_MIXTURES = 9
"""Largest number of a blend's frames that are compared with a mixture of its ends."""
_SHALLOW = 0.85
"""Largest energy of a blend's middle frame, as a share of the mean energy of its two ends."""
_DIP = 0.72
"""Largest mean energy of a blend's middle half, as a share of the energy between its two ends."""
_EVEN = 0.2
"""Largest deviation of a frame's part of the mixture from an even progression."""
_STILL = 0.6
"""Largest motion just beyond a blend's ends, as a share of the difference of its ends."""
_ALIKE = 0.7
"""Correlation from which on two frames show the same scene, moved or in another light."""
_LEAP = 0.4
"""Share of a blend's squared difference from which on a single step is a cut."""
_NOISE = 4.0
"""Gradient energy of tiles that sensor noise alone can cause."""


@dataclass(frozen=True)
class Blend:
    """A blend between the last unmixed frame before it and the first unmixed frame after it."""

    before: int
    after: int
    score: float


@dataclass(frozen=True)
class _Frames:
    dots: NDArray[np.float64]
    """[frames, frames]: dot product of each pair of frames, as a mean over tiles."""
    means: NDArray[np.float64]
    energy: NDArray[np.float64]
    flat: NDArray[np.bool_]


def blends_of(
    block: Tiles, picture: NDArray[np.bool_], flat: NDArray[np.bool_], settings: AnalysisSettings
) -> list[Blend]:
    """Return the blends in a block [frames, 1296], without overlap, the best ones first.

    Args:
        picture: [1296], True for tiles outside black bars.
        flat: [frames], True for frames that are uniformly black or white.
    """
    energy = _energy(block, picture)
    pairs = [pair for length in _LENGTHS if (pair := _dips(energy, flat, length, settings))[0].size]
    if not pairs:
        return []
    first = max(0, min(int(a[0]) for a, _ in pairs) - BEYOND)
    last = min(len(block), max(int(b[-1]) for _, b in pairs) + BEYOND + 1)
    part = _coarse(block[first:last], picture)
    frames = _Frames(
        dots=(part @ part.T).astype(np.float64) / part.shape[1],
        means=part.mean(axis=1, dtype=np.float64),
        energy=energy[first:last],
        flat=flat[first:last],
    )
    found = [blend for a, b in pairs for blend in _mixed(frames, a - first, b - first, settings)]
    taken: list[Blend] = []
    for blend in sorted(found, key=lambda blend: -blend.score):
        if all(blend.after <= t.before or blend.before >= t.after for t in taken):
            taken.append(blend)
    return [Blend(b.before + first, b.after + first, b.score) for b in taken]


def _coarse(block: Tiles, picture: NDArray[np.bool_]) -> Tiles:
    """Return [frames, coarse tiles], four tiles in one, so that small motion stays within one."""
    inside = picture.reshape(ROWS, COLUMNS)[: ROWS // 2 * 2]
    inside = inside[::2, ::2] & inside[1::2, ::2] & inside[::2, 1::2] & inside[1::2, 1::2]
    if not inside.any():
        return block[:, picture]
    grid = block.reshape(-1, ROWS, COLUMNS)[:, : ROWS // 2 * 2]
    pairs = grid[:, ::2] + grid[:, 1::2]
    fours = pairs[:, :, ::2] + pairs[:, :, 1::2]
    return cast(Tiles, fours[:, inside] / np.float32(4))


def _energy(block: Tiles, picture: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return [frames]: the mean squared difference of neighbouring tiles, both outside black
    bars."""
    grid, inside = block.reshape(-1, ROWS, COLUMNS), picture.reshape(ROWS, COLUMNS)
    pairs = inside[:, 1:] & inside[:, :-1]
    across, down = grid[:, :, 1:] - grid[:, :, :-1], grid[:, 1:] - grid[:, :-1]
    if not picture.all():
        across *= pairs
        down *= inside[1:] & inside[:-1]
    total = np.einsum("ijk,ijk->i", across, across) + np.einsum("ijk,ijk->i", down, down)
    return total.astype(np.float64) / max(np.count_nonzero(pairs), 1)


def _dips(
    energy: NDArray[np.float64],
    flat: NDArray[np.bool_],
    length: int,
    settings: AnalysisSettings,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the candidates for blends of this length, as their first and last frames."""
    a = np.arange(max(0, len(energy) - length))
    b = a + length
    if length > settings.longest_blend:
        return a[:0], b[:0]
    level = (energy[a] + energy[b]) / 2
    dips = (energy[(a + b) // 2] < _SHALLOW * level) & (level > _NOISE) & ~(flat[a] & flat[b])
    return a[dips], b[dips]


def _mixed(
    frames: _Frames, a: NDArray[np.intp], b: NDArray[np.intp], settings: AnalysisSettings
) -> list[Blend]:
    """Return the candidates of one length whose frames are mixtures of their ends."""
    dots, means, energy, flat = frames.dots, frames.means, frames.energy, frames.flat
    n, length, norms = len(dots), int(b[0] - a[0]), np.diag(dots)
    apart = norms[a] + norms[b] - 2 * dots[a, b]
    spread = np.sqrt(np.maximum(norms - means**2, 1e-9))
    alike = (dots[a, b] - means[a] * means[b]) / (spread[a] * spread[b])
    # A nearly black frame still correlates with the picture that it fades from.
    other = (alike < _ALIKE) | flat[a] | flat[b]
    wide = other & (apart >= settings.blend_difference**2)
    a, b, apart = a[wide], b[wide], apart[wide]
    before, after = np.maximum(a - BEYOND, 0), np.minimum(b + BEYOND, n - 1)
    drift_a = norms[before] + norms[a] - 2 * dots[before, a]
    drift_b = norms[after] + norms[b] - 2 * dots[after, b]
    drift = np.sqrt(np.maximum(np.maximum(drift_a, drift_b), 0) / apart)
    still = drift < _STILL
    a, b, apart, drift = a[still], b[still], apart[still], drift[still]
    if not len(a):
        return []
    steps = np.unique(np.linspace(1, length - 1, min(length - 1, _MIXTURES)).round().astype(int))
    x, first, last = a[:, None] + steps, a[:, None], b[:, None]
    along = dots[x, last] - dots[x, first] - dots[first, last] + norms[first]
    share = along / apart[:, None]
    from_a = norms[x] + norms[first] - 2 * dots[x, first]
    residual = np.sqrt(np.maximum(from_a - along * share, 0).mean(axis=1) / apart)
    even = np.abs(share - steps / length).max(axis=1)
    middle = steps[(steps >= length / 4) & (steps <= 3 * length / 4)]
    between = energy[first] + (energy[last] - energy[first]) * middle / length
    dip = (energy[a[:, None] + middle] / between).mean(axis=1)
    score = np.sqrt(apart) * (1 - 2 * residual - even - drift / 2)
    # Motion during a blend is not explained by a mixture; a deeper dip allows more of it.
    explained = residual < settings.blend_residual + (_DIP - dip) / 2
    good = np.flatnonzero(explained & (even < _EVEN) & (dip < _DIP))
    if not len(good):
        return []
    leaps = norms[1:] + norms[:-1] - 2 * np.diag(dots, 1)
    return [
        Blend(int(a[i]), int(b[i]), float(score[i]))
        for i in good
        if leaps[a[i] : b[i]].max() < _LEAP * apart[i]
    ]
