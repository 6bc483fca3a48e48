"""Carries a comment from a version to the next one: to the same frame of the same cut, if it
exists.

A frame is followed on the timeline of its cut (`Cut.start`, `Cut.split_from`), which is what its
clips show. If a cut was merged into one of another timeline its picture is gone; its comments keep
their place within the merged cut.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from conte.bilingual import BilingualText
from conte.clip import Clip
from conte.conte import Conte
from conte.cut import Cut
from conte.frozen import Frozen
from conte.revision.applying import apply
from conte.revision.comments import Comment
from conte.revision.operations import Merge, Operation
from conte.revision.refusals import NotApplied
from conte.revision.working import Working

_OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)

Remark = Literal["split", "merged", "trimmed", "shortened", "other_take", "gone"]
REMARKS: Mapping[Remark, BilingualText] = {
    "split": BilingualText(
        ko="컷이 나뉘어, 해당 장면이 있는 컷으로 옮겼습니다.",
        en="The cut was split; the comment went with the half that shows the frame.",
    ),
    "merged": BilingualText(
        ko="컷이 합쳐져, 합쳐진 컷으로 옮겼습니다.",
        en="The cut was merged into another one, and the comment with it.",
    ),
    "trimmed": BilingualText(
        ko="해당 프레임이 잘려 나가, 가장 가까운 프레임에 두었습니다.",
        en="The frame was trimmed away; this is the nearest one that is left.",
    ),
    "shortened": BilingualText(
        ko="구간의 일부가 잘려 나가, 남은 구간만 표시합니다.",
        en="A part of the range was trimmed away; this is what is left of it.",
    ),
    "other_take": BilingualText(
        ko="다른 테이크로 바뀌어, 표시한 위치가 맞지 않을 수 있습니다.",
        en="The cut has another take now; what the comment points at may lie elsewhere.",
    ),
    "gone": BilingualText(
        ko="의견을 남긴 컷이 삭제되었습니다.",
        en="Its cut is gone.",
    ),
}


class Carried(Frozen):
    """A comment with its place in a later version; None if its cut is gone."""

    comment: Comment | None
    remarks: tuple[Remark, ...] = ()


class Joint(Frozen):
    """A merge: where the frames of a removed cut lie on the timeline of the cut that took them."""

    cut: str
    timeline: str
    start: int
    num_frames: int
    into: str
    onto: str
    """Timeline of `into`."""
    at: int
    """Frame of that timeline on which the removed cut's first frame lies."""


def timeline_of(cut: Cut) -> str:
    """Return the timeline of a cut's frames: that of the cut it was split from, or its own."""
    return cut.split_from or cut.id


def joints_of(base: Working, operations: Sequence[Mapping[str, Any]]) -> tuple[Joint, ...]:
    """Return the merges of a revision, up to the first operation that this release cannot apply."""
    joints: list[Joint] = []
    if not any(op.get("op") == "merge" for op in operations):
        return ()
    state = base
    try:
        for found in operations:
            op = _OPERATION.validate_python(found)
            cuts = {cut.id: cut for cut in state.conte.cuts}
            state = apply(state, op)
            if isinstance(op, Merge):
                first, second = cuts[op.cut], cuts[op.next]
                joints.append(
                    Joint(
                        cut=second.id,
                        timeline=timeline_of(second),
                        start=second.start,
                        num_frames=second.num_frames,
                        into=first.id,
                        onto=timeline_of(first),
                        at=first.start + first.num_frames,
                    )
                )
    except (NotApplied, ValidationError):
        pass
    return tuple(joints)


def carried(
    comment: Comment,
    base: Conte,
    new: Conte,
    joints: Sequence[Joint] = (),
) -> Carried:
    """Carry a comment on `base` to the version made from it.

    A cut that was moved, edited or retimed keeps its comments. A frame that now lies in another
    half of a split, or in a merged cut, takes its comments there. A frame that was trimmed away
    becomes the nearest one of its cut. A removed cut has none.

    `joints`: see `joints_of`; without them a merged cut counts as removed, unless the cut that it
    was merged into shows its frames. See `with_take` for what a new take means.
    """
    was = next((cut for cut in base.cuts if cut.id == comment.cut), None)
    if was is None:
        return Carried(comment=None, remarks=("gone",))
    at = _At(cut=was.id, timeline=timeline_of(was), frame=was.start + comment.frame)
    now = {cut.id: cut for cut in new.cuts}
    remarks: list[Remark] = []
    left = list(joints)
    while (found := _showing(at, now)) is None:
        place = _joint(at, left, gone=at.cut not in now)
        if place is None:
            break
        joint, left = left[place], left[place + 1 :]
        frame = _within(at.frame, joint.start, joint.num_frames)
        if frame != at.frame and "trimmed" not in remarks:
            remarks.append("trimmed")
        at = _At(cut=joint.into, timeline=joint.onto, frame=joint.at + frame - joint.start)
    found = found or now.get(at.cut)
    if found is None:
        return Carried(comment=None, remarks=("gone",))
    return _placed(comment, at, found, remarks, now, {joint.cut for joint in joints})


def with_take(one: Carried, original: Comment, clips: Mapping[str, Clip]) -> Carried:
    """Add a remark if the cut now shows another take than the comment's author saw.

    `clips`: the clip that each cut of the version shows. A half of a split shows the same file as
    before under another id.
    """
    clip = clips.get(one.comment.cut) if one.comment else None
    if clip is None or not original.take:
        return one
    names = {
        clip.model_copy(update={"cut_id": cut}).take for cut in (original.cut, clip.cut_id, "")
    }
    if original.take in names:
        return one
    return one.model_copy(update={"remarks": (*one.remarks, "other_take")})


class _At(Frozen):
    """A frame on a timeline, and the cut that it belongs to."""

    cut: str
    timeline: str
    frame: int


def _showing(at: _At, now: Mapping[str, Cut]) -> Cut | None:
    """Return the cut that shows the frame, its own cut before others."""
    own = [now[at.cut]] if at.cut in now else []
    for cut in (*own, *now.values()):
        if timeline_of(cut) == at.timeline and _nearest(cut, at.frame) == at.frame:
            return cut
    return None


def _joint(at: _At, joints: Sequence[Joint], *, gone: bool) -> int | None:
    """Return the index of the merge that took the frame or, if `gone`, that took its cut."""
    for place, joint in enumerate(joints):
        inside = joint.start <= at.frame < joint.start + joint.num_frames
        if joint.timeline == at.timeline and inside:
            return place
    took = (place for place, joint in enumerate(joints) if gone and joint.cut == at.cut)
    return next(took, None)


def _placed(
    comment: Comment,
    at: _At,
    found: Cut,
    remarks: list[Remark],
    now: Mapping[str, Cut],
    merged: set[str],
) -> Carried:
    if found.id != comment.cut:
        gone = comment.cut not in now and comment.cut in merged
        remarks.insert(0, "merged" if gone else "split")
    first = _nearest(found, at.frame)
    if first != at.frame and "trimmed" not in remarks:
        remarks.append("trimmed")
    last = comment.last
    if last is not None:
        wanted = at.frame + last - comment.frame
        last = max(first, _nearest(found, wanted)) - found.start
        if wanted != last + found.start:
            remarks.append("shortened")
    there = {"cut": found.id, "frame": first - found.start, "last": last}
    return Carried(comment=comment.model_copy(update=there), remarks=tuple(remarks))


def _nearest(cut: Cut, frame: int) -> int:
    """Return the frame of the cut that is nearest to this frame of the timeline."""
    return _within(frame, cut.start, cut.num_frames)


def _within(frame: int, start: int, num_frames: int) -> int:
    return min(max(frame, start), start + num_frames - 1)
