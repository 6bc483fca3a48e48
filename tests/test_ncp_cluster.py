"""cluster.yaml, its rendering, and the units of head and nodes."""

import importlib
import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from ray.autoscaler._private.util import prepare_config, validate_config
from ray.autoscaler.v2.instance_manager.config import AutoscalingConfig
from typer.testing import CliRunner

from conte.clip import Tier
from graphs.build import build
from serve.cli.commands import app
from serve.cluster.machine import HOUSE
from serve.ncp.head import NoHead, make_token, own_number, ray_start_head
from serve.ncp.rendering import NotRendered, rendered
from serve.ncp.specs import Need
from serve.settings import ClipSettings, Settings
from tests.ncp_cluster import IDS, ROOT, cluster_config, head_environment

TEMPLATE = (ROOT / "cluster.yaml").read_text("utf-8")


def test_rays_own_schema_takes_it() -> None:
    """What `ray up`, `ray down` and `ray exec` check first, and the autoscaler with each round."""
    validate_config(prepare_config(cluster_config()))
    config = AutoscalingConfig(cluster_config(), skip_content_hash=True)
    assert config.get_head_node_type() == "head"
    assert config.get_upscaling_speed() == 100
    assert config.disable_node_updaters()
    types = config.get_node_type_configs()
    assert {name: (one.min_worker_nodes, one.max_worker_nodes) for name, one in types.items()} == {
        "head": (0, 1), "cpu": (0, 8), "gpu1": (0, 8), "gpu2": (0, 4), "gpu8": (0, 4),
    }  # fmt: skip


def test_work_without_a_gpu_brings_no_gpu_node_and_all_may_come_at_once() -> None:
    config = cluster_config()
    types: dict[str, Any] = config["available_node_types"]
    for name, one in types.items():
        resources = one["resources"]
        need = Need.model_validate(one["node_config"].get("need", {}))
        if name.startswith("gpu"):
            assert resources["CPU"] == 0
            assert resources["GPU"] == need.gpus == int(name.removeprefix("gpu"))
            assert "house" not in resources
        else:
            assert resources["house"] >= 1
            assert "GPU" not in resources
            assert need.gpus == 0
    most = sum(one["max_workers"] for one in types.values())
    assert config["max_workers"] >= most
    assert int(head_environment()["AUTOSCALER_MAX_CONCURRENT_LAUNCHES"]) >= most


def test_a_missing_id_is_named_and_all_of_them_at_once() -> None:
    given = {name: value for name, value in IDS.items() if not name.endswith(("VPC", "IMAGE"))}
    with pytest.raises(NotRendered, match="SIAN_NCP_IMAGE, SIAN_NCP_VPC"):
        rendered(TEMPLATE, given)


@pytest.mark.parametrize("value", ["a b", "x\ny: 1", "{}", "${SIAN_NCP_VPC}", "'"])
def test_an_id_that_would_change_the_file_s_structure_is_refused(value: str) -> None:
    with pytest.raises(NotRendered, match="SIAN_NCP_SUBNET"):
        rendered(TEMPLATE, {**IDS, "SIAN_NCP_SUBNET": value})


@pytest.mark.parametrize("name", ["SIAN_NCP_SECRET_KEY", "SIAN_NCP_ACCESS_KEY", "HOME"])
def test_no_secret_gets_into_it(name: str) -> None:
    with pytest.raises(NotRendered, match=name):
        rendered(f"{TEMPLATE}\nkey: ${{{name}}}\n", {**IDS, name: "s3cret"})
    assert not re.search(r"secret|token|password|access_key", str(cluster_config()).lower())


def test_sian_cluster_render_writes_the_file_or_names_what_is_missing(tmp_path: Path) -> None:
    into, template = tmp_path / "cluster.yaml", str(ROOT / "cluster.yaml")
    command = ["cluster", "render", template, "--out", str(into)]
    failed = CliRunner().invoke(app, command, env=dict.fromkeys(IDS, ""))
    assert failed.exit_code == 2
    assert "SIAN_NCP_VPC" in failed.output
    assert not into.exists()
    done = CliRunner().invoke(app, command, env={**IDS, "SIAN_NCP_SECRET_KEY": "s3cret"})
    assert done.exit_code == 0
    assert "head_address: 10.0.0.5:6379" in into.read_text()
    assert "s3cret" not in into.read_text()
    assert 'subnet: "1234"' in into.read_text()


def test_the_head_announces_what_cluster_yaml_says_of_it(tmp_path: Path) -> None:
    command = ray_start_head(cluster_config(), tmp_path / "cluster.yaml", "python")
    assert command[3:] == [
        "start", "--head", "--block", f"--autoscaling-config={tmp_path}/cluster.yaml",
        "--node-ip-address=10.0.0.5", "--port=6379", "--num-cpus=4", "--num-gpus=0",
        '--resources={"house":1000}', "--dashboard-host=127.0.0.1", "--dashboard-port=8265",
    ]  # fmt: skip
    with pytest.raises(NoHead, match="head_address"):
        ray_start_head({"provider": {}}, tmp_path)


def test_the_token_is_the_owner_s_alone(tmp_path: Path) -> None:
    token = tmp_path / "ray-token"
    make_token(token)
    made = token.read_text()
    assert len(made) == 64
    assert token.stat().st_mode & 0o777 == 0o600
    make_token(token)
    assert token.read_text() == made
    token.chmod(0o644)
    with pytest.raises(NoHead, match="chmod 600"):
        make_token(token)


def test_the_head_s_number_comes_from_the_metadata() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=f"{request.url.path.rpartition('/')[2]}-4711\n")

    http = httpx.Client(transport=httpx.MockTransport(answer))
    assert own_number(http) == "serverInstanceNo-4711"


def unit(text: str) -> ConfigParser:
    found = ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    found.read_string(text)
    return found


def test_units_start_again_for_ever_and_hold_no_key() -> None:
    init = (ROOT / "operations/node-init.sh").read_text("utf-8")
    node = init.partition("<<'UNIT'\n")[2].partition("\nUNIT\n")[0]
    head = (ROOT / "operations/units/sian-head.service").read_text("utf-8")
    for text, module in ((node, "serve.ncp.node"), (head, "serve.ncp.head")):
        found = unit(text)
        assert found["Service"]["Restart"] == "always"
        assert found["Unit"]["StartLimitIntervalSec"] == "0"
        assert found["Service"]["User"] == "sian"
        assert f"-m {module}" in found["Service"]["ExecStart"]
    # A drained node must not be back before the reaper has stopped its server.
    assert int(unit(node)["Service"]["RestartSec"]) >= 30
    assert not re.search(r"(ACCESS|SECRET)_KEY=|[A-Za-z0-9/+]{40}", init + head)


def test_every_process_of_a_cluster_has_the_home_that_its_owner_and_the_doctor_have() -> None:
    """A replica's home is .sian in whatever folder its worker starts in, unless SIAN_HOME names one."""
    units = ROOT / "operations/units"
    init = (ROOT / "operations/node-init.sh").read_text("utf-8")
    (home,) = re.findall(r"^Environment=SIAN_HOME=(.*)$", init, re.MULTILINE)
    assert home == head_environment()["SIAN_HOME"]
    for name in ("sian-api.service", "sian-backup.service"):
        assert f"--home {home} " in (units / name).read_text("utf-8")
    script = (ROOT / "operations/on-head.sh").read_text("utf-8")
    assert "SIAN_HOME:-" + home + "}" in script


@pytest.mark.parametrize(
    ("name", "in_image"),
    [
        ("RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH", True),
        ("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", True),
        ("RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S", True),
        ("RAY_SERVE_CONTROL_LOOP_INTERVAL_S", False),
    ],
)
def test_the_front_door_of_a_cluster_treats_connections_as_that_of_one_machine(
    name: str, in_image: bool
) -> None:
    """`sian up` sets these for its own processes; on a head nobody did."""
    value = head_environment()[name]
    holder = (ROOT / "serve/cluster/holder.py").read_text("utf-8")
    if name.endswith("_PATH"):
        module, _, function = value.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
        assert f'"{value}"' in holder
    else:
        assert f'"{name}", "{value}"' in holder
    image = (ROOT / "operations/images/cpu.Dockerfile").read_text("utf-8")
    assert (f" {name}={value} " in image) == in_image


def test_the_head_s_environment_says_what_the_autoscaler_needs() -> None:
    found = head_environment()
    assert found["RAY_enable_autoscaler_v2"] == "1"
    assert found["RAY_NODE_TYPE_NAME"] == cluster_config()["head_node_type"]
    assert found["RAY_AUTH_MODE"] == "token"
    assert found["RAY_gcs_storage"] == "rocksdb"
    assert found["RAY_gcs_storage_path"]
    assert found["AUTOSCALER_UPDATE_INTERVAL_S"] == "5"
    assert found["AUTOSCALER_MAX_LAUNCH_BATCH"] == "1"
    # On one machine alone; with it `ray start --address` refuses.
    assert "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER" not in found


def deployments_of(settings: Settings) -> dict[str, Any]:
    """Name -> options of the actors, of every deployment that the graph binds."""
    found: dict[str, Any] = {}
    left: list[Any] = [build(settings)]
    while left:
        bound: Any = left.pop()._bound_deployment
        found[bound.name] = bound.ray_actor_options or {}
        for value in (*bound.init_args, *bound.init_kwargs.values()):
            values = value.values() if isinstance(value, dict) else [value]
            left += [one for one in values if hasattr(one, "_bound_deployment")]
    return found


@pytest.mark.parametrize("pinned", [True, False])
def test_everything_without_a_gpu_is_kept_from_gpu_nodes(pinned: bool, tmp_path: Path) -> None:
    final = ClipSettings(engine="animatic", num_gpus=1, encoders=1)
    settings = Settings(home=tmp_path, pin_to_house=pinned, final=final)
    found = deployments_of(settings)
    tiers: tuple[Tier, ...] = ("draft", "final")
    assert {f"{tier.title()}Renderer" for tier in tiers} < set(found)
    assert {"Ingress", "Director", "ConteWriter", "FilmEditor", "Exporter", "FinalEncoder"} < set(
        found
    )
    for name, options in found.items():
        on_house = HOUSE in (options.get("resources") or {})
        assert on_house == (pinned and name != "FinalRenderer"), name
