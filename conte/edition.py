"""Edition: everything of a version that an export reads, without a byte of its files.

Clips, film and pictures are named by their vault keys. The same edition gives the same export.
"""

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, Film
from conte.conte import Conte
from conte.cut import Cut, MaybeCutId
from conte.formats.format import Format
from conte.frozen import Frozen, digest
from conte.revision.change import ChangeTable
from conte.revision.comments import Audience
from conte.revision.review import ReviewState


class Remark(Frozen):
    """A comment with its place in this version, or a reply to the one before it."""

    cut: MaybeCutId
    """Empty: its cut is gone."""
    frame: int = 0
    """Within the cut, from 0."""
    last: int | None = None
    """The last frame of a range."""
    text: str
    author: str
    audience: Audience
    resolved: bool
    version: int
    """The version that it was made on."""
    at: float
    reply: bool = False


class Since(Frozen):
    """What has changed since an earlier version."""

    version: int
    table: ChangeTable
    num_left_out: int = 0
    """Rows for makers that this reader is not shown."""


class Signed(Frozen):
    """Who approved the version, and when."""

    name: str
    at: float
    """Seconds since the epoch."""
    number: int
    hash: str
    """The hash of its manifest."""


class Edition(Frozen):
    """A version as one reader may see it. Times: seconds since the epoch."""

    production: str
    """Empty for a guest, who knows the link alone."""
    version: int
    created_at: float
    brief: Brief
    conte: Conte
    clips: tuple[Clip, ...] = ()
    """One a cut where there is one, in order: what the film shows, with its handles."""
    film: Film | None = None
    findings: tuple[Finding, ...] = ()
    comments: tuple[Remark, ...] = ()
    """The oldest first, replies behind what they answer."""
    since: Since | None = None
    """None: this version is the first one that its reader sees."""
    state: ReviewState = ReviewState.DRAFT
    approval: Signed | None = None
    direction: str = ""
    """A, B or C where an order has several directions."""
    for_client: bool = False
    """True: without internal comments and what is for makers only."""

    @property
    def format(self) -> Format:
        return Format(duration_s=self.brief.duration_s, aspect_ratio=self.brief.aspect_ratio)

    @property
    def hash(self) -> str:
        return digest(self.model_dump(mode="json"))

    @property
    def starts(self) -> tuple[int, ...]:
        """The frame of the film with which each cut begins."""
        at, found = 0, list[int]()
        for cut in self.conte.cuts:
            found.append(at)
            at += cut.num_frames
        return tuple(found)

    def clip_of(self, cut: Cut) -> Clip | None:
        return next((clip for clip in self.clips if clip.cut == cut.number), None)
