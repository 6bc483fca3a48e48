"""A house that is drained: directors claim nothing, what is at work is finished, orders wait."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from serve.cli.commands import app
from serve.ingress.readiness import Readiness
from serve.ledger.ledger import Ledger
from serve.vault import Vault
from tests.on_ledger import LEASE_S, accept, claim, film


async def test_while_it_is_on_nothing_is_claimed_and_it_is_not_ready(
    ledger: Ledger, tmp_path: Path
) -> None:
    accept(ledger)
    ledger.beat("director-1")
    held = claim(ledger)
    accept(ledger)
    ledger.operating.drain(on=True)
    ledger.operating.drain(on=True)
    assert ledger.claim("director-1", LEASE_S) is None
    readiness = Readiness(ledger, Vault.open(str(tmp_path / "vault")), 60)
    assert (await readiness.look()).directors == "draining"
    now = ledger.operating.status(60)
    assert (now.drained, now.directors, now.productions, now.waiting) == (False, 1, 1, 1)
    # What is at work goes on, and ends.
    ledger.renew(held, LEASE_S)
    ledger.finish(held, 1, film(), "editor")
    assert ledger.operating.status(60).drained
    ledger.operating.drain(on=False)
    assert ledger.claim("director-1", LEASE_S) is not None
    assert (await readiness.look()).directors == "ok"


def test_an_operator_drains_and_sees_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAN_HOME", str(tmp_path))
    cli = CliRunner()

    def said(*command: str) -> str:
        result = cli.invoke(app, ["cluster", *command])
        assert result.exit_code == 0, result.output
        return result.output

    Ledger.open(f"sqlite:///{tmp_path}/ledger.db").close()
    assert said("status").startswith("serving: 0 directors, 0 productions")
    assert said("drain", "--wait", "5").startswith("drained: ")
    assert said("status").startswith("drained: ")
    assert said("drain", "--off").startswith("serving: ")


@pytest.mark.parametrize("command", ["drain", "status"])
def test_an_operator_without_the_cluster_s_ledger_is_not_told_that_it_is_drained(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger's URL has a password: it is in the units' environment, not in a shell's."""
    for name in ("SIAN_LEDGER__URL", "SIAN_LEDGER__URL_FILE", "SIAN_GRAPH"):
        monkeypatch.delenv(name, raising=False)
    graph = tmp_path / "graph.yaml"
    film = {"name": "film", "import_path": "graphs.build:build", "args": {"pin_to_house": True}}
    graph.write_text(yaml.safe_dump({"applications": [film]}), "utf-8")
    home, cli = tmp_path / "home", CliRunner()
    nothing = cli.invoke(app, ["cluster", command, "--home", str(home)])
    assert nothing.exit_code == 2
    assert "there is no ledger" in nothing.output
    asked = ["cluster", command, "--home", str(home), "--graph", str(graph)]
    unknown = cli.invoke(app, asked)
    assert unknown.exit_code != 0
    assert "SIAN_LEDGER__URL_FILE" in unknown.output
    assert not home.exists()
    Ledger.open(f"sqlite:///{tmp_path}/ledger.db").close()
    monkeypatch.setenv("SIAN_LEDGER__URL", f"sqlite:///{tmp_path}/ledger.db")
    assert cli.invoke(app, asked).exit_code != 0, "SQLite is for one machine"
