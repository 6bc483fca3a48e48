"""Acts that make one cut two, or two cuts one."""

from conte.frozen import digest
from conte.revision.operations import Merge, Split
from conte.timing import MAX_CUTS, MIN_CUT_S, MIN_CUTS, min_cut_frames
from deployments.engines.feedback.change import Unable, locked
from deployments.engines.feedback.cut_wish import CutWish, Outcome
from deployments.engines.feedback.film import two_named


def split(asked: CutWish) -> Outcome:
    """Split the cut in the middle."""
    cut, fps = asked.cut, asked.working.brief.fps
    if "num_frames" in cut.locked:
        raise locked(cut, "num_frames")
    if len(asked.cuts) >= MAX_CUTS:
        raise _bounded(asked)
    at = cut.num_frames // 2
    if at < min_cut_frames(fps):
        raise Unable(
            f"컷 {cut.number}의 반은 {at / fps:.1f}초입니다. 한 컷은 적어도 {MIN_CUT_S:g}초입니다.",
            f"half of cut {cut.number} is {at / fps:.1f} s, wanted at least {MIN_CUT_S:g} s.",
        )
    # A name that the same feedback on the same conte gives again.
    named = digest([cut.id, at, [one.id for one in asked.cuts]])
    return Outcome((Split(cut=cut.id, at=at, into=f"c_{named[:12]}"),))


def merge(asked: CutWish) -> Outcome:
    """Merge the two cuts that the text names, which stand side by side."""
    if asked.own is not None:
        raise Unable(
            f"이 의견은 컷 {asked.cut.number}에 달려 있어 다른 컷은 없애지 않았습니다. 컷을 고르지"
            " 말고 “2컷과 3컷을 합쳐 주세요”처럼 적어 주세요.",
            f"the feedback is on cut {asked.cut.number}, and no other cut goes for it: say “merge"
            " cuts 2 and 3” on no cut.",
        )
    place = {cut.id: cut.number for cut in asked.cuts}
    first, second = sorted(two_named(asked), key=lambda cut: place[cut])
    if place[second] - place[first] != 1:
        raise Unable(
            f"컷 {place[first]}의 바로 다음은 컷 {place[first] + 1}입니다. 나란한 두 컷만 합칠 수"
            " 있습니다.",
            f"the cut after cut {place[first]} is cut {place[first] + 1}: only neighbours can be"
            " merged.",
        )
    if len(asked.cuts) <= MIN_CUTS:
        raise _bounded(asked)
    return Outcome((Merge(cut=first, next=second),), (), (first,))


def add_cut(asked: CutWish) -> Outcome:
    raise Unable(
        "의견으로는 새 컷을 만들지 않습니다. 새 컷은 콘티에서 직접 더하거나, “컷을 둘로 나눠"
        " 주세요”라고 적어 주세요.",
        "feedback makes no new cut: add one on the board, or ask to split a cut in two.",
    )


def _bounded(asked: CutWish) -> Unable:
    count = len(asked.cuts)
    return Unable(
        f"지금 {count}컷입니다. 콘티는 {MIN_CUTS}~{MAX_CUTS}컷이라 그대로 두었습니다.",
        f"there are {count} cuts and a conte has {MIN_CUTS} to {MAX_CUTS}: they stay as they are.",
    )
