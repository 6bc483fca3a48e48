"""Every check of a conte, in the order a person reads them."""

from conte.brief import Brief
from conte.checks.brief_kept import check_brief_kept
from conte.checks.claims import Claims
from conte.checks.finding import Finding
from conte.checks.glyphs import check_glyphs
from conte.checks.grammar import check_grammar
from conte.checks.ideas_kept import check_ideas_kept
from conte.checks.product_known import check_product_known
from conte.checks.staged import check_staged
from conte.checks.timefit import Rates, check_timefit
from conte.checks.translated import check_translated
from conte.conte import Conte

_GRAVEST_FIRST = ("error", "warning", "note")


def check(conte: Conte, brief: Brief, rates: Rates, claims: Claims | None) -> tuple[Finding, ...]:
    """All findings: those of the whole conte first, then by cut, the gravest first."""
    findings = (
        *check_brief_kept(conte, brief),
        *check_ideas_kept(conte, brief, rates),
        *check_timefit(conte, brief, rates),
        *check_grammar(conte, brief),
        *check_glyphs(conte, brief),
        *check_translated(conte, brief),
        *(check_product_known(conte, brief, claims.types) if claims else ()),
        *check_staged(conte, brief),
        *(claims.check(conte, brief) if claims else ()),
    )
    return tuple(
        sorted(findings, key=lambda f: (f.cut or 0, _GRAVEST_FIRST.index(f.severity), f.check))
    )
