"""The home folder is its user's alone, and figures are for those who hold a key."""

import os
from pathlib import Path

import pytest

from serve.keys import key_digest
from serve.opened import open_ledger
from serve.private import private_home
from serve.settings import Settings
from serve.telemetry import log_to_files
from tests.front_door import House, accept


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_home_is_its_user_s_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home = private_home(tmp_path / "new" / ".sian")
        assert mode(home) == 0o700
        ledger = open_ledger(Settings(home=tmp_path / "opened"))
        log_to_files(tmp_path / "logged", "ingress")
    finally:
        os.umask(before)
    ledger.close()
    assert mode(tmp_path / "logged") == 0o700
    assert mode(tmp_path / "opened") == 0o700
    assert [mode(path) for path in (tmp_path / "opened").glob("ledger.db*")] == [0o600]


def test_a_home_that_was_open_to_others_is_tightened_when_it_is_opened(tmp_path: Path) -> None:
    home = tmp_path / ".sian"
    home.mkdir(mode=0o755)
    open_ledger(Settings(home=home)).close()
    for name in ("ray-token", "ledger.db", "cluster.json"):
        (home / name).touch()
        (home / name).chmod(0o644)
    (home / "link").symlink_to(tmp_path)
    home.chmod(0o755)
    open_ledger(Settings(home=home)).close()
    assert mode(home) == 0o700
    assert {mode(home / name) for name in ("ray-token", "ledger.db", "cluster.json")} == {0o600}
    assert mode(tmp_path) != 0o600


@pytest.mark.parametrize("kind", ["shared", "of other things"])
def test_a_folder_that_is_not_sian_s_own_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ("ledger.db" if kind == "shared" else "thesis.txt")).touch(0o644)
    folder.chmod(0o1777 if kind == "shared" else 0o755)
    private_home(folder)
    assert folder.stat().st_mode & 0o7777 == (0o1777 if kind == "shared" else 0o755)


async def test_figures_are_everybody_s_where_no_keys_are_set(tmp_path: Path) -> None:
    async with House(tmp_path).client() as http:
        assert (await http.get("/metrics")).status_code == 200


async def test_with_keys_a_tenant_reads_its_own_figures_and_the_operator_all(
    tmp_path: Path,
) -> None:
    keys = {key_digest("a's"): "a", key_digest("b's"): "b"}
    house = House(tmp_path, api_keys=keys, metrics_key=key_digest("prometheus"))
    accept(house, tenant="a")
    accept(house, tenant="b")
    async with house.client() as http:
        pages = {
            key: await http.get("/metrics", headers={"Authorization": f"Bearer {key}"})
            for key in ("a's", "prometheus", "wrong")
        }
        nobody = await http.get("/metrics")
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/docs")).status_code == 200
        assert (await http.get("/v1/productions", headers={"X-API-Key": "prometheus"})).is_error
    assert (nobody.status_code, pages["wrong"].status_code) == (401, 401)
    assert "www-authenticate" in nobody.headers
    own, every = pages["a's"].text, pages["prometheus"].text
    assert 'sian_queue_depth{tenant="a"} 1.0' in own
    assert 'tenant="b"' not in own
    assert "sian_http_request_seconds" not in own
    assert 'sian_queue_depth{tenant="b"} 1.0' in every
    assert "sian_http_request_seconds" in every


async def test_a_key_for_the_figures_is_asked_for_without_tenants_too(tmp_path: Path) -> None:
    async with House(tmp_path, metrics_key=key_digest("prometheus")).client() as http:
        assert (await http.get("/metrics")).status_code == 401
        assert (await http.get("/metrics", headers={"X-API-Key": "prometheus"})).is_success
        assert (await http.get("/v1/productions")).is_success
