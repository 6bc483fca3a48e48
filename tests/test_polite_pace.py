"""When a host may be asked next: one pace for all workers, by the database's clock."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner, Result

from crawl.polite import pace as pace_module
from crawl.polite.__main__ import app as polite_command
from crawl.polite.manners import Manners
from crawl.polite.outcome import Failure, Refusal, Why
from crawl.polite.pace import Pace
from crawl.records.database import open_records
from serve.database.engine import Database

HOST = "shop.example"


@pytest.fixture
def records(ledger_url: str) -> Iterator[Database]:
    database = open_records(ledger_url)
    yield database
    database.close()


def a_pace(records: Database, **manners: Any) -> Pace:
    given: dict[str, Any] = {
        "contact": "https://example.kr/bot",
        "interval_s": 10.0,
        "max_wait_s": 1e6,
    }
    given |= manners
    return Pace(records, Manners(**given))


CLAIM = """
import sys
from crawl.polite.manners import Manners
from crawl.polite.pace import Pace
from crawl.records.database import open_records

manners = Manners(contact="https://example.kr/bot", interval_s=10, max_wait_s=1e6)
pace = Pace(open_records(sys.argv[1]), manners)
for _ in range(20):
    print(pace.claim("shop.example").at)
"""


def test_two_processes_never_hold_turns_closer_than_the_interval(ledger_url: str) -> None:
    open_records(ledger_url).close()
    command = [sys.executable, "-c", CLAIM, ledger_url]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    turns = sorted(float(at) for worker in workers for at in worker.communicate()[0].split())
    assert [worker.returncode for worker in workers] == [0, 0]
    assert len(turns) == 40
    gaps = [later - earlier for earlier, later in pairwise(turns)]
    # Nobody waited, so every turn is the interval after the one before, whoever holds it.
    assert min(gaps) == pytest.approx(10, abs=1e-3)
    assert max(gaps) == pytest.approx(10, abs=1e-3)


def test_a_host_that_another_process_meets_at_this_moment_can_be_asked(
    records: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = vars(pace_module)["_meet"]

    def theirs(conn: Connection, host: str) -> None:
        ours(conn, host)  # theirs, which ours waits for and then finds
        ours(conn, host)

    monkeypatch.setattr(pace_module, "_meet", theirs)
    assert a_pace(records).claim(HOST).wait_s == 0


def test_hosts_do_not_wait_for_each_other(records: Database) -> None:
    pace = a_pace(records)
    assert pace.claim("one.example").wait_s == 0
    assert pace.claim("two.example").wait_s == 0
    assert pace.claim("one.example").wait_s > 9


def test_a_crawl_delay_makes_the_interval_longer_and_never_shorter(records: Database) -> None:
    pace = a_pace(records)
    first = pace.claim(HOST, interval_s=60)
    second = pace.claim(HOST, interval_s=1)
    third = pace.claim(HOST)
    assert second.at - first.at == pytest.approx(60, abs=1e-3)
    assert third.at - second.at == pytest.approx(10, abs=1e-3)


def test_a_turn_too_far_off_is_not_taken_from_others(records: Database) -> None:
    pace = a_pace(records, max_wait_s=15.0)
    first, second = pace.claim(HOST), pace.claim(HOST)
    for _ in range(3):
        with pytest.raises(Failure) as later:
            pace.claim(HOST)
        assert later.value.retry_at == pytest.approx(second.at + 10, abs=1e-3)
    assert second.at - first.at == pytest.approx(10, abs=1e-3)


def test_back_off_doubles_with_every_failure_and_success_ends_it(records: Database) -> None:
    pace = a_pace(records, interval_s=0.0, back_off_s=100.0, max_back_off_s=1e5)
    turn = pace.claim(HOST)
    for n in range(4):
        quiet_until = pace.failed(turn, "no answer")
        turn = pace.claim(HOST)
        assert turn.at == pytest.approx(quiet_until, abs=1e-3)
        # Half of the delay is by lot; a slow machine makes what is left of it shorter.
        assert 0.5 * 100 * 2**n - 20 <= turn.wait_s <= 100 * 2**n
    pace.went_well(turn, took_s=0.1)
    assert pace.hosts()[0].failures == 0


def test_requests_that_fail_together_count_as_one_failure(records: Database) -> None:
    pace = a_pace(records, interval_s=0.0, back_off_s=100.0)
    turns = [pace.claim(HOST) for _ in range(5)]
    for turn in turns:
        pace.failed(turn, "no answer")
    assert pace.hosts()[0].failures == 1
    # Nor does one that was under way already, and went well, end the back-off.
    pace.went_well(turns[0], took_s=0.1)
    assert pace.hosts()[0].failures == 1


def test_retry_after_outranks_a_shorter_back_off(records: Database) -> None:
    pace = a_pace(records, interval_s=0.0, back_off_s=1.0)
    turn = pace.claim(HOST)
    assert pace.failed(turn, "429", retry_after_s=500) - pace.now() == pytest.approx(500, abs=5)
    assert pace.claim(HOST).wait_s == pytest.approx(500, abs=5)


def test_a_turn_that_was_held_before_the_host_asked_for_quiet_is_void(records: Database) -> None:
    pace = a_pace(records)
    now, held = pace.claim(HOST), pace.claim(HOST)
    assert pace.holds(held)
    pace.failed(now, "429", retry_after_s=500)
    assert not pace.holds(held)


def test_a_host_that_takes_long_is_given_as_long_to_rest(records: Database) -> None:
    pace = a_pace(records, interval_s=1.0)
    turn = pace.claim(HOST)
    pace.went_well(turn, took_s=60)
    assert pace.claim(HOST).wait_s == pytest.approx(60, abs=5)


def test_a_storm_of_429_stops_the_host_until_somebody_clears_it(records: Database) -> None:
    pace = a_pace(records, interval_s=0.0, back_off_s=1.0, stop_after=3)
    for _ in range(2):
        pace.failed(pace.claim(HOST), "429", throttled=True)
    with pytest.raises(Refusal, match="3 times in a row") as stopped:
        pace.failed(pace.claim(HOST), "429", throttled=True)
    assert stopped.value.why is Why.STOPPED
    with pytest.raises(Refusal):
        pace.claim(HOST)
    assert pace.clear(HOST)
    assert pace.claim(HOST).wait_s < 5
    assert pace.hosts()[0].failures == 0
    assert not pace.clear("nobody.example")


def test_the_first_reason_for_a_stop_stays(records: Database) -> None:
    pace = a_pace(records)
    pace.stop(HOST, "bot check")
    pace.stop(HOST, "later")
    assert pace.hosts()[0].stopped == "bot check"


async def test_a_turn_waited_for_when_the_host_is_stopped_is_not_used(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path}/records.db")
    pace = a_pace(records, interval_s=0.3)
    pace.claim(HOST)
    held = pace.claim(HOST)
    pace.stop(HOST, "bot check")
    with pytest.raises(Refusal):
        pace.holds(held)
    with pytest.raises(Refusal):
        await pace.turn(HOST)
    records.close()


def test_a_contact_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIAN_CRAWL_CONTACT", raising=False)
    with pytest.raises(ValueError, match="set SIAN_CRAWL_CONTACT"):
        Manners()
    with pytest.raises(ValueError):
        Manners(contact="https://example.kr)\r\nX-Evil: 1")
    monkeypatch.setenv("SIAN_CRAWL_CONTACT", "mailto:bot@example.kr")
    assert Manners().user_agent == "SianBot/1.0 (+mailto:bot@example.kr)"


def test_somebody_who_has_looked_lets_a_host_be_asked_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    records = open_records(url)
    a_pace(records).stop(HOST, "bot check at /a")

    def told(*more: str) -> Result:
        return CliRunner().invoke(polite_command, ["--records", url, *more])

    shown = told()
    assert shown.exit_code == 0
    assert "shop.example: stopped: bot check at /a" in shown.output
    assert told("--clear", HOST).exit_code == 0
    assert a_pace(records).claim(HOST).wait_s == 0
    assert told("--clear", "nobody.example").exit_code != 0
    records.close()
