"""Integrated loudness and true peak as FFmpeg's `ebur128` measures them (EBU R 128, BS.1770).

Exported files are measured with it, not by the numbers of the mix.
"""

import math
from contextlib import suppress
from fractions import Fraction

import numpy as np
from av import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from av.error import FFmpegError
from av.filter import Graph

from conte.sound import Levels
from deployments.sound.signals import RATE, Stereo

_SILENCE = -70.0
"""Absolute gate in LUFS: `ebur128` reports this if nothing is louder."""
_FACTS = "lavfi.r128."


def levels_of(signal: Stereo) -> Levels | None:
    """Return the levels of [2, samples] at 48 kHz; None of silence and under 0.4 s."""
    graph = Graph()
    source = graph.add_abuffer(
        format="fltp", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE)
    )
    meter = graph.add("ebur128", "peak=true:framelog=quiet:metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    facts: dict[str, str] = {}

    def pull() -> None:
        with suppress(NothingYet, Ended):
            while True:
                facts.update(graph.pull().metadata)

    # A tenth of a second of silence pushes the last whole block through the meter.
    padded = np.pad(signal, ((0, 0), (0, RATE // 10)))
    for at in range(0, padded.shape[1], RATE):
        part = np.ascontiguousarray(padded[:, at : at + RATE])
        frame = AudioFrame.from_ndarray(part, "fltp", "stereo")
        frame.rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        graph.push(frame)
        pull()
    with suppress(FFmpegError):
        graph.push(None)
    pull()
    loud = float(facts.get(f"{_FACTS}I", "nan"))
    peaks = [float(value) for name, value in facts.items() if "true_peaks_ch" in name]
    peak = max(peaks, default=0.0)
    if math.isnan(loud) or loud <= _SILENCE or not peak:
        return None
    return Levels(lufs=round(loud, 2), dbtp=round(20 * math.log10(peak), 2))
