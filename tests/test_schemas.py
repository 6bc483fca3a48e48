"""Every database migrates by one gate: older ones come up to date, newer ones are refused."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, inspect, select, text

from conte.frozen import digest
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.rows import Rows
from crawl.records import tables as records_tables
from crawl.records.database import open_records
from deployments.engines.paid import Answers, Budget, BudgetLimits, open_purses
from deployments.engines.paid import tables as paid_tables
from serve.database.engine import Database
from serve.database.errors import DatabaseUnavailable
from serve.database.schema import Schema, open_database
from serve.database.upsert import insert_into
from serve.ledger import tables as ledger_tables
from training.scripts import records as scripts
from training.scripts.records import Records, open_scripts

BEFORE = Path(__file__).parent / "databases_of_0_2_dev"
"""SQL of databases as they were made when each store had a gate of its own."""
LIMITS = BudgetLimits(money=10, tokens=0, requests_per_minute=60, tokens_per_minute=10_000)


class Store(NamedTuple):
    schema: Schema
    metadata: MetaData
    open: Callable[[str], Database]
    of_0_1: str
    """What makes 0.1 refuse the database: where it looks, and the only values that it knows."""
    known_to_0_1: tuple[Any, ...]


STORES = {
    "ledger": Store(
        ledger_tables.LEDGER,
        ledger_tables.metadata,
        lambda url: open_database(url, ledger_tables.LEDGER),
        "SELECT version_num FROM alembic_version",
        ("0001", "0002", "0003"),
    ),
    "records": Store(
        records_tables.RECORDS,
        records_tables.metadata,
        open_records,
        "SELECT number FROM records_revision",
        (1,),
    ),
    "scripts": Store(
        scripts.SCRIPTS,
        scripts.metadata,
        open_scripts,
        "SELECT number FROM scripts_revision",
        (1,),
    ),
    "paid": Store(
        paid_tables.PAID,
        paid_tables.metadata,
        open_purses,
        "SELECT number FROM paid_revision",
        (1,),
    ),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return STORES[request.param]


def restored(folder: Path, name: str) -> str:
    with sqlite3.connect(folder / "before.db") as connection:
        connection.executescript((BEFORE / f"{name}.sql").read_text("utf-8"))
    connection.close()
    return f"sqlite:///{folder}/before.db"


def test_migrations_make_the_tables_that_the_code_reads(store: Store, ledger_url: str) -> None:
    store.open(ledger_url).close()
    engine = create_engine(ledger_url.replace("postgresql://", "postgresql+psycopg://"))

    def ours(thing: Any, name: str | None, kind: str, *_: Any) -> bool:
        return kind != "table" or name in store.metadata.tables

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, store.metadata) == []
    engine.dispose()


def test_revisions_are_numbered_without_a_gap_by_their_files(store: Store) -> None:
    known = store.schema.known()
    assert known == [f"{n:04}" for n in range(1, len(known) + 1)]
    for at, path in enumerate(sorted(store.schema.folder.glob("[0-9]*.py"))):
        said = path.read_text("utf-8")
        before = f'"{known[at - 1]}"' if at else "None"
        assert f'\nrevision = "{known[at]}"\ndown_revision = {before}\n' in said


def test_a_newer_database_is_refused_in_a_sentence_and_left_as_it_is(
    store: Store, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    store.open(url).close()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute(f"UPDATE {store.schema.revisions} SET version_num = '9999'")
        connection.execute(f"UPDATE {store.schema.revisions}_least SET version_num = '9998'")
    connection.close()
    before = (tmp_path / "a.db").read_bytes()
    sentence = f"the {store.schema.what} is of revision 9999, which a newer version has made; "
    with pytest.raises(DatabaseUnavailable, match=re.escape(sentence)):
        store.open(url)
    assert (tmp_path / "a.db").read_bytes() == before
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute(f"DROP TABLE {store.schema.revisions}_least")
    connection.close()
    with pytest.raises(DatabaseUnavailable, match=re.escape(sentence)):
        store.open(url)  # it does not say what may be done with it


def test_a_newer_database_that_only_has_more_in_it_is_used(store: Store, tmp_path: Path) -> None:
    """A process that is restarted while a newer release is being rolled out goes on."""
    url = f"sqlite:///{tmp_path}/a.db"
    store.open(url).close()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute(f"UPDATE {store.schema.revisions} SET version_num = '9999'")
    connection.close()
    before = (tmp_path / "a.db").read_bytes()
    store.open(url).close()
    assert (tmp_path / "a.db").read_bytes() == before


def test_a_migration_says_that_older_releases_must_not_use_the_tables(tmp_path: Path) -> None:
    folder, older = tmp_path / "new", tmp_path / "old"
    for into, numbers in ((folder, (1, 2, 3)), (older, (1,))):
        into.mkdir()
        for number in numbers:
            before = f'"{number - 1:04}"' if number > 1 else None
            (into / f"{number:04}_it.py").write_text(
                f'revision = "{number:04}"\ndown_revision = {before}\n'
                f"breaks = {number == 2}\ndef upgrade():\n    pass\n"
            )
    url = f"sqlite:///{tmp_path}/a.db"
    open_database(url, Schema("test", folder, "a_schema")).close()
    with pytest.raises(DatabaseUnavailable, match="revision 0003"):
        open_database(url, Schema("test", older, "a_schema"))


def test_a_process_of_0_1_finds_a_revision_that_it_refuses(store: Store, tmp_path: Path) -> None:
    store.open(f"sqlite:///{tmp_path}/a.db").close()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        (found,) = connection.execute(store.of_0_1).fetchone()
    connection.close()
    assert found not in store.known_to_0_1


def test_an_opening_that_finds_its_own_revision_writes_nothing(
    store: Store, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    store.open(url).close()
    before = (tmp_path / "a.db").read_bytes()
    store.open(url).close()
    assert (tmp_path / "a.db").read_bytes() == before


def test_a_folder_with_a_percent_sign_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "100%(x)s migrations"
    folder.mkdir()
    (folder / "0001_one.py").write_text(
        'from alembic import op\nrevision = "0001"\ndown_revision = None\n'
        'def upgrade():\n    op.execute("CREATE TABLE one (n INTEGER)")\n'
    )
    database = open_database(f"sqlite:///{tmp_path}/a.db", Schema("test", folder, "a_schema"))
    with database.asking() as connection:
        assert inspect(connection).has_table("one")
    database.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "0001_one.py").write_text(
        'from alembic import op\nrevision = "0001"\ndown_revision = None\n'
        'def upgrade():\n    op.execute("CREATE TABLE one (n INTEGER)")\n    raise ValueError\n'
    )
    schema = Schema("test", tmp_path, "a_schema", "a_revision")
    with pytest.raises(ValueError):
        open_database(f"sqlite:///{tmp_path}/a.db", schema)
    engine = create_engine(f"sqlite:///{tmp_path}/a.db")
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_caption_job_of_before_goes_on(tmp_path: Path) -> None:
    records = open_records(restored(tmp_path, "records"))
    run = DatasetRun.begin(records, "clips", 100, {"bound": 1})
    rows = Rows(records, run.name, run.id)
    assert rows.counts() == {"waiting": 2, "analysed": 1, "captioned": 1, "filtered": 1}
    (clip,) = rows.kept_clips("test:captioned", "captioned")
    assert clip.caption is not None and clip.caption.short == "파란 화면이 보인다."
    assert Answers(records).known(digest("a request about a clip")) == "an answer"
    assert Budget(records, "clips", LIMITS).spent().money == 2.5
    records.close()


def test_scripts_and_purses_of_before_are_kept(tmp_path: Path) -> None:
    url = restored(tmp_path, "scripts")
    database = open_scripts(url)
    kept = Records(database, "scripts")
    assert (len(list(kept.all())), kept.unreadable()) == (1, 0)
    database.close()
    database = open_purses(url)
    assert Budget(database, "purse", LIMITS).spent().money == 2.5
    assert Answers(database).known(digest("a request")) == "an answer"
    database.close()


def test_caption_rows_say_their_format(tmp_path: Path) -> None:
    records = open_records(restored(tmp_path, "records"))
    run = DatasetRun.begin(records, "clips", 100, {"bound": 1})
    rows = Rows(records, run.name, run.id)
    begun = rows.begin("test:waiting", 3)
    assert begun is not None
    rows.enlist([begun.source.model_copy(update={"id": "test:new"})])
    with records.asking() as connection:
        query = select(records_tables.rows.c.source).where(records_tables.rows.c.id == "test:new")
        assert '"_format":1' in connection.execute(query).scalar_one()
    # Both kinds of row are read.
    assert rows.begin("test:new", 3) is not None
    records.close()


def test_an_insert_of_a_row_that_is_there_does_nothing(ledger_url: str) -> None:
    database = open_records(ledger_url)
    row = {"host": "example.com", "next_at": 1.0, "quiet_until": 0.0, "failures": 0, "stopped": ""}
    for _ in range(2):
        with database.writing() as connection:
            insert = insert_into(connection, records_tables.pace).values(row)
            connection.execute(insert.on_conflict_do_nothing())
    with database.asking() as connection:
        assert connection.execute(text("SELECT count(*) FROM pace")).scalar_one() == 1
    database.close()
