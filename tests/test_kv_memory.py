"""A language model beside a renderer takes its share of the card, whatever the renderer does."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graphs.engine_args import engine_args_of
from graphs.kv_memory import kv_cache_bytes, size_cache, weights_bytes

GIB = 1 << 30
CARD = 80 * GIB


def checkpoint(folder: Path, num_bytes: int = 1000) -> Path:
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(bytes(num_bytes))
    return folder


def config(folder: Path, given: int | None = None, loras: int = 0) -> Any:
    """As much of vLLM's configuration as is read and written."""
    return SimpleNamespace(
        cache_config=SimpleNamespace(kv_cache_memory_bytes=given),
        lora_config=SimpleNamespace(max_loras=loras) if loras else None,
        model_config=SimpleNamespace(model=str(folder)),
    )


def test_the_cache_is_the_share_less_weights_and_work() -> None:
    assert kv_cache_bytes(CARD, 0.3, 14 * GIB) == int(24 * GIB - 14 * GIB - 2.5 * GIB)
    # Two adapters hold a sixteenth of the weights between them.
    assert kv_cache_bytes(CARD, 0.3, 16 * GIB, adapters=2) == int(24 * GIB - 17 * GIB - 2.5 * GIB)


def test_a_share_that_is_too_small_says_what_it_would_hold() -> None:
    with pytest.raises(
        ValueError, match=r"num_gpus: 0\.2 of a card of 80\.0 GiB holds .* 16\.5 GiB"
    ):
        kv_cache_bytes(CARD, 0.2, 14 * GIB)


def test_a_model_that_shares_its_card_is_given_its_cache(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "model")
    shared = config(folder, loras=2)
    size_cache(shared, 0.3, lambda: CARD)
    wanted = kv_cache_bytes(CARD, 0.3, 1000, adapters=2)
    assert shared.cache_config.kv_cache_memory_bytes == wanted


@pytest.mark.parametrize(("share", "card"), [(1, CARD), (0, CARD), (2, CARD), (0.3, None)])
def test_a_model_with_a_card_of_its_own_measures_what_is_free(
    tmp_path: Path, share: float, card: int | None
) -> None:
    alone = config(checkpoint(tmp_path / "model"))
    size_cache(alone, share, lambda: card)
    assert alone.cache_config.kv_cache_memory_bytes is None


def test_a_cache_that_the_settings_give_stays(tmp_path: Path) -> None:
    given = config(checkpoint(tmp_path / "model"), given=3 * GIB)
    size_cache(given, 0.3, lambda: CARD)
    assert given.cache_config.kv_cache_memory_bytes == 3 * GIB


def test_weights_that_lie_there_in_two_formats_count_once(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "model")
    (folder / "consolidated.safetensors").write_bytes(bytes(1000))
    assert weights_bytes(folder) == 1000
    index = {"metadata": {"total_size": 14 * GIB}, "weight_map": {}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert weights_bytes(folder) == 14 * GIB


@pytest.mark.parametrize("num_gpus", [0, 0.3, 1, 2])
def test_guided_answers_are_scheduled_a_token_at_a_time(num_gpus: float) -> None:
    assert engine_args_of(num_gpus, 16)["async_scheduling"] is False


def test_a_shared_card_is_not_wanted_free_beyond_the_share() -> None:
    assert engine_args_of(0.3, 16)["gpu_memory_utilization"] == 0.27
    assert "gpu_memory_utilization" not in engine_args_of(1, 16)
