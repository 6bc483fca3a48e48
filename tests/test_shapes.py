"""Replicas, queues and memory follow from the settings."""

from pathlib import Path
from typing import Any

import pytest

from graphs import shapes
from serve import cluster
from serve.cluster import machine
from serve.settings import ClipSettings, DirectorSettings, IngressSettings, Settings


def config(**final: Any) -> dict[str, Any]:
    return {"applications": [{"name": "film", "args": {"final": {"enabled": True, **final}}}]}


@pytest.fixture(autouse=True)
def plenty_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_memory", lambda: 64 << 30)


def test_without_encoders_only_keys_travel() -> None:
    assert cluster.object_store(config(replicas=8)) == cluster.OBJECT_STORE
    assert cluster.object_store(config(encoders=2, enabled=False)) == cluster.OBJECT_STORE


def test_with_encoders_two_clips_of_each_renderer_have_room() -> None:
    wanted = cluster.OBJECT_STORE + 16 * cluster.CLIP_FRAMES
    assert cluster.object_store(config(replicas=8, encoders=2)) == wanted


def test_the_environment_switches_encoders_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAN_FINAL__ENCODERS", "1")
    assert cluster.object_store(config()) == cluster.OBJECT_STORE + 2 * cluster.CLIP_FRAMES


def test_frames_take_no_more_than_a_third_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_memory", lambda: 3 << 30)
    assert cluster.object_store(config(replicas=8, encoders=1)) == 1 << 30


def test_another_graphs_arguments_are_none_of_its_business() -> None:
    assert cluster.object_store({"applications": [{"args": {"stubs": 3}}]}) == cluster.OBJECT_STORE


@pytest.mark.parametrize(
    ("cores", "gib", "wanted"), [(2, 8, 2), (2, 2, 1), (1, 8, 1), (64, 256, 2), (8, None, 2)]
)
def test_there_are_two_front_doors_where_the_machine_has_room(
    cores: int, gib: int | None, wanted: int
) -> None:
    assert shapes.front_doors(cores, gib and gib << 30) == wanted


def test_a_number_of_front_doors_that_is_named_is_taken() -> None:
    for replicas in (1, 3):
        named = Settings(ingress=IngressSettings(replicas=replicas))
        assert shapes.ingress(named)["num_replicas"] == replicas
    assert shapes.ingress(Settings())["num_replicas"] in (1, 2)


def test_a_renderer_takes_a_clip_more_when_others_encode() -> None:
    alone = shapes.clip_renderer("FinalRenderer", ClipSettings())
    beside = shapes.clip_renderer("FinalRenderer", ClipSettings(encoders=1))
    assert (alone["max_ongoing_requests"], beside["max_ongoing_requests"]) == (2, 3)


def test_a_models_clip_may_be_finished_and_a_drawing_need_not() -> None:
    drawn = shapes.clip_renderer("DraftRenderer", ClipSettings(engine="animatic"))
    made = shapes.clip_renderer("FinalRenderer", ClipSettings(engine="diffusers", timeout_s=300))
    assert drawn["graceful_shutdown_timeout_s"] == 5
    assert made["graceful_shutdown_timeout_s"] > 2 * 300


GUEST: dict[str, Any] = {"engine": "vllm", "vllm": {"checkpoint": "m", "num_gpus": 0.3}}
ALONE: dict[str, Any] = {"engine": "vllm", "vllm": {"checkpoint": "m", "num_gpus": 1}}


@pytest.mark.parametrize(
    ("final", "conte", "share"),
    [
        ({"num_gpus": 0.65, "replicas": 8}, GUEST, 0.65),
        ({"num_gpus": 0.7}, GUEST, 0.7),
        ({"num_gpus": 0.8}, GUEST, 1),
        ({"num_gpus": 0.65}, ALONE, 1),
        ({"num_gpus": 0.65}, {"engine": "openai"}, 1),
        ({"num_gpus": 0.5, "replicas": 2}, ALONE, 0.5),
        ({"num_gpus": 1, "replicas": 7}, GUEST, 1),
        ({"num_gpus": 2}, GUEST, 1),
        ({"num_gpus": 0}, GUEST, 1),
    ],
)
def test_a_renderer_has_the_whole_card_where_no_other_model_fits_beside_it(
    final: dict[str, Any], conte: dict[str, Any], share: float, tmp_path: Path
) -> None:
    args: dict[str, Any] = {"final": {"engine": "diffusers", "enabled": True, **final}}
    settings = Settings.model_validate({"home": tmp_path, "conte": conte, **args})
    assert shapes.card_share(settings, "final") == share


@pytest.mark.parametrize(
    ("renderers", "encoders", "directors", "wanted"),
    [(1, 0, 1, 2), (1, 2, 2, 2), (8, 2, 2, 12), (8, 0, 5, 8), (4, 0, 1, 8)],
)
def test_directors_share_the_places_of_a_tier_and_one_alone_can_keep_its_renderers_busy(
    renderers: int, encoders: int, directors: int, wanted: int
) -> None:
    clip = ClipSettings(replicas=renderers, encoders=encoders)
    assert shapes.places(clip, DirectorSettings(replicas=directors)) == wanted
