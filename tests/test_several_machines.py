"""What is for one machine is refused where there are several; secrets come from files."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr, ValidationError

from crawl.videos.settings import VideoJobSettings
from graphs import machines
from serve.job_settings.sources import WrongSettings, in_environment
from serve.secret_files import SecretFileError, secret_variables
from serve.settings import PREFIX, Settings
from serve.several_machines import Machines, refusals

SHARED: dict[str, Any] = {"ledger": {"url": "postgresql://db/sian"}, "vault": {"url": "s3://films"}}
TWO = Machines(2)


def refused(settings: Mapping[str, Any], there: Machines = TWO, **environment: str) -> list[str]:
    return refusals(Settings.model_validate(settings), there, environment)


def test_what_several_machines_share_is_not_refused() -> None:
    assert refused(SHARED) == []
    assert refused({}, Machines(1)) == []
    assert refused(SHARED | {"pin_to_house": True}, Machines(1)) == []


def test_sqlite_and_a_folder_are_refused_by_their_settings_names() -> None:
    ledger, vault = refused({})
    assert ledger.startswith(
        "ledger.url: SQLite is for one machine, and this cluster has 2 machines"
    )
    assert "wanted postgresql://" in ledger
    assert vault.startswith("vault.url: a folder is for one machine") and "s3://" in vault


def test_settings_of_a_cluster_are_refused_before_its_second_machine_has_come() -> None:
    assert len(refused({"pin_to_house": True}, Machines(1))) == 2


def test_a_renderer_that_no_node_of_cluster_yaml_has_room_for_is_refused() -> None:
    """Nodes with GPUs announce no CPU. graphs/gpu.yaml, which is for one machine, asks for one."""
    final = {"engine": "diffusers", "num_gpus": 1, "num_cpus": 1}
    pinned = SHARED | {"pin_to_house": True, "final": final}
    (sentence,) = refused(pinned)
    assert sentence.startswith("final.num_cpus is 1 and final.num_gpus 1")
    assert sentence.endswith("wanted num_cpus: 0")
    assert refused(pinned | {"pin_to_house": False}) == []
    for right in ({"num_cpus": 0}, {"num_gpus": 0}, {"enabled": False}):
        assert refused(pinned | {"final": final | right}) == []


@pytest.mark.parametrize("path", list(secret_variables(Settings, PREFIX)))
def test_every_secret_in_the_yaml_is_refused_and_from_the_environment_taken(path: str) -> None:
    value = "postgresql://sian:word@db/sian" if path.endswith("url") else "a-secret"
    given = yaml.safe_load(yaml.safe_dump(SHARED))
    part = given
    *outer, last = path.split(".")
    for each in outer:
        part = part.setdefault(each, {})
    part[last] = value
    variable = secret_variables(Settings, PREFIX)[path]
    (sentence,) = refused(given)
    assert sentence.startswith(f"{path}: a secret in the graph's YAML")
    assert f"wanted {variable} or {variable}_FILE" in sentence
    assert "a-secret" not in sentence and ":word@" not in sentence
    for name in (variable, f"{variable}_FILE", PREFIX + outer[0].upper()):
        assert refused(given, TWO, **{name: "..."}) == []


def test_a_token_that_others_can_read_is_refused() -> None:
    (sentence,) = refused(SHARED, Machines(2, {}, "/etc/sian/ray-token", 0o644))
    assert "RAY_AUTH_TOKEN_PATH: others can read /etc/sian/ray-token (mode 0644)" in sentence
    assert refused(SHARED, Machines(2, {}, "/etc/sian/ray-token", 0o600)) == []


@pytest.mark.parametrize(("apart", "many"), [(4.9, 0), (-4.9, 0), (5.1, 1), (-60, 1)])
def test_clocks_that_are_more_than_five_seconds_apart_are_refused(apart: float, many: int) -> None:
    found = refused(SHARED, Machines(3, {"gpu-1": apart, "gpu-2": 0.1}))
    assert len(found) == many
    assert all("the clock of gpu-1" in one and "NTP" in one for one in found)


def test_a_graph_that_is_built_in_a_cluster_of_several_machines_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphs.build import build

    names = {
        "here": socket.gethostname(),
        "second": socket.gethostname(),
        "gone": "c",
        "other": "b",
    }
    nodes = [
        {"Alive": node != "gone", "NodeManagerHostname": host, "NodeID": node}
        for node, host in names.items()
    ]
    token = tmp_path / "token"
    token.touch(0o644)
    token.chmod(0o644)
    monkeypatch.setattr(machines.ray, "is_initialized", lambda: True)
    monkeypatch.setattr(machines.ray, "nodes", lambda: nodes)
    monkeypatch.setattr(machines, "clocks", lambda others: dict.fromkeys(others, 9.0))
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(token))
    assert machines.machines() == Machines(2, {"b": 9.0}, str(token), 0o644)
    with pytest.raises(
        ValueError, match=r"ledger\.url.*vault\.url.*RAY_AUTH_TOKEN_PATH.*clock of b"
    ):
        build(Settings(home=tmp_path))
    nodes[-1]["Alive"] = False
    build(Settings(home=tmp_path))  # two nodes on one machine


def test_every_secret_of_the_service_can_be_read_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = secret_variables(Settings, PREFIX)
    assert {"ledger.url", "vault.access_key", "vault.secret_key", "conte.openai.api_key"} < set(
        known
    )
    for path, variable in known.items():
        file = tmp_path / path
        file.write_text(f"content of {path}\n")
        monkeypatch.setenv(f"{variable}_FILE", str(file))
    settings = Settings()
    for path in known:
        value: Any = settings
        for part in path.split("."):
            value = getattr(value, part)
        found = value.get_secret_value() if isinstance(value, SecretStr) else value
        assert found == f"content of {path}"


def test_a_job_reads_its_secrets_from_files_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("of-youtube")
    (name,) = [
        name
        for path, name in secret_variables(VideoJobSettings, "SIAN_VIDEOS_").items()
        if path == "youtube.key"
    ]
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "key"))
    assert in_environment(VideoJobSettings, "SIAN_VIDEOS_") == {"youtube": {"key": "of-youtube"}}
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "gone"))
    with pytest.raises(WrongSettings, match=f"{name}_FILE: .*gone: No such file"):
        in_environment(VideoJobSettings, "SIAN_VIDEOS_")


def test_a_secret_s_file_that_is_not_there_or_is_one_too_many_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = "SIAN_VAULT__SECRET_KEY"
    monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "gone"))
    with pytest.raises(SecretFileError, match=f"{variable}_FILE: .*gone: No such file"):
        Settings()
    (tmp_path / "gone").write_bytes(b"\xff\xfe")
    with pytest.raises(SecretFileError, match="is no text"):
        Settings()
    monkeypatch.setenv(variable, "another")
    with pytest.raises(SecretFileError, match="both set") as raised:
        Settings()
    assert "another" not in str(raised.value)


def test_a_wrong_value_is_not_repeated_in_the_error() -> None:
    os.environ.pop("SIAN_FILM__CRF", None)
    for wrong in (
        {"film": {"crf": "a-key-in-the-wrong-place"}},
        {"vault": "a-key-in-the-wrong-place"},
    ):
        with pytest.raises(ValidationError) as raised:
            Settings.model_validate(wrong)
        assert "in-the-wrong-place" not in str(raised.value)
