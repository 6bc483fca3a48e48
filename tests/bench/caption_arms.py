"""What is compared, each arm in a process of its own: a list of videos in, what each one took out.

python -m tests.bench.caption_arms ARM VIDEO ... prints JSON: {"videos": [{"cpu_s", "joints"}],
"peak_bytes"}. Seconds are the processor's, of this process and its children, all threads together;
what it takes to start and to import is left out, and a first video is done before any is counted.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import av
import cv2

from crawl.analysis import Analysis, AnalysisSettings, analyse
from crawl.clips import cut_clips
from crawl.filters import FilterSettings, clips_of
from tests.generated_timelines import Joint

Arm = Callable[[Path], Sequence[Joint]]


def cpu_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_bytes() -> int:
    """The largest that this process was. `ru_maxrss` would count who started it, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024


def joints_of(analysis: Analysis) -> list[Joint]:
    cuts = [shot.span.start for shot in analysis.shots if shot.opens == "cut"]
    joints = [Joint("cut", at, at) for at in cuts]
    joints += [Joint("dissolve", span.start, span.end) for span in analysis.dissolves]
    joints += [Joint("fade", span.start, span.end) for span in analysis.fades]
    return sorted(joints, key=lambda joint: joint.start)


def decode(path: Path, skip_loop_filter: str = "default") -> Sequence[Joint]:
    """What FFmpeg's `-f null` does, on one thread."""
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"skip_loop_filter": skip_loop_filter}
        for _ in container.decode(stream):
            pass
    return ()


def decode_as_sian(path: Path) -> Sequence[Joint]:
    return decode(path, "all")


def sian(path: Path) -> Sequence[Joint]:
    """All of the analysis: joints, shots, their measures and the JPEGs of their key frames."""
    return joints_of(analyse(path, AnalysisSettings()).analysis)


def sian_clips(path: Path) -> Sequence[Joint]:
    """The same, and a file for every shot that passes the filters."""
    analysis = analyse(path, AnalysisSettings()).analysis
    spans = [clip.span for clip, why in clips_of(analysis, FilterSettings()) if not why]
    with tempfile.TemporaryDirectory() as folder:
        cut_clips(path, spans, Path(folder), num_frames=analysis.stream.num_frames)
    return joints_of(analysis)


def content(path: Path) -> Sequence[Joint]:
    return _scenedetect(path, "ContentDetector")


def adaptive(path: Path) -> Sequence[Joint]:
    return _scenedetect(path, "AdaptiveDetector")


def _scenedetect(path: Path, detector: str) -> Sequence[Joint]:
    """PySceneDetect with its defaults: OpenCV's reader, and frames made smaller as it sees fit."""
    scenedetect: Any = import_module("scenedetect")  # of the extra `bench`
    scenes = scenedetect.detect(str(path), getattr(scenedetect, detector)())
    firsts = [start.frame_num for start, _ in scenes[1:]]
    return [Joint("cut", first, first) for first in firsts]


ARMS: dict[str, Arm] = {
    "decode": decode,
    "decode, as sian": decode_as_sian,
    "sian": sian,
    "scenedetect content": content,
    "scenedetect adaptive": adaptive,
    "sian, clips": sian_clips,
}


def main(name: str, paths: Sequence[str]) -> None:
    arm = ARMS[name]
    if name.startswith("sian"):
        # The bounded child that does it for the job has one thread as well.
        cv2.setNumThreads(1)
    arm(Path(paths[0]))
    told: list[dict[str, object]] = []
    for path in paths:
        before = cpu_s()
        joints = arm(Path(path))
        spans = [(joint.kind, joint.start, joint.end) for joint in joints]
        told.append({"cpu_s": cpu_s() - before, "joints": spans})
    print(json.dumps({"videos": told, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
