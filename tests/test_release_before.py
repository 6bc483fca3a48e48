"""The release before goes on with a ledger that this one has migrated: both run while one replaces
the other. Its code is taken from the history.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conte.brief import Brief
from conte.production import State
from serve.ledger.ledger import Ledger
from tests import newer_tables
from tests.on_ledger import LEASE_S

pytestmark = pytest.mark.prove
ROOT = Path(__file__).parent.parent
COMMITS = {"0.1.0": "db37c85b72"}
"""Release -> the commit that its folder in tests/releases was made by."""
BRIEF = {"product": {"name": "시안"}, "duration_s": 6, "cuts": 4}

OLD_PROCESS = """
import json, sys

from conte.brief import Brief
from conte.production import State
from serve.ledger.ledger import Ledger

url, brief = sys.argv[1], Brief.model_validate(json.loads(sys.argv[2]))
ledger = Ledger.open(url)


def accepted(tenant):
    order = dict(tenant=tenant, brief=brief, seed=7, idempotency_key=tenant, body_hash=tenant)
    return ledger.accept(**order, max_queued=10)[0].id


held = accepted("before")
mine = ledger.claim("director of before", 600)
print("opened", flush=True)
sys.stdin.readline()  # the tables are migrated meanwhile
ledger.renew(mine, 600)
ledger.enter(mine, State.WRITING)
waiting = accepted("meanwhile")
again = accepted("meanwhile")
ledger.beat("director of before")
second = ledger.claim("director of before", 600)
ledger.release(second)
listed, _ = ledger.list("before", limit=10, after=None, state=None)
print(json.dumps({
    "held": held, "mine": mine.production.id, "waiting": waiting, "again": again,
    "second": second.production.id, "listed": [one.id for one in listed],
    "state": ledger.get(held, "before").state,
    "events": [str(event.kind.value) for event in ledger.events(held, 0)],
    "directors": ledger.directors_alive(60),
}), flush=True)
sys.stdin.readline()
ledger.close()
"""


@pytest.fixture(params=sorted(COMMITS))
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A checkout of the release before."""
    commit, into = COMMITS[request.param], tmp_path / "before"

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)

    if not (ROOT / ".git").exists() or git("cat-file", "-e", f"{commit}^{{commit}}").returncode:
        pytest.skip(f"the history of {request.param} ({commit}) is not in this checkout")
    added = git("worktree", "add", "--detach", str(into), commit)
    assert added.returncode == 0, added.stderr
    try:
        yield into
    finally:
        git("worktree", "remove", "--force", str(into))


def test_a_process_of_the_release_before_goes_on_while_this_one_migrates_its_ledger(
    before: Path, ledger_url: str
) -> None:
    command = [sys.executable, "-c", OLD_PROCESS, ledger_url, json.dumps(BRIEF)]
    environment = os.environ | {"PYTHONPATH": str(before), "PYTHONDONTWRITEBYTECODE": "1"}
    old = subprocess.Popen(
        command, cwd=before, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert old.stdin is not None and old.stdout is not None and old.stderr is not None
    try:
        assert old.stdout.readline() == "opened\n", old.stderr.read()
        ledger = Ledger.open(ledger_url)
        ours, _ = ledger.accept(
            tenant="ours", brief=Brief.model_validate(BRIEF), seed=7, idempotency_key="ours",
            body_hash="ours", max_queued=10,
        )  # fmt: skip
        old.stdin.write("migrated\n")
        old.stdin.flush()
        line = old.stdout.readline()
        assert line, old.stderr.read()
        said: dict[str, Any] = json.loads(line)
    finally:
        old.kill()
        old.wait()
    assert said["mine"] == said["held"]
    assert said["listed"] == [said["held"]]
    assert said["again"] == said["waiting"]
    assert said["second"] in (said["waiting"], ours.id)
    assert (said["state"], said["directors"]) == ("writing", 1)
    # And what it wrote is read here.
    held = ledger.get(said["held"], "before")
    assert held.state is State.WRITING
    assert [str(event.kind) for event in ledger.events(held.id, 0)] == said["events"]
    assert ledger.get(said["waiting"], "meanwhile").state is State.QUEUED
    both = {ledger.claim("director-1", LEASE_S), ledger.claim("director-1", LEASE_S)}
    assert {one.production.id for one in both if one} == {said["waiting"], ours.id}
    ledger.close()


OWN_TESTS = (
    "test_ledger_durability.py",
    "test_ledger_events.py",
    "test_ledger_fairness.py",
    "test_ledger_leases.py",
    "test_ledger_productions.py",
    "test_videos_ledger.py",
)
ABOUT_ITS_TABLES = (
    # What tables there are, and what is refused, is another thing on newer ones.
    "test_the_migrations_make_the_tables_that_the_code_reads",
    "test_a_ledger_of_a_newer_version_is_left_alone",
)


def test_the_tests_of_the_release_before_pass_on_the_tables_of_this_one(
    before: Path, tmp_path: Path
) -> None:
    """Its own tests of the ledger, with its own code, on SQLite and PostgreSQL."""
    path = tmp_path / "path"
    path.mkdir()
    shutil.copy(newer_tables.__file__, path / "sitecustomize.py")
    made = tmp_path / "made"
    environment = os.environ | {
        "PYTHONPATH": f"{path}{os.pathsep}{before}",
        "PYTHONDONTWRITEBYTECODE": "1",
        newer_tables.MADE: str(made),
        newer_tables.NEWER: str(ROOT),
    }
    left_out = [f"--deselect=tests/test_ledger_durability.py::{one}" for one in ABOUT_ITS_TABLES]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:schemathesis",
        "-p",
        "no:cacheprovider",
    ]
    command += [f"--basetemp={tmp_path / 'theirs'}", *left_out]
    command += [f"tests/{name}" for name in OWN_TESTS]
    done = subprocess.run(command, cwd=before, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    # Most of them have a ledger of their own, twice.
    assert len(made.read_text().splitlines()) > 100
