"""A job's own Ray cluster: one that gives up its start on a busy machine is started again."""

from typing import Any

import pytest
import ray
from ray._private import node, parameter

from serve.cluster.job_cluster import START_ATTEMPTS, joined


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """What each start of Ray comes to; one is taken away by each."""
    outcomes: list[Exception | None] = []

    def start(**_: Any) -> None:
        if (outcome := outcomes.pop(0)) is not None:
            raise outcome

    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    # What the start of a job's cluster changes for its process is put back.
    monkeypatch.setattr(parameter, "RayParams", parameter.RayParams)
    monkeypatch.setattr(node.Node, "start_api_server", node.Node.start_api_server)
    monkeypatch.setattr(ray, "init", start)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    return outcomes


def test_a_start_that_was_given_up_is_tried_again(starts: list[Exception | None]) -> None:
    starts += [Exception("The current node timed out during startup.")] * (START_ATTEMPTS - 1)
    starts.append(None)
    with joined():
        assert starts == []


def test_a_start_that_never_comes_ends_with_ray_s_own_words(starts: list[Exception | None]) -> None:
    starts += [Exception("The current node timed out during startup.")] * START_ATTEMPTS
    with pytest.raises(Exception, match="timed out during startup"), joined():
        pass
    assert starts == []


def test_a_wrong_option_is_not_tried_again(starts: list[Exception | None]) -> None:
    starts += [ValueError("num_cpus"), None]
    with pytest.raises(ValueError, match="num_cpus"), joined():
        pass
    assert starts == [None]


def test_nothing_starts_beside_a_job_that_no_job_uses(
    starts: list[Exception | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No log monitor, no autoscaler of one machine, no dashboard: five CPU seconds of each start."""
    found: list[Any] = []
    monkeypatch.setattr(ray, "init", lambda **_: found.append(parameter.RayParams()))
    with joined():
        (params,) = found
        assert params.no_monitor
        assert not params.include_log_monitor
        nothing: Any = type("Nothing", (), {})()
        node.Node.start_api_server(nothing, include_dashboard=False, raise_on_failure=True)
        assert nothing._webui_url == ""
