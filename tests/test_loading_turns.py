"""Replicas of one machine load their checkpoints a few at a time."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from deployments.engines.diffusion.turns import turn_to_load


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A checkpoint of 1,000 bytes, half of them in another part."""
    for part in ("transformer", "vae"):
        (tmp_path / "model" / part).mkdir(parents=True)
        (tmp_path / "model" / part / "weights.safetensors").write_bytes(bytes(500))
    return tmp_path / "model"


@pytest.mark.parametrize(("memory", "turns"), [(100, 1), (2000, 1), (4000, 2), (7999, 3)])
def test_as_many_load_at_once_as_half_the_memory_holds(
    checkpoint: Path, tmp_path: Path, memory: int, turns: int
) -> None:
    def turn() -> AbstractContextManager[bool]:
        return turn_to_load(checkpoint, memory, wait_s=0, locks=tmp_path)

    held = [turn() for _ in range(turns)]
    assert [each.__enter__() for each in held] == [True] * turns
    with turn() as came:
        assert not came  # after its wait it loads all the same
    held[0].__exit__(None, None, None)
    with turn() as came:
        assert came


def test_a_checkpoint_that_cannot_be_loaded_gives_its_turn_back(
    checkpoint: Path, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="broken"), turn_to_load(checkpoint, 100, 0, tmp_path):
        raise OSError("broken")
    with turn_to_load(checkpoint, 100, 0, tmp_path) as came:
        assert came


def test_this_machine_has_room_for_a_small_one(checkpoint: Path, tmp_path: Path) -> None:
    with (
        turn_to_load(checkpoint, None, 0, tmp_path),
        turn_to_load(checkpoint, None, 0, tmp_path) as came,
    ):
        assert came
