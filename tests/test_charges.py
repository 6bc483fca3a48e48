"""What renders cost: charged once, to whom it was rendered for; a price that is not known is none."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from conte.events import FinalWaiting
from conte.revision.quote import Renderers, price_of
from conte.spending import Ceilings, Prices
from deployments.clip_renderer import ClipRenderer
from graphs.following import Cost, Following, Surroundings
from graphs.gate import FairGate
from graphs.outlook import Outlook
from graphs.replicas import director
from graphs.work_board import WorkBoard
from serve.cli.progress import Lines
from serve.ingress.app import create_app
from serve.ingress.event_views import EventView
from serve.ledger.ledger import Ledger
from serve.ledger.spending import total
from serve.settings import ClipSettings, PriceSettings, Settings, SpendingSettings
from serve.vault import Vault
from tests.fake_video import FakeVideoEngine
from tests.on_ledger import BRIEF, accept, claim, claimed, clip, let_lease_end, write_conte
from tests.test_clip_renderer import clip_of, shot_of
from tests.test_renderers_follow import Clock, Context, policy

PRICES = Prices(gpu_hour=3600, gpus={"draft": 0, "final": 2})


@pytest.fixture
def paid(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger.open(ledger_url, prices=PRICES)
    yield ledger
    ledger.close()


def amounts(ledger: Ledger, production: str) -> float | None:
    return total(ledger.spending.of(production))


def test_a_clip_is_charged_once_and_a_draft_on_a_processor_never(paid: Ledger) -> None:
    held = claimed(paid)
    write_conte(paid, held)
    paid.record_clip(held, 1, clip(1), "a", 1.0)
    assert paid.spending.of(held.production.id) == ()
    for _ in range(2):
        paid.record_clip(held, 1, clip(1, "final"), "a", 1.0)
    paid.record_clip(held, 1, clip(2, "final"), "a", 1.0)
    # A second on two GPUs of 3,600 an hour each.
    assert amounts(paid, held.production.id) == 4.0
    (today,) = paid.spending.today().spent
    assert (today.tenant, today.amount, today.gpu_s) == ("a", 4.0, 4.0)
    (day,) = paid.spending.days("a")
    assert day.amount == 4.0
    assert paid.spending.days("b") == ()


def test_a_clip_whose_director_died_before_it_was_recorded_is_charged_when_it_is_found(
    paid: Ledger, ledger_url: str
) -> None:
    production = accept(paid)
    write_conte(paid, claim(paid))
    let_lease_end(ledger_url, production)
    after = claim(paid, "director-2")
    found = clip(1, "final", reused=True).model_copy(update={"render_s": 0.0, "took_s": 30.0})
    paid.record_clip(after, 1, found, "a", 0.0)
    assert amounts(paid, production) == 60.0
    # Found once more, by another production: it is paid for.
    other = claimed(paid, "b")
    write_conte(paid, other)
    paid.record_clip(other, 1, found, "a", 0.0)
    assert amounts(paid, other.production.id) == 0


def test_a_price_that_is_not_known_gives_no_total(ledger_url: str) -> None:
    ledger = Ledger.open(ledger_url, prices=PRICES.model_copy(update={"gpu_hour": None}))
    held = claimed(ledger)
    write_conte(ledger, held)
    ledger.record_clip(held, 1, clip(1, "final"), "a", 1.0)
    (spent,) = ledger.spending.today().spent
    assert (spent.amount, spent.gpu_s) == (None, 2.0)
    assert amounts(ledger, held.production.id) is None
    ledger.close()


def test_prices_go_by_engine_and_size() -> None:
    prices = Prices(gpu_hour=1, gpu_hours={"wan": 2, "wan/1080": 3})
    assert [prices.hour(*of) for of in (("ltx", 720), ("wan", 720), ("wan", 1080))] == [1, 2, 3]
    assert Prices().hour("wan", 720) is None
    renderers = Renderers(gpus={}, replicas={}, gpu_hours={"final": 3600})
    known = price_of({"final": 2.0, "draft": 0.0}, renderers)
    assert known is not None and known.amount == 2
    assert price_of({"final": 2.0, "draft": 1.0}, renderers) is None


def test_a_day_begins_at_midnight_in_seoul() -> None:
    before = 1_764_514_799.0  # 2025-11-30T23:59:59+09:00
    assert (PRICES.day(before), PRICES.day(before + 1)) == ("2025-11-30", "2025-12-01")
    assert PRICES.ends_in_s(before) == 1


def test_what_a_tenant_may_spend_is_its_own_ceiling_s_rest_or_the_house_s() -> None:
    ceilings = Ceilings(house=100, each=50, tenants={"big": 90})
    assert ceilings.left("a", {"a": 20}) == 30
    assert ceilings.left("big", {"big": 20, "a": 70}) == 10
    assert ceilings.left("a", {"a": 60}) == 0
    assert Ceilings().left("a", {"a": 60}) is None


def test_a_ceiling_without_a_price_is_refused(tmp_path: Path) -> None:
    gpu = ClipSettings(engine="diffusers", num_gpus=1)
    ceiling = SpendingSettings(tenant_a_day=100)
    with pytest.raises(ValueError, match=r"price.gpu_hour or spending.gpu_hours.diffusers"):
        Settings(home=tmp_path, final=gpu, spending=ceiling)
    Settings(home=tmp_path, final=gpu, spending=ceiling, price=PriceSettings(gpu_hour=1))
    known = ceiling.model_copy(update={"gpu_hours": {"diffusers": 1.0}})
    Settings(home=tmp_path, final=gpu, spending=known)


async def test_over_its_ceiling_a_tenant_s_work_asks_for_no_renderer(paid: Ledger) -> None:
    held = claimed(paid)
    write_conte(paid, held)
    paid.record_clip(held, 1, clip(1, "final"), "a", 1.0)
    for tenant in "ab":
        accept(paid, tenant)
    board = WorkBoard()

    async def write(in_work_s: float, unclaimed_s: float, paid_for: int | None) -> None:
        board.write("FinalRenderer", "d", in_work_s, unclaimed_s, paid_for)

    async def wanted(ceilings: Ceilings) -> int:
        outlook = Outlook(ceilings, second=2.0)
        around = Surroundings(lambda: 0, lambda _: 0, write)
        await Following("final", FairGate(0), paid, around, outlook, Cost(2.0, 10.0)).look()
        return policy(Clock(), board.left("FinalRenderer"), clear_in_s=45)(Context())[0]

    # A frame takes half a second, for none was measured: a film is 90 s of work.
    assert BRIEF.num_frames == 180
    assert await wanted(Ceilings()) == 4
    assert await wanted(Ceilings(tenants={"a": 2})) == 2
    # What is left of its money pays for 45 seconds of its 90.
    assert await wanted(Ceilings(tenants={"a": 92, "b": 0})) == 1
    assert await wanted(Ceilings(each=2, tenants={"b": 0})) == 0
    assert await wanted(Ceilings(house=2)) == 0


@pytest.mark.parametrize("final", [ClipSettings(enabled=False), ClipSettings(num_gpus=1)])
async def test_a_director_starts_with_finals_and_without(
    final: ClipSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(director, "around", lambda *_: Surroundings(lambda: 1, lambda n: n))
    settings = Settings(home=tmp_path, final=final, price=PriceSettings(gpu_hour=3600))
    handle: Any = None
    running = director.RunningDirector.__new__(director.RunningDirector)
    await running.__init__(settings, handle, {}, handle)  # pyright: ignore
    running.check_health()
    outlooks = running._director._plan.outlooks  # pyright: ignore
    assert set(outlooks) == ({"final"} if final.enabled else set())
    await running.__del__()


async def test_a_clip_that_is_found_says_what_it_once_took(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path / "vault"))
    _, made = await clip_of(ClipRenderer(FakeVideoEngine(), vault, "final"), shot_of())
    _, found = await clip_of(ClipRenderer(FakeVideoEngine(), vault, "final"), shot_of())
    assert found.reused and found.took_s == pytest.approx(made.render_s, abs=0.001)


async def test_a_production_s_views_and_figures_say_what_it_waits_for_and_what_it_cost(
    paid: Ledger, tmp_path: Path
) -> None:
    held = claimed(paid, "local")
    write_conte(paid, held)
    paid.record_clip(held, 1, clip(1, "final"), "a", 1.0)
    for _ in range(2):
        paid.clip_waits(held, 1, 2, "final", "gpu", 480.0)
    ceiling = SpendingSettings(tenant_a_day=1, house_a_day=10)
    app = create_app(Settings(home=tmp_path, spending=ceiling), paid, Vault.open(str(tmp_path)))
    of = f"/v1/productions/{held.production.id}"
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sian") as http:
        cut = (await http.get(of)).json()["cuts"][1]
        cost = (await http.get(f"{of}/spending")).json()
        shown = (await http.get("/v1/operations/spending")).json()
        page = (await http.get("/metrics")).text
    assert (cut["waiting"]["for"], cut["waiting"]["eta_s"]) == ("gpu", 480.0)
    assert cost["spent"] == {"amount": 2.0, "currency": "KRW"}
    assert shown["spent"] == cost["spent"]
    assert [(one["tenant"], one["left"]["amount"]) for one in shown["ceilings"]] == [
        (None, 8.0),
        ("local", 0.0),
    ]
    assert 'sian_spent_today{currency="KRW",tenant="local"} 2.0' in page
    assert 'sian_ceiling_a_day{tenant="local"} 1.0' in page
    assert "sian_house_ceiling_a_day 10.0" in page
    events = paid.events(held.production.id, 0)
    (told,) = [one for one in events if isinstance(one.data, FinalWaiting)]
    sent = EventView.of(told, held.production.id)
    assert '"data":{"version":1,"cut":2,"for":"gpu","eta_s":480.0}' in sent.text()
    assert EventView.read(sent.text()).data == told.data
    console = Console(file=StringIO(), width=200)
    Lines(console, BRIEF).tell(sent)
    assert console.file.getvalue() == "cut 2: the final waits for a GPU, about 8 min\n"  # pyright: ignore
    # It ends when the clip begins.
    paid.start_clip(held, 1, 2, "final", "final", 1)
    assert paid.get(held.production.id).cuts[1].wait is None


def test_a_production_that_waits_for_money_is_claimed_by_nobody_and_can_be_cancelled(
    paid: Ledger,
) -> None:
    held = claimed(paid)
    write_conte(paid, held)
    paid.park(held, 3600)
    assert paid.claim("director-2", 60) is None
    assert paid.ask_cancel(held.production.id).state == "cancelled"
    again = claimed(paid)
    paid.park(again, 0)
    assert paid.claim("director-2", 60) is not None
