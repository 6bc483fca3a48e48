"""The API against its own OpenAPI document: no 5xx, and no answer that the document does not know."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from serve.ingress.app import create_app
from serve.settings import Settings
from tests.front_door import House, accept, accept_video

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]


ALL: list[HealthCheck] = list(HealthCheck)  # pyright: ignore[reportAssignmentType]
KNOWN: list[str] = []
"""Ids of productions that exist, in every state there is; the first two have ended for good."""
VIDEOS: list[str] = []
"""Ids of videos that exist: one is completed, the others wait."""


def operations() -> list[tuple[str, str]]:
    nothing: Any = None
    paths = create_app(Settings(), nothing, nothing).openapi()["paths"]
    return [(path, method) for path, methods in paths.items() for method in methods]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> schemathesis.BaseSchema:
    house = House(tmp_path_factory.mktemp("contract"), max_queued=100_000)
    done, cancelled, failed, written, queued = (accept(house, seed=seed) for seed in range(5))
    house.film(done)
    house.cancel(cancelled)
    house.fail(failed)
    house.write(written)
    house.ledger.beat("director-1")
    VIDEOS[:] = [accept_video(house, seed=seed) for seed in range(3)]
    house.complete_video()
    KNOWN[:] = [done, cancelled, failed, done, written, queued]
    return schemathesis.openapi.from_asgi("/openapi.json", house.app())


def with_a_known_id(case: schemathesis.Case) -> schemathesis.Case:
    """Most made-up ids become one that exists, with the version that it has."""
    # The event stream of a production that goes on would not end.
    known = KNOWN[:2] if case.path.endswith("/events") else KNOWN
    if case.path.startswith("/v1/videos"):
        # Those that it deletes are no more.
        known = VIDEOS[1:] if case.method == "DELETE" else VIDEOS[:1]
    drawn = str(case.path_parameters.get("id", ""))
    if len(drawn) % 7:
        case.path_parameters["id"] = known[len(drawn) % len(known)]
    if case.path_parameters.get("n") in range(1, 10_000):
        case.path_parameters["n"] = 1
    return case


@pytest.mark.parametrize(("path", "method"), operations())
def test_every_answer_is_one_that_the_document_knows(
    schema: schemathesis.BaseSchema, path: str, method: str
) -> None:
    operation = schema[path][method]

    @given(case=st.data())
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=ALL)
    def check(case: st.DataObject) -> None:
        mode = case.draw(st.sampled_from(list(schemathesis.GenerationMode)))
        drawn = case.draw(operation.as_strategy(generation_mode=mode))
        with_a_known_id(drawn).call_and_validate(checks=CHECKS)

    check()
