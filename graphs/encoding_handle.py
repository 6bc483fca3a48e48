"""The clip encoder behind a deployment handle. Frames travel by the object store.

A gRPC call, which the cluster uses between replicas, would copy a clip's frames (100 to 300 MB)
into the message. `_by_reference` makes this one an actor call, whose object reference the encoder's
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
    """`deployments.clip_encoder.Encoding` on another replica."""

    def __init__(self, handle: DeploymentHandle) -> None:
        self._handle = handle.options(_by_reference=True)

    async def encode(self, video: Video, shot: Shot, key: str) -> AsyncGenerator[float]:
        """Encode the frames as `Encoding.encode` does.

        If an encoder dies, another one takes the same frames: nothing is rendered again.
        """
        most, frames = 0.0, await asyncio.to_thread(ray.put, video)
        del video  # the frames stay in the object store while `frames` points to them
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
