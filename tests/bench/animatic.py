"""Frames a second to an MP4: the animatic against MoviePy and FFmpeg's zoompan, side by side.

The peers move over one still and lay a caption on it; the animatic draws a scene of several layers,
with figures that move, for every frame. All write 1280x720 at 30 a second, x264 ultrafast, crf 18.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from conte.clip import Shot
from deployments.encoding import Mp4Writer
from deployments.engines.animatic import Animatic
from serve.brief_file import read_brief

WIDTH, HEIGHT, FPS, SECONDS = 1280, 720, 30, 4
CAPTION = "빗길에서도 흔들림 없이"
FONT = Path(__file__).parents[2] / "deployments" / "fonts" / "Pretendard-SemiBold.otf"
TIRE = Path(__file__).parents[2] / "examples" / "tire.yaml"


def compare(repetitions: int) -> list[str]:
    """Table rows: frames a second and the ratio to the animatic's in the same round."""
    import asyncio

    shot = asyncio.run(_shot())
    with tempfile.TemporaryDirectory() as folder:
        still = _still(Path(folder))
        arms: dict[str, Callable[[Path], None]] = {
            "animatic": lambda path: _animatic(shot, path),
            "MoviePy": lambda path: _moviepy(still, path),
            "FFmpeg zoompan": lambda path: _zoompan(still, path),
        }
        rates: dict[str, list[float]] = {arm: [] for arm in arms}
        for repetition in range(repetitions + 1):
            for name, arm in arms.items():
                out = Path(folder) / "clip.mp4"
                started = time.perf_counter()
                arm(out)
                if repetition:
                    rates[name].append(FPS * SECONDS / (time.perf_counter() - started))
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
    shot = Shot.of(cut, treatment, brief, 7, HEIGHT)
    return shot.model_copy(update={"num_frames": FPS * SECONDS, "fps": FPS})


def _animatic(shot: Shot, path: Path) -> None:
    video = Animatic().render(shot, lambda _: None, lambda: False)
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


def _moviepy(still_path: Path, path: Path) -> None:
    # By name: they come with the bench extra alone.
    moviepy: Any = import_module("moviepy")

    still = moviepy.ImageClip(str(still_path), duration=SECONDS)
    moving = still.resized(lambda t: 0.55 + 0.02 * t).with_position(lambda t: (-20 * t, -10 * t))
    caption = moviepy.TextClip(
        str(FONT), CAPTION, font_size=48, color="white", stroke_color="black", stroke_width=2
    )
    caption = caption.with_duration(SECONDS).with_position(("center", 0.85), relative=True)
    film = moviepy.CompositeVideoClip([moving, caption], size=(WIDTH, HEIGHT))
    film.write_videofile(
        str(path), fps=FPS, codec="libx264", preset="ultrafast", audio=False, logger=None,
        ffmpeg_params=["-crf", "18", "-pix_fmt", "yuv420p"],
    )  # fmt: skip


def _zoompan(still: Path, path: Path) -> None:
    ffmpeg: Any = import_module("imageio_ffmpeg")

    moves = (
        f"zoompan=z='1+0.0005*on':x='on':y='on/2':d={FPS * SECONDS}:s={WIDTH}x{HEIGHT}:fps={FPS},"
        f"drawtext=fontfile='{FONT}':text='{CAPTION}':fontsize=48:fontcolor=white:borderw=2:"
        "x=(w-tw)/2:y=h*0.85"
    )
    subprocess.run(
        [ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(still), "-vf", moves,
         "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p", str(path)],
        check=True,
    )  # fmt: skip
