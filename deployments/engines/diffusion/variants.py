"""Variants of compiled blocks: warns when PyTorch compiles no more of them."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from serve.telemetry import log

_PYTORCH = logging.getLogger("torch._dynamo.convert_frame")
"""PyTorch's logger for the reached limit; it logs once per block."""


class Variants(logging.Filter):
    """Records the adapters and lengths for which blocks were compiled.

    Warns once when the limit is reached: new variants then run as slowly as without `compile`, and
    nothing else shows that.
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
        """Surround a call of the pipeline, which compiles new shapes."""
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
