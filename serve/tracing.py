"""Spans of productions for OpenTelemetry: a trace's id is the number of its production's id.

Off unless the extra `tracing` is installed and OpenTelemetry's own variables name a collector
(`OTEL_EXPORTER_OTLP_ENDPOINT`). Spans hold names and numbers, never briefs.
"""

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from typing import Any

from serve.ledger.ids import number_of
from serve.telemetry import log, production_id

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_tracer: Any = None


def trace_as_set(service: str) -> None:
    """Export this process's spans where the environment directs. Call it once, at the start."""
    global _tracer
    wanted = any(os.environ.get(name) for name in ENDPOINTS)
    if not wanted or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return
    try:
        _tracer = _exporting(service)
    except ImportError as error:
        reason = f"{error}: pip install 'sian[tracing]'"
        log("tracing.not_installed", level=logging.WARNING, reason=reason)


def _exporting(service: str) -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class ProductionIds(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            return number_of(production_id.get() or "") or super().generate_trace_id()

    # The service's name of the environment (OTEL_SERVICE_NAME) has priority.
    resource = Resource.create(
        {} if "OTEL_SERVICE_NAME" in os.environ else {"service.name": service}
    )
    provider = TracerProvider(resource=resource, id_generator=ProductionIds())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("sian")


@contextmanager
def span(name: str, *, leaf: bool = False, **attributes: str | float) -> Generator[None]:
    """Time the block as a span. Spans within it are its children, also those of tasks that it
    starts; with `leaf` they are its siblings.
    """
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import StatusCode, use_span

    named = {f"sian.{key}": value for key, value in attributes.items()}
    # An exception's text may quote a brief: its name says enough, and the log has the rest.
    current = _tracer.start_span(name, attributes=named)
    quiet: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
    try:
        with nullcontext() if leaf else use_span(current, **quiet):
            yield
    except BaseException as error:
        current.set_status(StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        current.end()
