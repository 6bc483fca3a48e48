"""Films briefs on the serving cluster through its API; the same brief is filmed only once."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.frozen import digest
from conte.production import State
from serve.cli.saving import save
from serve.client import Client

Say = Callable[[str], None]


def filmed(
    url: str, briefs: Sequence[Brief], into: Path, named: str, say: Say, *, clips: bool = False
) -> list[dict[str, Any]]:
    """Film the briefs concurrently; return id, state, seconds and folder of each production.

    `named`: name of the occasion; the same brief on the same occasion is the same production.
    """
    told: list[dict[str, Any]] = []
    with Client(url) as client:
        started = [
            client.create(brief, seed=at, idempotency_key=f"{named}-{digest(_told(brief))[:32]}").id
            for at, brief in enumerate(briefs)
        ]
        for at, (production, brief) in enumerate(zip(started, briefs, strict=True), 1):
            view = client.wait(production)
            found: dict[str, Any] = {
                "id": production, "state": view.state.value, "product": brief.product.name,
                "reason": view.failure.reason if view.failure else "",
            }  # fmt: skip
            if view.state is State.DONE:
                folder = save(client, view, into / f"{at:02d}", clips=clips)["film"].parent
                found["folder"] = str(folder.relative_to(into))
                written = client.conte(production, view.version)
                found["by"] = written.provenance.model_dump(mode="json")
                found["seconds"] = view.film.num_frames / brief.fps if view.film else 0
            say(f"film {at} of {len(started)}: {found['product']}, {found['state']}")
            told.append(found)
    return told


def _told(brief: Brief) -> Mapping[str, Any]:
    return brief.model_dump(mode="json")
