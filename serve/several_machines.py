"""Finds settings that several machines cannot share. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, SecretStr

from serve.secret_files import FILE, password_in, secret_variables
from serve.settings import PREFIX, Settings

MOST_SKEW_S = 5.0
"""Largest difference of two clocks, in seconds; above it, valid leases look expired on another
machine."""


@dataclass(frozen=True)
class Machines:
    number: int
    apart_s: Mapping[str, float] = field(default_factory=dict[str, float])
    """Machine -> difference of its clock from this one's, in seconds."""
    token: str = ""
    """Path of the file with Ray's token."""
    token_mode: int | None = None
    """Permission bits of that file; None: it does not exist here."""


def refusals(settings: Settings, machines: Machines, environment: Mapping[str, str]) -> list[str]:
    """Return one sentence per setting that several machines cannot share; empty: none.

    `environment`: variables from which secrets may come.
    """
    if machines.number < 2 and not settings.pin_to_house:
        return []
    have = f"this cluster has {machines.number} machines"
    if machines.number < 2:
        have = "pin_to_house is for a cluster of several machines"
    found = of_one_machine(
        have, {"ledger.url": settings.ledger_url}, {"vault.url": settings.vault_url}
    )
    for path, variable in _in_yaml(settings, environment):
        found.append(
            f"{path}: a secret in the graph's YAML, which Ray keeps and shows; wanted {variable}"
            f" or {variable}{FILE} in the environment"
        )
    found += _nowhere_to_run(settings)
    if machines.token_mode is not None and machines.token_mode & 0o077:
        found.append(
            f"RAY_AUTH_TOKEN_PATH: others can read {machines.token}"
            f" (mode {machines.token_mode:04o}); wanted 0600"
        )
    for machine, apart in sorted(machines.apart_s.items()):
        if abs(apart) > MOST_SKEW_S:
            found.append(
                f"the clock of {machine} is {abs(apart):.1f} s apart from this machine's; wanted at"
                f" most {MOST_SKEW_S:g} s, by NTP"
            )
    return found


def _nowhere_to_run(settings: Settings) -> list[str]:
    """Return a sentence per kind of renderer that no node of cluster.yaml has room for."""
    if not settings.pin_to_house:
        return []
    tiers = {"draft": settings.draft, "final": settings.final}
    return [
        f"{tier}.num_cpus is {clip.num_cpus:g} and {tier}.num_gpus {clip.num_gpus:g}: nodes with"
        " GPUs announce no CPU, so that no renderer would ever start; wanted num_cpus: 0"
        for tier, clip in tiers.items()
        if clip.enabled and clip.num_gpus and clip.num_cpus
    ]


def of_one_machine(
    have: str, databases: Mapping[str, str], folders: Mapping[str, str]
) -> list[str]:
    """Return a sentence for each place, by its setting, that other machines do not see.

    `have`: that there are several machines, as a clause.
    """
    return [
        f"{setting}: SQLite is for one machine, and {have}; wanted postgresql://..."
        for setting, url in databases.items()
        if url.startswith("sqlite")
    ] + [
        f"{setting}: a folder is for one machine, and {have}; wanted s3://bucket/prefix"
        for setting, url in folders.items()
        if not url.startswith("s3://")
    ]


def _in_yaml(settings: Settings, environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return path and variable of each secret that is set in the YAML instead of the
    environment."""
    names = {name.upper() for name in environment}
    found: list[tuple[str, str]] = []
    for path, variable in secret_variables(Settings, PREFIX).items():
        parts = path.split(".")
        around = {PREFIX + "__".join(parts[:end]).upper() for end in range(1, len(parts) + 1)}
        if _secret_at(settings, parts) and not names & {*around, f"{variable}{FILE}"}:
            found.append((path, variable))
    return found


def _secret_at(settings: BaseModel, parts: list[str]) -> bool:
    value: Any = settings
    for part in parts:
        value = getattr(value, part, None)
    if isinstance(value, SecretStr):
        return bool(value.get_secret_value())
    return isinstance(value, str) and bool(password_in(value))
