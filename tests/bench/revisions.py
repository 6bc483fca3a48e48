"""What a revision takes on a cluster that is up, from the click until the new film plays.

One production of the tyre commercial of `examples/`, 30 s at 1280x720. Each repetition asks for each
kind of revision once, in turn, and each revision is a new version of that production; its texts are
new every time, so that nothing is found in the vault. The first repetition is the warm-up.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from conte.brief import Brief
from conte.conte import Conte
from conte.cut import Cut
from conte.production import State
from serve.cli.brief_file import read_brief
from serve.client import Client
from serve.ingress.views import PRODUCTIONS, ProductionView
from tests.bench import processor
from tests.bench.animatic import TIRE

FEEDBACK = "a cut's picture"
OPERATIONS = 200
FIRST_BYTES = 64 * 1024
"""What a player reads of the film before it begins."""
TRIM = 4
"""Frames, within the handles."""
FEEDBACK_WORDS = "제품을 더 크게"
"""What is asked of the cut, and answered, before its picture is changed."""
GOALS_S = {FEEDBACK: 3.0}
NOTHING_RENDERED_S = 2.0
OPERATION_MS = 30.0

Change = Callable[[Conte, int], dict[str, Any]]
"""Conte and repetition -> the operation to ask for."""


def edited(cut: Cut, name: str, after: str) -> dict[str, Any]:
    before = getattr(cut, name)
    return {"op": "edit", "cut": cut.id, "field": name, "before": before, "after": after}


def _trim(conte: Conte, repetition: int) -> dict[str, Any]:
    """There and back, so that it stays within the handles however often it is repeated."""
    one, other = conte.cuts[1:3]
    frames = one.num_frames + (TRIM if repetition % 2 else -TRIM)
    return {"op": "retime", "cut": one.id, "frames": frames, "from": other.id}


KINDS: dict[str, Change] = {
    FEEDBACK: lambda conte, n: edited(conte.cuts[1], "action", f"차가 빗길에서 멈춘다. {n}"),
    "a caption": lambda conte, n: edited(conte.cuts[2], "caption", f"빗길에서도 {n}"),
    "a narration": lambda conte, n: edited(conte.cuts[2], "narration", f"멈춰야 할 때 {n}"),
    "the order": lambda conte, _: {
        "op": "move", "cut": conte.cuts[-1].id, "after": conte.cuts[0].id,
    },
    "a trim within the handles": _trim,
}  # fmt: skip
ARMS = (*KINDS, "operations on a draft")
HANDLES = 12
"""Frames beside what a clip shows, as finals have them. Drafts have none by default: a cut that is
made longer is then rendered."""
READ = f"""
How to read it. Seconds are of free cores only (a load below 1 before it starts, nothing else at work):
elsewhere compare CPU-seconds, which are of all processes of the cluster and not of the client. Met is a
goal if the median is at or below it and, of operations, if the p99 is, the second slowest of {OPERATIONS}.
`{FEEDBACK}` has the answer to feedback in words, the change, the new version, its one clip, and the film
until its first 64 KiB are read; the others render nothing. Handles are {HANDLES} frames."""


@dataclass
class Measured:
    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    spent_ms: dict[str, list[Mapping[str, float]]] = field(
        default_factory=dict[str, list[Mapping[str, float]]]
    )
    renders: dict[str, int] = field(default_factory=dict[str, int])
    """Clips that the last revision of a kind rendered."""
    operations_s: list[float] = field(default_factory=list[float])
    operations_spent_ms: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def rows(self) -> list[str]:
        rows: list[str] = []
        for kind, values in self.seconds.items():
            cpu_s = statistics.median(sum(ms.values()) for ms in self.spent_ms[kind]) / 1000
            rows.append(
                f"| {kind} | {self.renders[kind]} | {statistics.median(values):.2f}"
                f" ({min(values):.2f} to {max(values):.2f}) | {cpu_s:.2f} |"
                f" <= {GOALS_S.get(kind, NOTHING_RENDERED_S):.0f} |"
            )
        return rows

    @property
    def operation_rows(self) -> list[str]:
        ms = sorted(1000 * seconds for seconds in self.operations_s)
        cpu_ms = sum(self.operations_spent_ms.values()) / len(ms)
        last = min(len(ms) - 1, round(0.99 * len(ms)) - 1)
        return [
            f"| {len(ms)} | {statistics.median(ms):.1f} | {ms[last]:.1f} | {cpu_ms:.1f} |"
            f" p99 <= {OPERATION_MS:.0f} |"
        ]

    @property
    def cpu_rows(self) -> list[str]:
        """CPU-ms of a revision, by process."""
        return processor.rows(self.spent_ms, 1)

    @property
    def operation_cpu_rows(self) -> list[str]:
        return processor.rows({"operations": [self.operations_spent_ms]}, len(self.operations_s))


def measure(
    url: str,
    repetitions: int,
    used: processor.ReadUsed,
    brief: Brief | None = None,
    operations: int = OPERATIONS,
) -> Measured:
    """
    Raises:
        RuntimeError: if a revision makes no film, or one that renders nothing renders a clip.
    """
    found = Measured()
    with Client(url) as client:
        production = client.create(brief or read_brief(TIRE), seed=int(time.time()))
        client.wait(production.id)
        _filmed(client, production.id)
        for repetition in range(repetitions + 1):
            for kind, change in KINDS.items():
                number = client.get(production.id).version
                asked = change(client.conte(production.id, number).conte, repetition)
                before, started = used(), time.perf_counter()
                if kind == FEEDBACK:
                    said = {"cut": asked["cut"], "text": FEEDBACK_WORDS}
                    client.feedback(production.id, [said])
                renders = _until_it_plays(client, url, production.id, asked)
                took = time.perf_counter() - started
                if kind != FEEDBACK and renders:
                    raise RuntimeError(f"{kind}: {renders} clips were rendered: no figure")
                if repetition:
                    found.seconds.setdefault(kind, []).append(took)
                    found.spent_ms.setdefault(kind, []).append(processor.spent_ms(before, used()))
                    found.renders[kind] = renders
        number = client.get(production.id).version
        cuts = client.conte(production.id, number).conte.cuts
        before = used()
        found.operations_s = _operate(url, production.id, cuts, operations)
        found.operations_spent_ms = processor.spent_ms(before, used())
    return found


def _until_it_plays(client: Client, url: str, production: str, asked: dict[str, Any]) -> int:
    """Change the draft, seal it, wait for the film and read its beginning; return the renders."""
    client.operate(production, [asked])
    sealed = client.seal(production)
    renders = 0
    for event in client.events(production, after=sealed.last_event):
        renders += event.event == "clip.ready"
    links = _filmed(client, production).links
    begin = {"Range": f"bytes=0-{FIRST_BYTES - 1}"}
    answer = httpx.get(f"{url}{links.film}", headers=begin, timeout=60)
    answer.raise_for_status()
    return renders


def _filmed(client: Client, production: str) -> ProductionView:
    made = client.get(production)
    if made.state is not State.DONE:
        raise RuntimeError(f"production {production} made no film: {made.failure}")
    return made


def _operate(url: str, production: str, cuts: tuple[Cut, ...], number: int) -> list[float]:
    """Post edits of captions one by one; return the seconds of each."""
    path = f"{PRODUCTIONS}/{production}/draft/operations"
    stands = {cut.id: cut for cut in cuts}
    seconds: list[float] = []
    with httpx.Client(base_url=url, timeout=60) as http:
        for n in range(number):
            cut = stands[cuts[n % len(cuts)].id]
            body = {"operations": [edited(cut, "caption", f"자막 {n}")]}
            started = time.perf_counter()
            answer = http.post(path, json=body)
            seconds.append(time.perf_counter() - started)
            answer.raise_for_status()
            stands[cut.id] = cut.model_copy(update={"caption": f"자막 {n}"})
    return seconds
