"""Engines with fixed latencies: what takes GPU minutes in production sleeps here, under a slot's lock.

The workload travels in the brief: `product.description` is JSON, {"conte_s": 2, "render_s": [0.5, ...]}.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from conte.brief import Brief
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte
from conte.production import Provenance
from deployments.conte_writer import ContePart
from serve.vault import Vault
from tests.fake_crew import ENGINE, plain_cuts, plain_treatment


def workload(conte_s: float, render_s: list[float], name: str = "stub") -> dict[str, object]:
    """The brief, as JSON, of one film with a cut for each render."""
    return {
        "product": {
            "name": name,
            "description": json.dumps({"conte_s": conte_s, "render_s": render_s}),
        },
        "duration_s": 8,
        "cuts": len(render_s),
    }


class StubWriter:
    async def write(
        self, brief: Brief, seed: int, production: str = ""
    ) -> AsyncIterator[ContePart]:
        spec = json.loads(brief.product.description)
        renders: list[float] = spec["render_s"]
        yield Provenance(engine=ENGINE, seed=seed)
        yield plain_treatment(brief)
        clock = asyncio.get_running_loop().time
        started = clock()
        for cut in plain_cuts(brief):
            due = started + spec["conte_s"] * cut.number / len(renders)
            await asyncio.sleep(max(0.0, due - clock()))
            yield cut.model_copy(update={"video_prompt": json.dumps(renders[cut.number - 1])})


class StubRenderer:
    def __init__(self, vault: Vault, tier: Tier) -> None:
        self._vault, self._slot = vault, asyncio.Semaphore(1)
        self._tier: Tier = tier

    async def render(self, shot: Shot, cut: int) -> AsyncIterator[float | Clip]:
        takes = json.loads(shot.video_prompt)
        key = shot.key(ENGINE)
        async with self._slot:
            yield 0.0
            await asyncio.sleep(takes)
        await self._vault.publish_bytes(key, b"clip")
        yield Clip(
            cut=cut,
            tier=self._tier,
            key=key,
            num_frames=shot.num_frames,
            engine=ENGINE,
            seed=shot.seed,
            render_s=takes,
            reused=False,
        )


class StubEditor:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def cut_ahead(
        self, conte: Conte, brief: Brief, clips: tuple[Clip, ...]
    ) -> AsyncIterator[int]:
        for _ in ():
            yield 0

    async def join(
        self, conte: Conte, brief: Brief, clips: tuple[Clip, ...], version: int
    ) -> AsyncIterator[float | Film]:
        digest = clips[0].key.partition("/")[2].partition(".")[0]
        await self._vault.publish_bytes(f"films/{digest}.mp4", b"film")
        yield Film(
            tier=clips[0].tier,
            key=f"films/{digest}.mp4",
            sheet_key=f"sheets/{digest}.png",
            poster_key=f"posters/{digest}.png",
            num_frames=conte.num_frames,
            fps=brief.fps,
            width=128,
            height=72,
            edit_s=0,
            labelled_ai=True,
        )
