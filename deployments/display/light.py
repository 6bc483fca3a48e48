"""HDR to SDR: signals in PQ or HLG (ITU-R BT.2100) -> BT.709.

Light up to half of SDR's white is unchanged; brighter light is rolled off after ITU-R BT.2390,
5.4.1, so that 1000 cd/m² end at white, which is 203 cd/m² (BT.2408).
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Light = Literal["sdr", "pq", "hlg"]
Floats = NDArray[np.float64]

_TRANSFERS: dict[int, Light] = {16: "pq", 18: "hlg"}
"""Number of a transfer function in ITU-T H.273 -> its light."""
WHITE, PEAK = 203.0, 1000.0
"""Luminance in cd/m²: SDR white, and the peak that films are mastered for."""
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])
_TO_709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])  # fmt: skip # noqa: E501
"""Matrix from linear BT.2020 to linear BT.709 (ITU-R BT.2407, 2)."""
_GAMMA = 2.4
"""Gamma of an SDR screen (ITU-R BT.1886)."""
_GRID = 33


def light_of(color_trc: int) -> Light:
    return _TRANSFERS.get(color_trc, "sdr")


def sdr(light: Light, signal: Floats) -> Floats:
    """Convert [..., 3] R'G'B', 0..1, from BT.2020 HDR to BT.709 SDR."""
    nits = _pq_light(signal) if light == "pq" else _hlg_light(signal)
    brightest = np.maximum(nits.max(axis=-1, keepdims=True), 1e-6)
    rolled = nits * (_rolled_off(brightest) / brightest)
    linear = np.clip(rolled @ _TO_709.T / WHITE, 0, 1)
    return linear ** (1 / _GAMMA)


@cache
def grey_curve(light: Light) -> NDArray[np.uint8] | None:
    """Return a [256] table from luma to SDR luma, for measures of luma alone. None: no change."""
    if light == "sdr":
        return None
    greys = np.repeat(np.linspace(0, 1, 256)[:, None], 3, axis=1)
    return (sdr(light, greys)[:, 0] * 255).round().astype(np.uint8)


def lut3d(graph: Any, light: Light) -> Any:
    """Add FFmpeg's filter for this conversion to a graph. Its input and output are R'G'B'."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "light.cube"
        file.write_text(_cube(light))
        return graph.add("lut3d", file=str(file), interp="tetrahedral")


@cache
def _cube(light: Light) -> str:
    steps = np.linspace(0, 1, _GRID)
    # In a cube file red varies fastest.
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    made = sdr(light, np.stack([red, green, blue], axis=-1)).reshape(-1, 3)
    lines = "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in made.tolist())
    return f"LUT_3D_SIZE {_GRID}\n{lines}\n"


def _pq_light(signal: Floats) -> Floats:
    """Convert PQ values to luminance in cd/m² (SMPTE ST 2084)."""
    power = np.clip(signal, 0, 1) ** (1 / _M2)
    return 10_000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)


def _pq_signal(nits: Floats) -> Floats:
    power = (np.clip(nits, 0, 10_000) / 10_000) ** _M1
    return ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2


def _hlg_light(signal: Floats) -> Floats:
    """Convert HLG values to cd/m² on a screen of `PEAK` (BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    signal = np.clip(signal, 0, 1)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luma = np.maximum((scene @ _LUMA_2020)[..., None], 1e-9)
    return PEAK * luma**0.2 * scene


def _rolled_off(nits: Floats) -> Floats:
    peak = _pq_signal(np.array(PEAK))
    top = _pq_signal(np.array(WHITE)) / peak
    knee = 1.5 * top - 0.5
    level = np.minimum(_pq_signal(nits) / peak, 1)
    t = np.clip((level - knee) / (1 - knee), 0, 1)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (-2 * t**3 + 3 * t**2) * top
    )
    return _pq_light(np.where(level > knee, spline, level) * peak)
