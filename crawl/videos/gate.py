"""The permission gate: no video is requested without a recorded permission.

The list of channels decides first, then the site's own answer on who may train. A licence is stored
as evidence but permits nothing: it covers uses of the work, not downloading from its site or
training on it.
"""

from collections.abc import Callable, Sequence

from crawl.permission import Permission
from crawl.videos.candidate import Candidate, Described
from crawl.videos.channels import YOUTUBE, Channels
from crawl.videos.video_list import Decision
from crawl.videos.worker_context import WorkerContext
from crawl.videos.youtube_api import AT_ONCE, About, YouTubeApi

DAY_S = 24 * 3600.0
NOBODY = "nobody has permitted it"


class Gate:
    def __init__(self, context: WorkerContext, channels: Channels, api: YouTubeApi) -> None:
        self._context, self._channels, self._api = context, channels, api
        self._settings = context.settings.youtube
        self._trainable_s = self._settings.trainable_days * DAY_S

    def decide_all(
        self, stopped: Callable[[], bool], told: Callable[[int, int], None]
    ) -> tuple[int, int]:
        """Decide about every candidate; return how many were permitted and denied.

        Raises:
            QuotaSpent, ApiRefused, Refusal, Failure: from the API; decisions so far are stored.
        """
        permitted = denied = 0
        seen = self._context.seen
        # Taken at the start, so that candidates denied in this run are not checked again in it.
        before = seen.now() - self._trainable_s
        while not stopped() and (some := seen.undecided(AT_ONCE, before)):
            for yes in self._decide(some):
                permitted, denied = permitted + yes, denied + (not yes)
            told(permitted, denied)
        return permitted, denied

    def ask_again(self, stopped: Callable[[], bool]) -> int:
        """Check training permissions again that are half-way to their end; return how many were
        withdrawn."""
        withdrawn = 0
        seen = self._context.seen
        while not stopped() and (some := seen.aging("trainable", self._trainable_s / 2, AT_ONCE)):
            for candidate in some:
                permission, reason = self._trainable(candidate)
                if permission is not None:
                    seen.renew(permission, [candidate.id])
                else:
                    seen.withdraw(candidate.id, reason)
                    withdrawn += 1
        return withdrawn

    def _decide(self, some: Sequence[Candidate]) -> list[bool]:
        now = self._context.seen.now()
        listed = {one.id: self._channels.permission(one.channel, now) for one in some}
        # Only videos that no channel's consent permits are worth quota.
        asked = [one for one in some if one.id.startswith(f"{YOUTUBE}:") and not listed[one.id]]
        about = self._about(asked) if self._settings.trainability else None
        decided: list[Decision] = []
        for candidate in some:
            permission, reason = listed[candidate.id], NOBODY
            described = None
            if permission is None and candidate in asked and self._settings.trainability:
                permission, reason, described = self._of_youtube(candidate, about)
            why = "" if permission else reason
            decided.append(Decision(candidate.id, permission, why, described))
        self._context.seen.decide(decided)
        return [one.permission is not None for one in decided]

    def _about(self, asked: Sequence[Candidate]) -> dict[str, About] | None:
        """Return the API's data about the videos; None without a key, which trainability does not
        need."""
        if not asked or not self._api.has_key:
            return None
        return self._api.about([_id(one) for one in asked])

    def _of_youtube(
        self, candidate: Candidate, about: dict[str, About] | None
    ) -> tuple[Permission | None, str, Described | None]:
        described = None
        if about is not None:
            found = about.get(_id(candidate))
            if found is None or not found.public:
                return None, "it is gone, or not public", None
            described = candidate.described.model_copy(
                update={"duration_s": found.duration_s, "licence": found.licence}
            )
            if found.live:
                return None, "it is a live stream", described
            if (found.duration_s or 0) > self._context.settings.download.duration_s:
                return None, f"it lasts {found.duration_s:.0f} s", described
        permission, reason = self._trainable(candidate)
        return permission, reason, described

    def _trainable(self, candidate: Candidate) -> tuple[Permission | None, str]:
        told = self._api.permitted(_id(candidate))
        if told is None:
            return None, "it is gone"
        party = self._settings.party
        if not ("all" in told or (party and party in told)) or "none" in told:
            return None, "its creator does not permit training"
        now = self._context.seen.now()
        who = "all" if "all" in told else party
        return Permission(
            kind="trainable",
            evidence=f"YouTube Data API, videoTrainability.get: permitted {who}",
            at=now,
            until=now + self._trainable_s,
        ), ""


def _id(candidate: Candidate) -> str:
    return candidate.id.partition(":")[2]
