"""What the conte model's deployment does to a chat before vLLM sees it, and how vLLM is started."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graphs import shapes
from graphs.replicas.language_model import without_system
from serve.settings import Settings
from tests.ncp_cluster import cluster_config

SYSTEM = {"role": "system", "content": "You write contes."}
USER = {"role": "user", "content": "A tyre."}
ASSISTANT = {"role": "assistant", "content": "{}"}


def test_what_the_system_says_heads_the_first_question() -> None:
    body = {"model": "conte", "messages": [SYSTEM, USER, ASSISTANT, USER]}
    joined = {"role": "user", "content": "You write contes.\n\nA tyre."}
    assert without_system(body) == {"model": "conte", "messages": [joined, ASSISTANT, USER]}


def test_pictures_stay_before_the_text_that_the_system_heads() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,"}}
    text = {"type": "text", "text": "A tyre."}
    told = without_system({"messages": [SYSTEM, {"role": "user", "content": [picture, text]}]})
    (asked,) = told["messages"]
    assert asked["content"][0] == picture
    assert asked["content"][1]["text"] == "You write contes.\n\nA tyre."


@pytest.mark.parametrize(
    "messages",
    [[USER], [USER, ASSISTANT], [], "hello", [SYSTEM], [SYSTEM, ASSISTANT], [1, 2], None],
)
def test_anything_else_is_left_for_the_model_to_judge(messages: Any) -> None:
    assert without_system({"messages": messages}) == {"messages": messages}


async def test_a_model_of_a_local_folder_is_downloaded_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from graphs.replicas import engine

    started: list[bool] = []

    async def start(self: Any) -> None:
        started.append(self.llm_config.get_or_create_callback().ctx.run_init_node)

    monkeypatch.setattr(engine.VLLMEngine, "start", start)
    callback = SimpleNamespace(ctx=SimpleNamespace(run_init_node=True))
    made: Any = engine.Engine.__new__(engine.Engine)
    made.llm_config = SimpleNamespace(get_or_create_callback=lambda: callback)
    await made.start()
    assert started == [False]


@pytest.mark.parametrize(("num_gpus", "node"), [(0.3, "gpu1"), (1.0, "gpu1"), (2.0, "gpu2")])
def test_a_model_on_a_gpu_has_room_on_a_node_of_cluster_yaml(num_gpus: float, node: str) -> None:
    """Those announce no CPU, so that a bundle with one would wait for ever."""
    from graphs.vllm_config import llm_config

    shape = shapes.conte_model(Settings())
    config = llm_config("m", Path("m"), num_gpus, {}, shape)
    assert shape["ray_actor_options"] == {"num_cpus": 0}
    engine = config.get_engine_config()
    assert engine is not None
    bundles = engine.placement_bundles
    there = cluster_config()["available_node_types"][node]["resources"]
    for name in {name for bundle in bundles for name in bundle}:
        assert sum(bundle.get(name, 0) for bundle in bundles) <= there.get(name, 0), name
