"""Writes the spoken and displayed texts of each cut, in the form that fits the time.

Writes nothing on the brief's must_not_say list, and nothing twice.
"""

import random
from collections.abc import Iterable, Sequence

from conte.checks.timefit import Rates, caption_width, reading_s, speaking_s, wrap_caption
from conte.cut import DialogueLine
from conte.frozen import Frozen
from conte.phrases import says
from conte.vocabulary import Language
from deployments.engines.composer.facts import description_lines, point_lines
from deployments.engines.composer.library import Role
from deployments.engines.composer.notation import PairText
from deployments.engines.composer.pacing import AIR
from deployments.engines.composer.phrasing import (
    fill,
    first_sentence,
    forms,
    pieces,
    sentence,
    spoken_name,
    tidy,
)
from deployments.engines.composer.plan import ContePlan, Given, PlannedCut

_ENOUGH = 0.3
"""Share of a cut's time below which a line is used only if no other fits."""
_ROOMY = 0.5
_SHORT_S = 2.0
_SHORT: dict[Role, tuple[tuple[str, str], ...]] = {
    "need": (("또, 이런 날.", "Again?"), ("하필, 지금.", "Not now."), ("아, 또.", "Oh no.")),
    "use": (("이럴 땐.", "Try this."), ("자, 이제.", "Now this."), ("하나면 돼요.", "Like so.")),
    "proof": (("가까이.", "Up close."), ("보이세요?", "See that?")),
    "change": (("달라졌죠?", "Better?"), ("이렇게.", "Just so."), ("됐다.", "There.")),
    "joy": (("좋다.", "Nice."), ("이거지.", "That's it.")),
}
"""Lines for bumpers (the shortest films), whose cuts are too short for a story's lines."""


class Copy(Frozen):
    narration: str = ""
    dialogue: tuple[DialogueLine, ...] = ()
    caption: str = ""


class Copywriter:
    """Writes the copy of one conte, cut after cut. Remembers what has been said and shown."""

    def __init__(self, plan: ContePlan, rates: Rates, rng: random.Random) -> None:
        self._plan = plan
        self._rates = rates
        self._rng = rng
        self._language: Language = plan.language
        self._read = plan.slots()
        self._said = self._read | {"it": spoken_name(plan.brief.product.name)}
        self._used: set[str] = set()
        self._points = [p for p in plan.brief.product.selling_points if self._may_say(p)]
        self._points_said = 0
        description = first_sentence(plan.brief.product.description)
        self._descriptions = description_lines(description, self._said["it"], self._language)
        self._revealed = False

    def write(self, index: int) -> Copy:
        cut = self._plan.cuts[index]
        lasts = cut.num_frames / self._plan.brief.fps
        given = self._plan.given.get(index, Given())
        if index == len(self._plan.cuts) - 1:
            return self._pack(lasts, given)
        self._revealed = self._revealed or cut.beat.turn or cut.beat.role in ("use", "answer")
        said = bool(given.narration or given.dialogue)
        dialogue = given.dialogue if said else self._dialogue(cut, lasts)
        point = self._next_point(index, lasts) if cut.beat.point and not given.caption else ""
        narration = given.narration
        if not said and not dialogue:
            narration = self._narration(cut, lasts, point)
        caption = given.caption or self._caption(cut, lasts, point)
        return Copy(narration=narration, dialogue=dialogue, caption=caption)

    def _may_say(self, text: str) -> bool:
        return not any(says(text, phrase) for phrase in self._plan.brief.must_not_say)

    def _time(self, text: str) -> float:
        return speaking_s(text, self._language, self._rates)

    # What is said

    def _narration(self, cut: PlannedCut, lasts: float, point: str) -> str:
        if cut.beat.voice == ("silent",):
            return ""
        quiet = cut.beat.role == "strain" and len(self._plan.cuts) >= 6
        if quiet and self._rng.random() < 0.3:
            return ""
        enters = any(other.beat.role == "meet" for other in self._plan.cuts)
        named = ("turn",) if cut.beat.role == "use" and not enters else ()
        for source in (*named, *cut.beat.voice, "moment"):
            if line := self._from(source, cut, lasts, point):
                self._used.add(line)
                return line
        if lasts < _SHORT_S and cut.beat.role in _SHORT:
            pairs = [PairText(ko=ko, en=en) for ko, en in _SHORT[cut.beat.role]]
            return self._pick(pairs, lasts, in_order=False)
        return ""

    def _from(self, source: str, cut: PlannedCut, lasts: float, point: str) -> str:
        if source == "desc":
            # Half the seeds say the description, the others keep it to the caption.
            return self._fitting(self._descriptions, lasts) if self._rng.random() < 0.6 else ""
        if source == "point":
            return self._point_line(point, lasts) if point else ""
        if source == "turn":
            return self._turn(lasts)
        if source == "ask":
            return self._pick(self._plan.story.ask, lasts, in_order=False)
        pairs = cut.beat.lines if source == "lines" else cut.moment.say
        return self._pick(pairs, lasts, in_order=source == "moment")

    def _turn(self, lasts: float) -> str:
        """Return the line for the product's entry, chosen at random from the story's and the tone's
        lines."""
        story, shade = self._plan.story, self._plan.shade
        # A tone's line is said in a story of that mood only: no "Deep breath" at a sick-bed.
        suits = shade is not None and shade.mood in story.moods
        own, tone = story.turn, shade.turn if shade is not None and suits else ()
        first, then = (tone, own) if tone and (not own or self._rng.random() < 0.5) else (own, tone)
        return self._pick(first, lasts, in_order=False) or self._pick(then, lasts, in_order=False)

    def _pick(self, pairs: Sequence[PairText], lasts: float, in_order: bool) -> str:
        """Return a line in the longest form that fits, or two successive ones if there is time."""
        lines = [[self._fill(form) for form in forms(pair.of(self._language))] for pair in pairs]
        room = lasts * AIR
        order = self._rng.sample(range(len(lines)), len(lines))
        chosen = [(i, self._fitting(lines[i], lasts)) for i in order]
        fitting = [(i, line) for i, line in chosen if line]
        if not fitting:
            return ""
        enough = [(i, line) for i, line in fitting if self._time(line) >= _ENOUGH * room]
        _, line = (enough or fitting)[0]
        if in_order and len(lines) > 1 and self._time(line) < _ROOMY * room:
            both = [f"{a} {b}" for a in lines[0] for b in lines[1]]
            line = self._fitting(both, lasts) or line
        return line

    def _fill(self, line: str) -> str:
        return sentence(tidy(fill(line, self._said)))

    def _fitting(self, candidates: Iterable[str], lasts: float) -> str:
        """Return the first text that fits, may be said, and has not been used."""
        for text in candidates:
            fits = text and self._time(text) <= lasts * AIR
            if fits and text not in self._used and self._may_say(text):
                return text
        return ""

    def _point_line(self, point: str, lasts: float) -> str:
        lines = point_lines(point, self._language, is_first=self._points_said <= 1)
        return self._fitting(self._rng.sample(lines, len(lines)), lasts)

    def _dialogue(self, cut: PlannedCut, lasts: float) -> tuple[DialogueLine, ...]:
        plan = self._plan
        if cut.beat.role in ("interview", "verdict") and plan.industry.testimony:
            told = plan.industry.testimony
            lines = told.before if cut.beat.role == "interview" else told.after
            text = self._pick(lines, lasts, in_order=False)
            self._used.add(text)
            return (DialogueLine(speaker=plan.lead.entry.name, text=text),) if text else ()
        if not cut.moment.talk:
            return ()
        speakers = {
            "who": plan.lead.entry.name,
            "mate": plan.second.entry.name if plan.second else plan.lead.entry.name,
        }
        ladders = [
            (
                speakers[spoken.by],
                [self._fill(f) for pair in spoken.line for f in forms(pair.of(self._language))],
            )
            for spoken in cut.moment.talk
        ]
        if not all(any(self._may_say(text) for text in ladder) for _, ladder in ladders):
            return ()
        rungs = [[text for text in ladder if self._may_say(text)] for _, ladder in ladders]
        at = [0] * len(rungs)
        # Shorten the longest line until the exchange fits; then drop the answers, last first.
        while rungs:
            times = [self._time(rung[i]) for rung, i in zip(rungs, at, strict=True)]
            if sum(times) <= lasts * AIR:
                break
            can = [k for k, rung in enumerate(rungs) if at[k] + 1 < len(rung)]
            if can:
                at[max(can, key=lambda k: times[k])] += 1
            else:
                rungs, at = rungs[:-1], at[:-1]
        return tuple(
            DialogueLine(speaker=speaker, text=rung[i])
            for (speaker, _), rung, i in zip(ladders, rungs, at, strict=False)
        )

    # What is read

    def _can_read(self, text: str, lasts: float) -> bool:
        lines = wrap_caption(text, self._rates)
        return (
            bool(text)
            and len(lines) <= self._rates.max_lines
            and reading_s(text, self._rates) <= lasts
            and self._may_say(text)
        )

    def _next_point(self, index: int, lasts: float) -> str:
        """Return the next selling point that can be read in time; two if there are more points than
        cuts."""
        self._points = [p for p in self._points if p not in self._used]
        readable = [p for p in self._points if self._can_read(p, lasts)]
        if not readable:
            # Too wide to be read, it may still be said.
            return next((p for p in self._points if self._time(p) <= lasts * AIR), "")
        point = min(readable, key=lambda p: self._better_later(p, index))
        self._used.add(point)
        self._points_said += 1
        return point

    def _better_later(self, point: str, index: int) -> int:
        """Return by how much a later cut fits a selling point better; negative: this one does."""
        wanted = pieces(point)
        here, *later = [
            len(wanted & pieces(fill(cut.moment.see.of(self._language), self._read)))
            for i, cut in enumerate(self._plan.cuts[:-1])
            if i == index or (i > index and cut.beat.point)
        ]
        return max(later, default=0) - here

    def _caption(self, cut: PlannedCut, lasts: float, point: str) -> str:
        if point:
            return self._with_another(point, cut, lasts) if self._can_read(point, lasts) else ""
        for pair in self._rng.sample(cut.beat.supers, len(cut.beat.supers)):
            for form in forms(pair.of(self._language)):
                text = tidy(fill(form, self._read))
                if self._can_read(text, lasts):
                    return text
        if self._revealed and (extra := self._left_over(cut, lasts)):
            return extra
        if cut.beat.role == "meet":
            description = first_sentence(self._plan.brief.product.description)
            for text in (description, self._plan.brief.product.name):
                if self._can_read(text, lasts):
                    return text
        return ""

    def _left_over(self, cut: PlannedCut, lasts: float) -> str:
        """Return a selling point that no later cut has a place for; empty if there is none."""
        waiting = [p for p in self._points if p not in self._used]
        if not waiting or len(waiting) <= self._point_cuts_after(cut):
            return ""
        index = self._plan.cuts.index(cut)
        readable = [p for p in waiting if self._can_read(p, lasts)]
        readable.sort(key=lambda p: self._better_later(p, index))
        self._used.update(readable[:1])
        return readable[0] if readable else ""

    def _point_cuts_after(self, cut: PlannedCut) -> int:
        cuts = self._plan.cuts
        return sum(later.beat.point for later in cuts[cuts.index(cut) + 1 :])

    def _with_another(self, point: str, cut: PlannedCut, lasts: float) -> str:
        """Return two short points as one caption, if there are more points than cuts for them."""
        waiting = [p for p in self._points if p not in self._used]
        if len(waiting) <= self._point_cuts_after(cut):
            return point
        for other in waiting:
            both = f"{point} · {other}"
            if caption_width(both) <= self._rates.line_width and self._can_read(both, lasts):
                self._used.add(other)
                return both
        return point

    def _pack(self, lasts: float, given: Given) -> Copy:
        """Return the copy of the last cut: slogan and name, said and read, complete if they fit.

        If an idea provides one of the two texts, the name is in the other.
        """
        brief, slogan = self._plan.brief, self._plan.treatment.slogan
        name, said_name = brief.product.name, self._said["it"]
        by = brief.advertiser
        house = bool(by) and self._may_say(by) and not says(name, by)
        own = slogan != name
        captions = [
            *([f"{slogan}\n{by} {name}"] if own and house else []),
            *([f"{slogan}\n{name}"] if own else []),
            *([f"{by} {name}"] if house else []),
            name,
            *_beginnings(name),
        ]
        caption = next((c for c in captions if self._can_read(c, lasts)), "")
        names = [*([f"{by} {said_name}."] if house else []), f"{said_name}."]
        said = [*(f"{sentence(slogan)} {n}" for n in names if own), *names]
        if name in caption and slogan not in caption:
            # The name is shown as text, so the slogan is spoken.
            said.insert(len(names), sentence(slogan))
        # The name may have been said before; here it is said again.
        self._used.clear()
        if given.caption and not given.narration and not says(given.caption, name):
            said = [text for text in said if said_name in text]
        narration = given.narration or self._fitting(said, lasts)
        return Copy(narration=narration, caption=given.caption or caption)


def _beginnings(name: str) -> list[str]:
    """Return shorter forms of a name that is too long for a caption, cut word by word."""
    words = name.split()
    shorter = [" ".join(words[:n]) for n in range(len(words) - 1, 0, -1)]
    return [*shorter, name[:16]]
