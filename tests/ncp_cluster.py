"""cluster.yaml and the head's environment as they stand, with the ids of a fake account."""

from pathlib import Path
from typing import Any

from serve.ncp.rendering import loaded, rendered

ROOT = Path(__file__).parent.parent
IDS = {
    "SIAN_NCP_VPC": "vpc",
    "SIAN_NCP_SUBNET": "1234",
    "SIAN_NCP_ACG": "2345",
    "SIAN_NCP_LOGIN_KEY": "sian-key",
    "SIAN_NCP_IMAGE": "3456",
    "SIAN_NCP_INIT_SCRIPT": "4567",
    "SIAN_NCP_HEAD": "10.0.0.5:6379",
}


def cluster_config() -> dict[str, Any]:
    return loaded(rendered((ROOT / "cluster.yaml").read_text("utf-8"), IDS))


def head_environment() -> dict[str, str]:
    text = (ROOT / "operations/units/sian-head.env").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)
