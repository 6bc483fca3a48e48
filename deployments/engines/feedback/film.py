"""Acts on a cut among the others: its length, its place and its transition."""

import re

from conte.bilingual import BilingualText
from conte.cut import Cut, CutId
from conte.korean import with_particle
from conte.phrases import says
from conte.revision.operations import Edit, Move, Operation, Remove, Retime
from conte.timing import MAX_CUTS, MIN_CUT_S, MIN_CUTS, min_cut_frames
from conte.vocabulary import CameraMove, ShotSize, Transition
from deployments.engines.feedback.change import Unable, Unclear, locked
from deployments.engines.feedback.cut_wish import CutWish, Outcome
from deployments.engines.feedback.people import with_product
from deployments.engines.feedback.table import Note
from deployments.engines.feedback.texts import check_last, slogan

_STEP, _LEAST_S = 0.2, 0.4
"""Share of its length that a cut gains or loses, and the least number of seconds."""
_SECONDS = re.compile(
    r"(?<![\d.])(\d{1,3}(?:\.\d)?)\s*(?:초|seconds?\b|secs?\b|s\b)"
    r"|(?<![가-힣])(반)\s*초"
    r"|\b(half an?|an?|one|two|three|four|five)\s+(?:more |extra )?seconds?\b",
    re.IGNORECASE,
)
_NUMBERS = {
    "반": 0.5, "half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3,
    "four": 4, "five": 5,
}  # fmt: skip
_BY = re.compile(
    r"초(?:만|씩|만큼|쯤|정도)?\s*(?:더|길|짧|늘|줄|연장|단축|빼)|\bby\b|\b(?:longer|shorter|more|less)\b"
    r"|\btrim\b|\bextend\b",
    re.IGNORECASE,
)
_SHORTER = re.compile(r"짧|줄|단축|빼|\bshort|\btrim|\bless\b|\bcut\b.*\bdown", re.IGNORECASE)
_TO = re.compile(r"초(?:로|까지|\s*(?:정도|쯤)(?:로|\s*(?:해|맞)))|\bto \d", re.IGNORECASE)
_FIRM = Note(
    group="product",
    text=BilingualText(
        ko="$it(이/가) 화면 한가운데에 또렷이 선다.",
        en="$noun stands firm in the centre, in crisp focus.",
    ),
)


def retime(asked: CutWish, sign: str) -> Outcome:
    """Make the cut longer or shorter by a fifth, or by the seconds in the text. `sign`: "1" or
    "-1".
    """
    cut, fps = asked.cut, asked.working.brief.fps
    if (named := _SECONDS.search(asked.text)) is not None:
        if _TO.search(asked.text):
            return seconds(asked)
        frames = round(_seconds_of(named) * fps)
    else:
        frames = round(max(_STEP * cut.num_frames, _LEAST_S * fps) * asked.degree)
    return _retimed(asked, int(sign) * frames, exact=named is not None)


def seconds(asked: CutWish) -> Outcome:
    named = _SECONDS.search(asked.text)
    if named is None:
        raise Unclear("몇 초인지 적어 주세요.", "say how many seconds.")
    frames = round(_seconds_of(named) * asked.working.brief.fps)
    if _BY.search(asked.text) and not _TO.search(asked.text):
        return _retimed(asked, -frames if _SHORTER.search(asked.text) else frames, exact=True)
    return _retimed(asked, frames - asked.cut.num_frames, exact=True)


def _seconds_of(named: re.Match[str]) -> float:
    said = next(group for group in named.groups() if group)
    return _NUMBERS.get(said.casefold()) or float(said)


def _retimed(asked: CutWish, more: int, exact: bool) -> Outcome:
    """Move the boundary with the neighbour that can give, or take, the most frames."""
    cut, fps = asked.cut, asked.working.brief.fps
    if more == 0:
        return Outcome()
    if "num_frames" in cut.locked:
        raise locked(cut, "num_frames")
    least = min_cut_frames(fps)
    beside = _neighbours(asked)
    if not beside:
        raise Unable(
            "옆 컷들의 길이가 잠겨 있어 시간을 주고받을 컷이 없습니다.",
            "the lengths of the cuts beside it are locked, so that none can give or take time.",
        )
    if more > 0:
        other = max(beside, key=lambda one: one.num_frames)
        room, short = other.num_frames - least, other
    else:
        other = beside[-1]
        room, short = cut.num_frames - least, cut
    if room < (abs(more) if exact else 1):
        would = (short.num_frames - abs(more)) / fps
        raise Unable(
            f"{with_particle(f'컷 {short.number}', '이/가')} {would:.1f}초가 됩니다. 한 컷은 적어도"
            f" {MIN_CUT_S:g}초입니다(지금 {short.num_frames / fps:.1f}초).",
            f"cut {short.number} would last {would:.1f} s, wanted at least {MIN_CUT_S:g} s"
            f" (now {short.num_frames / fps:.1f} s).",
        )
    given = min(abs(more), room)
    frames = cut.num_frames + (given if more > 0 else -given)
    ko = asked.language == "ko"
    was, now, by = cut.num_frames / fps, frames / fps, given / fps
    if ko:
        who = with_particle(f"컷 {other.number}", "이/가")
        gives = f"늘어난 {by:.1f}초는 {who} 내줍니다." if more > 0 else (
            f"남는 {by:.1f}초는 {who} 가져갑니다."
        )  # fmt: skip
        told = f"{was:.1f}초에서 {now:.1f}초가 되고, {gives}"
    else:
        verb = "gives" if more > 0 else "takes"
        told = f"From {was:.1f} s to {now:.1f} s; cut {other.number} {verb} {by:.1f} s."
    return Outcome((retimed(cut, frames, other),), (told,))


def retimed(cut: Cut, frames: int, source: Cut) -> Retime:
    return Retime.model_validate({"cut": cut.id, "frames": frames, "from": source.id})


def _neighbours(asked: CutWish) -> list[Cut]:
    """Return the adjacent cuts whose lengths are not locked, the next one last."""
    at = asked.cut.number - 1
    beside = [asked.cuts[i] for i in (at - 1, at + 1) if 0 <= i < len(asked.cuts)]
    return [cut for cut in beside if "num_frames" not in cut.locked]


def drop(asked: CutWish) -> Outcome:
    cut, count = asked.cut, len(asked.cuts)
    if count <= MIN_CUTS:
        raise Unable(
            f"지금 {count}컷입니다. 콘티는 {MIN_CUTS}~{MAX_CUTS}컷이라 더 뺄 수 없습니다.",
            f"there are {count} cuts and a conte has {MIN_CUTS} to {MAX_CUTS}: none can go.",
        )
    if cut.locked:
        raise locked(cut, cut.locked[0])
    beside = _neighbours(asked)
    if not beside:
        raise Unable(
            "옆 컷들의 길이가 잠겨 있어 남는 시간을 받을 컷이 없습니다.",
            "the lengths of the cuts beside it are locked, so that none can take its time.",
        )
    taker = beside[0]
    took = cut.num_frames / asked.working.brief.fps
    told = (
        f"컷 {taker.number}에 {took:.1f}초가 더해졌습니다."
        if asked.language == "ko"
        else f"Cut {taker.number} takes its {took:.1f} s."
    )
    return Outcome((Remove(cut=cut.id, taking=taker.id),), (told,))


def swap(asked: CutWish) -> Outcome:
    first, second = two_named(asked)
    order = [cut.id for cut in asked.cuts]
    i, j = sorted((order.index(first), order.index(second)))
    wanted = list(order)
    wanted[i], wanted[j] = wanted[j], wanted[i]
    moves: list[Operation] = [Move(cut=order[j], after=order[i - 1] if i else None)]
    if j - i > 1:
        moves.append(Move(cut=order[i], after=order[j - 1]))
    return Outcome(tuple(moves), (), (order[i], order[j]))


def two_named(asked: CutWish) -> tuple[CutId, CutId]:
    """Return the two cuts that the text names, of which one may be the feedback's own."""
    named = list(dict.fromkeys(asked.named))
    if asked.own is not None and asked.own not in named:
        named = [asked.own, *named]
    if len(named) != 2:
        raise Unclear(
            "두 컷을 적어 주세요. 예: 2컷과 3컷.",
            "name the two cuts, such as cuts 2 and 3.",
        )
    return named[0], named[1]


def to_front(asked: CutWish) -> Outcome:
    if asked.cut.number == 1:
        return Outcome()
    return Outcome((Move(cut=asked.cut.id, after=None),))


def to_end(asked: CutWish) -> Outcome:
    if asked.cut.number == len(asked.cuts):
        return Outcome()
    return Outcome((Move(cut=asked.cut.id, after=asked.cuts[-1].id),))


def beside(asked: CutWish) -> Outcome:
    """Move a cut before or after another one: "2컷을 4컷 뒤로", "put cut 4 before cut 2"."""
    named = [cut for cut in dict.fromkeys(asked.named) if cut != asked.own]
    if asked.own is not None and len(named) == 1:
        cut, other = asked.own, named[0]
    elif asked.own is None and len(named) == 2:
        cut, other = named
    else:
        raise Unclear(
            "어느 컷을 어느 컷의 앞이나 뒤로 옮길지 적어 주세요.",
            "say which cut is to come before or after which.",
        )
    before = re.search(r"앞|전[에으]|\bbefore\b|\bahead\b|\bin front\b", asked.text, re.IGNORECASE)
    rest = [one.id for one in asked.cuts if one.id != cut]
    at = rest.index(other) + (0 if before else 1)
    after = rest[at - 1] if at else None
    order = [one.id for one in asked.cuts]
    if [*rest[:at], cut, *rest[at:]] == order:
        return Outcome((), (), (cut,))
    return Outcome((Move(cut=cut, after=after),), (), (cut,))


def transition(asked: CutWish, name: str) -> Outcome:
    change = asked.change()
    change["transition"] = Transition(name)
    return Outcome.of(change)


def continues(asked: CutWish) -> Outcome:
    if asked.cut.number == 1:
        raise Unable("첫 컷에는 이어질 앞 컷이 없습니다.", "the first cut has none before it.")
    change = asked.change()
    change["continues"] = True
    return Outcome.of(change)


def ending(asked: CutWish) -> Outcome:
    """Show the product firmly in the centre, the camera closing in, with the slogan if it is
    missing.
    """
    check_last(asked)
    change = with_product(asked.change(), _FIRM)
    closer = change["size"].distance > ShotSize.CU.distance
    still = change["move"] is CameraMove.STATIC
    change.filmed(
        size=list(ShotSize)[change["size"].distance - 1] if closer else None,
        move=CameraMove.DOLLY_IN if still else None,
    )
    words = asked.working.conte.slogan
    operations = change.operations
    if words and not says(f"{asked.cut.caption} {asked.cut.narration}", words):
        edits = slogan(asked).operations
        taken = {op.field for op in operations if isinstance(op, Edit)}
        operations += tuple(op for op in edits if isinstance(op, Edit) and op.field not in taken)
    return Outcome(operations, tuple(change.remarks))
