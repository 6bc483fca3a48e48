"""A real cluster under SIGKILL: whatever dies, no production is lost and none is published twice."""

import threading
import time
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.cluster import TestCluster

pytestmark = pytest.mark.cluster

BRIEF: dict[str, Any] = {"product": {"name": "시안"}, "duration_s": 5, "cuts": 4, "fps": 24}
PATIENCE_S = 900


def accept(url: str, seed: int) -> str:
    """Post until it is taken; the same key makes one production however often it is sent."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        try:
            answer = httpx.post(
                f"{url}/v1/productions",
                json={"brief": BRIEF, "seed": seed},
                headers={"Idempotency-Key": f"durability-{seed}"},
                timeout=30,
            )
            if answer.status_code == 202:
                return answer.json()["id"]
        except httpx.TransportError:
            pass  # the replica that had it was killed: ask again with the same key
        time.sleep(0.1)
    raise AssertionError(f"production {seed} was never accepted")


def get(url: str, path: str) -> dict[str, Any]:
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        try:
            answer = httpx.get(f"{url}{path}", timeout=30)
            if answer.status_code == 200:
                return answer.json()
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{path} was never answered")


def events(url: str, production_id: str) -> list[tuple[int, str]]:
    """Every event, over as many connections as it takes."""
    told: list[tuple[int, str]] = []
    number = 0
    while not told or not told[-1][1].startswith("production.d"):
        try:
            with httpx.stream(
                "GET",
                f"{url}/v1/productions/{production_id}/events",
                headers={"Last-Event-ID": str(number)},
                timeout=30,
            ) as stream:
                for line in stream.iter_lines():
                    if line.startswith("id:"):
                        number = int(line[3:])
                    elif line.startswith("event:"):
                        told.append((number, line[6:].strip()))
        except httpx.TransportError:
            time.sleep(0.1)
    return told


@pytest.mark.parametrize(
    ("first", "more"),
    [
        pytest.param(4, (2, 2, 2), id="ten"),
        pytest.param(10, (4, 4, 2), id="twenty", marks=pytest.mark.prove),
    ],
)
def test_productions_survive_the_death_of_every_kind_of_replica(
    cluster: TestCluster, first: int, more: tuple[int, int, int]
) -> None:
    began = 1000 * first
    ids = [accept(cluster.url, began + seed) for seed in range(first)]
    followed: dict[str, list[tuple[int, str]]] = {}
    # One client follows from before the first kill; its stream breaks and it resumes.
    follower = threading.Thread(
        target=lambda: followed.update({ids[2]: events(cluster.url, ids[2])}), daemon=True
    )
    follower.start()
    killed: list[int] = []
    for some, victim in zip(more, ("Director", "DraftRenderer", "Ingress"), strict=True):
        while not rendering(cluster.url):
            if all(state(cluster.url, one) == "done" for one in ids):
                ids.append(accept(cluster.url, began + len(ids)))
        killed.append(cluster.kill(victim))
        ids += [accept(cluster.url, began + len(ids) + i) for i in range(some)]
    assert len(set(ids)) == len(ids) >= first + sum(more)
    deadline = time.monotonic() + PATIENCE_S
    waiting = set(ids)
    while waiting and time.monotonic() < deadline:
        waiting = {one for one in waiting if state(cluster.url, one) != "done"}
        time.sleep(0.5)
    assert not waiting, [get(cluster.url, f"/v1/productions/{i}") for i in waiting]
    for production_id in ids:
        told = events(cluster.url, production_id)
        assert [number for number, _ in told] == list(range(1, len(told) + 1))
        kinds = Counter(kind for _, kind in told)
        assert kinds["film.ready"] == kinds["production.done"] == 1
        assert kinds["clip.ready"] == 4
    follower.join(timeout=PATIENCE_S)
    assert followed[ids[2]] == events(cluster.url, ids[2])
    for victim in ("Director", "DraftRenderer", "Ingress"):
        assert not set(killed) & set(cluster.replicas(victim))


def rendering(url: str) -> bool:
    return bool(get(url, "/v1/productions?state=rendering&limit=1")["productions"])


def state(url: str, production_id: str) -> str:
    return get(url, f"/v1/productions/{production_id}")["state"]
