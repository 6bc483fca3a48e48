"""Edition: all data of a version that an export reads, without the content of its files.

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
    """Id of its cut; empty if the cut no longer exists."""
    frame: int = 0
    """Frame within the cut, from 0."""
    last: int | None = None
    """Last frame of a range; None: a single frame."""
    text: str
    author: str
    audience: Audience
    resolved: bool
    version: int
    """Version on which the comment was made."""
    at: float
    reply: bool = False


class Since(Frozen):
    """Changes since an earlier version."""

    version: int
    table: ChangeTable
    num_left_out: int = 0
    """Number of internal rows that this reader is not shown."""


class Signed(Frozen):
    """Approval of the version: who approved it, and when."""

    name: str
    at: float
    """Seconds since the epoch."""
    number: int
    hash: str
    """Hash of the approved manifest."""


class Edition(Frozen):
    """A version as one reader may see it. Times in seconds since the epoch."""

    production: str
    """Id of the production; empty for a guest, who knows only the link."""
    version: int
    created_at: float
    brief: Brief
    conte: Conte
    clips: tuple[Clip, ...] = ()
    """Clips that the film shows, in the order of the cuts; cuts without a clip are missing."""
    film: Film | None = None
    findings: tuple[Finding, ...] = ()
    comments: tuple[Remark, ...] = ()
    """Comments, oldest first; replies follow the comment that they answer."""
    since: Since | None = None
    """Changes since the version before; None: the reader sees no earlier version."""
    state: ReviewState = ReviewState.DRAFT
    approval: Signed | None = None
    direction: str = ""
    """Letter of the direction, A, B or C; empty: the order has only one."""
    for_client: bool = False
    """True: without internal comments and other internal data."""

    @property
    def format(self) -> Format:
        return Format(duration_s=self.brief.duration_s, aspect_ratio=self.brief.aspect_ratio)

    @property
    def hash(self) -> str:
        return digest(self.model_dump(mode="json"))

    @property
    def starts(self) -> tuple[int, ...]:
        """Index of each cut's first frame in the film."""
        at, found = 0, list[int]()
        for cut in self.conte.cuts:
            found.append(at)
            at += cut.num_frames
        return tuple(found)

    def clip_of(self, cut: Cut) -> Clip | None:
        return next((clip for clip in self.clips if clip.cut == cut.number), None)
