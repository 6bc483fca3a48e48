"""The tokens that are compared are written under the same schema on both sides."""

import io
import json
from types import SimpleNamespace
from typing import Any, cast

from tests.bench.models import SCHEMA, BareVllm, question


def test_the_bench_guides_the_deployment_and_the_bare_model_alike() -> None:
    bare = cast(Any, BareVllm.__new__(BareVllm))
    told = io.StringIO()
    answer = io.StringIO(json.dumps({"tokens": 96, "seconds": 2}))
    bare._process = SimpleNamespace(stdin=told, stdout=answer)
    assert bare.tokens_per_s("?", [1]) == 48
    guided = json.loads(told.getvalue())["schema"]
    assert guided == json.loads(json.dumps(SCHEMA))
    assert question(1)["response_format"]["json_schema"]["schema"] == SCHEMA
    assert SCHEMA["properties"]["sheet"]["prefixItems"]
