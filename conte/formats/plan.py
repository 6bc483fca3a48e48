"""Version, format -> the conte, the brief and the crops of a film in that format."""

from collections.abc import Mapping, Sequence

from conte.checks.finding import Finding
from conte.checks.timefit import Rates
from conte.clip import Clip
from conte.conte import Conte
from conte.cut import Cut, CutId
from conte.formats.choosing import Ranked, Role, chosen, ranked
from conte.formats.format import Format
from conte.formats.lengths import Need, placed, shared
from conte.formats.reframing import Code, How, Reframing, aspect_of, follow, reframe
from conte.formats.subjects import num_seen, subject_at, subject_of
from conte.formats.words import fitted, lost, with_legal, words_s, wrapped
from conte.frozen import Frozen
from conte.revision.working import Working
from conte.timing import film_frames, min_cut_frames
from conte.window import Window

_DRAWN = "animatic"
"""The engine whose composition is known frame by frame. A video model is only asked for one, so its
subject may be elsewhere."""
UNSURE = 0.06
"""Distance, as a share of the picture, by which a video model's subject may be off its requested
place."""
MUST_WEIGHT = 1.3
"""Factor on the time of a cut that must be in the film."""


class PlannedCut(Frozen):
    """A cut of the film, its origin, and what happens to its picture."""

    cut: CutId
    number: int
    """Number in the new film; `source` is the number in the version."""
    source: int
    role: Role
    how: How
    why: Code
    window: Window | None = None


class FormatPlan(Frozen):
    format: Format
    working: Working
    """The new conte and brief. Cuts keep their ids; `start` and `num_frames` are their in and out
    points.
    """
    cuts: tuple[PlannedCut, ...]
    left_out: tuple[int, ...]
    """Numbers of the version's cuts that the film does not show."""
    findings: tuple[Finding, ...]
    """Losses through the format: words and cuts without room. Findings of the checks are not
    included.
    """


def plan(working: Working, wanted: Format, clips: Mapping[CutId, Clip], rates: Rates) -> FormatPlan:
    """Plan a film in another format.

    `clips`: the version's best, by cut id; in and out points lie within their frames.

    Raises:
        ValueError: naming the numbers, if the film is too short for four cuts.
    """
    conte, brief = working.conte, working.brief
    num_frames = film_frames(wanted.duration_s, brief.fps)
    picked = {one.cut.number: one for one in chosen(working, wanted.duration_s)}
    if num_frames == conte.num_frames:
        cuts = conte.cuts
    else:
        cuts = _timed(working, tuple(picked.values()), num_frames, clips, rates)
    findings: list[Finding] = [
        lost(working, one.cut, _ROLES[one.role][brief.language == "en"])
        for one in ranked(working)
        if one.is_must and one.cut.number not in picked
    ]
    new_brief = wanted.brief(brief, len(cuts))
    was = {cut.id: cut for cut in conte.cuts}
    sources = [cut.number for cut in cuts]
    cuts = _in_order(cuts, conte)
    out = [cut for cut in conte.cuts if cut.number not in sources]
    cuts, more = with_legal(cuts, out, brief)
    findings += more
    made: list[Cut] = []
    for cut, source in zip(cuts, sources, strict=True):
        new, more = fitted(was[cut.id], cut, brief, rates, must=picked[source].is_must)
        findings += more
        if brief.aspect_ratio != wanted.aspect_ratio:
            target = aspect_of(wanted.aspect_ratio)
            new = new.model_copy(update={"caption": wrapped(new.caption, target, rates)})
        made.append(new)
    new_conte = Conte.of(conte.treatment, tuple(made)).check_fits(new_brief)
    new_working = Working(conte=new_conte, brief=new_brief)
    planned = [
        _pictured(working, new, was[new.id], picked[source].role, clips.get(new.id), wanted)
        for new, source in zip(new_conte.cuts, sources, strict=True)
    ]
    return FormatPlan(
        format=wanted,
        working=new_working,
        cuts=tuple(planned),
        left_out=tuple(cut.number for cut in out),
        findings=tuple(findings),
    )


_ROLES: Mapping[Role, tuple[str, str]] = {
    "product": ("제품 컷", "the product"),
    "slogan": ("슬로건 컷", "the slogan"),
    "legal": ("고지 문구", "a legal notice"),
    "must_show": ("꼭 보여 줄 것", "something that must be shown"),
    "character": ("등장인물", "a character"),
    "name": ("제품 이름", "the product's name"),
    "opening": ("첫 컷", "the opening"),
    "story": ("이야기", "the story"),
}


def _timed(
    working: Working,
    picked: Sequence[Ranked],
    num_frames: int,
    clips: Mapping[CutId, Clip],
    rates: Rates,
) -> tuple[Cut, ...]:
    """Return the cuts in the film's order, each with its new length and place on its timeline."""
    brief, least = working.brief, min_cut_frames(working.brief.fps)
    needs: list[Need] = []
    for one in picked:
        clip = clips.get(one.cut.id)
        words = -int(-words_s(one.cut, brief, rates) * brief.fps // 1)
        most = None if clip is None else max(clip.num_frames, least)
        weight = one.cut.num_frames * (MUST_WEIGHT if one.is_must else 1.0)
        needs.append(Need(words, most, weight))
    lengths = shared(num_frames, needs, least)
    by_number = {one.cut.number: (one.cut, n) for one, n in zip(picked, lengths, strict=True)}
    numbers = sorted(by_number)
    return tuple(
        placed(
            *by_number[number],
            clips.get(by_number[number][0].id),
            opens=number == numbers[0],
            ends=number == numbers[-1],
        )
        for number in numbers
    )


def _in_order(cuts: Sequence[Cut], conte: Conte) -> tuple[Cut, ...]:
    """Return the cuts renumbered. The film ends with the version's last transition."""
    made: list[Cut] = []
    before = 0
    for number, cut in enumerate(cuts, 1):
        changes: dict[str, object] = {"number": number}
        if cut.continues and cut.number != before + 1:
            changes["continues"] = False
        if number == len(cuts):
            changes["transition"] = conte.cuts[-1].transition
        made.append(cut.model_copy(update=changes))
        before = cut.number
    return tuple(made)


def _pictured(
    working: Working, new: Cut, before: Cut, role: Role, clip: Clip | None, wanted: Format
) -> PlannedCut:
    how, why, window = picture_of(working, new, before, clip, wanted)
    return PlannedCut(
        cut=new.id, number=new.number, source=before.number, role=role,
        how=how, why=why, window=window,
    )  # fmt: skip


def picture_of(
    working: Working, new: Cut, before: Cut, clip: Clip | None, wanted: Format
) -> tuple[How, Code, Window | None]:
    """Return what happens to the picture of a cut's clip, the reason, and its window.

    `working` is the version; `before` the cut in it, `new` the cut in the format.
    """
    if clip is None:
        return "render", "no_clip", None
    if not clip.covers(new):
        return "render", "too_short", None
    sheet = working.conte.sheet
    aspect = (
        clip.width / clip.height if clip.width and clip.height
        else aspect_of(working.brief.aspect_ratio)
    )  # fmt: skip
    # A camera move spans all of the cut's frames; the film shows a part of them.
    begin = (new.start - before.start) / before.num_frames
    end = begin + new.num_frames / before.num_frames
    subject = subject_of(before, sheet, aspect, begin, end)
    people = num_seen(before, sheet)
    target = aspect_of(wanted.aspect_ratio)
    found = reframe(aspect, target, subject, people, before.size)
    if found.how == "crop" and not _is_drawn(clip):
        sure = subject.widened(UNSURE) if subject is not None else None
        unsure = Reframing(how="render", why="subject_unsure")
        if clip.source == "uploaded":
            found = Reframing(how="render", why="uploaded")
        elif sure is None:
            # Nobody and nothing is in it by its staging; without one nothing is known.
            found = found if before.staging is not None else unsure
        elif reframe(aspect, target, sure, people, before.size).how == "render":
            found = unsure
    if found.why == "subject_too_large" and _is_drawn(clip):
        first, last = (subject_at(before, sheet, aspect, share) for share in (begin, end))
        if first is not None and last is not None:
            along = min(max(begin, 0.0), 1.0), min(max(end, 0.0), 1.0)
            found = follow(aspect, target, first, last, along) or found
    return found.how, found.why, found.window


def _is_drawn(clip: Clip) -> bool:
    return clip.source == "rendered" and clip.engine.name == _DRAWN
