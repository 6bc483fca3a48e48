"""The bench of tokens: each of its arms writes a few."""

from collections.abc import AsyncGenerator
from typing import cast

import httpx
import pytest

from tests.bench import models as bench
from tests.bench.models import BARE, TOKEN_ARMS, BareVllm, Sides
from tests.bench_smoke import COMMAND, smokes
from tests.cluster import TestCluster

IN_THE_CLUSTER = [arm for arm in TOKEN_ARMS if arm != BARE]


@pytest.fixture
async def client(models: TestCluster) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=models.url, timeout=None) as client:
        yield client


@pytest.mark.cluster
@smokes("tokens", IN_THE_CLUSTER)
@pytest.mark.parametrize("arm", IN_THE_CLUSTER)
async def test_an_arm_asks_the_deployment(arm: str, client: httpx.AsyncClient) -> None:
    assert await TOKEN_ARMS[arm](Sides(client, cast(BareVllm, None)), [1, 2]) > 0


@pytest.mark.cluster
@pytest.mark.prove
@smokes("tokens", [BARE])
@smokes(COMMAND, ["bare_vllm"])
async def test_the_bare_model_is_asked_in_a_process_of_its_own(models: TestCluster) -> None:
    bare = BareVllm(models.home / "tiny" / "conte")
    try:
        assert bare.tokens_per_s("<s>[INST] ? [/INST]", [1]) > 0
        assert bench.TOKENS > 0
    finally:
        bare.close()
