"""Drafts, quotes and versions as JSON. The client reads the same types; no HTTP here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from conte.brief import Brief
from conte.captioned import Captioned
from conte.checks.timefit import Rates, said_s
from conte.clip import EngineId
from conte.conte import Conte
from conte.cut import Cut
from conte.production import Version
from conte.revision.change import ChangeTable
from conte.revision.draft import Changed, Draft, WholeDraft, as_json
from conte.revision.fate import Code, Fate, What
from conte.revision.feedback import Proposal, Verdict
from conte.revision.findings import Compared
from conte.revision.quote import Money, Quote
from serve.ingress.finding_views import FindingView, Told
from serve.ingress.views import Paths, ProductionView, View, time_of
from serve.ledger.reading import UnreadableVersion


class FateView(View):
    """What happens to a cut's clip if the draft is sealed now."""

    cut: str
    """Id of the cut."""
    number: int
    tier: str
    what: What
    why: Code
    fields: tuple[str, ...] = ()
    """Names of the changed fields that are seen in the clip."""
    stale: bool = False
    """True: the clip stays although it was made from other content."""
    gpu_s: float | None = None
    """GPU-seconds that rendering it is expected to take; null if it is not rendered or unknown."""
    before: int | None = None
    """For a clip that stays: frames before the cut and (`after`) after it, by which the cut can be
    lengthened without a render. Null for a clip that is rendered, and in a quote.
    """
    after: int | None = None

    @classmethod
    def of(cls, fate: Fate, cut: Cut | None = None) -> Self:
        """Convert a fate. `cut`: the draft's cut, if `before` and `after` are needed."""
        handles: dict[str, Any] = {}
        if cut is not None and fate.clip is not None and fate.what != "rendered":
            first = fate.clip.first_frame(cut)
            after = fate.clip.num_frames - first - cut.num_frames
            handles = {"before": first, "after": after}
        return cls(**fate.model_dump(exclude={"clip"}), **handles)


class QuoteView(View):
    """Quote of a draft: what sealing it renders, how long that takes and what it costs."""

    hash: str
    """Hash to send with `POST .../versions`, which then refuses anything that was not quoted."""
    base: int
    revision: int
    renders: int
    cuts: tuple[FateView, ...]
    gpu_s: float | None
    price: Money | None
    """Price; null if the price of a GPU-hour or the seconds are not known."""
    p50_s: float | None
    """Median seconds until the film is ready, as measured recently; null: not measured."""
    p90_s: float | None

    @classmethod
    def of(cls, quote: Quote) -> Self:
        cuts = tuple(FateView.of(cut) for cut in quote.cuts)
        return cls(**quote.model_dump(exclude={"cuts"}), cuts=cuts)


class _DraftView(View):
    """The working copy of a production. Sealed, it becomes the next version."""

    production: str
    base: int
    """Number of the version that it changes."""
    revision: int
    """Number of changes so far; 0: it is unchanged."""
    updated_at: datetime | None
    num_operations: int
    """Number of operations in it."""
    can_undo: bool
    can_redo: bool
    brief: Brief
    conte: Conte


def _shown(draft: Draft) -> dict[str, Any]:
    return {
        "production": draft.production,
        "base": draft.base,
        "revision": draft.revision,
        "updated_at": time_of(draft.updated_at) if draft.updated_at is not None else None,
        "num_operations": draft.num_done,
        "can_undo": draft.num_done > 0,
        "can_redo": draft.num_undone > 0,
        "brief": draft.working.brief,
        "conte": draft.working.conte,
    }


class ChangedDraftView(_DraftView):
    """A draft after a change. `GET .../draft` returns its findings and clips."""

    applied: tuple[dict[str, Any], ...]
    """Operations that were applied (for an undo: the inverse), with the ids of new cuts."""

    @classmethod
    def of(cls, changed: Changed) -> Self:
        return cls(**_shown(changed.draft), applied=as_json(changed.applied))


class DraftView(_DraftView):
    """The draft, its findings and the film that it would become."""

    operations: tuple[dict[str, Any], ...]
    """Operations in the order in which they were applied, with the ids of new cuts."""
    findings: tuple[FindingView, ...]
    solved: tuple[FindingView, ...] = ()
    """Findings that the base version has, and the draft has not."""
    clips: tuple[FateView, ...]
    """What happens to each cut's clip, drafts first: the film as it would be."""
    said_s: Mapping[str, float] = {}
    """Seconds of narration and dialogue, by cut id; a cut that is shorter than these has an error.
    """
    captions: Mapping[str, Captioned] = {}
    """Captions as the film shows them, by cut id; a cut without one, or with an end card, is left
    out."""

    @classmethod
    def of(
        cls,
        draft: WholeDraft,
        told: Told,
        fates: Sequence[Fate],
        rates: Rates,
        captions: Mapping[str, Captioned],
    ) -> Self:
        working = draft.working
        cuts = {cut.id: cut for cut in working.conte.cuts}
        said = {id_: said_s(cut, working.brief.language, rates) for id_, cut in cuts.items()}
        return cls(
            **_shown(draft),
            operations=draft.operations,
            findings=told.findings,
            solved=told.solved,
            clips=tuple(FateView.of(fate, cuts.get(fate.cut)) for fate in fates),
            said_s={id_: round(seconds, 3) for id_, seconds in said.items()},
            captions=captions,
        )


class VersionLine(View):
    """A version in the list of a production's versions."""

    number: int
    created_at: datetime
    title: str
    base: int | None
    """Number of the version that it was made from; null if a writer made it from the brief."""
    message: str
    operations: int
    renders: int
    conte: str
    """URL of the whole version."""
    unreadable: str | None = None
    """Why this release cannot read it; null: it can."""

    @classmethod
    def of(cls, version: Version | UnreadableVersion, production: str, root: str = "") -> Self:
        if isinstance(version, UnreadableVersion):
            return cls(
                number=version.number,
                created_at=time_of(version.created_at),
                title="",
                base=None,
                message="",
                operations=0,
                renders=0,
                conte=Paths(production, root).version(version.number),
                unreadable=version.reason,
            )
        revision = version.revision
        return cls(
            number=version.number,
            created_at=time_of(version.created_at),
            title=version.conte.title,
            base=revision.base if revision else None,
            message=revision.message if revision else "",
            operations=len(revision.operations) if revision else 0,
            renders=revision.renders if revision else 0,
            conte=Paths(production, root).version(version.number),
        )


class VersionsView(View):
    versions: tuple[VersionLine, ...]
    """콘티 1, 2, 3."""


class SealedView(ProductionView):
    """The production, which continues with its next version."""

    sealed: int
    """Number of the new version."""


class ChangesView(View):
    """Differences between two versions, in content and in findings."""

    production: str
    base: int
    """Number of the earlier version."""
    version: int
    changes: ChangeTable
    findings: Compared


class ProposalView(View):
    """The answer to one item of feedback."""

    verdict: Verdict
    operations: tuple[dict[str, Any], ...]
    """Operations to send to `POST .../draft/operations`, after those of earlier items."""
    message: str
    """What changes, or why nothing does, in the brief's language."""

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        return cls(
            verdict=proposal.verdict,
            operations=tuple(
                one.model_dump(mode="json", by_alias=True) for one in proposal.operations
            ),
            message=proposal.message,
        )


class ProposalsView(View):
    engine: EngineId
    """Engine that read the feedback."""
    revision: int
    """Revision of the draft for which the operations were proposed."""
    proposals: tuple[ProposalView, ...]
    """One proposal for each item, in their order."""
