"""A conte is written as a model writes it, whatever JSON leaves out of a stored one."""

import json

import pytest

from conte.checks.timefit import Rates
from conte.cut import Cut
from conte.manuscript import GIVEN_OF_A_CUT, TEXTS, TextBounds
from tests.sound_conte import a_brief, a_conte
from training.scripts import as_written


def test_a_text_that_json_leaves_out_while_it_is_empty_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`legal` is such a field of a cut; here a model writes it, as it would a field that is added."""
    bounds = {**TEXTS[Cut], "legal": TextBounds(ko=30, en=60, needed=False)}
    given = tuple(name for name in GIVEN_OF_A_CUT if name != "legal")
    monkeypatch.setattr(as_written, "TEXTS", {**TEXTS, Cut: bounds})
    monkeypatch.setattr(as_written, "GIVEN_OF_A_CUT", given)
    conte = a_conte("ko")
    assert all("legal" not in cut.model_dump(mode="json") for cut in conte.cuts if not cut.legal)
    written = json.loads(as_written.manuscript_of(conte, a_brief("ko"), Rates()))
    assert [cut["legal"] for cut in written["cuts"]] == [cut.legal for cut in conte.cuts]
