"""The graph's tiers, checks and prices, which the ingress needs to revise a version."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from conte.captioned import Captioned
from conte.checks.all import check
from conte.checks.claims import Claims
from conte.checks.finding import Finding
from conte.checks.timefit import Rates
from conte.clip import Clip, Tier
from conte.revision.fate import Fate
from conte.revision.mending import Candidates, mends
from conte.revision.quote import Renderers
from conte.revision.working import Working
from serve.ingress.finding_views import Told, told
from serve.prices import hour_of, tiers_of
from serve.settings import Settings

CaptionsOf = Callable[[Working, Mapping[str, Clip]], Mapping[str, Captioned]]
"""Returns captions as the film shows them, by cut id. The clips are by cut id, too."""


@dataclass(frozen=True)
class Revising:
    tiers: Sequence[Tier]
    continues: Mapping[Tier, bool]
    renderers: Renderers
    places: int
    """Number of productions that the directors work on at once."""
    rates: Rates
    claims: Claims | None
    """Rules of claims; None: claims are not checked here."""
    covered: Callable[[Working], tuple[Finding, ...]] = lambda _working: ()
    """Finds lettering that platforms would cover."""
    captioned: CaptionsOf = lambda _working, _clips: {}
    mending: Candidates = lambda _working, _finding: ()
    """Proposes operations that might solve a finding."""

    @classmethod
    def of(
        cls,
        settings: Settings,
        claims: Claims | None,
        covered: Callable[[Working], tuple[Finding, ...]] | None = None,
        mending: Candidates | None = None,
        captioned: CaptionsOf | None = None,
    ) -> "Revising":
        used = tiers_of(settings)
        return cls(
            tiers=tuple(used),
            continues={tier: clip.continues for tier, clip in used.items()},
            renderers=Renderers(
                gpus={tier: clip.num_gpus for tier, clip in used.items()},
                replicas={tier: clip.most_replicas for tier, clip in used.items()},
                gpu_hour=settings.price.gpu_hour,
                currency=settings.price.currency,
                gpu_hours={
                    tier: hour for tier in used if (hour := hour_of(settings, tier)) is not None
                },
            ),
            places=settings.director.replicas * settings.director.productions_at_once,
            rates=settings.rates,
            claims=claims,
            covered=covered or (lambda _working: ()),
            captioned=captioned or (lambda _working, _clips: {}),
            mending=mending or (lambda _working, _finding: ()),
        )

    def findings(self, working: Working) -> tuple[Finding, ...]:
        return check(working.conte, working.brief, self.rates, self.claims)

    def captions(self, working: Working, fates: Sequence[Fate]) -> Mapping[str, Captioned]:
        """Return the captions as the film of these clips shows them, by cut id."""
        # Drafts come first: a final clip replaces its draft.
        clips = {one.cut: one.clip for one in fates if one.clip is not None}
        return self.captioned(working, clips)

    def told(
        self,
        working: Working,
        base: Working | None,
        findings: Sequence[Finding] | None = None,
        before: Sequence[Finding] | None = None,
    ) -> Told:
        """Return the findings beside those of the base, each with the operations that solve it.

        `findings`, `before`: the stored ones; None: compute them.
        """
        found = self.findings(working)
        if findings is None:
            findings = found
        if before is None:
            before = self.findings(base) if base else ()
        mended = mends(working, findings, found, self.findings, self.mending)
        return told(findings, working.conte, mended, before, (base or working).conte)
