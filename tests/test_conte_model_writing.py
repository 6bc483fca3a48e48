"""What writes for the judge of a conte model: where it runs, and how long an answer may be."""

from pathlib import Path
from typing import Any

import pytest
import torch
import xgrammar

from conte.brief import Brief, Product
from deployments.engines.tiny.conte import make_tiny_conte
from serve.settings import ConteSettings
from training.conte_model.vllm_writing import settings_here
from training.conte_model.writing import GuidedWriter
from training.loop.recipe import Judging


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_conte(tmp_path_factory.mktemp("tiny") / "conte")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_transformers_write_on_a_gpu_that_is_there(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_with: Any = GuidedWriter(model)
    assert written_with._model.device.type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    # As far as a machine without one can go there.
    with pytest.raises((AssertionError, RuntimeError), match=r"CUDA|NVIDIA"):
        GuidedWriter(model)


def test_vllm_is_held_back_for_a_cpu_on_a_cpu_alone() -> None:
    held_back = {"dtype", "enforce_eager", "enable_chunked_prefill"}
    environment, args = settings_here(on_cpu=True, at_once=16)
    assert held_back <= args.keys()
    assert "VLLM_CPU_KVCACHE_SPACE" in environment
    environment, args = settings_here(on_cpu=False, at_once=16)
    assert not held_back & args.keys()
    assert not any("CPU" in name for name in environment)
    # In a process of its own, whose memory is free for the next model when it has ended.
    assert "VLLM_ENABLE_V1_MULTIPROCESSING" not in environment


def test_an_answer_that_is_judged_may_be_as_long_as_one_that_is_served(model: Path) -> None:
    served = ConteSettings().max_tokens
    assert Judging().max_tokens == served
    writer: Any = GuidedWriter(model)
    assert writer._max_tokens == served


def test_a_small_model_decodes_on_one_thread_and_gives_the_others_back(model: Path) -> None:
    """On two, a step of a model of two million weights is mostly one thread waiting for the other."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        writer: Any = GuidedWriter(model)
        writer._written = lambda asked, briefs: [str(torch.get_num_threads())]
        assert writer.write([[]], []) == ["1"]
        assert torch.get_num_threads() == 2
        writer._one_thread = False  # as of a model that is worth both
        assert writer.write([[]], []) == ["2"]
    finally:
        torch.set_num_threads(before)


def test_an_answer_that_the_grammar_refuses_after_all_ends_there_and_the_others_go_on(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """xgrammar's mask allows a token now and then that its matcher refuses."""
    accept, refused = xgrammar.GrammarMatcher.accept_token, list[object]()

    def accepts(self: Any, token: int) -> bool:
        refused.extend([self] * (not refused))
        return self is not refused[0] and accept(self, token)

    monkeypatch.setattr(xgrammar.GrammarMatcher, "accept_token", accepts)
    writer = GuidedWriter(model, max_tokens=12)
    asked = [{"role": "user", "content": "conte"}]
    short, long = writer.write([asked, asked], [Brief(product=Product(name="시안"))] * 2)
    assert long.startswith(short)
    assert len(short) < len(long)
