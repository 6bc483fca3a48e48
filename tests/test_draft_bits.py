"""A draft's film: drawings at few bits, and as near to what was drawn as a final film."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from conte.clip import Shot
from conte.vocabulary import CameraMove
from deployments.encoding import Mp4Writer, Preset, planes_of
from deployments.encoding import frames_of as decoded
from deployments.engines.animatic.animatic import Animatic
from tests.sound_conte import a_brief, a_conte

Luma = NDArray[np.int16]


@pytest.fixture(scope="module")
def drawn() -> list[NDArray[np.uint8]]:
    """Two seconds of a shot in which the camera moves."""
    brief, conte = a_brief("ko"), a_conte("ko")
    shot = Shot.of(conte.cuts[0], conte.treatment, brief, 7, 360)
    shot = shot.model_copy(update={"num_frames": 2 * brief.fps, "move": CameraMove.PAN_LEFT})
    video = Animatic().render(shot, lambda _: None, lambda: False)
    return [frame.copy() for frame in video.frames]


def written(frames: list[NDArray[np.uint8]], path: Path, preset: Preset, crf: int) -> list[Luma]:
    height, width, _ = frames[0].shape
    with Mp4Writer(path, width, height, 24, crf=crf, preset=preset) as writer:
        for frame in frames:
            writer.write_rgb(frame)
    return [planes_of(frame)[0].astype(np.int16) for frame in decoded(path)]


def psnr(shown: list[Luma], wanted: list[Luma]) -> float:
    """Peak signal-to-noise ratio of luma, in dB."""
    error = np.mean([np.mean((a - b) ** 2) for a, b in zip(shown, wanted, strict=True)])
    return float(10 * np.log10(255**2 / error))


def test_a_draft_takes_half_the_bits_of_a_clip_and_looks_as_a_final_film_does(
    drawn: list[NDArray[np.uint8]], tmp_path: Path
) -> None:
    exact = written(drawn, tmp_path / "exact.mp4", "ultrafast", 1)
    clip, draft = tmp_path / "clip.mp4", tmp_path / "draft.mp4"
    written(drawn, clip, "ultrafast", 18)
    in_draft = psnr(written(drawn, draft, "draft", 25), exact)
    in_default = psnr(written(drawn, tmp_path / "default.mp4", "veryfast", 23), exact)
    assert draft.stat().st_size < clip.stat().st_size / 2
    assert in_draft > in_default - 1


def test_a_clip_of_a_draft_keeps_what_the_film_needs_in_its_hardest_frame(
    drawn: list[NDArray[np.uint8]], tmp_path: Path
) -> None:
    exact = written(drawn, tmp_path / "exact.mp4", "ultrafast", 1)
    before = written(drawn, tmp_path / "before.mp4", "ultrafast", 18)
    clip = written(drawn, tmp_path / "clip.mp4", "panels", 18)
    assert least(clip, exact) > least(before, exact) - 1
    assert least(clip, exact) > 46


def least(shown: list[Luma], wanted: list[Luma]) -> float:
    return min(psnr([a], [b]) for a, b in zip(shown, wanted, strict=True))
