"""Server specs by need: how many GPUs, of how much memory. Codes are looked up, never hard-coded.

The platform lists GPUs by number only; the code or the description names their make.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from serve.ncp.api import Api

GPU_MEMORY_GIB: Mapping[str, float] = {
    "T4": 16,
    "V100": 16,
    "L4": 24,
    "A100": 40,
    "L40S": 48,
    "A6000": 48,
    "H100": 80,
    "H200": 141,
    "B200": 180,
}
"""Make -> smallest memory that it is sold with, in GiB. `provider.gpu_memory_gib` overrides it."""


class Need(BaseModel):
    """Requirements of a node type on its servers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    gpus: int = Field(default=0, ge=0)
    """Exact number: the node announces them to Ray."""
    gpu_memory_gib: float = Field(default=0, ge=0)
    """Least memory of each GPU, in GiB."""
    cpus: int = Field(default=1, ge=1)
    memory_gib: float = Field(default=1, ge=0)
    hypervisor: str = "KVM"


@dataclass(frozen=True)
class Spec:
    code: str
    gpus: int
    gpu_memory_gib: float | None
    """Memory of each GPU; None: its make is not in the table."""
    cpus: int
    memory_gib: float
    description: str

    def meets(self, need: Need) -> bool:
        if self.gpus != need.gpus or self.cpus < need.cpus or self.memory_gib < need.memory_gib:
            return False
        return need.gpu_memory_gib <= (self.gpu_memory_gib or 0)

    def __str__(self) -> str:
        memory = "?" if self.gpu_memory_gib is None else f"{self.gpu_memory_gib:g}"
        gpus = f", {self.gpus} GPU of {memory} GiB" if self.gpus else ""
        return f"{self.code} ({self.cpus} CPU, {self.memory_gib:g} GiB{gpus})"


class NoSuchSpec(ValueError):
    """No spec of the region meets a need."""


def specs_of(
    api: Api, image: str, hypervisor: str, known: Mapping[str, float] = GPU_MEMORY_GIB
) -> list[Spec]:
    """Return the region's specs for an image.

    Raises:
        NcpError: if the list cannot be read, or not completely.
    """
    asked = {"serverImageNo": image, "hypervisorTypeCodeList.1": hypervisor}
    rows = api.rows("getServerSpecList", "serverSpecList", "serverSpecCode", asked)
    return [_spec(row, known) for row in rows]


def chosen(specs: Sequence[Spec], need: Need) -> Spec:
    """Return the smallest spec that meets the need.

    Raises:
        NoSuchSpec: naming the need, and the specs with as many GPUs.
    """
    fit = [spec for spec in specs if spec.meets(need)]
    if not fit:
        near = [str(spec) for spec in specs if spec.gpus == need.gpus]
        there = "; ".join(near) or f"no spec with {need.gpus} GPUs"
        raise NoSuchSpec(
            f"no server spec here has {need.gpus} GPUs of {need.gpu_memory_gib:g} GiB,"
            f" {need.cpus} CPUs and {need.memory_gib:g} GiB; there is: {there}"
        )
    return min(
        fit, key=lambda spec: (spec.gpu_memory_gib or 0, spec.memory_gib, spec.cpus, spec.code)
    )


def _spec(row: Mapping[str, Any], known: Mapping[str, float]) -> Spec:
    code, said = str(row["serverSpecCode"]), str(row.get("serverSpecDescription") or "")
    gpus = int(row.get("gpuCount") or 0)
    return Spec(
        code=code,
        gpus=gpus,
        gpu_memory_gib=_gpu_memory(f"{code} {said}", known) if gpus else 0,
        cpus=int(row.get("cpuCount") or 0),
        memory_gib=float(row.get("memorySize") or 0) / 2**30,
        description=said,
    )


def _gpu_memory(said: str, known: Mapping[str, float]) -> float | None:
    found = [
        gib
        for make, gib in known.items()
        if re.search(rf"(?<![a-z0-9]){re.escape(make)}(?![a-z0-9])", said, re.IGNORECASE)
    ]
    return min(found, default=None)
