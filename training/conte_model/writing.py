"""Writes contes with a local model under guidance, in batches, for evaluation.

The prompt, the schema and the grammar are those that are served; transformers decodes, not vLLM.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

from conte.brief import Brief
from conte.manuscript import manuscript_schema, product_first
from serve.settings import ConteSettings
from training.conte_model.chats import ChatMessage, as_served, knows_system
from training.conte_model.guiding import Guide

WriterName = Literal["transformers", "vllm"]


SERVED_TOKENS = ConteSettings().max_tokens
"""Largest number of tokens of a served answer; 2,048 are too few for a conte of eight cuts."""


_SMALL = 32 << 20
"""Parameters below which a CPU decodes faster on one thread: each product of a step takes less time
than to hand its half to a second thread and to wait for it."""


class AnswerWriter(Protocol):
    def write(self, asked: Sequence[Sequence[ChatMessage]], briefs: Sequence[Brief]) -> list[str]:
        """Return one manuscript per question, cut off if it ran out of tokens."""
        ...

    def close(self) -> None:
        """Free the memory. The writer cannot be used afterwards."""
        ...


def opened(
    name: WriterName, folder: Path, temperature: float, top_p: float, max_tokens: int, seed: int
) -> AnswerWriter:
    """Return a writer of the given kind for a model's folder."""
    if name == "vllm":
        from training.conte_model.vllm_writing import VllmWriter

        return VllmWriter(folder, temperature, top_p, max_tokens, seed=seed)
    return GuidedWriter(folder, temperature, top_p, max_tokens, seed=seed)


class GuidedWriter:
    """Writer with transformers in this process. `temperature` 0: greedy decoding."""

    def __init__(
        self, model: Path, temperature: float = 0.0, top_p: float = 1.0,
        max_tokens: int = SERVED_TOKENS, batch: int = 16, seed: int = 0,
    ) -> None:  # fmt: skip
        import torch
        import xgrammar
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(model, padding_side="left")
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        # The folder may be an adapter's: transformers then loads its base as well.
        device = "cuda" if torch.cuda.is_available() else "cpu"
        loaded: Any = AutoModelForCausalLM.from_pretrained(model)
        self._model: Any = loaded.eval().to(device)
        self._one_thread = device == "cpu" and self._model.num_parameters() < _SMALL
        self._knows = knows_system(self._tokenizer)
        self._compiler = xgrammar.GrammarCompiler(
            xgrammar.TokenizerInfo.from_huggingface(
                self._tokenizer,
                vocab_size=self._model.config.vocab_size,
                stop_token_ids=[self._tokenizer.eos_token_id],
            )
        )
        self._temperature, self._top_p, self._max_tokens = temperature, top_p, max_tokens
        self._batch, self._seed = batch, seed

    def write(self, asked: Sequence[Sequence[ChatMessage]], briefs: Sequence[Brief]) -> list[str]:
        """Return one conte per question, guided by the schema of its brief."""
        import torch

        written: list[str] = []
        threads = 1 if self._one_thread else torch.get_num_threads()
        with torch.random.fork_rng(), torch.inference_mode(), _on(threads):
            torch.manual_seed(self._seed)
            for at in range(0, len(asked), self._batch):
                part = slice(at, at + self._batch)
                written += self._written(asked[part], briefs[part])
        return written

    def close(self) -> None:
        """Free the model's memory."""
        import torch

        self._model = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _written(
        self, asked: Sequence[Sequence[ChatMessage]], briefs: Sequence[Brief]
    ) -> list[str]:
        texts = [
            self._tokenizer.apply_chat_template(
                as_served(one, self._knows), tokenize=False, add_generation_prompt=True
            )
            for one in asked
        ]
        inputs = self._tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        inputs = inputs.to(self._model.device)
        grammars = [
            self._compiler.compile_json_schema(
                product_first(manuscript_schema(brief)), any_whitespace=False
            )
            for brief in briefs
        ]
        drawn: dict[str, Any] = (
            {"do_sample": True, "temperature": self._temperature, "top_p": self._top_p}
            if self._temperature
            else {"do_sample": False}
        )
        found = self._model.generate(
            **inputs,
            **drawn,
            max_new_tokens=self._max_tokens,
            pad_token_id=self._tokenizer.pad_token_id,
            logits_processor=[
                Guide(grammars, self._model.config.vocab_size, self._tokenizer.eos_token_id)
            ],
        )
        answers = found[:, inputs["input_ids"].shape[1] :]
        return [self._tokenizer.decode(answer, skip_special_tokens=True) for answer in answers]


@contextmanager
def _on(threads: int) -> Generator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
