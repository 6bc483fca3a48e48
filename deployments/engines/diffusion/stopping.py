"""Stopping a pipeline at once, wherever it is: encoding text, denoising, decoding."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from deployments.engines.protocols import Cancelled

_DOORS = (
    "text_encoder", "text_encoder_2", "image_encoder", "transformer", "transformer_2",
    "vae.encoder", "vae.decoder",
)  # fmt: skip
"""Modules whose every call is a step; a VAE's decoder is called once per tile or few frames."""


@contextmanager
def stoppable(pipe: Any, should_stop: Callable[[], bool]) -> Generator[None]:
    """Make the pipeline raise `Cancelled` before its next forward pass once `should_stop` is true.

    `pipe._interrupt` would skip the remaining steps and still decode, which for a large video takes
    as long as several steps; an exception computes nothing more. Guidance makes two passes a step,
    so the pipeline stops within half a step.
    """

    def ask(*_: Any) -> None:
        if should_stop():
            raise Cancelled

    hooks = [door.register_forward_pre_hook(ask) for door in _doors(pipe)]
    try:
        ask()
        yield
        ask()
    finally:
        for hook in hooks:
            hook.remove()


def _doors(pipe: Any) -> list[Any]:
    found: list[Any] = []
    for path in _DOORS:
        part = pipe
        for name in path.split("."):
            part = getattr(part, name, None)
        if part is not None:
            found.append(part)
    return found
