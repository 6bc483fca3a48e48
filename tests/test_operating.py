"""What an operator reads: the queue, what failed and how to retry it, and what reuse was worth."""

from pathlib import Path

import pytest

from conte.revision.quote import Renderers
from serve.ingress.operation_views import DeploymentView, HouseView, WorthView
from serve.ingress.operations import operations
from serve.keys import key_digest
from serve.ledger.worth import Month
from tests import test_formats_http
from tests.front_door import House, accept
from tests.test_formats_http import Approved
from tests.test_revision_rounds import edit

approved = test_formats_http.approved


async def test_an_operator_sees_who_waits_what_failed_and_how_to_retry_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    failed = accept(house)
    house.fail(failed)
    waiting = accept(house, tenant="other")
    async with house.client() as client:
        shown = (await client.get("/v1/operations")).json()
        queue = {one["tenant"]: one["waiting"] for one in shown["queue"]}
        assert queue == {"local": 0, "other": 1}
        (line,) = shown["failed"]
        assert (line["production"], line["product"]) == (failed, "윈터그립")
        assert line["failure"]["reason"] == "the engine went dark"
        assert {one["production"] for one in shown["slowest"]} == {failed, waiting}
        assert {one["stage"] for one in shown["stages"]} >= {"queued", "rendering"}
        assert (await client.post(line["retry"])).status_code == 202
        assert (await client.get("/v1/operations")).json()["failed"] == []


async def test_only_the_operator_s_key_sees_all_and_a_tenant_s_key_its_own(tmp_path: Path) -> None:
    keys = {key_digest("key-of-a"): "a", key_digest("key-of-b"): "b"}
    house = House(tmp_path, api_keys=keys, metrics_key=key_digest("key-of-all"))
    for tenant in ("a", "b"):
        accept(house, tenant=tenant)
    async with house.client() as client:
        for path in ("/v1/operations", "/v1/operations/worth"):
            assert (await client.get(path)).status_code == 401
        shown = {}
        for key in ("key-of-a", "key-of-all"):
            answer = await client.get("/v1/operations", headers={"X-API-Key": key})
            shown[key] = answer.json()
    own, everything = shown["key-of-a"], shown["key-of-all"]
    assert {one["tenant"] for part in ("queue", "use", "slowest") for one in own[part]} == {"a"}
    assert own["tenant"] == "a" and own["house"] is None
    assert {one["tenant"] for one in everything["queue"]} == {"a", "b"}
    assert everything["tenant"] is None


async def test_the_cluster_is_shown_to_the_operator_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    there = DeploymentView(name="FilmEditor", status="HEALTHY", wanted=2, there=1)
    cluster = HouseView(deployments=(there,), nodes=())
    for reader, seen in ((None, cluster), ("a", None)):

        async def whose(reader: str | None = reader) -> str | None:
            return reader

        renderers = Renderers(gpus={}, replicas={})
        routes = operations(house.ledger, whose, renderers, lambda: cluster).routes
        shown = next(one for one in routes if getattr(one, "path", "") == "/v1/operations")
        assert shown.endpoint(tenant=reader).house == seen  # pyright: ignore


async def test_worth_counts_what_a_round_kept_as_saved_and_times_the_approval(
    approved: Approved,
) -> None:
    rounds, client = approved.rounds, approved.client
    (first,) = (await client.get("/v1/operations/worth")).json()["months"]
    assert (first["versions"], first["approved"], first["rounds"]) == (1, 1, 1.0)
    assert first["approval_s"] > 0
    assert (first["rendered"], first["reused"], first["saved_s"]) == (16, 0, 0)
    await rounds.revise(client, 2, edit(rounds.cuts(1)[2], "action", "다른 동작"))
    (then,) = (await client.get("/v1/operations/worth")).json()["months"]
    # One cut again in both tiers; the other seven were kept.
    assert (then["versions"], then["rendered"], then["reused"]) == (2, 18, 14)
    assert then["saved_s"] == pytest.approx(first["rendered_s"] * 14 / 16, abs=0.02)


def test_saved_seconds_cost_what_a_gpu_costs_and_nothing_on_a_processor() -> None:
    month = Month("a", "2026-11", reused=2)
    month.saved_s["draft"], month.saved_s["final"] = 100.0, 1800.0
    renderers = Renderers(gpus={"draft": 0, "final": 2}, replicas={}, gpu_hour=3000, currency="KRW")
    told = WorthView.of(month, renderers)
    assert (told.saved_s, told.saved_gpu_s) == (1900.0, 3600.0)
    assert told.saved is not None and told.saved.amount == 3000
    assert WorthView.of(month, Renderers(gpus={}, replicas={})).saved is None


async def test_a_draft_says_how_far_a_boundary_moves_without_a_render(
    approved: Approved,
) -> None:
    rounds, client = approved.rounds, approved.client
    cuts = rounds.cuts(1)
    url = f"/v1/productions/{rounds.id}/draft"
    draft = (await client.get(url)).json()
    assert {(clip["before"], clip["after"]) for clip in draft["clips"]} == {(12, 12)}
    assert set(draft["said_s"]) == {cut["id"] for cut in cuts}
    lines = {cut["id"]: cut["caption"].split() for cut in cuts if cut["caption"]}
    assert {id_: " ".join(got["lines"]).split() for id_, got in draft["captions"].items()} == lines
    frames = cuts[2]["num_frames"] + 5
    retime = {"op": "retime", "cut": cuts[2]["id"], "frames": frames, "from": cuts[3]["id"]}
    await client.post(f"{url}/operations", json={"operations": [retime]})
    moved = (await client.get(url)).json()
    handles = {clip["number"]: (clip["before"], clip["after"]) for clip in moved["clips"]}
    assert (handles[3], handles[4]) == ((12, 7), (17, 12))
    further = {**retime, "frames": frames + 8}
    await client.post(f"{url}/operations", json={"operations": [further]})
    dear = (await client.get(url)).json()
    (gone,) = {(c["what"], c["before"]) for c in dear["clips"] if c["number"] == 3}
    assert gone == ("rendered", None)
