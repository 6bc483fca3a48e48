"""Which adapter a production is made with: its brief's own, or a share of everyone's."""

import pytest
from pydantic import ValidationError

from deployments.engines.adapter import adapter_for, for_production
from serve.registry.registry import Serving
from serve.settings import Adapter
from tests.sound_conte import a_brief

SLOT = "video_adapter"
IDS = [f"p{n}" for n in range(3000)]
ADAPTERS = {
    "old": Adapter(path="/o", everyone=True),
    "hanul": Adapter(path="/h", advertisers=("한울",), everyone=True, share=0.2),
    "new": Adapter(path="/n", everyone=True, share=0.1),
}


def of(production: str, advertiser: str = "") -> str | None:
    brief = a_brief(advertiser=advertiser)
    return adapter_for(brief, for_production(ADAPTERS, SLOT, production))


def test_each_has_its_share_of_productions_and_the_last_one_the_rest() -> None:
    got = [of(production) for production in IDS]
    assert 230 < got.count("new") < 370
    assert 500 < got.count("hanul") < 700
    assert got.count("old") == len(IDS) - got.count("new") - got.count("hanul")


def test_a_share_is_the_one_that_the_registry_tells() -> None:
    serving = Serving(slot=SLOT, number=1, entry="new", share=0.1, other="old", returns_to=0, at=0)
    told = [production for production in IDS if serving.of(production) == "new"]
    assert [production for production in IDS if of(production) == "new"] == told


def test_where_nobody_has_the_rest_it_goes_without() -> None:
    few = {"new": ADAPTERS["new"]}
    got = [adapter_for(a_brief(), for_production(few, SLOT, production)) for production in IDS]
    assert got.count(None) == len(IDS) - got.count("new") > 2500


def test_the_brief_s_own_comes_before_any_share() -> None:
    assert {of(production, advertiser="한울") for production in IDS[:100]} == {"hanul"}


def test_a_share_of_nobody_in_particular_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"share is 0\.1: wanted everyone"):
        Adapter(path="/a", categories=("타이어",), share=0.1)
