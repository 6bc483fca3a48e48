"""Frames a second to an MP4: the animatic against MoviePy and FFmpeg's zoompan, side by side.

The peers move over one still and lay a caption on it; the animatic draws a scene of several layers,
with figures that move, for every frame. All write 1280x720 at 30 a second, x264 ultrafast, crf 18.
"""

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from conte.clip import Shot
from deployments.encoding import Mp4Writer
from deployments.engines.animatic import Animatic
from serve.cli.brief_file import read_brief

WIDTH, HEIGHT, FPS = 1280, 720, 30
NUM_FRAMES = 4 * FPS
CAPTION = "빗길에서도 흔들림 없이"
FONT = Path(__file__).parents[2] / "deployments" / "fonts" / "Pretendard-SemiBold.otf"
TIRE = Path(__file__).parents[2] / "examples" / "tire.yaml"


@dataclass(frozen=True)
class Scene:
    """What the arms make a clip of."""

    shot: Shot
    still: Path
    num_frames: int

    @property
    def seconds(self) -> float:
        return self.num_frames / FPS

    @classmethod
    def made(cls, folder: Path, num_frames: int = NUM_FRAMES) -> "Scene":
        shot = asyncio.run(_shot()).model_copy(update={"num_frames": num_frames, "fps": FPS})
        return cls(shot, _still(folder), num_frames)


def compare(repetitions: int) -> list[str]:
    """Table rows: frames a second and the ratio to the animatic's in the same round."""
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene.made(Path(folder))
        rates: dict[str, list[float]] = {arm: [] for arm in ARMS}
        for repetition in range(repetitions + 1):
            for name, arm in ARMS.items():
                started = time.perf_counter()
                arm(scene, Path(folder) / "clip.mp4")
                if repetition:
                    rates[name].append(scene.num_frames / (time.perf_counter() - started))
    rows: list[str] = []
    for name, values in rates.items():
        ratios = [ours / theirs for ours, theirs in zip(rates["animatic"], values, strict=True)]
        rows.append(
            f"| {name} | {statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"
            f" | {statistics.median(ratios):.2f} |"
        )
    return rows


async def _shot() -> Shot:
    """The busiest cut of the tyre film: the one with the most on screen."""
    from conte.conte import Treatment
    from conte.cut import Cut
    from deployments.engines.composer import Composer

    brief = read_brief(TIRE)
    parts = [part async for part in Composer().write(brief, 7)]
    treatment = next(part for part in parts if isinstance(part, Treatment))
    cut = max((part for part in parts if isinstance(part, Cut)), key=lambda cut: len(cut.shows))
    return Shot.of(cut, treatment, brief, 7, HEIGHT)


def _animatic(scene: Scene, path: Path) -> None:
    video = Animatic().render(scene.shot, lambda _: None, lambda: False)
    with Mp4Writer(path, WIDTH, HEIGHT, FPS, crf=18, preset="ultrafast") as writer:
        for frame in video.frames:
            writer.write_rgb(frame)


def _still(folder: Path) -> Path:
    across = np.linspace(0, 255, 2 * WIDTH, dtype=np.uint8)
    pixels = np.zeros((2 * HEIGHT, 2 * WIDTH, 3), np.uint8)
    pixels[..., 0] = across
    pixels[..., 1] = np.linspace(0, 255, 2 * HEIGHT, dtype=np.uint8)[:, None]
    pixels[::97, :, 2] = 255
    still = folder / "still.png"
    cv2.imwrite(str(still), pixels)
    return still


def _moviepy(scene: Scene, path: Path) -> None:
    # By name: they come with the bench extra alone.
    moviepy: Any = import_module("moviepy")

    still = moviepy.ImageClip(str(scene.still), duration=scene.seconds)
    moving = still.resized(lambda t: 0.55 + 0.02 * t).with_position(lambda t: (-20 * t, -10 * t))
    caption = moviepy.TextClip(
        str(FONT), CAPTION, font_size=48, color="white", stroke_color="black", stroke_width=2
    )
    caption = caption.with_duration(scene.seconds).with_position(("center", 0.85), relative=True)
    film = moviepy.CompositeVideoClip([moving, caption], size=(WIDTH, HEIGHT))
    film.write_videofile(
        str(path), fps=FPS, codec="libx264", preset="ultrafast", audio=False, logger=None,
        ffmpeg_params=["-crf", "18", "-pix_fmt", "yuv420p"],
    )  # fmt: skip


def _zoompan(scene: Scene, path: Path) -> None:
    ffmpeg: Any = import_module("imageio_ffmpeg")

    moves = (
        f"zoompan=z='1+0.0005*on':x='on':y='on/2':d={scene.num_frames}:s={WIDTH}x{HEIGHT}"
        f":fps={FPS},"
        f"drawtext=fontfile='{FONT}':text='{CAPTION}':fontsize=48:fontcolor=white:borderw=2:"
        "x=(w-tw)/2:y=h*0.85"
    )
    subprocess.run(
        [ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(scene.still), "-vf", moves,
         "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p", str(path)],
        check=True,
    )  # fmt: skip


ARMS: dict[str, Callable[[Scene, Path], None]] = {
    "animatic": _animatic,
    "MoviePy": _moviepy,
    "FFmpeg zoompan": _zoompan,
}
