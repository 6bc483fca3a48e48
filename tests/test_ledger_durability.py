"""The ledger survives: kills in the middle of a write, openings at once, servers that go away."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from serve.database import engine as engine_module
from serve.database.errors import DatabaseUnavailable
from serve.database.schema import open_database
from serve.ledger.ledger import Ledger
from serve.ledger.tables import LEDGER, metadata
from tests.on_ledger import WRITTEN, accept, all_events, claim, claimed, clip, retried, story

_HALF = """
import sys
from serve.ledger import fairness
from serve.ledger.ledger import Ledger
from tests.on_ledger import claim, clip

ledger = Ledger.open(sys.argv[1])
held = claim(ledger, "director-1")

def stop(*_, **__):  # the event, the counter and the clip are written, the charge is not
    print("half way", flush=True)
    sys.stdin.read()

fairness.charge = stop
ledger.record_clip(held, 1, clip(1), "fake@1", 1.0)
"""
_OPEN = "import sys; from serve.ledger.ledger import Ledger; Ledger.open(sys.argv[1])"


def _python(code: str, url: str) -> "subprocess.Popen[bytes]":
    root = Path(__file__).parent.parent
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code, url], stdin=pipe, stdout=pipe, cwd=root)


def test_a_director_killed_in_the_middle_of_a_write_leaves_nothing_of_it(
    ledger: Ledger, ledger_url: str
) -> None:
    production = accept(ledger)
    director = _python(_HALF, ledger_url)
    assert director.stdout is not None
    assert director.stdout.readline() == b"half way\n"
    before = all_events(ledger, production), ledger.get(production), ledger.figures().gpu_s
    director.kill()
    director.wait()
    after = all_events(ledger, production), ledger.get(production), ledger.figures().gpu_s
    assert before == after
    assert after[1].cuts == () and after[2] == {"a": 0.0}
    assert claim_again(ledger, ledger_url, production) == [1, 2, 3]


def claim_again(ledger: Ledger, url: str, production: str) -> list[int]:
    """Another director goes on where the killed one was; the numbers of all events."""
    from tests.on_ledger import let_lease_end

    let_lease_end(url, production)
    second = claim(ledger, "director-2")
    assert ledger.record_clip(second, 1, clip(1), "fake@1", 1.0)
    return [event.id for event in all_events(ledger, production)]


def test_four_processes_that_open_a_new_ledger_at_once_all_succeed(ledger_url: str) -> None:
    processes = [_python(_OPEN, ledger_url) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    ledger = Ledger.open(ledger_url)
    assert story(ledger, accept(ledger)) == ["production.accepted"]
    ledger.close()


def test_what_was_written_is_there_after_a_new_opening(ledger: Ledger, ledger_url: str) -> None:
    held = claimed(ledger)
    ledger.append(held, "x", WRITTEN, "cut/1")
    ledger.close()
    again = Ledger.open(ledger_url)
    assert again.get(held.production.id) == ledger.get(held.production.id)
    assert again.append(held, "x", WRITTEN, "cut/1") is None
    again.close()


def test_the_migrations_make_the_tables_that_the_code_reads(
    ledger: Ledger, ledger_url: str
) -> None:
    engine = create_engine(ledger_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        # The least revision that a release must know stands apart from the tables.
        options = {"include_name": lambda name, *_: name != LEDGER.least}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_ledger_that_a_newer_version_broke_is_left_alone(ledger: Ledger, ledger_url: str) -> None:
    engine = create_engine(ledger_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text(f"UPDATE {LEDGER.least} SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseUnavailable, match="newer version"):
        Ledger.open(ledger_url)


def test_a_server_that_is_not_there_is_said_in_one_line_without_the_password() -> None:
    with pytest.raises(DatabaseUnavailable) as said:
        Ledger.open("postgresql://sian:geheim@127.0.0.1:1/sian")
    assert "refused" in str(said.value)
    assert "geheim" not in str(said.value) and "\n" not in str(said.value)


def test_connections_that_a_restart_of_the_server_cut_are_replaced(
    postgresql_url: str, ledger: Ledger, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = accept(ledger)
    if not ledger_url.startswith("sqlite"):
        with psycopg.connect(postgresql_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
    monkeypatch.setattr(engine_module, "PING_AFTER_S", -1.0)
    assert ledger.get(production).id == production


def test_a_full_disk_is_said_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/ledger.db", LEDGER)
    ledger = Ledger(database)
    production = accept(ledger)
    held = claim(ledger)
    with database.asking() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseUnavailable, match=r"the disk is full .*; free some space$"):
        ledger.append(held, "x", retried("x" * 100_000))
    assert story(ledger, production) == ["production.accepted"]
    with database.asking() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert ledger.append(held, "x", retried("x" * 100_000)) is not None
    ledger.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("my diary, not a database at all\n" * 100)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    with pytest.raises(DatabaseUnavailable):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db/below/ledger.db")


@pytest.mark.parametrize("url", ["", "mysql://host/db", "sqlite://", "no url"])
def test_a_url_that_is_no_ledger_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnavailable):
        Ledger.open(url)
