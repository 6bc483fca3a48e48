"""A job's own Ray cluster: one that gives up its start on a busy machine is started again."""

from typing import Any

import pytest
import ray

from serve.cluster.job_cluster import START_ATTEMPTS, joined


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """What each start of Ray comes to; one is taken away by each."""
    outcomes: list[Exception | None] = []

    def start(**_: Any) -> None:
        if (outcome := outcomes.pop(0)) is not None:
            raise outcome

    monkeypatch.delenv("RAY_ADDRESS", raising=False)
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
