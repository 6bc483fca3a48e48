"""A boundary between two cuts, moved: what the page says it renders is what the house renders."""

import json
from pathlib import Path
from typing import Any

import pytest

from conte.clip import Clip, EngineId, basis_of
from conte.revision.applying import apply
from conte.revision.fate import fates
from conte.revision.operations import Retime
from conte.revision.working import Working
from tests.sound_conte import a_brief, a_conte

CASES = Path(__file__).parent.parent / "serve/studio/src/pure/trim.cases.json"
BASE = Working(conte=a_conte("ko").born(7), brief=a_brief())
LEFT, RIGHT = BASE.conte.cuts[1:3]


def clips(before: int, after: int) -> list[Clip]:
    """A final clip of each cut, with so many frames before and after it."""
    return [
        Clip(
            cut=cut.number,
            tier="final",
            key=f"clips/{cut.number:064}.mp4",
            num_frames=before + cut.num_frames + after,
            engine=EngineId(name="fake", revision="1", label="fake"),
            seed=7,
            render_s=1,
            reused=False,
            cut_id=cut.id,
            basis=basis_of(cut, BASE.conte.treatment, BASE.brief),
            start=cut.start,
            head=before,
            tail=after,
        )
        for cut in BASE.conte.cuts
    ]


@pytest.mark.parametrize("case", json.loads(CASES.read_text()), ids=str)
def test_a_moved_boundary_renders_what_the_page_says(case: dict[str, Any]) -> None:
    frames = LEFT.num_frames + case["by"]
    moved = apply(BASE, Retime(cut=LEFT.id, frames=frames, source=RIGHT.id))
    assert moved.conte.num_frames == BASE.conte.num_frames
    found = fates(BASE, moved, clips(case["before"], case["after"]), {}, ("final",), {})
    names = {LEFT.id: "left", RIGHT.id: "right"}
    assert [names[one.cut] for one in found if one.what == "rendered"] == case["renders"]
