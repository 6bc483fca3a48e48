"""What encoding a clip costs, and how near to its source it is: as it is done, and as it was.

python -m tests.bench.clip_quality VIDEO ... prints a row for each preset and rate factor: means over
the videos' frames 20 to 60, luma alone (SSIM as in Wang et al. 2004, windows of 11 x 11).
"""

import sys
import time
from collections.abc import Sequence
from itertools import islice
from statistics import fmean
from typing import Any, cast

import av
import cv2
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from crawl.clips.picture_encoder import CRF, PRESET

ARMS = (("veryfast", 18), (PRESET, CRF))
Luma = NDArray[np.float32]


def main(videos: Sequence[str]) -> None:
    cv2.setNumThreads(1)
    sources = [_frames(video) for video in videos]
    for preset, crf in ARMS:
        told = np.array([_measured(frames, preset, crf) for frames in sources]).mean(axis=0)
        ms, kb, psnr, ssim = told
        print(f"| {preset}, {crf} | {ms:.2f} | {kb:.1f} | {psnr:.2f} | {ssim:.4f} |", flush=True)


def _frames(video: str) -> list[VideoFrame]:
    with av.open(video) as container:
        return list(islice(container.decode(video=0), 20, 60))


def _measured(frames: Sequence[VideoFrame], preset: str, crf: int) -> tuple[float, ...]:
    """Milliseconds and kB a frame, PSNR in dB, SSIM."""
    encoder = cast(Any, av.CodecContext.create("libx264", "w"))
    encoder.width, encoder.height = frames[0].width, frames[0].height
    encoder.pix_fmt, encoder.framerate, encoder.thread_count = frames[0].format.name, 25, 1
    encoder.time_base = frames[0].time_base
    encoder.options = {"preset": preset, "crf": str(crf)}
    for frame in frames:
        frame.pict_type = 0
    began = time.process_time()
    packets = [packet for frame in (*frames, None) for packet in encoder.encode(frame)]
    ms = 1000 * (time.process_time() - began)
    decoder = cast(Any, av.CodecContext.create("h264", "r"))
    found = [frame for packet in (*packets, None) for frame in decoder.decode(packet)]
    pairs = [(_luma(a), _luma(b)) for a, b in zip(frames, found, strict=True)]
    size = sum(packet.size for packet in packets) / 1000
    psnr = fmean(10 * np.log10(255**2 / max(1e-3, float(((a - b) ** 2).mean()))) for a, b in pairs)
    return ms / len(frames), size / len(frames), psnr, fmean(_ssim(a, b) for a, b in pairs[::4])


def _luma(frame: VideoFrame) -> Luma:
    plane = frame.planes[0]
    lines = np.frombuffer(cast(Any, plane), np.uint8).reshape(-1, plane.line_size)
    return lines[: frame.height, : frame.width].astype(np.float32)


def _ssim(one: Luma, other: Luma) -> float:
    def mean(pixels: Luma) -> Luma:
        return cast(Luma, cv2.GaussianBlur(pixels, (11, 11), 1.5))

    a, b = mean(one), mean(other)
    spread = mean(one * one) - a * a + mean(other * other) - b * b
    both = mean(one * other) - a * b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(
        ((2 * a * b + c1) * (2 * both + c2) / ((a * a + b * b + c1) * (spread + c2))).mean()
    )


if __name__ == "__main__":
    main(sys.argv[1:])
