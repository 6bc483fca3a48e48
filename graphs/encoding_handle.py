"""The encoder behind a deployment handle: its frames travel by the object store, not in a message.

A call by gRPC, which the cluster uses between replicas, would carry the frames of a clip (100 to
300 MB) by value. `_by_reference` makes this one an actor call, whose object reference the encoder's
replica maps from shared memory without a copy.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import ray
from ray.serve.handle import DeploymentHandle

from conte.clip import Shot
from deployments.engines.protocols import Video
from graphs.crew import CrewMemberDied
from graphs.handles import stream

MAX_ATTEMPTS = 3


class RayEncoder:
    """`deployments.clip_encoder.Encoding`, on another replica."""

    def __init__(self, handle: DeploymentHandle) -> None:
        self._handle = handle.options(_by_reference=True)

    async def encode(self, video: Video, shot: Shot, key: str) -> AsyncGenerator[float]:
        """See `Encoding.encode`.

        An encoder that dies costs its own work and not the GPU's: another one takes the frames.
        """
        most, frames = 0.0, await asyncio.to_thread(ray.put, video)
        del video  # it lies in the object store now, for as long as `frames` points to it
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                async with aclosing(stream(self._handle, "encode", frames, shot, key)) as steps:
                    async for step in steps:
                        if step > most:
                            most = step
                            yield step
                return
            except CrewMemberDied:
                if attempt == MAX_ATTEMPTS:
                    raise
