"""Reads a graph's YAML: the settings of its film application, and the shared memory it needs."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from serve.cluster import machine
from serve.cluster.address import find
from serve.cluster.machine import BootError
from serve.secret_files import SecretFileError
from serve.settings import Settings
from serve.yaml_text import yaml_value

FILMS_LEDGER = "SIAN_FILMS_LEDGER"
"""Environment variable that gives a job the ledger URL of its cluster's films."""
OBJECT_STORE = 100 << 20  # keys are passed, not frames; Ray's own default is 30 % of the memory
CLIP_FRAMES = 200 << 20
"""Bytes of a clip's frames on the way to an encoder: 81 at 1280x720 are 213 MiB, at 832x480 93."""


def object_store(config: dict[str, Any]) -> int:
    """Return the bytes of shared memory for values passed between replicas.

    With encoders, frames are passed too: two clips per renderer (one being encoded, one waiting).
    More clips spill to disk, so the size affects speed only.
    """
    clips = 0
    for application in config.get("applications", []):
        with suppress(ValidationError):  # another graph's arguments, or wrong ones
            settings = Settings.model_validate(application.get("args", {}))
            for clip in (settings.draft, settings.final):
                clips += 2 * clip.replicas if clip.enabled and clip.encoders else 0
    memory = machine.available_memory()
    wanted = OBJECT_STORE + clips * CLIP_FRAMES
    return wanted if memory is None else max(OBJECT_STORE, min(wanted, memory // 3))


def films_settings(config: dict[str, Any]) -> Settings | None:
    """Return the settings of the film application; None if there is none.

    Raises:
        BootError: if a secret's file cannot be used.
    """
    for application in config.get("applications", []):
        try:
            return Settings.model_validate(application.get("args", {}))
        except SecretFileError as error:
            raise BootError(str(error)) from error
        except ValidationError:
            continue  # another kind of application; a wrong one reports its error when it is built
    return None


def settings_at(home: Path, graph: Path | None) -> Settings:
    """Return the given graph's settings, else the running cluster's, else the defaults.

    Raises:
        OSError: if the graph cannot be read.
        BootError: if the graph is for several machines, and its ledger is not in this environment.
    """
    running = find(home)
    path = graph or (Path(running.graph) if running else None)
    found: Settings | None = None
    if path is not None:
        config: dict[str, Any] = yaml_value(path.read_text("utf-8"))
        found = films_settings(config)
    settings = (found or Settings()).model_copy(update={"home": home.absolute()})
    if settings.pin_to_house and settings.ledger_url.startswith("sqlite"):
        # The URL has a password, so the graph does not have it. Without it a command would look at
        # an empty database of its own, and say that nothing is at work.
        raise BootError(
            f"{path}: its ledger is not known here; wanted SIAN_LEDGER__URL or"
            " SIAN_LEDGER__URL_FILE, as the units have it (operations/on-head.sh)"
        )
    return settings
