"""The analysis of the caption job against what others do: which joints, and at what cost.

Arms run in processes of their own (`caption_arms`), one thread each where it can be
set, over the same files, interleaved. Only processor seconds count: the machine is shared.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.caption_arms import ARMS
from tests.generated_timelines import Joint
from tests.generated_videos import Made, make_videos
from tests.joint_matching import Score, scored

DEVELOPMENT, UNUSED = 20261123, 7919
"""Seeds. Nothing is ever tuned on the second one; its figures are looked at, and that is all."""
DETECTORS = ("sian", "scenedetect content", "scenedetect adaptive")
DETECTION = ("decode", "decode, as sian", *DETECTORS)
DATA_JUICER = "data-juicer"
"""The arm that `caption_arms` does not have: it runs in an environment of its own."""
GOALS = {
    "decode": "sian's throughput / this >= 0.8",
    "decode, as sian": "sian's throughput / this >= 0.8",
    "scenedetect content": ">= 2 x sian's",
    "scenedetect adaptive": ">= 2 x sian's",
    DATA_JUICER: ">= 10 x sian's",
}
ENVIRONMENT = Path(tempfile.gettempdir()) / "sian-bench-data-juicer-1.6.1"
# With a newer PyAV it drops every video and reports no error.
JUICER = (
    "py-data-juicer==1.6.1",
    "aiohttp",
    "av==13.1.0",
    "scenedetect-headless==0.7.2",
    "imageio-ffmpeg==0.6.0",
)
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
MIB = 1 << 20


@dataclass(frozen=True)
class Ran:
    cpu_s: float
    """A video, in the mean."""
    peak_bytes: int
    joints: tuple[tuple[Joint, ...], ...]
    """Joints of each video."""


class NotInstalled(Exception):
    """Why an arm cannot be run here."""


def quality(folder: Path, videos: int = 40) -> Iterator[str]:
    """Rows: each detector's F1 at +-2 frames on the two seeds, and what it missed."""
    for seed, name in ((DEVELOPMENT, "development"), (UNUSED, "unused")):
        made = make_videos(folder / str(seed), seed, videos)
        for arm in DETECTORS:
            score = _score(made, run(arm, [video.path for video in made]))
            missed = ", ".join(f"{n} {kind}s" for kind, n in sorted(score.missed.items()))
            figures = (f"{score.f1:.3f}", f"{score.precision:.3f}", f"{score.recall:.3f}")
            goal = ">= 0.95" if arm == "sian" else ""
            row = (f"{name} ({seed})", arm, *figures, missed or "none", goal)
            yield f"| {' | '.join(row)} |"


def cost(videos: Sequence[Path], repetitions: int) -> Iterator[str]:
    """Rows: processor seconds a video and peak memory by arm, and how they stand to ours."""
    yield from _compared(DETECTION, videos, repetitions)


def cost_with_clips(videos: Sequence[Path], repetitions: int) -> Iterator[str]:
    """The same where files of the clips are written."""
    try:
        juicer()
    except NotInstalled as error:
        yield f"| data-juicer | not measured: {error} | | | |"
        yield from _compared(("sian, clips",), videos, repetitions)
        return
    yield from _compared(("sian, clips", DATA_JUICER), videos, repetitions)


def some(folder: Path, each: int) -> list[Path]:
    """The first videos of both seeds."""
    return [
        video.path
        for seed in (DEVELOPMENT, UNUSED)
        for video in make_videos(folder / str(seed), seed, each)
    ]


def _compared(arms: Sequence[str], videos: Sequence[Path], repetitions: int) -> Iterator[str]:
    ours = next(arm for arm in arms if arm.startswith("sian"))
    runs: dict[str, list[Ran]] = {arm: [] for arm in arms}
    for _ in range(repetitions):
        for arm in arms:
            runs[arm].append(run(arm, videos))
    for arm in arms:
        seconds = [ran.cpu_s for ran in runs[arm]]
        ratios = [ran.cpu_s / own.cpu_s for ran, own in zip(runs[arm], runs[ours], strict=True)]
        peak = max(ran.peak_bytes for ran in runs[arm]) // MIB
        row = (arm, spread(seconds, 3), spread(ratios), f"{peak:,}", GOALS.get(arm, ""))
        yield f"| {' | '.join(row)} |"


def run(arm: str, videos: Sequence[Path]) -> Ran:
    """One arm over all videos, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.caption_arms", arm]
    env: Mapping[str, str] = os.environ
    if arm not in ARMS:
        command, env = juicer()
    done = subprocess.run(
        [*command, *(str(video) for video in videos)],
        env={**env, **_ONE_THREAD},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{arm} ended with {done.returncode}: {done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    joints = tuple(tuple(Joint(*one) for one in video["joints"]) for video in told["videos"])
    seconds = [float(video["cpu_s"]) for video in told["videos"]]
    return Ran(statistics.fmean(seconds), int(told["peak_bytes"]), joints)


def juicer() -> tuple[list[str], Mapping[str, str]]:
    """The command and the environment of data-juicer's arm, installed once.

    Raises:
        NotInstalled: with what pip said.
    """
    python, done = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "installed"
    if not done.exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        installed = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *JUICER],
            capture_output=True,
            text=True,
            check=False,
        )
        if installed.returncode:
            raise NotInstalled(installed.stderr.strip().splitlines()[-1])
        # It calls `ffmpeg` by name to write the clips.
        told = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"
        found = subprocess.run([python, "-c", told], capture_output=True, text=True, check=True)
        (ENVIRONMENT / "bin" / "ffmpeg").symlink_to(found.stdout.strip())
        done.touch()
    path = f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}"
    script = Path(__file__).with_name("data_juicer_arm.py")
    return [str(python), str(script)], {**os.environ, "PATH": path}


def _score(made: Sequence[Made], ran: Ran) -> Score:
    scores = (scored(video.joints, found) for video, found in zip(made, ran.joints, strict=True))
    return sum(scores, start=Score())


def spread(values: Sequence[float], digits: int = 2) -> str:
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
