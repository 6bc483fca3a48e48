"""Variants of compiled blocks: a warning when PyTorch compiles no more of them."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from serve.telemetry import log

_PYTORCH = logging.getLogger("torch._dynamo.convert_frame")
"""PyTorch's logger for a reached limit; it logs once a block."""


class Variants(logging.Filter):
    """Notes the adapters and lengths that blocks were compiled for.

    Of a limit that is reached it warns once: what is new from then on takes as long as it does
    without `compile`, and nothing else shows it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._adapters: dict[str, None] = {}
        self._lengths: dict[int, None] = {}
        self._reached = ""
        self._said = False

    def filter(self, record: logging.LogRecord) -> bool:
        if "recompile_limit" in (line := record.getMessage()):
            self._reached = line.partition("\n")[0]
        return True

    @contextmanager
    def running(self, adapter: str | None, num_frames: int) -> Generator[None]:
        """Context around a call of the pipeline, which compiles new shapes."""
        name = adapter or "none"
        _PYTORCH.addFilter(self)
        try:
            yield
        finally:
            _PYTORCH.removeFilter(self)
            if not self._reached:
                self._adapters[name] = self._lengths[num_frames] = None
            elif not self._said:
                self._said = True
                self._warn(name, num_frames)

    def _warn(self, adapter: str, num_frames: int) -> None:
        log(
            "diffusers.compile_limit",
            level=logging.WARNING,
            reason=self._reached,
            compiled_adapters=list(self._adapters),
            compiled_frames=list(self._lengths),
            uncompiled=f"adapter {adapter} at {num_frames} frames, and what is new from now on",
            settings="fewer diffusers.adapters, or diffusers.compile: false",
        )
