"""The typed client: returns the ingress's responses as values. Knows HTTP, not how films are made.

with Client("http://127.0.0.1:8000") as client:
    production = client.create({"product": {"name": "윈터그립"}})
    for event in client.events(production.id):
        print(event.event)
    client.download(production.id, 1, "film", Path("film.mp4"))
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel

from conte.brief import Brief
from conte.clip import Tier
from conte.export import Captions, Document, ExportOptions, Layout
from conte.formats.format import Format
from conte.production import State
from conte.revision.feedback import FeedbackItem
from conte.revision.merging import Choice
from conte.revision.operations import AnyOperation
from conte.revision.review import ReviewState
from conte.revision.share import Right
from conte.revision.take_quote import TakeQuote
from conte.sound import Loudness
from conte.storyboards.adopting import Adopting
from serve.connection import LONGEST_PAUSE_S, Connection, NotReachable, Problem
from serve.event_stream import lines_of, messages
from serve.ingress.event_views import EventView
from serve.ingress.export_views import ExportPage
from serve.ingress.format_views import FormatsView, MadeFormatsView
from serve.ingress.idea_views import IDEAS, IdeasView
from serve.ingress.import_views import ImportView
from serve.ingress.review_views import (
    ApprovalPage,
    ApprovalView,
    CommentPage,
    CommentView,
    NewShareView,
    OfferView,
    ProofView,
    ReviewView,
    SharePage,
    ShareView,
)
from serve.ingress.revision_views import (
    ChangedDraftView,
    ChangesView,
    DraftView,
    ProposalsView,
    QuoteView,
    SealedView,
    VersionsView,
)
from serve.ingress.sound_views import SOUNDS, SoundsView, SoundView, UploadedSoundView
from serve.ingress.storyboard_views import StoryboardView
from serve.ingress.take_views import OrderedView, TakesView, UploadedView
from serve.ingress.views import (
    IMAGES,
    PRODUCTIONS,
    PROJECTS,
    ImageView,
    ProductionPage,
    ProductionView,
    ProjectView,
    VersionView,
)

__all__ = ["Client", "NotReachable", "Problem"]


class Client(Connection):
    """A client of one server with one key. Requests are idempotent and repeated on a lost
    connection.
    """

    @property
    def ready(self) -> bool:
        """Return whether a server that can film a brief answers at the address."""
        try:
            answer = self._http.get("/readyz", timeout=5)
            return answer.is_success and "directors" in answer.json()
        except (httpx.TransportError, ValueError):
            return False

    def create(
        self,
        brief: Brief | Mapping[str, Any],
        seed: int | None = None,
        idempotency_key: str | None = None,
        directions: int = 1,
    ) -> ProductionView:
        """Create a production. The same `idempotency_key` returns the same production.

        `directions`: number of different ideas. The first one's production is returned; its
        `project` lists all.
        """
        if isinstance(brief, Brief):
            brief = brief.model_dump(mode="json")
        body: dict[str, Any] = {"brief": dict(brief)}
        if seed is not None:
            body["seed"] = seed
        if directions != 1:
            body["directions"] = directions
        # The default key is new for each call, so that a repeated request creates one production.
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._view(ProductionView, "POST", PRODUCTIONS, json=body, headers=headers)

    def upload_image(self, path: Path) -> str:
        """Upload a picture and return the name to use as `image` in a brief."""
        form = {"image": (path.name, path.read_bytes())}
        return self._view(ImageView, "POST", IMAGES, files=form).image

    def upload_sound(self, path: Path, name: str = "") -> UploadedSoundView:
        """Upload a recording: its `upload` is the name for a sound of `place_sound`."""
        return self._view(
            UploadedSoundView,
            "POST",
            SOUNDS,
            files={"file": (path.name, path.read_bytes())},
            params={"name": name or path.name[:120]},
        )

    def sounds(self) -> tuple[SoundView, ...]:
        """Return your recordings, the newest first, 100 at most."""
        return self._view(SoundsView, "GET", SOUNDS).sounds

    def ideas(
        self,
        brief: Brief | Mapping[str, Any],
        *,
        like: Sequence[str] = (),
        unlike: Sequence[str] = (),
        num: int = 8,
    ) -> IdeasView:
        """Propose ideas for a brief, each different from the others and from `unlike`.

        `like`: ideas whose neighbours come first.
        """
        if isinstance(brief, Brief):
            brief = brief.model_dump(mode="json")
        body = {"brief": dict(brief), "like": [*like], "unlike": [*unlike], "num": num}
        return self._view(IdeasView, "POST", IDEAS, json=body)

    def project(self, project: str) -> ProjectView:
        """Return the directions of a project, A first."""
        return self._view(ProjectView, "GET", f"{PROJECTS}/{project}")

    def another_like(
        self, production: str, differ: str, idempotency_key: str | None = None
    ) -> ProductionView:
        """Order another direction similar to this one. `differ`: what should differ, in words."""
        path = f"{PRODUCTIONS}/{production}/directions"
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._view(ProductionView, "POST", path, json={"differ": differ}, headers=headers)

    def pick(self, production: str) -> ProjectView:
        """Pick a direction to continue with. The others remain, and can be picked later."""
        return self._view(ProjectView, "POST", f"{PRODUCTIONS}/{production}/pick")

    def get(self, production: str) -> ProductionView:
        return self._view(ProductionView, "GET", f"{PRODUCTIONS}/{production}")

    def list(
        self, *, limit: int = 20, after: str | None = None, state: State | None = None
    ) -> ProductionPage:
        """Return a page of productions, newest first. `after`: the `next` of the page before."""
        asked = {"limit": limit, "after": after, "state": state.value if state else None}
        params = {name: value for name, value in asked.items() if value is not None}
        return self._view(ProductionPage, "GET", PRODUCTIONS, params=params)

    def cancel(self, production: str) -> ProductionView:
        return self._view(ProductionView, "DELETE", f"{PRODUCTIONS}/{production}")

    def conte(self, production: str, number: int) -> VersionView:
        return self._view(VersionView, "GET", f"{PRODUCTIONS}/{production}/versions/{number}")

    def retry_cut(self, production: str, number: int, cut: int) -> ProductionView:
        path = f"{PRODUCTIONS}/{production}/versions/{number}/cuts/{cut}/retry"
        return self._view(ProductionView, "POST", path)

    def draft(self, production: str) -> DraftView:
        """Return the working copy of the next version, with what sealing it does to each clip."""
        return self._view(DraftView, "GET", f"{PRODUCTIONS}/{production}/draft")

    def operate(
        self,
        production: str,
        operations: Sequence[AnyOperation | Mapping[str, Any]],
        causes: Sequence[str] = (),
    ) -> ChangedDraftView:
        """Change the draft: all of the operations, or none. `causes`: what each answers."""
        path = f"{PRODUCTIONS}/{production}/draft/operations"
        body = {"operations": _as_sent(operations), "causes": [*causes]}
        return self._view(ChangedDraftView, "POST", path, once=True, json=body)

    def feedback(
        self, production: str, items: Sequence[FeedbackItem | Mapping[str, Any]]
    ) -> ProposalsView:
        """Propose operations that answer the feedback. Changes nothing."""
        path = f"{PRODUCTIONS}/{production}/draft/feedback"
        return self._view(ProposalsView, "POST", path, json={"items": _as_sent(items)})

    def import_edits(
        self,
        production: str,
        path: Path,
        *,
        base: int | None = None,
        choices: Mapping[str, Choice] | None = None,
        revision: int | None = None,
    ) -> ImportView:
        """Merge an edited timeline, workbook or deck into the draft.

        While there are conflicts nothing is changed. `choices`: conflict key -> whose value is
        taken; `revision`: the draft's revision for which they were chosen. `base`: the version that
        the file was exported from, if the file names none.
        """
        asked = {"base": base, "revision": revision}
        params: dict[str, Any] = {name: one for name, one in asked.items() if one is not None}
        params["choose"] = [f"{key}:{whose}" for key, whose in (choices or {}).items()]
        return self._view(
            ImportView,
            "POST",
            f"{PRODUCTIONS}/{production}/draft/import",
            files={"file": (path.name, path.read_bytes())},
            params=params,
        )

    def import_storyboard(
        self,
        path: Path,
        said: Adopting,
        *,
        accept: str = "",
        idempotency_key: str | None = None,
    ) -> StoryboardView:
        """Read an agency's own storyboard. With `accept` of its report, make it a production.

        Args:
            path: a PPTX, XLSX, PDF, DOCX or CSV file.
            said: what the sheet lacks, and how lengths are settled.
            accept: token of the report that was seen; empty: nothing is written.
            idempotency_key: repeats with it make one production; default: a new key for this call.
        """
        params: dict[str, Any] = said.model_dump(mode="json", exclude_defaults=True)
        if accept:
            params["accept"] = accept
        key = idempotency_key or uuid.uuid4().hex
        return self._view(
            StoryboardView,
            "POST",
            f"{PRODUCTIONS}/import",
            files={"file": (path.name, path.read_bytes())},
            params=params,
            headers={"Idempotency-Key": key} if accept else {},
        )

    def undo(self, production: str) -> ChangedDraftView:
        path = f"{PRODUCTIONS}/{production}/draft/undo"
        return self._view(ChangedDraftView, "POST", path, once=True)

    def redo(self, production: str) -> ChangedDraftView:
        path = f"{PRODUCTIONS}/{production}/draft/redo"
        return self._view(ChangedDraftView, "POST", path, once=True)

    def drop_draft(self, production: str) -> None:
        self._tried(
            lambda: self._check(self._http.request("DELETE", f"{PRODUCTIONS}/{production}/draft"))
        )

    def quote(self, production: str) -> QuoteView:
        """Return what sealing the draft renders, and how long and how much that takes."""
        return self._view(QuoteView, "POST", f"{PRODUCTIONS}/{production}/draft/quote")

    def seal(
        self,
        production: str,
        message: str = "",
        operations: Sequence[AnyOperation | Mapping[str, Any]] = (),
        quote: str | None = None,
        idempotency_key: str | None = None,
    ) -> SealedView:
        """Seal the draft as the next version. `quote`: hash of an accepted quote, which must still
        hold.
        """
        body: dict[str, Any] = {"message": message, "operations": _as_sent(operations)}
        if quote is not None:
            body["quote"] = quote
        path = f"{PRODUCTIONS}/{production}/versions"
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._view(SealedView, "POST", path, json=body, headers=headers)

    def quote_formats(
        self, production: str, version: int, formats: Sequence[Format]
    ) -> FormatsView:
        """Return what films of other lengths and ratios consist of, render and cost."""
        body = {"formats": [one.model_dump(mode="json") for one in formats]}
        path = f"{PRODUCTIONS}/{production}/versions/{version}/formats/quote"
        return self._view(FormatsView, "POST", path, json=body)

    def make_formats(
        self,
        production: str,
        version: int,
        formats: Sequence[Format],
        *,
        quote: str | None = None,
        idempotency_key: str | None = None,
    ) -> MadeFormatsView:
        """Make a production of each format. `quote`: hash of an accepted quote, which must still
        hold.
        """
        body: dict[str, Any] = {"formats": [one.model_dump(mode="json") for one in formats]}
        if quote is not None:
            body["quote"] = quote
        path = f"{PRODUCTIONS}/{production}/versions/{version}/formats"
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._view(MadeFormatsView, "POST", path, json=body, headers=headers)

    def formats(self, production: str, version: int) -> MadeFormatsView:
        """Return the productions made of a version in other formats."""
        path = f"{PRODUCTIONS}/{production}/versions/{version}/formats"
        return self._view(MadeFormatsView, "GET", path)

    def versions(self, production: str) -> VersionsView:
        """Return the production's versions: 콘티 1, 2, 3."""
        return self._view(VersionsView, "GET", f"{PRODUCTIONS}/{production}/versions")

    def takes(self, production: str) -> TakesView:
        """Return every clip that the production's cuts have had, and the take orders."""
        return self._view(TakesView, "GET", f"{PRODUCTIONS}/{production}/takes")

    def quote_takes(
        self, production: str, cut: str, num: int = 1, tier: Tier | None = None
    ) -> TakeQuote:
        """Return what further takes of a cut render and cost."""
        path = f"{PRODUCTIONS}/{production}/cuts/{cut}/takes/quote"
        return self._view(TakeQuote, "POST", path, json={"num": num, "tier": tier})

    def order_takes(
        self,
        production: str,
        cut: str,
        num: int = 1,
        tier: Tier | None = None,
        idempotency_key: str | None = None,
    ) -> OrderedView:
        """Order further takes of a cut. `tier`: None for the best enabled one."""
        path = f"{PRODUCTIONS}/{production}/cuts/{cut}/takes"
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._view(
            OrderedView, "POST", path, json={"num": num, "tier": tier}, headers=headers
        )

    def upload_take(
        self,
        production: str,
        cut: str,
        path: Path,
        tier: Tier | None = None,
        idempotency_key: str | None = None,
    ) -> UploadedView:
        """Upload a video or picture as a take of a cut. `tier`: None for the best enabled one."""
        url = f"{PRODUCTIONS}/{production}/cuts/{cut}/takes/upload"
        return self._view(
            UploadedView,
            "POST",
            url,
            files={"file": (path.name, path.read_bytes())},
            params={} if tier is None else {"tier": tier},
            headers={"Idempotency-Key": idempotency_key or uuid.uuid4().hex},
        )

    def changes(self, production: str, number: int, earlier: int | None = None) -> ChangesView:
        """Return a version's change table, compared with the version before or with `earlier`."""
        path = f"{PRODUCTIONS}/{production}/versions/{number}/changes"
        params = {"from": earlier} if earlier is not None else {}
        return self._view(ChangesView, "GET", path, params=params)

    def review(
        self, production: str, number: int, to: ReviewState | None = None, note: str = ""
    ) -> ReviewView:
        """Return the state of a version's review, moved to `to` if given."""
        path = f"{PRODUCTIONS}/{production}/versions/{number}/review"
        if to is None:
            return self._view(ReviewView, "GET", path)
        body = {"to": to.value, "note": note}
        return self._view(ReviewView, "POST", path, once=True, json=body)

    def comments(self, production: str, number: int, after: str = "") -> CommentPage:
        """Return a page of the comments on a version, and of the open ones on earlier versions.

        `after`: the `next` of the page before.
        """
        path = f"{PRODUCTIONS}/{production}/versions/{number}/comments"
        return self._view(CommentPage, "GET", path, params={"after": after} if after else {})

    def comment(self, production: str, number: int, said: Mapping[str, Any]) -> CommentView:
        """Comment on a version. `said`: `text`, `author` and a place, such as `cut` and `frame`."""
        path = f"{PRODUCTIONS}/{production}/versions/{number}/comments"
        return self._view(CommentView, "POST", path, once=True, json=dict(said))

    def resolve(self, production: str, comment: str, resolved: bool = True) -> CommentView:
        """Mark a comment as resolved, or as open again."""
        path = f"{PRODUCTIONS}/{production}/comments/{comment}"
        return self._view(CommentView, "PATCH", path, json={"resolved": resolved})

    def share(
        self,
        production: str,
        rights: Sequence[Right],
        version: int | None = None,
        label: str = "",
        days: int = 14,
    ) -> NewShareView:
        """Return a new link for guests. Its secret is never shown again.

        `version` None: the link leads to the newest version in review.
        """
        body = {
            "version": version, "rights": [right.value for right in rights], "label": label,
            "days": days,
        }  # fmt: skip
        path = f"{PRODUCTIONS}/{production}/shares"
        return self._view(NewShareView, "POST", path, once=True, json=body)

    def shares(self, production: str) -> tuple[ShareView, ...]:
        """Return the production's links, without their secrets."""
        return self._view(SharePage, "GET", f"{PRODUCTIONS}/{production}/shares").shares

    def revoke(self, production: str, share: str) -> ShareView:
        """Revoke a link: nobody comes in by it any more."""
        return self._view(ShareView, "DELETE", f"{PRODUCTIONS}/{production}/shares/{share}")

    def offer(self, production: str, number: int) -> OfferView:
        """Return what would be approved: the first of two steps of an approval."""
        path = f"{PRODUCTIONS}/{production}/versions/{number}/approval"
        return self._view(OfferView, "POST", path)

    def approve(self, production: str, offer: OfferView, name: str) -> ApprovalView:
        """Approve the offer for good. `name`: the person who approves."""
        path = f"{PRODUCTIONS}/{production}/versions/{offer.version}/approval/confirm"
        body = {"hash": offer.hash, "confirm": offer.confirm, "name": name}
        return self._view(ApprovalView, "POST", path, once=True, json=body)

    def approvals(self, production: str) -> tuple[ApprovalView, ...]:
        """Return the production's approvals; each holds the hash of the one before."""
        return self._view(ApprovalPage, "GET", f"{PRODUCTIONS}/{production}/approvals").approvals

    def prove(self, production: str, number: int) -> ProofView:
        """Return the approval of a version, compared with every byte stored now."""
        path = f"{PRODUCTIONS}/{production}/versions/{number}/manifest"
        return self._view(ProofView, "GET", path)

    def events(self, production: str, after: int = 0) -> Iterator[EventView]:
        """Yield every event with an id above `after`, in order and once, until the production has
        ended.

        A broken stream is resumed at any replica.
        """
        path = f"{PRODUCTIONS}/{production}/events"
        failed, ended = 0, False
        while True:
            began = time.monotonic()
            try:
                headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"}
                with self._http.stream("GET", path, headers=headers) as answer:
                    if answer.status_code == 204:
                        return
                    self._check(answer)
                    for message in messages(lines_of(answer.iter_bytes())):
                        event = EventView.read(message)
                        if event.id > after:
                            after, failed, ended = event.id, 0, event.ends
                            yield event
                if ended:
                    return
                raise httpx.RemoteProtocolError("the stream ended early")
            except (httpx.TransportError, Problem) as error:
                # A stream that lasted for a while broke for a new reason: restart the count of
                # attempts.
                lasted = time.monotonic() - began > LONGEST_PAUSE_S
                failed = self._pause(error, 0 if lasted else failed)

    def wait(self, production: str) -> ProductionView:
        """Wait until the production has ended and return it: done, failed or cancelled."""
        for _ in self.events(production):
            pass
        return self.get(production)

    def download(
        self,
        production: str,
        number: int,
        what: str,
        to: Path,
        on_bytes: Callable[[int, int], None] | None = None,
    ) -> Path:
        """Save `film`, `sheet.png`, `poster.png`, `cuts/3/clip`, `changes.html` or the
        `manifest.json` of a version as the file `to`.

        The file appears when it is complete. A broken download is resumed if the server's file is
        still the same. Calls `on_bytes(received, total)`.
        """
        path = f"{PRODUCTIONS}/{production}/versions/{number}/{what}"
        return self._saved(path, to, on_bytes)

    def export(
        self,
        production: str,
        number: int,
        format: str,  # noqa: A002
        to: Path,
        *,
        layout: Layout = "landscape",
        document: Document = "sheet",
        captions: Captions = "burned",
        loudness: Loudness | None = None,
    ) -> Path:
        """Save a version as a PDF, CSV or another format as the file `to`.

        Waits while the server makes it. The file appears when it is complete.
        """
        options = ExportOptions(
            layout=layout, document=document, captions=captions, loudness=loudness
        )
        path = f"{PRODUCTIONS}/{production}/versions/{number}/exports/{format}"
        return self._exported(path, options, to)

    def exports(self, production: str, number: int, after: int = 0) -> ExportPage:
        """Return a page of the version's exports, and the available formats."""
        path = f"{PRODUCTIONS}/{production}/versions/{number}/exports"
        return self._view(ExportPage, "GET", path, params={"after": after})


def _as_sent(values: Sequence[BaseModel | Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        one.model_dump(mode="json", by_alias=True) if isinstance(one, BaseModel) else dict(one)
        for one in values
    ]
