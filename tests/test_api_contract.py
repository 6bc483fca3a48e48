"""The API against its own OpenAPI document: no 5xx, and no answer that the document does not know."""

import json
import re
from collections.abc import AsyncGenerator
from types import SimpleNamespace
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

from conte.revision.review import ReviewState
from conte.revision.share import Right
from deployments.deliverables.exporter import Exporter
from deployments.deliverables.makers import MAKERS
from deployments.engines.feedback import FeedbackRules
from graphs.feedback import FeedbackDesk
from serve.ingress.app import create_app
from serve.ingress.chat import ChatModel
from serve.ingress.chat_limits import Sees
from serve.settings import ExportSettings, Settings
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
LINKS: list[str] = []
"""Tokens of share links with every right."""
VIDEOS: list[str] = []
"""Ids of videos that exist: one is completed, the others wait."""


EACH = 6
"""Cases of an operation where the suite runs."""
PROVEN = 20_000
"""Cases of all operations together where a release is proven."""


class Talking:
    """Answers as a language model would, now and then with a refusal, as a stream where asked."""

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any] | str]:
        if body.get("stream") is True:
            yield 'data: {"choices": []}\n\n'
            yield "data: [DONE]\n\n"
            return
        code = [None, 400, 404, 413, 418, 429, "odd", None][len(str(body)) % 8]
        if code is None:
            yield {"object": "chat.completion", "choices": []}
        else:
            yield {"error": {"message": "no", "type": "server_error", "code": code}}


MODELS = {
    "conte": ChatModel(Talking()),
    "seer": ChatModel(Talking(), sees=Sees(max_pictures=2, max_body_bytes=1 << 20)),
    "elsewhere": ChatModel(Talking(), own=False),
}


def document() -> dict[str, Any]:
    ledger: Any = SimpleNamespace(language=None)
    vault: Any = None
    return create_app(Settings(), ledger, vault).openapi()


def operations() -> list[tuple[str, str]]:
    paths = document()["paths"]
    # The streams of a tenant and of a link do not end.
    for stream in ("/v1/events", "/v1/shared/{token}/events"):
        del paths[stream]
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
    house.ledger.reviewing.step(done, 1, ReviewState.IN_REVIEW)
    LINKS[:] = [house.ledger.reviewing.share(done, 1, Right, "", 86_400.0)[1]]
    VIDEOS[:] = [accept_video(house, seed=seed) for seed in range(3)]
    house.complete_video()
    KNOWN[:] = [done, cancelled, failed, done, written, queued]
    reads = FeedbackDesk(FeedbackRules())
    exporter = Exporter(house.vault, ExportSettings())
    app = create_app(
        house.settings,
        house.ledger,
        house.vault,
        MODELS,
        feedback_engine=reads,
        exporting=exporter,
    )
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def with_a_known_id(case: schemathesis.Case) -> schemathesis.Case:
    """Most made-up ids and models become one that exists, with the version that it has."""
    if case.path.startswith("/v1/chat") and isinstance(case.body, dict) and len(case.body) % 5:
        case.body["model"] = list(MODELS)[len(str(case.body)) % len(MODELS)]
    if case.path.startswith("/v1/models/") and len(str(case.path_parameters.get("model"))) % 3:
        case.path_parameters["model"] = "animatic"
    # The event stream of a production that goes on would not end.
    known = KNOWN[:2] if case.path.endswith("/events") else KNOWN
    if case.path.startswith("/v1/videos"):
        # Those that it deletes are no more.
        known = VIDEOS[1:] if case.method == "DELETE" else VIDEOS[:1]
    drawn = str(case.path_parameters.get("id", ""))
    if len(drawn) % 7:
        case.path_parameters["id"] = known[len(drawn) % len(known)]
    if len(str(case.path_parameters.get("token", ""))) % 7:
        case.path_parameters["token"] = LINKS[0]
    if len(str(case.path_parameters.get("format", ""))) % 7:
        case.path_parameters["format"] = list(MAKERS)[len(str(case.query)) % len(MAKERS)]
    if case.path_parameters.get("n") in range(1, 10_000):
        case.path_parameters["n"] = 1
    return case


def hold_to_the_document(operation: Any, cases: int) -> None:
    @given(case=st.data())
    @settings(max_examples=cases, deadline=None, derandomize=True, suppress_health_check=ALL)
    def check(case: st.DataObject) -> None:
        mode = case.draw(st.sampled_from(list(schemathesis.GenerationMode)))
        drawn = case.draw(operation.as_strategy(generation_mode=mode))
        with_a_known_id(drawn).call_and_validate(checks=CHECKS)

    check()


@pytest.mark.parametrize(("path", "method"), operations())
def test_every_answer_is_one_that_the_document_knows(
    schema: schemathesis.BaseSchema, path: str, method: str
) -> None:
    hold_to_the_document(schema[path][method], EACH)


def test_every_schema_that_the_document_refers_to_stands_in_it() -> None:
    described = document()
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert referred <= described["components"]["schemas"].keys()


@pytest.mark.prove
@pytest.mark.parametrize(("path", "method"), operations())
def test_twenty_thousand_answers_are_ones_that_the_document_knows(
    schema: schemathesis.BaseSchema, path: str, method: str
) -> None:
    # What there is to answer to runs out: what is cancelled, retried or deleted stays so.
    hold_to_the_document(schema[path][method], -(-PROVEN // len(operations())))
