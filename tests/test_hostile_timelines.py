"""Imports are hostile: each of sixty is refused in a sentence, within bounds of memory and time."""

import pytest

from deployments.deliverables.timelines.otio import otio_text
from serve.bounded import Bounded, Unusable
from serve.bounded.limits import MIB
from serve.returned.reading import LIMITS, MAX_BYTES, read_edited
from serve.returned.timeline import NoTimeline
from tests.hostile_timelines import hostile
from tests.made_timelines import a_cut_list

ALL = dict(hostile())


def test_there_are_sixty() -> None:
    assert len(ALL) >= 60


def test_each_is_refused_in_a_sentence_and_leaves_the_child_alive_and_small() -> None:
    taken: list[str] = []
    reasons: dict[str, str] = {}
    with Bounded(LIMITS, foreground=True) as child:
        for name, data in ALL.items():
            try:
                child.call(read_edited, data, 25)
                taken.append(name)
            except Unusable as error:
                reasons[name] = str(error)
        answer = child.call(read_edited, otio_text(a_cut_list(1, 25)), 25)
    assert not taken
    assert all(5 < len(reason) <= 220 for reason in reasons.values())
    assert answer.peak_bytes < 512 * MIB


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(NoTimeline, match="bytes"):
        read_edited(b"<" + b" " * MAX_BYTES, 25)
