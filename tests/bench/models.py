"""The models in the graph against the models by themselves: tokens, clips, and what lies between."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from conte.brief import Brief, Product
from conte.clip import Shot
from conte.manuscript import manuscript_schema, product_first
from conte.production import State
from deployments.engines.tiny.conte import make_tiny_conte
from serve.client import Client
from serve.settings import DiffusersSettings
from tests.bench.asker import tokens_told

# A model whose forward pass, not its bookkeeping, is what takes the time, as it is with 7 B.
MODEL = {"hidden": 1024, "layers": 12}
CONTEXT = 4096
TOKENS = 96
CONCURRENT = (1, 4, 16)
SCHEMA = product_first(manuscript_schema(Brief(product=Product(name="시안"))))
CLIP: dict[str, Any] = {"short_side": 192, "num_inference_steps": 6, "device": "cpu"}
PROMPT = "타이어 광고 콘티를 써 주세요. 빗길에서 멈추는 장면이 꼭 있어야 합니다."


def spread(values: Sequence[float], digits: int = 2) -> str:
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def make_model(home: Path) -> Path:
    return make_tiny_conte(home / "tiny" / "conte", **MODEL)


class BareVllm:
    """The process of `tests.bench.bare_vllm`."""

    def __init__(self, checkpoint: Path) -> None:
        arguments = {
            "model": str(checkpoint), "dtype": "float32", "enforce_eager": True,
            "enable_chunked_prefill": False, "max_model_len": CONTEXT,
            "max_num_batched_tokens": CONTEXT, "max_num_seqs": 16,
            "enable_prefix_caching": True, "async_scheduling": False,
            "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bare_vllm", json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # Ray's workers run at this priority.
            preexec_fn=lambda: os.nice(15),
        )
        self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def tokens_per_s(self, prompt: str, seeds: Sequence[int]) -> float:
        assert self._process.stdin is not None
        asked = {
            "prompts": [prompt] * len(seeds), "max_tokens": TOKENS, "seeds": list(seeds),
            "schema": SCHEMA,
        }  # fmt: skip
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._read()
        return answer["tokens"] / answer["seconds"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


def question(seed: int) -> dict[str, Any]:
    """As the conte writer asks, guided by the schema that guides the bare model, too."""
    return {
        "model": "conte", "messages": [{"role": "user", "content": PROMPT}],
        "temperature": 0.8, "top_p": 0.95, "max_tokens": TOKENS, "seed": seed,
        "ignore_eos": True, "stream": True, "stream_options": {"include_usage": True},
        "response_format": {
            "type": "json_schema", "json_schema": {"name": "conte", "schema": SCHEMA},
        },
    }  # fmt: skip


@dataclass(frozen=True)
class Sides:
    """The cluster with the model in it, and the model by itself."""

    client: httpx.AsyncClient
    bare: BareVllm


async def by_handle(sides: Sides, seeds: Sequence[int]) -> float:
    """Tokens a second of the deployment, asked by another replica as the conte writer asks it."""
    answer = await sides.client.post("/asker", json=[question(seed) for seed in seeds])
    told = answer.raise_for_status().json()
    return told["tokens"] / told["seconds"]


async def by_front_door(sides: Sides, seeds: Sequence[int]) -> float:
    """Tokens a second of HTTP streams: the same, with ingress, proxy and client in between."""

    async def one(seed: int) -> int:
        tokens = 0
        asked = sides.client.stream("POST", "/v1/chat/completions", json=question(seed))
        async with asked as answer:
            async for line in answer.aiter_lines():
                for told in tokens_told([line]):
                    tokens = told
        return tokens

    began = time.perf_counter()
    tokens = sum(await asyncio.gather(*(one(seed) for seed in seeds)))
    return tokens / (time.perf_counter() - began)


async def by_itself(sides: Sides, seeds: Sequence[int]) -> float:
    """Tokens a second of `vllm.LLM.generate`."""
    return await asyncio.to_thread(
        sides.bare.tokens_per_s, f"<s>[INST] {PROMPT} [/INST]", list(seeds)
    )


DEPLOYMENT, DOOR, BARE = "deployment", "front door", "vllm.LLM.generate"
TOKEN_ARMS = {DEPLOYMENT: by_handle, DOOR: by_front_door, BARE: by_itself}


async def tokens(url: str, bare: BareVllm, repetitions: int) -> list[str]:
    """Table rows: tokens a second of the arms, side by side, the order changing every time."""
    rows: list[str] = []
    async with httpx.AsyncClient(base_url=url, timeout=None) as client:
        sides = Sides(client, bare)
        for concurrent in CONCURRENT:
            found: dict[str, list[float]] = {name: [] for name in TOKEN_ARMS}
            for repetition in range(repetitions + 1):
                seeds = range(100 * repetition, 100 * repetition + concurrent)
                for name in sorted(TOKEN_ARMS, reverse=bool(repetition % 2)):
                    rate = await TOKEN_ARMS[name](sides, seeds)
                    if repetition:
                        found[name].append(rate)
            ratios = {
                name: [ours / theirs for ours, theirs in zip(rates, found[BARE], strict=True)]
                for name, rates in found.items()
            }
            rates = [spread(found[name], 0) for name in TOKEN_ARMS]
            over = [spread(ratios[name]) for name in (DEPLOYMENT, DOOR)]
            rows.append(f"| {concurrent} | {' | '.join([*rates, *over])} | >= 0.95 |")
    return rows


CLIP_ARMS = ("engine", "bare pipeline", "graph")
"""The first two are made by `clip`, in turn; the last one is the clips of `clips_per_s`."""


def clip(
    checkpoint: Path, shot: Shot, repetitions: int, settings: Mapping[str, Any] = CLIP
) -> list[str]:
    """Table rows: seconds of one clip by the engine and by the bare pipeline, and the ratio."""
    import torch
    from diffusers.pipelines.pipeline_utils import DiffusionPipeline

    from deployments.engines.diffusion import DiffusersEngine
    from deployments.engines.diffusion.prompting import prompt

    engine = DiffusersEngine(DiffusersSettings(checkpoint=str(checkpoint), **settings))
    bare: Any = DiffusionPipeline.from_pretrained(str(checkpoint))
    bare.set_progress_bar_config(disable=True)
    words = prompt(shot, engine.family)
    ours: list[float] = []
    theirs: list[float] = []
    same = True
    for repetition in range(repetitions + 1):
        began = time.perf_counter()
        video = engine.render(shot, lambda _: None, lambda: False)
        frames = np.stack([frame.copy() for frame in video.frames])
        mine = time.perf_counter() - began
        began = time.perf_counter()
        alone = bare(
            prompt=words.text,
            negative_prompt=words.negative,
            width=video.width,
            height=video.height,
            num_frames=len(frames),
            num_inference_steps=settings["num_inference_steps"],
            generator=torch.Generator().manual_seed(shot.seed),
            output_type="np",
        ).frames[0]
        taken = time.perf_counter() - began
        same = same and np.array_equal(frames, (alone * 255).round().astype(np.uint8))
        if repetition:
            ours.append(mine)
            theirs.append(taken)
    ratios = [o / t for o, t in zip(ours, theirs, strict=True)]
    equal = "bit for bit" if same else "NOT THE SAME"
    return [f"| {spread(ours)} | {spread(theirs)} | {spread(ratios, 3)} | {equal} | <= 1.02 |"]


CLIPS_BRIEF: dict[str, object] = {"product": {"name": "시안"}, "duration_s": 8, "cuts": 4}


def clips_per_s(
    url: str, clips: int, seed: int, brief: Mapping[str, object] = CLIPS_BRIEF
) -> float:
    """Clips a second through the graph, all asked for at once: 4 a production."""
    with Client(url) as client:
        began = time.perf_counter()
        made = [client.create(brief, seed=seed + i) for i in range(clips // 4)]
        for production in made:
            if (ended := client.wait(production.id)).state is not State.DONE:
                raise RuntimeError(f"production {production.id} has {ended.state}: no figure")
        return clips / (time.perf_counter() - began)
