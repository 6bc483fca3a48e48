"""A film graph in one process: the real ingress, ledger, vault and director, without Ray."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from ray.serve.handle import DeploymentHandle

from graphs.director import Director
from graphs.gate import FairGate, Gates
from graphs.handles import RayCrew
from graphs.replicas.director import plan
from graphs.shapes import places
from tests.front_door import House


class _Parts:
    """What a streaming call gives, as `DeploymentResponseGenerator` does."""

    def __init__(self, parts: AsyncGenerator[Any]) -> None:
        self._parts = parts

    def __aiter__(self) -> AsyncGenerator[Any]:
        return self._parts

    def cancel(self) -> None:
        """Nothing: closing the stream stops it."""


class _Verb:
    def __init__(self, verb: Any) -> None:
        self._verb = verb

    def remote(self, *args: Any) -> _Parts:
        return _Parts(self._verb(*args))


class _Handle:
    def __init__(self, replica: object) -> None:
        self._replica = replica

    def options(self, *, stream: bool, method_name: str = "") -> Any:
        assert stream, "only calls that stream are made here"
        return getattr(self, method_name) if method_name else self

    def __getattr__(self, verb: str) -> _Verb:
        return _Verb(getattr(self._replica, verb))


def handle(replica: object) -> DeploymentHandle:
    """Calls the replica's verbs where it stands."""
    return cast(DeploymentHandle, _Handle(replica))


@asynccontextmanager
async def directed(
    house: House, writer: object, renderer: object, editor: object
) -> AsyncGenerator[None]:
    """One director at work in the house, with one crew for drafts."""
    settings = house.settings
    crew = RayCrew(handle(writer), {"draft": handle(renderer)}, handle(editor))
    gates: Gates = {"draft": FairGate(places(settings.draft, settings.director))}
    director = Director(house.ledger, crew, plan(settings), settings.director, gates)
    director.start()
    try:
        yield
    finally:
        await director.stop()
