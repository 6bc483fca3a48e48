"""Spans of a production, as a collector of OpenTelemetry receives them; none without one."""

import sys
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from serve import tracing
from serve.ledger.ids import number_of
from serve.tracing import ENDPOINTS, span, trace_as_set
from tests.databases import opened_ledger
from tests.fake_crew import FakeCrew
from tests.loopback import answering
from tests.test_produce import film


class Collector:
    """What was received by POST of OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()
        self._came = threading.Condition()

    def received(self, body: bytes) -> None:
        with self._came:
            for of_one in ExportTraceServiceRequest.FromString(body).resource_spans:
                told = {one.key: one.value.string_value for one in of_one.resource.attributes}
                self.services.add(told["service.name"])
                self.spans += [one for scope in of_one.scope_spans for one in scope.spans]
            self._came.notify_all()

    def wait_for(self, name: str) -> None:
        with self._came:
            assert self._came.wait_for(lambda: name in {one.name for one in self.spans}, 60)

    def named(self, name: str) -> list[Any]:
        return [one for one in self.spans if one.name == name]

    def handler(self) -> type[BaseHTTPRequestHandler]:
        received = self.received

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                received(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
                pass

        return Door


@pytest.fixture(autouse=True)
def untraced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_tracer", None)
    for name in (*ENDPOINTS, "OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Generator[Collector]:
    there = Collector()
    with answering(there.handler()) as url:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
        trace_as_set("sian-director")
        yield there


async def test_a_production_is_one_trace_whose_id_is_its_own(
    collector: Collector, tmp_path: Path
) -> None:
    ledger = opened_ledger(f"sqlite:///{tmp_path}/ledger.db")
    production = await film(ledger, FakeCrew(tiers=("draft",)))
    ledger.close()
    collector.wait_for("production")
    number = number_of(production)
    assert number is not None
    assert {one.trace_id for one in collector.spans} == {number.to_bytes(16, "big")}
    (root,) = collector.named("production")
    assert not root.parent_span_id
    for name, count in (("conte", 1), ("cut", 4), ("film", 1)):
        found = collector.named(name)
        assert len(found) == count, name
        assert {one.parent_span_id for one in found} == {root.span_id}, name
    cuts = {one.span_id for one in collector.named("cut")}
    assert {one.parent_span_id for one in collector.named("render")} == cuts
    assert collector.services == {"sian-director"}


def test_an_error_s_text_is_left_out(collector: Collector) -> None:
    with pytest.raises(ValueError, match="beer"), span("conte"):
        raise ValueError("the brief says beer")
    collector.wait_for("conte")
    (one,) = collector.named("conte")
    assert one.status.message == "ValueError"
    assert not one.events
    assert b"beer" not in one.SerializeToString()


@pytest.mark.parametrize("disabled", [True, False])
def test_without_a_collector_nothing_is_imported(
    disabled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if disabled:
        monkeypatch.setenv(ENDPOINTS[0], "http://127.0.0.1:1")
        monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    trace_as_set("sian-director")
    with span("production"):
        pass


def test_a_collector_without_the_extra_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(ENDPOINTS[1], "http://127.0.0.1:1")
    for name in [name for name in sys.modules if name.startswith("opentelemetry.exporter.otlp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    said: list[str] = []
    monkeypatch.setattr(tracing, "log", lambda event, **fields: said.append(fields["reason"]))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    trace_as_set("sian-director")
    assert len(said) == 1
    assert "sian[tracing]" in said[0]
    with span("production"):
        pass
