"""Counts the messages of a response that wait in Ray Serve's replica for the proxy.

Ray Serve 2.60 puts every ASGI message of a response into an unbounded queue that the application
cannot see. The queue is found in the closure of the `send` that Ray passes. Where a later version
keeps it elsewhere, responses are split but not paced (`tests/test_media_cluster.py` checks that
they are).
"""

import inspect
from collections.abc import Sized
from typing import Any

from starlette.types import Send

from serve.ingress.pacing import Waiting


def waiting_of(send: Send) -> Waiting | None:
    """Return a counter of the messages not yet sent; None if `send` is not Ray Serve's."""
    if not inspect.isfunction(send):
        return None
    queue: Any = inspect.getclosurevars(send).nonlocals.get("result_queue")
    messages: Sized | None = getattr(queue, "_message_queue", None)
    return None if messages is None else messages.__len__
