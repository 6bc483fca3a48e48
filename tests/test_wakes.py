"""What is committed wakes those who wait for it; what wakes nobody is found all the same, later."""

import asyncio
import os
import random
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.video import VideoOrder
from graphs.claiming import Claimed, Claiming, InWork
from serve.database import wake_listener
from serve.database.engine import Database
from serve.database.wakes import EVERYTHING, Wakes, message_of, ring
from serve.ledger.ledger import Ledger
from serve.ledger.taking import Wanted
from serve.settings import DirectorSettings
from tests import databases, on_ledger, virtual_clock
from tests.front_door import eventually
from tests.on_ledger import accept, claimed, fail_cut, finish, write_conte


@contextmanager
def opened(url: str) -> Generator[Database]:
    database = Database.open(url, lambda _: None)
    try:
        yield database
    finally:
        database.close()


class Bell:
    """Counts its rings."""

    def __init__(self) -> None:
        self._rings = threading.Semaphore(0)

    def __call__(self) -> None:
        self._rings.release()

    def heard(self) -> bool:
        return self._rings.acquire(timeout=300)

    @property
    def silent(self) -> bool:
        return not self._rings.acquire(blocking=False)


def commit(database: Database, *topics: str) -> None:
    with database.writing() as connection:
        for topic in topics:
            ring(connection, topic)


def once_listening(database: Database, bell: Bell, sender: Database) -> None:
    """Returns when the line between the two stands, and the bell is silent."""
    started, last = threading.Event(), threading.Event()
    with database.wakes.waiting("started", started.set):
        eventually(lambda: commit(sender, "started") or started.wait(0.05))
    with database.wakes.waiting("last", last.set):
        commit(sender, "last")
        assert last.wait(300)
    while not bell.silent:
        pass


def test_a_commit_wakes_its_topic_in_this_process_and_in_others(ledger_url: str) -> None:
    bells = Bell(), Bell(), Bell()
    with opened(ledger_url) as here, opened(ledger_url) as there, ExitStack() as stack:
        stack.enter_context(here.wakes.waiting("a", bells[0]))
        stack.enter_context(there.wakes.waiting("a", bells[1]))
        stack.enter_context(there.wakes.waiting("b", bells[2]))
        once_listening(there, bells[1], here)
        commit(here, "a")
        assert bells[0].heard()
        assert bells[1].heard()
        commit(here, "b")
        assert bells[2].heard()
        assert bells[1].silent


def test_what_is_rolled_back_wakes_nobody(ledger_url: str) -> None:
    bell = Bell()
    with opened(ledger_url) as here, opened(ledger_url) as there, there.wakes.waiting("a", bell):
        once_listening(there, bell, here)
        with suppress(ZeroDivisionError), here.writing() as connection:
            ring(connection, "a")
            _ = 1 / 0
        commit(here, "b")  # on the same connection
        commit(here, EVERYTHING)
        assert bell.heard()
        assert bell.silent


def test_a_transaction_around_several_wakes_once_and_at_its_end(tmp_path: Path) -> None:
    bell = Bell()
    with opened(f"sqlite:///{tmp_path}/a.db") as database, database.wakes.waiting("a", bell):
        with database.together():
            commit(database, "a")
            commit(database, "a", "b")
            assert bell.silent
        assert bell.heard()
        assert bell.silent


def test_after_the_block_nobody_is_called(tmp_path: Path) -> None:
    bell = Bell()
    with opened(f"sqlite:///{tmp_path}/a.db") as database:
        with database.wakes.waiting("a", bell):
            pass
        commit(database, "a")
    assert bell.silent


def test_a_waiter_that_fails_keeps_nobody_else_asleep(tmp_path: Path) -> None:
    bell = Bell()

    def fails() -> None:
        raise RuntimeError("its event loop has closed")

    with opened(f"sqlite:///{tmp_path}/a.db") as database, ExitStack() as stack:
        stack.enter_context(database.wakes.waiting("a", fails))
        stack.enter_context(database.wakes.waiting("a", bell))
        commit(database, "a")
        assert bell.heard()


@given(st.sets(st.text(min_size=1, max_size=12), max_size=4), st.integers(1, 600))
@settings(max_examples=60, deadline=None)
def test_a_message_wakes_at_least_its_topics(topics: set[str], length: int) -> None:
    topics = {*topics, "x" * length}

    class Alone:
        def __init__(self, _: Wakes) -> None: ...
        def send(self, message: str) -> None: ...
        def start(self) -> None: ...
        def close(self) -> None: ...

    wakes, woken = Wakes(Alone), set[str]()
    with ExitStack() as stack:
        for topic in topics:
            stack.enter_context(wakes.waiting(topic, lambda topic=topic: woken.add(topic)))
        message = message_of("another", topics)
        assert len(message.encode()) <= 512
        assert len(message.splitlines()) == 1
        wakes.arrived(message)
    assert woken == topics


# Between processes on SQLite.


def fifos(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "a.db.wakes").glob("*.wake"))


def test_nobody_else_on_the_machine_can_read_or_ring(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/a.db") as database, database.wakes.waiting("a", Bell()):
        (fifo,) = fifos(tmp_path)
        assert stat.S_IMODE(fifo.stat().st_mode) == 0o600
        assert stat.S_IMODE(fifo.parent.stat().st_mode) == 0o700
    assert fifos(tmp_path) == []


def test_the_fifo_of_a_process_that_was_killed_is_removed_by_the_next_commit(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    listens = (
        "import os, sys\nfrom serve.database.engine import Database\n"
        "wakes = Database.open(sys.argv[1], lambda _: None).wakes\n"
        "wakes.waiting('a', print).__enter__()\nos.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", listens, url], check=False).returncode == -9
    assert len(fifos(tmp_path)) == 1
    with opened(url) as database:
        commit(database, "a")
    assert fifos(tmp_path) == []


def test_a_listener_that_was_too_slow_for_every_message_wakes_all(tmp_path: Path) -> None:
    url, bell, late = f"sqlite:///{tmp_path}/a.db", Bell(), threading.Event()
    with ExitStack() as stack:
        slow, sender = (stack.enter_context(opened(url)) for _ in range(2))
        stack.enter_context(slow.wakes.waiting("slow", late.wait))
        stack.enter_context(slow.wakes.waiting("last", bell))
        commit(sender, "slow")
        for _ in range(1000):
            sender.wakes.committed({"x" * 400})
        sender.wakes.committed({"last"})  # finds no room any more
        late.set()
        assert bell.heard()


def test_where_no_fifo_can_be_made_a_commit_is_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("this file system has no FIFOs")

    monkeypatch.setattr(os, "mkfifo", refused)
    bell = Bell()
    with opened(f"sqlite:///{tmp_path}/a.db") as database, database.wakes.waiting("a", bell):
        commit(database, "a")
        assert bell.heard()


# Between processes on PostgreSQL.


def test_a_listener_that_lost_its_connection_wakes_all_when_it_is_back(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake_listener, "RECONNECT_S", 0.01)
    url, bell = databases.new_schema(postgresql_url), Bell()
    with opened(url) as here, opened(url) as there, there.wakes.waiting("a", bell):
        once_listening(there, bell, here)
        with psycopg.connect(postgresql_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^LISTEN'"
            )
        assert bell.heard()  # though nobody rang
        commit(here, "a")
        assert bell.heard()


# Who is woken by what on a ledger.


def _cancel(ledger: Ledger) -> Callable[[], object]:
    held = claimed(ledger)
    return lambda: ledger.ask_cancel(held.production.id)


def _release(ledger: Ledger) -> Callable[[], object]:
    held = claimed(ledger)
    return lambda: ledger.release(held)


def _retry(ledger: Ledger) -> Callable[[], object]:
    held = claimed(ledger)
    write_conte(ledger, held)
    fail_cut(ledger, held, 2)
    return lambda: ledger.retry_cut(held.production.id, 1, 2)


def _take(ledger: Ledger) -> Callable[[], object]:
    held = claimed(ledger)
    finish(ledger, held)
    cut = ledger.version(held.production.id, 1).conte.cuts[0].id
    return lambda: ledger.order_takes(held.production.id, Wanted(cut=cut, tier="draft"))


WORK: dict[str, Callable[[Ledger], Callable[[], object]]] = {
    "an order": lambda ledger: lambda: accept(ledger),
    "a cancel": _cancel,
    "a claim handed back": _release,
    "a retry": _retry,
    "an ordered take": _take,
}


@pytest.mark.parametrize("work", WORK)
def test_directors_are_woken_by(work: str, tmp_path: Path) -> None:
    ledger, bell = databases.opened_ledger(f"sqlite:///{tmp_path}/a.db"), Bell()
    act = WORK[work](ledger)
    with ledger.waiting_for_work(bell):
        act()
        assert not bell.silent
    ledger.close()


def test_directors_of_videos_are_woken_by_an_order_a_hand_back_and_a_deletion(
    tmp_path: Path,
) -> None:
    ledger, bell = databases.opened_ledger(f"sqlite:///{tmp_path}/a.db"), Bell()
    order = VideoOrder(prompt="a road", model="x", seconds=4, width=256, height=144, seed=1)
    with ledger.waiting_for_videos(bell):
        video, _ = ledger.accept_video(
            tenant="a", order=order, tier="draft", idempotency_key=None, body_hash="", max_queued=9
        )
        assert not bell.silent
        held = ledger.claim_video("d", 60)
        assert held is not None
        assert bell.silent
        ledger.release_video(held)
        assert not bell.silent
        ledger.delete_video(video.id)
        assert not bell.silent
    ledger.close()


def test_a_stream_is_woken_by_its_production_and_its_tenant_alone(tmp_path: Path) -> None:
    ledger = databases.opened_ledger(f"sqlite:///{tmp_path}/a.db")
    mine, other = claimed(ledger, "a"), claimed(ledger, "b")
    production, tenant, work = Bell(), Bell(), Bell()
    with (
        ledger.waiting_for_events(mine.production.id, production),
        ledger.waiting_for_tenant_events("a", tenant),
        ledger.waiting_for_work(work),
    ):
        ledger.append(other, "x", on_ledger.WRITTEN)
        assert production.silent
        assert tenant.silent
        ledger.append(mine, "x", on_ledger.WRITTEN)
        assert not production.silent
        assert not tenant.silent
        assert work.silent, "what a director does is no news to directors"
    ledger.close()


# A lost wake-up.


class LossyLedger(Ledger):
    """Loses some of its wake-ups, as a killed process and a lost connection do."""

    loses: Callable[[], bool]

    @contextmanager
    def waiting_for_work(self, call: Callable[[], object]) -> Generator[None]:
        with super().waiting_for_work(lambda: None if self.loses() else call()):
            yield


class Looking(Claiming[on_ledger.Claim]):
    """Claims productions, notes how long each has waited, and ends them."""

    def __init__(self, ledger: LossyLedger, settings: DirectorSettings) -> None:
        super().__init__("test", "test", settings)
        self._ledger = ledger
        self.claimed_at: dict[str, float] = {}
        self.cancelled_at: dict[str, float] = {}

    async def _claim(self, take_over: bool) -> on_ledger.Claim | None:
        return self._ledger.claim(self.name, 600.0, except_owner=self.name)

    def _waiting(self, call: Callable[[], object]) -> AbstractContextManager[None]:
        return self._ledger.waiting_for_work(call)

    def _renew(self, claim: on_ledger.Claim) -> None: ...
    def _release(self, claim: on_ledger.Claim) -> None: ...

    def _cancels(self) -> tuple[str, ...]:
        return self._ledger.cancels_asked(self.name)

    def _row(self, claim: on_ledger.Claim) -> Claimed:
        return claim.production

    async def _work(self, work: InWork[on_ledger.Claim]) -> None:
        clock = asyncio.get_running_loop().time
        self.claimed_at[work.row.id] = clock()
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            self.cancelled_at[work.row.id] = clock()
            if work.cancel_asked:
                self._ledger.cancelled(work.claim, self.name)


POLL_S = 2.0


@pytest.mark.parametrize("seed", range(4))
def test_no_order_and_no_cancel_waits_longer_than_the_slow_poll_whatever_wake_up_is_lost(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    lost = (0.0, 0.3, 0.9, 1.0)[seed]
    databases.opened_ledger(f"sqlite:///{tmp_path}/a.db").close()
    ledger = LossyLedger.open(f"sqlite:///{tmp_path}/a.db")
    ledger.loses = lambda: chance.random() < lost

    async def main() -> list[float]:
        clock = asyncio.get_running_loop().time
        looking = Looking(ledger, DirectorSettings(poll_s=POLL_S, lease_s=1e6))
        looking.start()
        waits: list[float] = []

        async def one() -> None:
            await asyncio.sleep(chance.uniform(0, 60))
            ordered, id_ = clock(), accept(ledger)
            await asyncio.sleep(chance.choice((0.0, POLL_S, 3 * POLL_S)))
            asked = clock()
            ledger.ask_cancel(id_)
            await asyncio.sleep(2 * POLL_S)
            if id_ in looking.claimed_at:
                waits.append(looking.claimed_at[id_] - ordered)
                waits.append(looking.cancelled_at[id_] - asked)
            else:
                assert ledger.get(id_).state.ended, "cancelled before anybody claimed it"

        await asyncio.gather(*(one() for _ in range(10)))
        await looking.stop()
        return waits

    waits = virtual_clock.run(main)
    ledger.close()
    assert waits
    assert max(waits) <= POLL_S + 1e-6
    if not lost:
        assert max(waits) == 0, "a wake-up that arrives costs no time at all"
