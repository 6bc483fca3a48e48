"""A day of films on virtual GPUs and a virtual clock: policies for how many renderers there are.

The gate, its fairness, the backlog and the policy are the real ones. A renderer is a node of one GPU:
paid from the moment it is asked for, useful once it has booted, kept for a while when it is idle.
"""

import asyncio
import heapq
import math
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graphs.autoscaling import DAY_S, Policy, Seen, Target, decided
from graphs.backlog import CutLeft, Pace, backlog_s
from graphs.gate import Begin, FairGate
from tests import virtual_clock

HOUR = 3600.0
BOOT_S = 480.0
LOAD_S = 60.0
"""A renderer on a node that is still there: the model is loaded again."""
IDLE_S = 600.0
"""For how long the autoscaler keeps an idle node: idle_timeout_minutes of cluster.yaml."""
NEVER_JOINS, GIVEN_UP_S = 0.03, 780.0
FAILS = 0.01
"""Share of clips that fail half-way, and are rendered again."""
STEP_S = 10.0
KINDS = (("wan", 832, 480, 0.2), ("wan", 1280, 720, 0.6), ("wan-fast", 832, 480, 0.05))
"""Engine, size, and seconds a frame."""
MOST = 64


@dataclass(frozen=True)
class Order:
    at_s: float
    tenant: str
    cuts: tuple[tuple[CutLeft, float], ...]
    """What it is, and the seconds that it will really take."""


def a_day(films: int = 10_000, tenants: int = 200, seed: int = 1) -> list[Order]:
    """Orders of a working day: peaks at 9 and 14 o'clock, a few large tenants, films in bursts."""
    chance = random.Random(seed)
    weights = [1 / (1 + number) ** 0.8 for number in range(tenants)]
    orders: list[Order] = []
    while len(orders) < films:
        (tenant,) = chance.choices(range(tenants), weights)
        at = _time_of_day(chance)
        burst = min(films - len(orders), 1 + int(chance.expovariate(1 / 3)))
        for _ in range(burst):
            at += chance.expovariate(1 / 20)
            engine, width, height, pace = chance.choices(KINDS, (6, 2, 2))[0]
            cuts: list[tuple[CutLeft, float]] = []
            for _ in range(chance.randint(4, 8)):
                frames = chance.randrange(49, 122, 4)
                cut = CutLeft(str(tenant), engine, width, height, frames)
                cuts.append((cut, frames * pace * chance.uniform(0.9, 1.1)))
            orders.append(Order(at % DAY_S, str(tenant), tuple(cuts)))
    return sorted(orders, key=lambda order: order.at_s)


def _time_of_day(chance: random.Random) -> float:
    where = chance.random()
    if where < 0.35:
        return chance.gauss(9.5, 0.6) * HOUR % DAY_S
    if where < 0.6:
        return chance.gauss(14.5, 0.8) * HOUR % DAY_S
    return chance.uniform(8, 22) * HOUR


@dataclass
class Fleet:
    """Nodes, and what they cost."""

    now: Callable[[], float]
    chance: random.Random
    instant: bool = False
    """There already, as a fleet that never changes is."""
    idle_s: float = IDLE_S
    renderers: int = 0
    booting: list[tuple[float, float]] = field(default_factory=list)
    """(ready at, asked at) of those that come; ready at infinity: never joins."""
    warm: list[float] = field(default_factory=list)
    """When each idle node was given up."""
    paid_s: float = 0.0
    _paid_until: float = 0.0

    def settle(self) -> None:
        now = self.now()
        nodes = self.renderers + len(self.booting) + len(self.warm)
        self.paid_s += nodes * (now - self._paid_until)
        self._paid_until = now
        while self.booting and self.booting[0][0] <= now:
            heapq.heappop(self.booting)
            self.renderers += 1
        lost = [one for one in self.booting if math.isinf(one[0]) and now - one[1] >= GIVEN_UP_S]
        for one in lost:
            self.booting.remove(one)
        heapq.heapify(self.booting)
        self.warm = [since for since in self.warm if now - since < self.idle_s]

    def become(self, target: int) -> None:
        """Ask for renderers, or let some go: first those that are not there yet."""
        now = self.now()
        while len(self.booting) and self.renderers + len(self.booting) > target:
            self.booting.remove(max(self.booting))
            heapq.heapify(self.booting)
        while self.renderers > target:
            self.renderers -= 1
            self.warm.append(now)
        while self.renderers + len(self.booting) < target:
            if self.instant:
                self.renderers += 1
                continue
            wait_s = BOOT_S
            if self.warm:
                self.warm.pop()
                wait_s = LOAD_S
            elif self.chance.random() < NEVER_JOINS:
                wait_s = math.inf
            heapq.heappush(self.booting, (now + wait_s, now))


@dataclass(frozen=True)
class Looked:
    """What a policy may look at, each of them at what it knows."""

    now_s: float
    backlog_s: float
    waiting: int
    running: int
    at_work: int
    target: int


Decide = Callable[[Looked], int]


@dataclass(frozen=True)
class Day:
    """What a day came to."""

    waits_s: Sequence[float]
    """From a film's order until its last clip, less what its longest clip takes."""
    gpu_hours: float
    least_hours: float
    jain: float
    most: int

    def row(self, name: str) -> str:
        waits = sorted(self.waits_s)
        cells = (
            name,
            _minutes(statistics.median(waits)),
            _minutes(waits[int(0.95 * (len(waits) - 1))]),
            f"{self.gpu_hours:,.0f}",
            f"{self.gpu_hours / self.least_hours:.2f}",
            f"{self.jain:.3f}",
            str(self.most),
        )
        return f"| {' | '.join(cells)} |"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}"


def lived(orders: Sequence[Order], decide: Decide, fleet_of: Callable[..., Fleet]) -> Day:
    """Run a day until its last film is whole."""
    return virtual_clock.run(lambda: _lived(orders, decide, fleet_of))


async def _lived(orders: Sequence[Order], decide: Decide, fleet_of: Callable[..., Fleet]) -> Day:
    loop, chance = asyncio.get_running_loop(), random.Random(7)
    fleet = fleet_of(loop.time, random.Random(8))
    gate = FairGate(1)
    gate.resize(0)
    left: dict[int, CutLeft] = {}
    at_work: set[int] = set()
    pace = Pace()
    waits: list[float] = []
    served: defaultdict[str, list[float]] = defaultdict(list)
    rendered_s, most, target = 0.0, 0, 0

    async def rendered(number: int, cut: CutLeft, takes_s: float) -> None:
        async def once(begin: Begin) -> None:
            nonlocal pace, rendered_s
            begin()
            at_work.add(number)
            if chance.random() < FAILS:
                await asyncio.sleep(takes_s / 2)
                rendered_s += takes_s / 2
            await asyncio.sleep(takes_s)
            rendered_s += takes_s
            pace = pace.with_clip(cut, takes_s)
            at_work.discard(number)

        await gate.through(cut.tenant, pace.seconds(cut), once)
        del left[number]

    async def filmed(order: Order, first: int) -> None:
        await asyncio.sleep(order.at_s - loop.time())
        tasks: list[asyncio.Task[None]] = []
        for number, (cut, takes_s) in enumerate(order.cuts, first):
            left[number] = cut
            tasks.append(asyncio.create_task(rendered(number, cut, takes_s)))
        await asyncio.gather(*tasks)
        took_s, longest_s = loop.time() - order.at_s, max(takes for _, takes in order.cuts)
        waits.append(max(0.0, took_s - longest_s))
        served[order.tenant].append(longest_s / took_s)

    numbers = [0]
    for order in orders:
        numbers.append(numbers[-1] + len(order.cuts))
    films = [
        asyncio.create_task(filmed(order, first))
        for order, first in zip(orders, numbers, strict=False)
    ]
    while not all(film.done() for film in films[-1:]) or left:
        fleet.settle()
        gate.resize(fleet.renderers)
        backlog = backlog_s(left.values(), pace)
        waiting = len(left) - len(at_work)
        looked = Looked(loop.time(), backlog, waiting, fleet.renderers, len(at_work), target)
        target = max(0, min(MOST, decide(looked)))
        fleet.become(target)
        gate.resize(fleet.renderers)
        most = max(most, fleet.renderers)
        await asyncio.sleep(STEP_S)
    await asyncio.gather(*films)
    while loop.time() < DAY_S:  # the rest of the day is paid as well
        fleet.settle()
        looked = Looked(loop.time(), 0.0, 0, fleet.renderers, 0, target)
        target = max(0, min(MOST, decide(looked)))
        fleet.become(target)
        await asyncio.sleep(STEP_S)
    fleet.settle()
    shares = [statistics.mean(one) for one in served.values()]
    jain = sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))
    return Day(waits, fleet.paid_s / HOUR, rendered_s / HOUR, jain, most)


def by_backlog(policy: Policy) -> Decide:
    target = Target()

    def decide(looked: Looked) -> int:
        nonlocal target
        now = looked.now_s
        target = decided(policy, Seen(now, now, looked.backlog_s, looked.running), target)
        return target.renderers

    return decide


def by_ongoing_requests() -> Decide:
    """Ray Serve's own: a request a renderer, up after 30 s, down after 600 s.

    The gate lets two clips a renderer in, one at work and one at hand: no more are ongoing.
    """
    above = below = 0.0

    def decide(looked: Looked) -> int:
        nonlocal above, below
        ongoing = min(looked.waiting + looked.at_work, 2 * looked.running)
        wanted = max(ongoing, 1 if looked.waiting else 0)
        above = above + STEP_S if wanted > looked.target else 0.0
        below = below + STEP_S if wanted < looked.target else 0.0
        if above >= 30 or below >= 600:
            above = below = 0.0
            return wanted
        return looked.target

    return decide


def by_queue(cuts: int) -> Decide:
    """A threshold on the length of the queue, with a pause of 300 s before fewer."""
    below = 0.0

    def decide(looked: Looked) -> int:
        nonlocal below
        wanted = math.ceil((looked.waiting + looked.at_work) / cuts)
        below = below + STEP_S if wanted < looked.target else 0.0
        if wanted > looked.target or below >= 300:
            below = 0.0
            return wanted
        return looked.target

    return decide


def changing(now: Callable[[], float], chance: random.Random) -> Fleet:
    return Fleet(now, chance)


def fixed(now: Callable[[], float], chance: random.Random) -> Fleet:
    return Fleet(now, chance, instant=True)


POLICY = Policy(boot_s=BOOT_S, most=MOST)
ARMS: dict[str, tuple[Callable[[], Decide], Callable[..., Fleet]]] = {
    "backlog": (lambda: by_backlog(POLICY), changing),
    "backlog, cleared in 120 s": (
        lambda: by_backlog(Policy(clear_in_s=120, boot_s=BOOT_S, most=MOST)),
        changing,
    ),
    "backlog, cleared in 600 s, one fewer every 10 s": (
        lambda: by_backlog(Policy(600, BOOT_S, down_every_s=10, most=MOST)),
        changing,
    ),
    "ongoing requests, 1 a renderer": (by_ongoing_requests, changing),
    "queue, 5 cuts a renderer": (lambda: by_queue(5), changing),
    "queue, 20 cuts a renderer": (lambda: by_queue(20), changing),
    "32 all day": (lambda: lambda _: 32, fixed),
    "64 all day": (lambda: lambda _: 64, fixed),
}
COLUMNS = ["policy", "p50 wait, min", "p95 wait, min", "GPU-hours", "/ least", "Jain", "most"]


def day_of(arm: str, orders: Sequence[Order]) -> Day:
    decide, fleet = ARMS[arm]
    return lived(orders, decide(), fleet)
