"""The operator's figures as JSON. No HTTP here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from conte.clip import Tier
from conte.production import Failure
from conte.revision.quote import Money, Renderers, price_of
from serve.ingress.views import Paths, View, time_of
from serve.ledger.figures import Figures
from serve.ledger.looking_back import Line
from serve.ledger.worth import Month, Worth, median, total


class DeploymentView(View):
    """A deployment. `wanted`: replicas that run or start; `there`: replicas that run."""

    name: str
    status: str
    wanted: int
    there: int


class NodeView(View):
    """A machine of the cluster. `id`: its server's number, or the beginning of Ray's."""

    id: str
    alive: bool
    cpus: float
    gpus: float


class HouseView(View):
    deployments: tuple[DeploymentView, ...]
    nodes: tuple[NodeView, ...]


class QueueView(View):
    tenant: str
    waiting: int
    head_age_s: float
    """Waiting time of the oldest one, in seconds."""


class StageView(View):
    tenant: str
    stage: str
    now: int
    """Number of productions that are in the stage now."""
    times: int
    """Number of times that the stage was left; `mean_s`: mean seconds spent in it."""
    mean_s: float | None


class UseView(View):
    """A tenant's use since the ledger began."""

    tenant: str
    gpu_s: float
    cuts_rendered: int
    cuts_reused: int
    clip_retries: int
    takeovers: int


class LineView(View):
    production: str
    tenant: str
    product: str
    state: str
    created_at: datetime
    ended_at: datetime | None
    seconds: float
    """Seconds until it ended, or until now."""
    failure: Failure | None
    retry: str | None
    """URL to POST to with the tenant's key, if exactly one cut failed; null otherwise."""

    @classmethod
    def of(cls, line: Line) -> Self:
        cut = line.failure.cut if line.failure is not None else None
        known = line.version > 0 and cut is not None and line.state == "failed"
        return cls(
            production=line.id,
            tenant=line.tenant,
            product=line.product,
            state=line.state,
            created_at=time_of(line.created_at),
            ended_at=time_of(line.ended_at) if line.ended_at is not None else None,
            seconds=round(line.seconds, 2),
            failure=line.failure,
            retry=Paths(line.id).retry(line.version, cut) if known and cut is not None else None,
        )


class ServingView(View):
    """Entry of the registry, or the settings, that serves a slot such as the conte model's."""

    slot: str
    entry: str
    """Id of the entry; empty: the settings serve."""
    share: float
    """Share of productions that it serves, from 0 to 1; `other` serves the rest."""
    other: str
    since: datetime


class OperationsView(View):
    tenant: str | None
    """Tenant whose figures they are; null: all tenants', with the cluster and its models."""
    house: HouseView | None
    """Cluster and nodes; null for a tenant, and if the cluster cannot be asked."""
    queue: tuple[QueueView, ...]
    stages: tuple[StageView, ...]
    use: tuple[UseView, ...]
    failed: tuple[LineView, ...]
    """Productions that failed in the last 30 days, the latest first."""
    slowest: tuple[LineView, ...]
    models: tuple[ServingView, ...]


class WorthView(View):
    """A tenant's month: rounds and time until approval, and what reuse saved."""

    tenant: str
    month: str
    """Month in UTC, such as 2026-11."""
    versions: int
    approved: int
    """Productions that were approved for the first time in the month."""
    approval_s: float | None
    """Median seconds from brief to approval."""
    rounds: float | None
    """Mean number of versions until approval."""
    rendered: int
    reused: int
    """Clips of versions that did not have to be rendered."""
    rendered_s: float
    """Seconds of renderers' time."""
    saved_s: float
    """Seconds that rendering the reused clips once took, as far as known."""
    saved_gpu_s: float
    saved: Money | None
    """Price of the saved GPU time; null if the price of a GPU-hour is not set."""

    @classmethod
    def of(cls, month: Month, renderers: Renderers) -> Self:
        each: Mapping[Tier, float] = {"draft": 1.0, "final": 1.0}
        saved: dict[Tier, float] = {
            tier: spent * renderers.gpus.get(tier, 0.0) for tier, spent in month.saved_s.items()
        }
        rounds = month.rounds
        return cls(
            tenant=month.tenant,
            month=month.month,
            versions=month.versions,
            approved=len(rounds),
            approval_s=median(month.approval_s),
            rounds=round(sum(rounds) / len(rounds), 2) if rounds else None,
            rendered=month.rendered,
            reused=month.reused,
            rendered_s=round(total(month.rendered_s, each), 2),
            saved_s=round(total(month.saved_s, each), 2),
            saved_gpu_s=round(sum(saved.values()), 2),
            saved=price_of(saved, renderers),
        )


class WorthsView(View):
    """The last twelve months, the newest first."""

    months: tuple[WorthView, ...]
    whole: bool
    """False: the oldest clips are not counted, because there are too many."""

    @classmethod
    def of(cls, worth: Worth, renderers: Renderers) -> Self:
        months = tuple(WorthView.of(month, renderers) for month in worth.months)
        return cls(months=months, whole=worth.whole)


def queue_of(figures: Figures, names: tuple[str, ...]) -> tuple[QueueView, ...]:
    return tuple(
        QueueView(
            tenant=name,
            waiting=figures.queue_depth.get(name, 0),
            head_age_s=round(figures.queue_age_s.get(name, 0.0), 2),
        )
        for name in names
    )


def stages_of(figures: Figures, names: tuple[str, ...]) -> tuple[StageView, ...]:
    return tuple(
        StageView(
            tenant=name,
            stage=stage,
            now=figures.productions.get((name, stage), 0),
            times=spent.times,
            mean_s=round(spent.seconds / spent.times, 2) if spent.times else None,
        )
        for (name, stage), spent in sorted(figures.stages.items())
        if name in names
    )


def use_of(figures: Figures, names: tuple[str, ...]) -> tuple[UseView, ...]:
    return tuple(
        UseView(
            tenant=name,
            gpu_s=round(figures.gpu_s.get(name, 0.0), 2),
            cuts_rendered=figures.cuts_rendered.get(name, 0),
            cuts_reused=figures.cuts_reused.get(name, 0),
            clip_retries=figures.clip_retries.get(name, 0),
            takeovers=figures.takeovers.get(name, 0),
        )
        for name in names
    )
