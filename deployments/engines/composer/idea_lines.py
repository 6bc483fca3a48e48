"""Assigns quotations of the brief's ideas to cuts that have the time to say or show them.

A line is narration, dialogue or a caption, as the idea says; a cut that is too short gets time from
the others if they have any to spare.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from conte.checks.ideas_kept import LONGEST_LINE
from conte.checks.timefit import Rates, reading_s, speaking_s, wrap_caption
from conte.cut import DialogueLine
from conte.glyphs import without_glyphs
from conte.ideas import ReadIdea
from conte.phrases import says
from conte.timing import min_cut_frames
from conte.vocabulary import Language
from deployments.engines.composer.pacing import AIR
from deployments.engines.composer.phrasing import capital, spoken_name
from deployments.engines.composer.plan import ContePlan, Given, PlannedCut

PRODUCT_BY = 0.58
"""Latest place of the product, as a share of the film; the check requires 0.6."""
PEOPLE = re.compile(
    r"아빠|엄마|아버지|어머니|할머니|할아버지|아이|딸|아들|소년|소녀|친구|남편|아내|손님|직원|아저씨"
    r"|아주머니|남자|여자|\b(?:dad|mom|father|mother|grandmother|grandfather|child|daughter|son|boy"
    r"|girl|friend|husband|wife|man|woman)\b",
    re.IGNORECASE,
)
_LONGEST = 0.4
"""Largest share of a film to which one cut is lengthened."""
_KEPT = 0.6
"""Smallest share of its length that a cut keeps when it gives time to another."""
_IN_CAPTION = re.compile(
    r"자막|카피|문구|글자|캡션|\b(?:captions?|supers?|title card|text|reads)\b", re.IGNORECASE
)
_IN_DIALOGUE = re.compile(
    r"대사|(?:라고|하고|며) ?(?:말|하|외치|외친|묻|속삭|답)|말한|말하|외친|외치|속삭|묻는|대답|인사"
    r"|\b(?:says?|said|saying|shouts?|whispers?|asks?|cries|answers?|tells?)\b",
    re.IGNORECASE,
)
_IN_NARRATION = re.compile(r"내레이션|나레이션|성우|\b(?:narrat\w+|voice.?over)\b", re.IGNORECASE)


@dataclass
class _Taken:
    """Lines assigned to each cut so far."""

    frames: list[int]
    fps: int
    said_s: list[float] = field(default_factory=list[float])
    narration: list[str] = field(default_factory=list[str])
    dialogue: list[list[DialogueLine]] = field(default_factory=list[list[DialogueLine]])
    caption: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        count = len(self.frames)
        self.said_s = [0.0] * count
        self.narration, self.caption = [""] * count, [""] * count
        self.dialogue = [[] for _ in range(count)]

    def lasts(self, at: int) -> float:
        return self.frames[at] / self.fps


class Lines:
    """Gives lines to cuts, and remembers them."""

    def __init__(
        self, plan: ContePlan, cuts: Sequence[PlannedCut], names: Sequence[str], rates: Rates
    ) -> None:
        """Start without lines. `cuts` may change later; `names`: of those who may speak."""
        self._plan, self._brief, self._cuts, self._names = plan, plan.brief, cuts, names
        self._rates = rates
        self._language: Language = plan.language
        self._taken = _Taken([cut.num_frames for cut in plan.cuts], plan.brief.fps)

    @property
    def frames(self) -> Sequence[int]:
        return self._taken.frames

    def burden(self, at: int) -> float:
        """Return how much a cut already has to say: 0, 1, 2 or 3."""
        return 2.0 * bool(self._taken.said_s[at]) + bool(self._taken.caption[at])

    def given(self) -> dict[int, Given]:
        taken = self._taken
        return {
            at: Given(
                narration=taken.narration[at],
                dialogue=tuple(taken.dialogue[at]),
                caption=taken.caption[at],
            )
            for at in range(len(taken.frames))
            if taken.said_s[at] or taken.caption[at]
        }

    def say(self, read: ReadIdea, order: Sequence[int]) -> int | None:
        """Give every line to a cut, together if one has room; return the first line's cut."""
        before = self._state()
        together = " ".join(read.lines)
        for longer in (False, True):
            for at in order:
                # Lines that are said in one cut are one exchange.
                if self._all_at(read, at, longer):
                    return at
                self._restore(before)
        if len(read.lines) == 1 or not together:
            return None
        first: int | None = None
        rest = [*order]
        for line in read.lines:
            alone = read.model_copy(update={"lines": (line,)})
            at = next(
                (a for longer in (False, True) for a in rest if self._all_at(alone, a, longer)),
                None,
            )
            if at is None:
                self._restore(before)
                return None
            first = at if first is None else first
        return first

    def _all_at(self, read: ReadIdea, at: int, longer: bool) -> bool:
        return all(self._one_at(line, read, at, longer) for line in read.lines)

    def _one_at(self, line: str, read: ReadIdea, at: int, longer: bool) -> bool:
        ways = [way for way in self._ways(read, at) if self._can(way, line, at)]
        for way in ways:
            needs_s = self._needs_s(way, line, at)
            if needs_s > self._taken.lasts(at) and not (longer and self._lengthen(at, needs_s)):
                continue
            self._put(way, line, read, at)
            return True
        return False

    def _ways(self, read: ReadIdea, at: int) -> tuple[str, ...]:
        around = read.scene
        if at == len(self._cuts) - 1:
            # The packshot has nobody who speaks.
            return ("caption", "narration") if _IN_CAPTION.search(around) else (
                "narration", "caption",
            )  # fmt: skip
        if _IN_CAPTION.search(around):
            return ("caption", "narration")
        if _IN_NARRATION.search(around):
            return ("narration", "dialogue", "caption")
        if _IN_DIALOGUE.search(around) or len(read.lines) > 1:
            return ("dialogue", "narration", "caption")
        return ("narration", "caption", "dialogue")

    def _can(self, way: str, line: str, at: int) -> bool:
        taken, last = self._taken, at == len(self._cuts) - 1
        name = self._brief.product.name
        match way:
            case "caption":
                lines = wrap_caption(line, self._rates)
                fits = len(line) <= 120 and len(lines) <= self._rates.max_lines
                unnamed = last and not says(line, name) and bool(taken.narration[at])
                return fits and not taken.caption[at] and not without_glyphs(line) and not unnamed
            case "narration":
                free = not taken.narration[at] and not taken.dialogue[at]
                read = says(line, name) or self._name_can_be_read(at)
                unnamed = last and (bool(taken.caption[at]) or not read)
                return len(line) <= LONGEST_LINE and free and not (unnamed and not says(line, name))
            case _:
                free = not taken.narration[at] and len(taken.dialogue[at]) < 4
                return len(line) <= LONGEST_LINE and free and not last

    def _name_can_be_read(self, at: int) -> bool:
        name = self._brief.product.name
        lines = wrap_caption(name, self._rates)
        return len(lines) <= self._rates.max_lines and reading_s(
            name, self._rates
        ) <= self._taken.lasts(at)

    def _needs_s(self, way: str, line: str, at: int) -> float:
        if way == "caption":
            needs_s = reading_s(line, self._rates)
            if at == len(self._cuts) - 1:
                name = spoken_name(self._brief.product.name)
                needs_s = max(needs_s, speaking_s(name, self._language, self._rates) / AIR)
            return needs_s
        said_s = self._taken.said_s[at] + speaking_s(line, self._language, self._rates)
        return said_s / AIR

    def _put(self, way: str, line: str, read: ReadIdea, at: int) -> None:
        taken = self._taken
        if way == "caption":
            taken.caption[at] = line
            return
        taken.said_s[at] += speaking_s(line, self._language, self._rates) or 0.01
        if way == "narration":
            taken.narration[at] = line
        else:
            by = self._speaker(line, read, at)
            taken.dialogue[at].append(DialogueLine(speaker=by, text=line))

    def _speaker(self, line: str, read: ReadIdea, at: int) -> str:
        """Return the speaker named before the line, else the lead, or in an exchange both in
        turn.
        """
        plan, lead = self._plan, self._plan.lead.entry.name
        before = read.scene.partition(line)[0]
        named = [
            name for name in self._names if name != self._brief.product.name and name in before
        ]
        if named:
            return max(named, key=before.rfind)
        if roles := PEOPLE.findall(before):
            return capital(roles[-1])
        if len(read.lines) > 1 and len(self._taken.dialogue[at]) % 2:
            ko = self._language == "ko"
            return plan.second.entry.name if plan.second else ("상대" if ko else "The other")
        return lead

    def _lengthen(self, at: int, needs_s: float) -> bool:
        """Take time for a cut from the others; False, and no change, if they have too little."""
        frames, fps = self._taken.frames, self._plan.brief.fps
        wanted = int(needs_s * fps) + 1
        more = wanted - frames[at]
        whole, last = sum(frames), len(frames) - 1
        if wanted > _LONGEST * whole:
            return False
        spare = [
            0 if i in (at, last) else max(0, n - max(self._least(i), int(_KEPT * n)))
            for i, n in enumerate(frames)
        ]
        if sum(spare) < more:
            return False
        found = list(frames)
        found[at] = wanted
        for i, room in enumerate(spare):
            found[i] -= room * more // sum(spare)
        i = 0
        while sum(found) > whole:
            if found[i] > frames[i] - spare[i] and i != at:
                found[i] -= 1
            i = (i + 1) % len(found)
        seen = next(i for i, cut in enumerate(self._cuts) if "product" in cut.shows)
        if sum(found[:seen]) > max(PRODUCT_BY * whole, sum(frames[:seen])):
            return False
        self._taken.frames = found
        return True

    def _least(self, at: int) -> int:
        """Return the frames that a cut's lines need."""
        brief, taken = self._plan.brief, self._taken
        needs_s = max(taken.said_s[at] / AIR, reading_s(taken.caption[at], self._rates))
        return max(min_cut_frames(brief.fps), int(needs_s * brief.fps) + 1)

    def _state(self) -> _Taken:
        taken = self._taken
        copy = _Taken(list(taken.frames), taken.fps)
        copy.said_s, copy.narration = list(taken.said_s), list(taken.narration)
        copy.caption = list(taken.caption)
        copy.dialogue = [list(lines) for lines in taken.dialogue]
        return copy

    def _restore(self, state: _Taken) -> None:
        self._taken = state
        self._taken = self._state()
