"""`sian doctor`: each part is looked at, each fault has a reason and something to do, no secret is shown."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deployments import checkup, lettering
from serve.cli import commands
from serve.doctor import checking, machine, platform, ray_settings, settings_read
from serve.doctor.hiding import hiding, secrets_in, secrets_of
from serve.doctor.ledger import ledger_lines
from serve.doctor.line import Line, ok
from serve.doctor.node import node_lines
from serve.doctor.ray_settings import ray_lines
from serve.doctor.vault import vault_lines
from serve.ncp.api import Api
from serve.ncp.keys import Keys
from serve.ncp.provider import GIVE_UP_S
from serve.settings import Settings
from tests.databases import opened_ledger
from tests.fake_ncp import KEYS, FakeNcp, served
from tests.loopback import answering
from tests.ncp_cluster import IDS, ROOT, cluster_config, head_environment
from tests.object_stores import ACCESS_KEY, BUCKET, SECRET_KEY
from tests.ports import free_port

PASSWORD = "hunter2-of-the-ledger"


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SIAN_GRAPH", "SIAN_HOME"):
        monkeypatch.delenv(name, raising=False)


def sian(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands.app, [str(argument) for argument in arguments])


def doctor(home: Path, *more: str | Path) -> tuple[int, list[Line]]:
    port = free_port()
    result = sian("doctor", "--home", home, "--port", str(port), "--json", *more)
    return result.exit_code, [Line(**one) for one in json.loads(result.stdout)]


def said(lines: list[Line], state: str = "wrong") -> str:
    return "\n".join(
        f"{line.part}: {line.said} -> {line.todo}" for line in lines if line.state == state
    )


def test_a_fresh_machine_is_fine_and_nothing_is_made_on_it(tmp_path: Path) -> None:
    code, lines = doctor(tmp_path / "home", "--graph", ROOT / "graphs/local.yaml")
    assert said(lines) == ""
    assert code == 0
    parts = {line.part for line in lines}
    assert parts >= {
        "settings",
        "ledger",
        "vault",
        "ports",
        "disk",
        "memory",
        "fonts",
        "engines",
        "ray",
    }
    assert not list(tmp_path.iterdir())


def test_a_person_reads_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    graph = tmp_path / "graph.yaml"
    graph.write_text(
        "applications:\n- import_path: graphs.build:build\n"
        "  args: {draft: {engine: nowhere}, conte: {engine: openai}}\n"
    )
    result = sian("doctor", "--home", tmp_path, "--graph", graph, "--port", str(free_port()))
    assert result.exit_code == 1
    assert "draft.engine: there is no engine 'nowhere'" in result.stdout
    assert "-> one of animatic, diffusers, videos" in result.stdout
    assert "conte.openai.url is empty" in result.stdout
    assert result.stdout.rstrip().endswith("wrong: 3")


def test_no_secret_is_ever_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"postgresql+psycopg://sian:{PASSWORD}@127.0.0.1:1/{PASSWORD}"
    secrets = {
        "SIAN_LEDGER__URL": address,
        "SIAN_VAULT__URL": "s3://films",
        "SIAN_VAULT__ENDPOINT": "http://127.0.0.1:1",
        "SIAN_VAULT__ACCESS_KEY": "access-key-of-mine",
        "SIAN_VAULT__SECRET_KEY": "secret-key-of-mine",
        "SIAN_NCP_ACCESS_KEY": "ncp-access-of-mine",
        "SIAN_NCP_SECRET_KEY": "/ncp-secret-of-mine",
        "SIAN_CONTE__MAX_TOKENS": "secret-key-of-mine",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    for mode in ((), ("--json",)):
        shown = sian("doctor", "--home", tmp_path, *mode).output
        assert "conte.max_tokens" in shown
        assert not [
            one for one in (PASSWORD, *secrets.values()) if "of-mine" in one and one in shown
        ]
    monkeypatch.delenv("SIAN_CONTE__MAX_TOKENS")
    settings, _ = settings_read.read(None, tmp_path)
    assert settings is not None
    hide = hiding([*secrets_in(settings), *secrets_of(secrets)])
    for line in (*ledger_lines(settings.ledger_url), *vault_lines(settings)):
        assert hide(line).state == "wrong"
        assert not [
            one
            for one in (PASSWORD, *secrets.values())
            if "of-mine" in one and one in str(hide(line))
        ]
    assert PASSWORD not in str(hide(ok("x", f"at {address}")))


def test_a_ledger_opens_says_its_revision_and_is_not_migrated(
    ledger_url: str, tmp_path: Path
) -> None:
    if ledger_url.startswith("postgresql"):
        (line, clock) = ledger_lines(ledger_url)
        assert line.state == "look" and "revision none; the next start makes it" in line.said
        assert clock.state == "ok"
    opened_ledger(ledger_url).close()
    lines = ledger_lines(ledger_url)
    assert [line.state for line in lines] == ["ok", "ok", "ok"]
    assert "can be written" in lines[-1].said


@pytest.mark.parametrize(
    ("ahead_s", "state"), [(0, "ok"), (4.5, "ok"), (5.5, "wrong"), (-7, "wrong")]
)
def test_a_clock_that_is_far_from_the_ledger_s_is_named(
    tmp_path: Path, ahead_s: float, state: str
) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    opened_ledger(url).close()
    lines = ledger_lines(url, now=lambda: time.time() + ahead_s)
    (clock,) = [line for line in lines if "clock" in line.said]
    assert clock.state == state
    if state == "wrong":
        assert ("ahead of" if ahead_s > 0 else "behind") in clock.said
        assert "NTP" in clock.todo


@pytest.mark.parametrize(("least", "state"), [("0001", "look"), ("9999", "wrong")])
def test_a_ledger_of_a_newer_release_is_named(tmp_path: Path, least: str, state: str) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = opened_ledger(url)
    ledger.close()
    import sqlite3

    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE alembic_version_least SET version_num = ?", (least,))
    (line, *_) = ledger_lines(url)
    assert line.state == state and "revision 9999, which a newer release has made" in line.said


@pytest.mark.parametrize("kind", ["folder", "moto", "rclone"])
def test_a_vault_is_put_into_once_read_linked_and_left_as_it_was(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "folder":
        (tmp_path / "vault").mkdir()
        vault = {"url": str(tmp_path / "vault")}
    else:
        endpoint = request.getfixturevalue(f"{kind}_url")
        keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
        vault = {"url": f"s3://{BUCKET}/doctor", "endpoint": endpoint, **keys}
    (line,) = vault_lines(Settings.model_validate({"vault": vault}))
    assert line.state == "ok", line
    assert line.said.endswith(
        "signed a link, deleted" if kind != "folder" else "read a range, deleted"
    )
    if kind == "folder":
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_vault_with_wrong_keys_says_where_keys_are_set(rclone_url: str) -> None:
    keys = {"access_key": ACCESS_KEY, "secret_key": "another-secret-key"}
    vault = {"url": f"s3://{BUCKET}/doctor", "endpoint": rclone_url, **keys}
    (line,) = vault_lines(Settings.model_validate({"vault": vault}))
    assert line.state == "wrong" and "403" in line.said
    assert "SIAN_VAULT__SECRET_KEY" in line.todo


@pytest.fixture
def ncp() -> FakeNcp:
    fake = FakeNcp(time.time)
    fake.add("sian-head", {"sian": 1, "cluster": "sian", "kind": "head", "type": "head"})
    return fake


def asked(ncp: FakeNcp, keys: Keys = KEYS) -> list[Line]:
    return platform.platform_lines(cluster_config(), Api(ncp.client(), lambda: keys, now=ncp.now))


def test_a_platform_that_is_as_cluster_yaml_wants_it_has_a_spec_for_every_node_type(
    ncp: FakeNcp,
) -> None:
    lines = asked(ncp)
    assert said(lines) == ""
    fine = said(lines, "ok")
    assert "image 3456: sian-2026-11" in fine
    for node_type, spec in (("cpu", "c16-g3"), ("gpu1", "gp-h100-1-g3"), ("gpu8", "gp-h100-8-g3")):
        assert f"{node_type}: {spec}" in fine
    assert "24 servers more" in said(lines, "look")
    assert set(ncp.calls) == {"getServerInstanceList", "getServerSpecList", "getServerImageList"}


def test_what_is_wrong_at_the_platform_is_named(ncp: FakeNcp) -> None:
    assert "SIAN_NCP_SECRET_KEY" in said(asked(ncp, Keys("access", "another")))
    ncp.forbidden = {"getServerSpecList"}
    faults = said(asked(ncp))
    assert "may not call getServerSpecList" in faults and "createServerInstances" in faults
    ncp.forbidden, ncp.images = set(), {}
    assert "there is no server image 3456 here" in said(asked(ncp))
    ncp.servers.clear()
    assert "0 servers have a head's description" in said(asked(ncp))


def test_a_need_that_no_server_of_the_region_meets_is_named(ncp: FakeNcp) -> None:
    config = cluster_config()
    config["available_node_types"]["gpu2"]["node_config"]["need"]["gpu_memory_gib"] = 141
    faults = said(platform.platform_lines(config, Api(ncp.client(), lambda: KEYS, now=ncp.now)))
    assert "gpu2: no server spec here has 2 GPUs of 141 GiB" in faults
    assert "node_types.gpu2.node_config.need" in faults


def test_the_platform_is_asked_only_where_its_variables_are_set(
    ncp: FakeNcp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, lines = doctor(tmp_path)
    assert "ncp" not in {line.part for line in lines}
    for name, value in IDS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SIAN_NCP_ACCESS_KEY", KEYS.access)
    monkeypatch.setenv("SIAN_NCP_SECRET_KEY", KEYS.secret)
    with served(ncp) as url:
        file = tmp_path / "cluster.yaml"
        text = (ROOT / "cluster.yaml").read_text("utf-8")
        file.write_text(text.replace("  region:", f"  base: {url}\n  region:"), "utf-8")
        _, lines = doctor(tmp_path, "--cluster", file)
    assert "24 servers more" in said(lines, "look")
    assert "gpu1: gp-h100-1-g3" in said(lines, "ok")
    assert KEYS.secret not in json.dumps([line.said for line in lines if line.part == "ncp"])


def test_the_head_s_environment_as_it_is_shipped_is_sane(tmp_path: Path) -> None:
    head = head_environment() | {"RAY_AUTH_TOKEN_PATH": str(tmp_path / "token")}
    assert said(ray_lines(head)) == ""
    assert ray_settings.LAUNCH_WAITS_S == GIVE_UP_S
    assert set(ray_settings.WANTED) <= set(head)


@pytest.mark.parametrize("name", list(ray_settings.WANTED))
def test_a_default_of_ray_that_does_not_fit_servers_is_named(name: str, tmp_path: Path) -> None:
    head = head_environment() | {"RAY_AUTH_TOKEN_PATH": str(tmp_path / "token")}
    del head[name]
    assert f"{name} is not set; wanted" in said(ray_lines(head))


def test_a_token_that_others_can_read_is_named(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("of the cluster")
    token.chmod(0o640)
    head = head_environment() | {"RAY_AUTH_TOKEN_PATH": str(token)}
    assert "mode 0640" in said(ray_lines(head)) and f"chmod 600 {token}" in said(ray_lines(head))


def test_a_port_in_use_little_disk_and_little_memory_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Door(BaseHTTPRequestHandler):
        pass

    with answering(Door) as url:
        port = machine.port_of(url)
        assert f"{port} (the front door) is in use" in said(
            machine.port_lines(tmp_path, {"the front door": port})
        )
    monkeypatch.setattr(machine, "DISK_WANTED", 1 << 60)
    faults = said(machine.room_lines(tmp_path / "not/yet", memory=1 << 20))
    assert "disk:" in faults and "1 MiB available; wanted at least 1536 MiB" in faults


@pytest.mark.parametrize(
    ("status", "directors", "state", "told"),
    [(200, "ok", "ok", "and is ready"), (503, "draining", "wrong", "directors: draining")],
)
def test_a_port_at_which_a_cluster_s_head_serves_is_not_taken_for_somebody_else_s(
    status: int, directors: str, state: str, told: str, tmp_path: Path
) -> None:
    """The front door of a head is Ray's: its home has no file that says who serves there."""
    parts = {"ledger": "ok", "vault": "ok", "directors": directors}
    body = json.dumps(parts if status == 200 else {"status": status, "parts": parts}).encode()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with answering(Door) as url:
        (line,) = machine.port_lines(tmp_path, {"the front door": machine.port_of(url)})
    assert line.state == state
    assert "Sian serves there" in line.said and told in line.said


def test_every_glyph_source_is_looked_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert checkup.font_faults() == []
    for name in lettering.SOURCES[1:]:
        (tmp_path / name).write_bytes((lettering.FONTS / name).read_bytes()[:1000])
    monkeypatch.setattr(lettering, "FONTS", tmp_path)
    faults = [text for text, _ in checkup.font_faults()]
    assert len(faults) == len(lettering.SOURCES)
    assert (
        f"there is no {tmp_path / lettering.SOURCES[0]}" in faults[0] and "is no font" in faults[1]
    )


def test_engines_that_lack_a_checkpoint_a_server_or_their_file_are_named(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "conte": {"engine": "vllm", "vllm": {"checkpoint": str(tmp_path)}, "rewriter": {}},
            "draft": {"engine": "no.such.module:Engine"},
            "final": {"enabled": True, "engine": "videos"},
            "claims": str(tmp_path / "claims.yaml"),
        }
    )
    faults = "\n".join(text for text, _ in checkup.engine_faults(settings))
    for wanted in (
        "conte.vllm.checkpoint", "draft.engine", "final.videos.url", "claims",
    ):  # fmt: skip
        assert wanted in faults
    assert checkup.engine_faults(Settings()) == []


@pytest.fixture
def metadata() -> Iterator[str]:
    tags = {
        "sian": 1,
        "cluster": "sian",
        "type": "gpu2",
        "head": "127.0.0.1:1",
        "resources": {"GPU": 2},
    }
    pages = {"/serverInstanceNo": "4711", "/serverDescription": json.dumps(tags)}

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response_only(200 if body else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with answering(Door) as url:
        yield url


def test_a_node_looks_at_its_tags_the_head_the_token_and_its_gpus(
    metadata: str, tmp_path: Path
) -> None:
    given = {"SIAN_NCP_METADATA_URL": metadata, "RAY_AUTH_TOKEN_PATH": str(tmp_path / "none")}
    (tmp_path / "gpus/0000:01:00.0").mkdir(parents=True)
    lines = node_lines(given, tmp_path / "gpus")
    assert "server 4711, a gpu2 of sian" in said(lines, "ok")
    faults = said(lines)
    assert "the head 127.0.0.1:1 cannot be reached" in faults
    assert "SIAN_NODE_TOKEN_URL is not set" in faults
    assert "1 GPUs have a driver; the node announces 2" in faults


def test_a_server_of_another_kind_is_no_node() -> None:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with answering(Door) as url:
        (line,) = node_lines({"SIAN_NCP_METADATA_URL": url})
    assert line.state == "wrong" and "docs/ncp.md" in line.todo


def test_a_check_that_breaks_or_hangs_is_a_line_and_the_others_are_there() -> None:
    import threading

    def breaks() -> list[Line]:
        raise ValueError("no such thing\nsecond line")

    def hangs() -> list[Line]:
        threading.Event().wait()
        return []

    lines = checking.checked({"a": breaks, "b": hangs, "c": lambda: [ok("c", "fine")]}, within_s=3)
    assert [(line.part, line.state) for line in lines] == [
        ("a", "wrong"),
        ("b", "wrong"),
        ("c", "ok"),
    ]
    assert lines[0].said == "ValueError: no such thing"
