"""Rules, dashboard and runbook name what there is: our own metrics, and a section for each alert."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from conte.production import State
from conte.spending import Ceilings, Prices
from graphs import backlog
from serve.ingress.app import create_app
from serve.ingress.figures import BusinessFigures
from serve.ingress.house_figures import UNMEASURED_S, HouseFigures
from serve.ingress.operation_views import DeploymentView, HouseView, NodeView
from serve.ledger.ledger import Ledger
from serve.ledger.waits import Waits
from serve.ncp.errors import QuotaExceeded
from serve.ncp.figures import Figures
from serve.ncp.servers import Server
from serve.ncp.tags import Tags
from tests import on_ledger
from tests.front_door import House, accept

OPERATIONS = Path(__file__).parent.parent / "operations"
RULES = OPERATIONS / "prometheus/sian.rules.yaml"
PROMETHEUS_OWN = {"up"}
BY = re.compile(r"\bby \(([^)]*)\)")
HOUSE = HouseView(
    deployments=(DeploymentView(name="FinalRenderer", status="UPDATING", wanted=2, there=1),),
    nodes=(
        NodeView(id="4711", alive=True, cpus=0, gpus=1),
        NodeView(id="4712", alive=False, cpus=0, gpus=1),
    ),
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that the front door and the head say of themselves."""
    import asyncio

    house = House(tmp_path_factory.mktemp("home"))
    house.film(accept(house))
    accept(house)
    app = create_app(house.settings, house.ledger, house.vault, house=lambda: HOUSE)

    async def shown() -> str:
        async with house.client(app=app) as client:
            await client.get("/v1/productions")
            return (await client.get("/metrics")).text

    registry = CollectorRegistry()
    registry.register(provider_figures([0.0]))
    money = money_shown(tmp_path_factory.mktemp("paid"))
    return asyncio.run(shown()) + money + generate_latest(registry).decode()


def money_shown(home: Path) -> str:
    """Figures of a tenant that has spent some of its ceiling, and of the house's."""
    url = f"sqlite:///{home}/ledger.db"
    ledger = Ledger.open(url, prices=Prices(gpu_hour=3600, gpus={"draft": 0, "final": 1}))
    held = on_ledger.claimed(ledger)
    on_ledger.write_conte(ledger, held)
    ledger.record_clip(held, 1, on_ledger.clip(1, "final"), "a", 1.0)
    registry = CollectorRegistry()
    registry.register(BusinessFigures(ledger, Ceilings(house=10, each=5)))
    shown = generate_latest(registry).decode()
    ledger.close()
    return shown


def server(number: str) -> Server:
    return Server(number, f"sian-gpu1-{number}", "RUN", "NULL", Tags(cluster="sian", type="gpu1"))


def provider_figures(now: list[float]) -> Figures:
    figures = Figures(lambda: now[0], lambda: 3)
    figures.created("gpu1")
    figures.failed("gpu8", QuotaExceeded("1300010", "no"))
    figures.listed([server("4711"), server("4713")])
    return figures


def names_in(page: str) -> dict[str, set[str]]:
    """Metric -> names of its labels."""
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", page, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


@cache
def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[str]:
    return [rule["alert"] for rule in rules() if "alert" in rule]


def queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    dashboard = json.loads((OPERATIONS / "grafana/sian.json").read_text("utf-8"))
    yield from (one["expr"] for panel in dashboard["panels"] for one in panel["targets"])


def test_every_query_is_of_metrics_and_labels_that_are_there(page: str) -> None:
    there = names_in(page)
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    of_records = {
        rule["record"]: {label for by in BY.findall(rule["expr"]) for label in by.split(", ")}
        for rule in rules()
        if "record" in rule
    }
    lost: list[str] = []
    for query in queries():
        named = re.findall(r"\b((?:sian|up)[\w:]*)(?:\{([^}]*)\})?", query)
        assert named, query
        for name, matchers in named:
            if name in recorded | PROMETHEUS_OWN:
                continue
            labels = set(re.findall(r"(\w+)(?:=|!)", matchers))
            if name not in there:
                lost.append(name)
            elif labels - there[name]:
                lost.append(f"{name}{sorted(labels - there[name])}")
        for grouped in BY.findall(query):
            of_names = [there.get(name, set()) | of_records.get(name, set()) for name, _ in named]
            known = set[str]({"le"}).union(*of_names)
            lost += [f"by {label}" for label in grouped.split(", ") if label not in known]
    assert not lost


def test_every_figure_that_is_asked_for_is_measured(page: str) -> None:
    assert 'sian_replicas_wanted{deployment="FinalRenderer"} 2.0' in page
    assert 'sian_replicas{deployment="FinalRenderer"} 1.0' in page
    assert 'sian_node{server="4711"} 1.0' in page and "4712" not in page
    assert 'sian_first_clip_seconds{quantile="0.95",tier="draft"}' in page
    assert 'sian_cut_wait_seconds{quantile="0.5",tier="draft"}' in page
    assert 'sian_backlog_seconds{tier="draft"}' in page
    assert "sian_directors 0.0" in page
    assert 'sian_servers{state="RUN",type="gpu1"} 2.0' in page
    assert 'sian_server_create_failures_total{reason="QuotaExceeded",type="gpu8"} 1.0' in page
    assert "sian_servers_terminated_total 3.0" in page


def test_a_server_s_age_counts_from_when_it_was_first_listed_and_ends_with_it() -> None:
    now = [0.0]
    figures = provider_figures(now)
    now[0] = 500.0
    figures.listed([server("4711"), server("4720")])
    registry = CollectorRegistry()
    registry.register(figures)
    shown = generate_latest(registry).decode()
    assert 'sian_server_age_seconds{server="4711",type="gpu1"} 500.0' in shown
    assert 'sian_server_age_seconds{server="4720",type="gpu1"} 0.0' in shown
    assert "4713" not in shown


def test_waits_are_of_first_clips_and_of_each_cut_and_the_quantiles_theirs(tmp_path: Path) -> None:
    house = House(tmp_path)
    production = accept(house)
    house.film(production)
    waits = house.ledger.operating.waits()
    assert len(waits.first_clip_s["draft"]) == 1 and len(waits.cut_s["draft"]) == 4
    assert all(
        0 <= seconds < 300 for seconds in (*waits.first_clip_s["draft"], *waits.cut_s["draft"])
    )
    assert house.ledger.get(production).state is State.DONE

    class Known:
        operating = house.ledger.operating

        def __getattr__(self, name: str) -> Any:
            return getattr(house.ledger, name)

    known: Any = Known()
    known.operating = type(
        "Waiting", (), {"waits": lambda _: Waits({"draft": tuple(map(float, range(100)))}, {})}
    )()
    assert UNMEASURED_S == backlog.UNMEASURED_S
    registry = CollectorRegistry()
    registry.register(HouseFigures(known, 20, None))
    shown = generate_latest(registry).decode()
    assert 'sian_first_clip_seconds{quantile="0.95",tier="draft"} 95.0' in shown
    assert 'sian_first_clip_seconds{quantile="0.5",tier="draft"} 50.0' in shown


def test_a_tenant_sees_nothing_of_the_house(tmp_path: Path) -> None:
    import asyncio

    from serve.keys import key_digest

    house = House(tmp_path, api_keys={key_digest("of-a"): "a"})
    app = create_app(house.settings, house.ledger, house.vault, house=lambda: HOUSE)

    async def shown() -> str:
        async with house.client({"X-API-Key": "of-a"}, app) as client:
            return (await client.get("/metrics")).text

    page = asyncio.run(shown())
    assert "sian_queue_depth" in page or "sian_productions" in page
    assert "sian_replicas" not in page and "sian_backlog" not in page


def test_every_alert_has_its_section_in_both_languages_with_what_to_look_at_and_to_do() -> None:
    text = (OPERATIONS / "runbook.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert list(sections) == alerts(), "in the order of the rules"
    for alert, section in sections.items():
        korean, _, english = section.partition("### English")
        assert korean.strip().startswith("### 한국어"), alert
        for part, words in ((korean, ("뜻", "보기", "할 일")), (english, ("Means", "Look", "Do"))):
            for word in words:
                assert re.search(rf"- \*\*{word}\*\*: .{{20,}}", part), f"{alert}: {word}"


def test_every_alert_says_how_urgent_it_is_and_is_tried() -> None:
    text = (OPERATIONS / "prometheus/sian.rules.test.yaml").read_text("utf-8")
    tried = {
        one["alertname"]
        for test in yaml.safe_load(text)["tests"]
        for one in test["alert_rule_test"]
        if one["exp_alerts"]
    }
    assert tried == set(alerts())
    for rule in rules():
        if "alert" in rule:
            assert rule["labels"]["severity"] in ("page", "ticket")
            assert rule["annotations"]["summary"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool: apt-get install prometheus")
@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "sian.rules.yaml"),
        ("test", "rules", "sian.rules.test.yaml"),
        ("check", "config", "--syntax-only", "prometheus.yaml"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_prometheus_itself_takes_the_rules_and_they_fire_as_they_should(
    command: tuple[str, ...],
) -> None:
    done = subprocess.run(
        ["promtool", *command], cwd=OPERATIONS / "prometheus", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
