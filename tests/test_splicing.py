"""Pieces and a track -> a film: the track is made once, whatever films it is heard in."""

from pathlib import Path
from uuid import uuid4

import av
import numpy as np
import pytest
from av import VideoFrame

from deployments.encoding import Mp4Writer
from deployments.sound.signals import Stereo
from deployments.splicing import AUDIO_RATE, Sound, splice

FPS, NUM_FRAMES = 30, 45


@pytest.fixture
def pieces(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
    for path, num_frames in zip(made, (30, 15), strict=True):
        with Mp4Writer(path, 64, 36, FPS, crf=30, preset="ultrafast") as writer:
            for _ in range(num_frames):
                writer.write(VideoFrame(64, 36, "yuv420p"))
    return made


class Tone:
    """A tone of a second, shorter than the film, that counts how often it is made."""

    def __init__(self, key: str) -> None:
        self.key, self.made = key, 0

    def samples(self) -> Stereo:
        self.made += 1
        wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(AUDIO_RATE) / AUDIO_RATE)
        return np.stack([wave, wave]).astype(np.float32)

    def in_film(self, pieces: list[Path], out: Path) -> bytes:
        sound = Sound(self.key, self.samples)
        splice(pieces, out, FPS, NUM_FRAMES, audio=sound, tags={})
        return out.read_bytes()


def heard(film: Path) -> np.ndarray:
    with av.open(film) as opened:
        frames = [frame.to_ndarray() for frame in opened.decode(audio=0)]
    return np.concatenate(frames, axis=1)


def test_a_track_that_is_known_is_neither_synthesised_nor_encoded_again(
    pieces: list[Path], tmp_path: Path
) -> None:
    tone = Tone(uuid4().hex)
    first = tone.in_film(pieces, tmp_path / "first.mp4")
    again = tone.in_film(pieces, tmp_path / "again.mp4")
    assert tone.made == 1 and first == again
    # Other pictures of the same length have the same track; another key has its own.
    tone.in_film(pieces[::-1], tmp_path / "other.mp4")
    assert tone.made == 1
    tone.key = uuid4().hex
    tone.in_film(pieces, tmp_path / "renamed.mp4")
    assert tone.made == 2


def test_a_track_is_as_long_as_the_pictures_and_in_its_place(
    pieces: list[Path], tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    for _ in range(2):  # made, and taken as it is known
        Tone("a tone of a second").in_film(pieces, film)
        with av.open(film) as opened:
            assert opened.streams.video[0].frames == NUM_FRAMES
            assert float(opened.duration or 0) / 1e6 == pytest.approx(NUM_FRAMES / FPS, abs=0.03)
        loud = np.abs(heard(film)).max(axis=0)
        tenth = AUDIO_RATE // 10
        assert loud[tenth : 9 * tenth].max() == pytest.approx(0.3, abs=0.05)
        assert loud[2 * tenth : 3 * tenth].max() > 0.2
        assert loud[11 * tenth :].max() < 0.01
