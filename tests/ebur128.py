"""Loudness and true peak as FFmpeg's `ebur128` measures them: the judge of our own numbers."""

import re
from contextlib import suppress
from fractions import Fraction

import numpy as np
from av import AudioFrame, logging
from av.error import FFmpegError
from av.filter import Graph
from av.logging import Capture
from numpy.typing import NDArray

RATE = 48_000


def measured(signal: NDArray[np.float32]) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of [2, samples] at 48 kHz."""
    graph = Graph()
    source = graph.add_abuffer(
        format="fltp", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE)
    )
    meter = graph.add("ebur128", "peak=true:framelog=quiet")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    before = logging.get_level()
    logging.set_level(logging.INFO)
    try:
        with Capture(local=False) as logs:
            for at in range(0, signal.shape[1], RATE):
                part = np.ascontiguousarray(signal[:, at : at + RATE])
                frame = AudioFrame.from_ndarray(part, "fltp", "stereo")
                frame.rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
                graph.push(frame)
            graph.push(None)
            with suppress(FFmpegError):
                while True:
                    graph.pull()
            del source, meter, sink, graph
    finally:
        logging.set_level(before)
    text = "".join(line for _, _, line in logs)
    loud = re.findall(r"I:\s+(-?[\d.]+|-inf) LUFS", text)[-1]
    peak = re.findall(r"Peak:\s+(-?[\d.]+|-inf) dBFS", text)[-1]
    return float(loud), float(peak)
