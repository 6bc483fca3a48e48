"""CPU-seconds of exports: a version of 8 cuts and 30 s at 1280x720, as the exporter makes it.

A running exporter with its child process, as a server has it. Of each repetition nothing is found
in the vault: the version has another comment, and the stills are taken out of the clips again.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conte.brief import Brief
from conte.clip import Clip, Shot
from conte.conte import Conte
from conte.edition import Edition, Remark
from conte.export import ExportOptions
from conte.still import still_frame, still_key
from deployments.clip_renderer import ClipRenderer
from deployments.deliverables.credentials.certificates import signer_of
from deployments.deliverables.exporter import Exporter
from deployments.engines.animatic import Animatic
from serve.exporting import Made
from serve.settings import ExportSettings
from serve.vault import Vault
from tests.bench.processor import used_ms
from tests.exported_editions import written

ARMS: dict[str, float] = {"pdf": 2, "zip": 5, "xlsx": 0, "pptx": 0, "mp4": 0}
"""Formats, and the CPU-seconds that are the goal; 0: there is none."""
SHORT_SIDE = 720


@dataclass(frozen=True)
class Measured:
    cpu_s: list[float]
    wall_s: list[float]
    size: int

    def row(self, name: str, goal: float) -> str:
        told = " | ".join(_spread(one) for one in (self.cpu_s, self.wall_s))
        return f"| {name} | {told} | {self.size / 1e6:.1f} | {f'<= {goal:g}' if goal else ''} |"


def measure(
    repetitions: int, arms: Sequence[str] = tuple(ARMS), short_side: int = SHORT_SIDE, cuts: int = 8
) -> list[str]:
    """Table rows: CPU-seconds, seconds and megabytes, by format."""
    edition = written("tire", cuts=cuts, duration_s=30.0 if short_side == SHORT_SIDE else 6.0)
    return asyncio.run(_measure(repetitions, arms, short_side, edition))


async def _measure(
    repetitions: int, arms: Sequence[str], short_side: int, edition: Edition
) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault.open(f"{folder}/vault")
        clips = await _clips(vault, edition.conte, edition.brief, short_side)
        edition = edition.model_copy(update={"clips": clips})
        settings = ExportSettings(wait_s=600)
        exporter = Exporter(vault, settings, signer=signer_of(Path(folder)))
        try:
            # The child imports its libraries once in its life.
            found = {arm: await _made(exporter, vault, edition, arm, 0) for arm in arms}
            for repetition in range(1, repetitions + 1):
                for arm in arms:
                    one = await _made(exporter, vault, edition, arm, repetition)
                    found[arm].cpu_s.append(one.cpu_s[0])
                    found[arm].wall_s.append(one.wall_s[0])
        finally:
            exporter.close()
    return [
        Measured(one.cpu_s[1:], one.wall_s[1:], one.size).row(arm, ARMS[arm])
        for arm, one in found.items()
    ]


async def _clips(vault: Vault, conte: Conte, brief: Brief, short_side: int) -> tuple[Clip, ...]:
    renderer, made = ClipRenderer(Animatic(), vault, "draft"), list[Clip]()
    for cut in conte.cuts:
        shot = Shot.of(cut, conte.treatment, brief, 7, short_side)
        async for step in renderer.render(shot, cut.number):
            if isinstance(step, Clip):
                made.append(step)
    return tuple(made)


async def _made(
    exporter: Exporter, vault: Vault, edition: Edition, arm: str, repetition: int
) -> Measured:
    said = Remark(
        cut=edition.conte.cuts[0].id, text=f"{repetition}", author="민", audience="client",
        resolved=False, version=1, at=0,
    )  # fmt: skip
    for cut in edition.conte.cuts:
        clip = edition.clip_of(cut)
        assert clip is not None
        await vault.remove(still_key(clip, still_frame(clip, cut)))
    fresh = edition.model_copy(update={"comments": (said,)})
    options = ExportOptions(captions="clean") if arm == "mp4" else ExportOptions()
    started, before = time.perf_counter(), _used_s()
    made = await exporter.make("bench", fresh, arm, options)
    wall_s, cpu_s = time.perf_counter() - started, _used_s() - before
    if not isinstance(made, Made):
        raise RuntimeError(f"no {arm}: {made}")
    return Measured([cpu_s], [wall_s], made.size)


def _used_s() -> float:
    """CPU-seconds of this process and its children so far."""
    children = [
        Path("/proc") / pid
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    return sum(used_ms(children).values()) / 1000


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
