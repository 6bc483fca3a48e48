"""`POST .../draft/import`: an edited file becomes operations on the draft.

A bounded child reads it; the ledger merges it with what has changed in the draft since.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import StringConstraints

from conte.revision.edited import EditedVersion
from conte.revision.merging import Choice
from serve.bounded import Unusable
from serve.ingress.auth import TenantOf
from serve.ingress.decoding import Decoding
from serve.ingress.drafts import DRAFT
from serve.ingress.fields import FieldError
from serve.ingress.import_views import ImportView
from serve.ingress.integers import TextInteger
from serve.ingress.long_answers import Place
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.productions import ProductionId
from serve.ingress.sent_file import FIELD, file_body, sent_file
from serve.ledger.ledger import Ledger
from serve.returned.reading import MAX_BYTES, WANTED, read_edited
from serve.telemetry import log

_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = (
    "application/octet-stream", "application/xml", "application/zip", "text/plain",
    f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.presentationml.presentation",
)  # fmt: skip


async def _sent(request: Request) -> bytes:
    return await sent_file(request, dict.fromkeys(_KINDS, MAX_BYTES), MAX_BYTES)


_CHOICE = r"^[a-z][a-z0-9_]{0,40}(\.[a-z_]{1,32})?:(ours|theirs)$"
Chosen = Annotated[
    list[Annotated[str, StringConstraints(pattern=_CHOICE)]],
    Query(
        max_length=200,
        description="A conflict's key and whose value is taken, such as `c_7f2a.caption:theirs`",
    ),
]
Base = Annotated[
    TextInteger | None,
    Query(ge=1, le=10_000, description="The version that the file was made of, if it names none"),
]
Revision = Annotated[
    TextInteger | None,
    Query(ge=0, le=1_000_000, description="The draft's revision that the choices were made for"),
]


Preview = Annotated[
    bool, Query(description="Only say what the file would change; the draft stays as it is")
]


def imports(ledger: Ledger, tenant: TenantOf, decoding: Decoding, place: Place) -> APIRouter:
    routes = APIRouter(tags=["drafts"], dependencies=[Depends(place)])

    @routes.post(
        DRAFT + "/import",
        response_model=ImportView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        openapi_extra=file_body(_KINDS),
        summary="Bring an edited timeline, workbook or deck back into the draft",
    )
    async def brought_in(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        data: Annotated[bytes, Depends(_sent)],
        base: Base = None,
        choose: Chosen = [],  # noqa: B006
        revision: Revision = None,
        preview: Preview = False,
    ) -> ImportView:
        draft = await asyncio.to_thread(ledger.draft, production, tenant)
        edited = await _read(decoding, tenant, data, draft.working.brief.fps)
        number = _base(production, edited, base)
        found = await asyncio.to_thread(
            ledger.bring_in,
            production,
            edited,
            number,
            tenant,
            _choices(choose),
            revision,
            preview=preview,
        )
        log("draft.imported", applied=found.applied, conflicts=len(found.merged.conflicts))
        revision_now = found.draft.revision
        return ImportView.of(
            production, found.base, revision_now, found.merged, applied=found.applied
        )

    return routes


async def _read(decoding: Decoding, tenant: str, data: bytes, fps: int) -> EditedVersion:
    try:
        answer = await decoding.call(tenant, read_edited, data, fps)
    except Unusable as error:
        errors = [FieldError(field=FIELD, wanted=WANTED)]
        raise Problem(INVALID, f"{FIELD}: {error}; wanted {WANTED}", errors=errors) from error
    return EditedVersion.model_validate_json(answer.text)


def _base(production: str, edited: EditedVersion, asked: int | None) -> int:
    """Return the number of the version that the file was exported from."""
    named = edited.base
    # A file that a guest took names none.
    if named is not None and named.production not in ("", production):
        wanted = FieldError(field=FIELD, wanted="a file of this production", got=named.production)
        detail = f"{FIELD}: it was made of production {named.production}"
        raise Problem(INVALID, detail, errors=[wanted])
    if asked is not None:
        return asked
    if named is None:
        wanted = FieldError(field="base", wanted="the version that the file was made of")
        detail = "base: the file does not name the version that it was made of; name it"
        raise Problem(INVALID, detail, errors=[wanted])
    return named.version


def _choices(chosen: Sequence[str]) -> dict[str, Choice]:
    choices: dict[str, Choice] = {}
    for one in chosen:
        key, _, whose = one.rpartition(":")
        choices[key] = "theirs" if whose == "theirs" else "ours"
    return choices
