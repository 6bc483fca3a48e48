"""The change table for guests: what a round changed since the round that they saw before.

Only for links that follow the review: a link to one version shows no other. Omits rows for makers,
causes (they may be internal comments) and the brief's rows.
"""

from typing import Annotated

from fastapi import APIRouter, Depends

from conte.revision.change import WHOLE, Change
from conte.revision.changes import changes
from conte.revision.share import Right
from conte.revision.working import Working
from serve.ingress.guest_access import GuestAccess, Visit
from serve.ingress.problems import NOT_PERMITTED, NOT_YET, UNREADABLE, Problem, documented
from serve.ingress.review_views import SHARED, SharedChangesView
from serve.ingress.shared_conte import shown_of_cut, shown_of_entry
from serve.ledger.ledger import Ledger


def guest_changes(ledger: Ledger, access: GuestAccess) -> APIRouter:
    routes = APIRouter(tags=["guests"])
    viewing = access.visit(Right.VIEW)

    @routes.get(
        SHARED + "/{token}/changes",
        response_model=SharedChangesView,
        responses=documented(403, 404, 422, 429, 503),
        summary="Show what changed since the round before",
    )
    def table(visit: Annotated[Visit, Depends(viewing)]) -> SharedChangesView:
        if not visit.follows:
            raise Problem(NOT_PERMITTED, "this link leads to one version and shows no other")
        base = ledger.reviewing.seen_before(visit.production, visit.version)
        if base is None:
            raise Problem(NOT_YET, "this is the first version that was put into review")
        before = _working(ledger, visit.production, base)
        found = changes(before, _working(ledger, visit.production, visit.version))
        shown = tuple(_shown(row) for row in found.rows if row.for_clients)
        return SharedChangesView(
            base=base,
            version=visit.version,
            changes=found.model_copy(update={"rows": shown}),
            num_left_out=len(found.rows) - len(shown),
        )

    return routes


def _working(ledger: Ledger, production: str, number: int) -> Working:
    version = ledger.version(production, number)
    if version.brief is None:
        raise Problem(UNREADABLE, f"the brief of version {number} cannot be read")
    return Working(conte=version.conte, brief=version.brief)


def _shown(row: Change) -> Change:
    shown = {"cut": shown_of_cut, "sheet": shown_of_entry}.get(row.part, lambda value: value)
    values = {"before": shown(row.before), "after": shown(row.after)} if row.field == WHOLE else {}
    return row.model_copy(update={"cause": None, **values})
