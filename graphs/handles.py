"""Typed wrapper of Ray handles: the only file in which a call's result has no known type."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ray.exceptions import RayActorError, RayTaskError
from ray.serve.handle import DeploymentHandle

from conte.brief import Brief
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte, Treatment
from conte.variant import VariantOf
from deployments.conte_writer import ContePart
from deployments.engines.protocols import ConteError, RenderError
from graphs.crew import CrewError, CrewMemberDied


class RayCrew:
    """The crew behind deployment handles. Every method is a stream; closing it cancels the call."""

    def __init__(
        self,
        writer: DeploymentHandle,
        renderers: Mapping[Tier, DeploymentHandle],
        editor: DeploymentHandle,
    ) -> None:
        self._writer, self._renderers, self._editor = writer, dict(renderers), editor

    @property
    def tiers(self) -> Sequence[Tier]:
        return tuple(self._renderers)

    def write(self, brief: Brief, seed: int, production: str) -> AsyncGenerator[ContePart]:
        return stream(self._writer, "write", brief, seed, production)

    def write_direction(
        self,
        brief: Brief,
        seed: int,
        production: str,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncGenerator[ContePart]:
        asked = brief, seed, production, index, tuple(before), variant_of
        return stream(self._writer, "write", *asked)

    def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
        return stream(self._renderers[tier], "render", shot, cut)

    def bring_in(
        self, upload: str, shot: Shot, cut: int, tier: Tier
    ) -> AsyncGenerator[float | Clip]:
        return stream(self._editor, "bring_in", upload, shot, cut, tier)

    def cut_ahead(self, conte: Conte, brief: Brief, clips: Sequence[Clip]) -> AsyncGenerator[int]:
        return stream(self._editor, "cut_ahead", conte, brief, tuple(clips))

    def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]:
        return stream(self._editor, "join", conte, brief, tuple(clips), version)


async def stream(handle: DeploymentHandle, verb: str, *args: Any) -> AsyncGenerator[Any]:
    """Call a replica's method and yield what it yields.

    Raises:
        CrewMemberDied: if its process is gone; Ray does not retry this, the plan does.
        ConteError, RenderError: as the replica raised them.
        CrewError: for any other exception there.
    """
    response: Any = _streaming(handle, verb).remote(*args)
    ended = False
    try:
        async for part in response:
            yield part
        ended = True
    except RayActorError as error:
        raise CrewMemberDied(f"the process at work ({verb}) died") from error
    except RayTaskError as error:
        cause: BaseException = error.cause
        if isinstance(cause, ConteError | RenderError):
            raise type(cause)(*cause.args) from error
        raise CrewError(f"{type(cause).__name__}: {cause}") from error
    except (ConteError, RenderError):
        raise  # over gRPC the replica's own exceptions arrive unwrapped
    except Exception as error:
        raise CrewError(f"{type(error).__name__}: {error}") from error
    finally:
        if not ended:
            response.cancel()


@lru_cache(maxsize=64)
def _streaming(handle: DeploymentHandle, verb: str) -> DeploymentHandle:
    # Making a handle takes as long as choosing a replica; it serves any number of calls.
    return handle.options(method_name=verb, stream=True)
