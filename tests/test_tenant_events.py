"""A tenant's events of all productions: one order without gaps under concurrent commits."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from threading import Barrier, Event, Thread, current_thread

import pytest
from sqlalchemy import Connection, create_engine, text

from conte.production import TenantEvent
from serve.database import engine as engine_module
from serve.database.put_off import do_put_off
from serve.ledger.ledger import Ledger
from tests.on_ledger import all_events, claimed, finish, progress, write_conte


def read_all(ledger: Ledger, tenant: str = "a", after: int = 0) -> tuple[TenantEvent, ...]:
    return ledger.tenant_events(tenant, after, 10_000)


def test_events_of_all_productions_have_one_order_of_their_tenant(ledger: Ledger) -> None:
    first, other, second = claimed(ledger), claimed(ledger, "b"), claimed(ledger)
    ledger.append(second, "x", progress(1))
    write_conte(ledger, first)
    ledger.append(other, "x", progress(2))
    finish(ledger, second)
    told = read_all(ledger)
    assert [placed.number for placed in told] == list(range(1, len(told) + 1))
    for held in (first, second):
        own = [placed.event for placed in told if placed.production == held.production.id]
        assert tuple(own) == all_events(ledger, held.production.id)
    assert {placed.production for placed in read_all(ledger, "b")} == {other.production.id}
    assert [placed.number for placed in read_all(ledger, "b")] == [1, 2]
    assert ledger.last_tenant_events(["a", "b", "c"]) == {"a": len(told), "b": 2, "c": 0}


def test_it_is_read_from_where_it_was_left(ledger: Ledger) -> None:
    held = claimed(ledger)
    for n in range(9):
        ledger.append(held, "x", progress(n))
    assert [placed.number for placed in read_all(ledger, after=7)] == [8, 9, 10]
    assert [placed.number for placed in ledger.tenant_events("a", 2, 3)] == [3, 4, 5]
    assert read_all(ledger, after=10) == read_all(ledger, "nobody") == ()


def test_a_reader_that_follows_eight_writers_skips_nothing_and_hears_nothing_twice(
    ledger: Ledger,
) -> None:
    held = [claimed(ledger) for _ in range(8)]
    start, done = Barrier(9), Event()
    heard: list[TenantEvent] = []

    def write(n: int) -> None:
        start.wait()
        for turn in range(12):
            if turn % 3:
                ledger.append(held[n], "x", progress(turn))
            else:
                ledger.append_many(held[n], [("x", progress(turn), None)] * 2)

    def follow() -> None:
        start.wait()
        while True:
            last_look = done.is_set()
            news = ledger.tenant_events("a", heard[-1].number if heard else 0, 7)
            heard.extend(news)
            if last_look and not news:
                return

    reader = Thread(target=follow)
    reader.start()
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(8)))
    done.set()
    reader.join()
    assert [placed.number for placed in heard] == list(range(1, 8 * 17 + 1))
    for claim in held:
        own = [placed.event.id for placed in heard if placed.production == claim.production.id]
        assert own == list(range(1, 18))


def test_a_transaction_that_is_slow_to_commit_holds_the_numbers_after_its_own_back(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = claimed(ledger), claimed(ledger)
    before = read_all(ledger)
    written, commit = Event(), Event()

    def numbered(connection: Connection) -> None:
        do_put_off(connection)
        if current_thread() is writer:
            written.set()
            commit.wait()

    monkeypatch.setattr(engine_module, "do_put_off", numbered)
    writer = Thread(target=ledger.append, args=(slow, "x", progress(1)))
    writer.start()
    written.wait()
    other = Thread(target=ledger.append, args=(quick, "x", progress(2)))
    other.start()
    # It cannot become visible before the slow one, however long it is given.
    other.join(0.2)
    assert read_all(ledger) == before
    commit.set()
    writer.join()
    other.join()
    news = read_all(ledger, after=len(before))
    assert [placed.production for placed in news] == [slow.production.id, quick.production.id]
    assert [placed.number for placed in news] == [len(before) + 1, len(before) + 2]


def test_a_number_that_was_rolled_back_is_drawn_again(ledger: Ledger) -> None:
    held = claimed(ledger)
    with suppress(ZeroDivisionError), ledger.together():
        ledger.append(held, "x", progress(1))
        raise ZeroDivisionError
    ledger.append(held, "x", progress(2))
    assert [placed.number for placed in read_all(ledger)] == [1, 2]
    assert read_all(ledger)[-1].event.data == progress(2)


def test_a_production_tells_the_event_it_was_read_at(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.append(held, "x", progress(1))
    of = held.production.id
    assert held.production.last_event == 1
    assert ledger.get(of).last_event == 2
    assert ledger.list("a", limit=1, after=None, state=None)[0][0].last_event == 2
    assert ledger.ask_cancel(of).last_event == all_events(ledger, of)[-1].id == 3


def test_a_secret_is_made_once_for_all_replicas(ledger_url: str) -> None:
    replicas = [Ledger.open(ledger_url) for _ in range(4)]
    barrier = Barrier(4)

    def ask(replica: Ledger) -> bytes:
        barrier.wait()
        return replica.secret("ingress")

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(ask, replicas))
    assert len(found) == 1 and len(next(iter(found))) == 32
    assert replicas[0].secret("ingress") in found
    assert replicas[0].secret("other") not in found
    for replica in replicas:
        replica.close()


def test_events_stored_before_are_numbered_by_their_times_and_of_a_production_by_their_ids(
    ledger: Ledger, ledger_url: str
) -> None:
    first, second, other = claimed(ledger), claimed(ledger), claimed(ledger, "b")
    for held in (first, second, other):
        ledger.append(held, "x", progress(1))
        ledger.append(held, "x", progress(2))
    one, two = first.production.id, second.production.id
    # The clock was set back while the first one went on; the second began in between.
    times = {(one, 1): 10, (one, 2): 30, (one, 3): 12, (two, 1): 20, (two, 2): 29, (two, 3): 31}
    migration = import_module("serve.ledger.migrations.0006_events_of_a_tenant")
    engine = create_engine(ledger_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM tenant_events"))
        connection.execute(text("UPDATE tenants SET last_event = 0"))
        for (production, number), at in times.items():
            at_number = {"at": at, "of": production, "id": number}
            connection.execute(
                text("UPDATE events SET at = :at WHERE production = :of AND id = :id"), at_number
            )
        connection.execute(text(migration.NUMBER_ALL))
        connection.execute(text(migration.COUNT_ALL))
    engine.dispose()
    told = [(placed.production, placed.event.id) for placed in read_all(ledger)]
    assert told == [(one, 1), (two, 1), (two, 2), (one, 2), (one, 3), (two, 3)]
    assert [placed.number for placed in read_all(ledger)] == [1, 2, 3, 4, 5, 6]
    assert ledger.last_tenant_events(["a", "b"]) == {"a": 6, "b": 3}
    ledger.append(first, "x", progress(3))
    assert read_all(ledger)[-1].number == 7
