"""A video of the model's own size, rate and length becomes exactly the shot's, in smooth motion."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from conte.clip import Shot
from deployments.conforming import conform
from deployments.engines.protocols import Frame, RenderError, Video
from tests.fake_video import conte_and_brief


def shot_of(*, fps: int, num_frames: int, width: int = 320, height: int = 180) -> Shot:
    conte, brief = conte_and_brief()
    shot = Shot.of(conte.cuts[0], conte.treatment, brief, 7, 128)
    return shot.model_copy(
        update={"fps": fps, "num_frames": num_frames, "width": width, "height": height}
    )


def video_of(
    draw: Callable[[float], Frame], *, fps: int, num_frames: int, taken: list[int] | None = None
) -> Video:
    """A video drawn at each frame's number, into one array that every step reuses."""
    height, width, _ = draw(0).shape

    def frames() -> Iterator[Frame]:
        pixels = np.zeros((height, width, 3), np.uint8)
        for index in range(num_frames):
            if taken is not None:
                taken.append(index)
            pixels[...] = draw(index)
            yield pixels
        pixels[...] = 0  # whoever still looks at it sees that it was not his

    return Video(frames(), num_frames, width, height, fps)


def conformed(video: Video, shot: Shot) -> list[Frame]:
    frames = [pixels.copy() for pixels in conform(video, shot)]
    assert len(frames) == shot.num_frames
    assert {pixels.shape for pixels in frames} == {(shot.height, shot.width, 3)}
    assert {pixels.dtype.name for pixels in frames} == {"uint8"}
    return frames


def grey(level: float, width: int = 320, height: int = 180) -> Frame:
    return np.full((height, width, 3), round(level), np.uint8)


def clouds(width: int, height: int, seed: int) -> Frame:
    """Coarse and fine detail, as pictures have."""
    random, drawn = np.random.default_rng(seed), np.zeros((height, width, 3), np.float32)
    for cell in (4, 8, 16, 32, 64):
        patch = random.random((height // cell + 1, width // cell + 1, 3), dtype=np.float32) - 0.5
        drawn += cell * cv2.resize(patch, (width, height), interpolation=cv2.INTER_CUBIC)
    low, high = float(drawn.min()), float(drawn.max())
    return ((drawn - low) / (high - low) * 255).astype(np.uint8)


SCENERY, BOX = clouds(520, 180, 1), clouds(60, 60, 2)


def drive(index: float, *, box_x: float = 10, pan: float = 2, speed: float = 9) -> Frame:
    """A box that drives one way over scenery that passes the other way."""
    move = np.array([[1, 0, -pan * index], [0, 1, 0]], np.float32)
    drawn = cv2.warpAffine(SCENERY, move, (320, 180), flags=cv2.INTER_CUBIC)
    move[0, 2], move[1, 2] = box_x + speed * index, 60
    box = cv2.warpAffine(BOX, move, (320, 180))
    there = cv2.warpAffine(np.ones((60, 60), np.float32), move, (320, 180))[..., None]
    return (drawn * (1 - there) + box * there).round().astype(np.uint8)


@pytest.mark.parametrize(
    ("native", "wanted"), [((16, 33), (30, 60)), ((24, 49), (24, 48)), ((25, 121), (24, 115))]
)
def test_any_rate_and_length_becomes_exactly_the_shots(
    native: tuple[int, int], wanted: tuple[int, int]
) -> None:
    shot = shot_of(fps=wanted[0], num_frames=wanted[1], width=228, height=128)
    video = video_of(lambda index: grey(index, 104, 60), fps=native[0], num_frames=native[1])
    conformed(video, shot)


def test_at_the_shots_own_rate_every_frame_passes_through_as_it_is() -> None:
    shot = shot_of(fps=24, num_frames=20)
    frames = conformed(video_of(drive, fps=24, num_frames=25), shot)
    for index, pixels in enumerate(frames):
        assert np.array_equal(pixels, drive(index))


def test_frames_that_are_not_needed_are_not_drawn() -> None:
    taken: list[int] = []
    conformed(video_of(grey, fps=24, num_frames=100, taken=taken), shot_of(fps=24, num_frames=10))
    conformed(video_of(grey, fps=16, num_frames=100, taken=taken), shot_of(fps=30, num_frames=16))
    # The 16th frame of 30 a second lies exactly on the 9th of 16 a second.
    assert taken == [*range(10), *range(9)]


@pytest.mark.parametrize("size", [(832, 480), (480, 832), (500, 500), (1024, 576), (160, 90)])
def test_a_circle_in_the_middle_stays_a_circle_in_the_middle(size: tuple[int, int]) -> None:
    width, height = size
    radius = min(width, height) * 0.25
    disc = grey(0, width, height)
    middle = round((width - 1) / 2 * 16), round((height - 1) / 2 * 16)
    cv2.circle(disc, middle, round(radius * 16), (255, 255, 255), -1, cv2.LINE_AA, shift=4)
    [frame] = conformed(
        video_of(lambda _: disc, fps=24, num_frames=1), shot_of(fps=24, num_frames=1)
    )
    lit = frame[..., 0].astype(float) / 255
    across, down = lit.max(axis=0).sum(), lit.max(axis=1).sum()
    wanted = 2 * radius * max(320 / width, 180 / height)
    if wanted < 180:
        assert across == pytest.approx(down, abs=0.02 * across + 1)
        assert across == pytest.approx(wanted, abs=0.02 * wanted + 1)
    rows, columns = np.indices(lit.shape)
    scale = max(320 / width, 180 / height)
    assert (lit * columns).sum() / lit.sum() == pytest.approx(159.5, abs=0.6 * scale + 0.5)
    assert (lit * rows).sum() / lit.sum() == pytest.approx(89.5, abs=0.6 * scale + 0.5)


def test_a_finer_video_is_averaged_and_does_not_flicker() -> None:
    board = (np.indices((720, 1280)).sum(axis=0) % 2 * 255).astype(np.uint8)
    lines = np.dstack([board] * 3)
    [frame] = conformed(
        video_of(lambda _: lines, fps=24, num_frames=1), shot_of(fps=24, num_frames=1)
    )
    assert np.ptp(frame) <= 2
    assert abs(float(frame.mean()) - 127.5) < 2


def test_motion_is_even_and_true_between_the_models_frames() -> None:
    shot = shot_of(fps=30, num_frames=24)
    frames = conformed(video_of(drive, fps=16, num_frames=14), shot)
    for index, pixels in enumerate(frames):
        time = index * 16 / 30
        truth, nearest = drive(time), drive(round(time))
        if abs(time - round(time)) > 0.2:
            assert cv2.PSNR(pixels, truth) > cv2.PSNR(nearest, truth) + 5
            assert cv2.PSNR(pixels, truth) > 30


def test_what_moves_is_there_once_and_not_as_two_ghosts() -> None:
    def ball(index: float) -> Frame:
        pixels = grey(40)
        centre = round((40 + 24 * index) * 16), 90 * 16
        cv2.circle(pixels, centre, 14 * 16, (220, 220, 220), -1, cv2.LINE_AA, shift=4)
        return pixels

    shot = shot_of(fps=24, num_frames=12)
    for index, pixels in enumerate(conformed(video_of(ball, fps=12, num_frames=7), shot)):
        lit = (pixels[..., 0] > 130).any(axis=0)
        parts = np.flatnonzero(np.diff(np.concatenate([[0], lit.astype(np.int8)])) == 1)
        assert len(parts) == 1, f"{len(parts)} balls in frame {index}"
        middle = np.flatnonzero(lit).mean()
        assert middle == pytest.approx(40 + 24 * index / 2, abs=5)


def test_across_a_hard_change_each_frame_shows_one_picture() -> None:
    pictures = [clouds(320, 180, seed) for seed in (5, 6)]
    shot = shot_of(fps=30, num_frames=14)
    video = video_of(lambda index: pictures[index >= 4], fps=16, num_frames=8)
    for index, pixels in enumerate(conformed(video, shot)):
        nearer = pictures[round(index * 16 / 30) >= 4]
        assert np.array_equal(pixels, nearer)


def test_a_fade_stays_smooth() -> None:
    shot = shot_of(fps=30, num_frames=24)
    video = video_of(lambda index: grey(20 + 12 * index), fps=15, num_frames=13)
    levels = [float(pixels.mean()) for pixels in conformed(video, shot)]
    assert np.allclose(np.diff(levels), 6, atol=1)


@pytest.mark.parametrize(("fps", "num_frames"), [(24, 47), (16, 31)])
def test_the_last_frame_may_stand_for_one_frame_of_the_model(fps: int, num_frames: int) -> None:
    shot = shot_of(fps=24, num_frames=48)
    frames = conformed(video_of(lambda i: grey(4 * i), fps=fps, num_frames=num_frames), shot)
    assert np.array_equal(frames[-1], grey(4 * (num_frames - 1)))


@pytest.mark.parametrize(("fps", "num_frames"), [(24, 46), (16, 30)])
def test_a_video_that_is_too_short_is_refused_with_both_lengths(fps: int, num_frames: int) -> None:
    video = video_of(grey, fps=fps, num_frames=num_frames)
    told = rf"lasts \d\.\d\d s \({num_frames} frames at {fps} a second\), the shot 2\.00 s \(48 fr"
    with pytest.raises(RenderError, match=told):
        conformed(video, shot_of(fps=24, num_frames=48))


def test_a_video_that_ends_before_it_said_is_refused() -> None:
    short = Video(iter([grey(0)] * 5), 48, 320, 180, 24)
    with pytest.raises(RenderError, match="ended after 5 frames, wanted 48"):
        conformed(short, shot_of(fps=24, num_frames=48))


def test_two_of_the_models_frames_are_held_at_a_time() -> None:
    taken: list[int] = []
    frames = conform(
        video_of(grey, fps=16, num_frames=33, taken=taken), shot_of(fps=30, num_frames=60)
    )
    for index, _ in enumerate(frames):
        assert len(taken) <= index * 16 // 30 + 2
