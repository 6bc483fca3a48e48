"""Acts on size, angle and camera move of a cut, and on the size of the product or a face in it."""

import re

from conte.bilingual import BilingualText
from conte.korean import with_particle
from conte.vocabulary import Angle, CameraMove, ScreenDirection, ShotSize
from deployments.engines.feedback.change import CutChange, Unable, Unclear
from deployments.engines.feedback.cut_wish import CutWish, Outcome
from deployments.engines.feedback.table import Note

_SIZES = list(ShotSize)
_LARGE = Note(
    group="prominence",
    text=BilingualText(
        ko="$it(이/가) 화면에 크게 자리한다.", en="$noun takes up most of the frame."
    ),
)
_SMALL = Note(
    group="prominence",
    text=BilingualText(
        ko="$it(이/가) 화면 한쪽에 작게 놓인다.", en="$noun is small within the frame."
    ),
)
_WHOLE = Note(
    group="crop",
    text=BilingualText(
        ko="$it(이/가) 잘리지 않고 온전히 보인다.", en="The whole of $noun is inside the frame."
    ),
)
_LEFT = re.compile(r"왼쪽|왼편|좌측|좌로|\bleft", re.IGNORECASE)
_RIGHT = re.compile(r"오른쪽|오른편|우측|우로|\bright\b(?! away)", re.IGNORECASE)


def step(asked: CutWish, by: str) -> Outcome:
    """Move the camera one size nearer ("-1") or farther ("1")."""
    change = asked.change()
    _stepped(change, int(by), asked)
    return Outcome.of(change)


def size(asked: CutWish, name: str) -> Outcome:
    change = asked.change()
    change.filmed(size=ShotSize(name))
    if asked.wish.kind.says is not None:
        change.say(asked.wish.kind.says)
    return Outcome.of(change)


def full_body(asked: CutWish) -> Outcome:
    change = asked.change()
    if not change.played:
        raise Unable(
            f"컷 {asked.cut.number}에는 사람이 나오지 않습니다.",
            f"cut {asked.cut.number} shows nobody.",
        )
    change.filmed(size=ShotSize.FS)
    return Outcome.of(change)


def size_named(asked: CutWish) -> Outcome:
    if asked.wish.size is None:
        raise Unclear("어느 사이즈인지 적어 주세요.", "say which shot size.")
    return size(asked, asked.wish.size.value)


def product_size(asked: CutWish, by: str) -> Outcome:
    change = asked.change()
    product, nearer = change.product, int(by) < 0
    is_new = product.id not in change["shows"]
    change.show(product, first=nearer and not change.played)
    note, other = (_LARGE, _SMALL) if nearer else (_SMALL, _LARGE)
    slots = {"it": product.name, "noun": change.noun(product)}
    change.unsay(other, **slots)
    change.say(note, **slots)
    changed = change.words.text != change.cut.video_prompt
    try:
        _stepped(change, int(by), asked)
    except Unable:
        # The shot cannot come nearer, and the product did not fill the frame before.
        if not changed:
            raise
    if is_new:
        change.remark("제품을 화면에 넣었습니다.", "The product is in the frame now.")
    return Outcome.of(change)


def product_whole(asked: CutWish) -> Outcome:
    change = asked.change()
    product = change.product
    change.show(product)
    change.say(_WHOLE, it=product.name, noun=change.noun(product))
    if change["size"].distance < ShotSize.MS.distance:
        change.filmed(size=ShotSize.MS)
    return Outcome.of(change)


def product_closeup(asked: CutWish) -> Outcome:
    change = asked.change()
    product = change.product
    change.show(product, first=True)
    change.filmed(size=ShotSize.ECU)
    change.say(_LARGE, it=product.name, noun=change.noun(product))
    return Outcome.of(change)


def face(asked: CutWish) -> Outcome:
    change = asked.change()
    if not change.played:
        raise Unable(
            f"컷 {asked.cut.number}에는 얼굴이 보일 사람이 없습니다.",
            f"cut {asked.cut.number} shows nobody whose face could be seen.",
        )
    change.filmed(size=ShotSize.CU)
    noun = change.noun(change.played[0])
    note = Note(
        group="focus",
        text=BilingualText(
            ko="$who의 얼굴이 화면을 채운다.", en="The face of $noun fills the frame."
        ),
    )
    change.say(note, who=change.played[0].name, noun=noun)
    return Outcome.of(change)


def angle(asked: CutWish, name: str) -> Outcome:
    change = asked.change()
    change.filmed(angle=Angle(name))
    return Outcome.of(change)


def move(asked: CutWish, name: str) -> Outcome:
    change = asked.change()
    change.filmed(move=CameraMove(name))
    return Outcome.of(change)


def turn(asked: CutWish, name: str) -> Outcome:
    """Make the move a pan or a track, to the named side or in the film's screen direction."""
    change = asked.change()
    if _LEFT.search(asked.text):
        side = "left"
    elif _RIGHT.search(asked.text):
        side = "right"
    else:
        directions = [asked.cut.direction, *(cut.direction for cut in asked.cuts)]
        known = [d for d in directions if d is not ScreenDirection.NEUTRAL]
        side = known[0].value if known else "right"
    if name == "pan" and _LEFT.search(asked.text) and _RIGHT.search(asked.text):
        side = "left" if re.search(r"오른쪽에서\s*왼쪽|right to left", asked.text) else "right"
    change.filmed(move=CameraMove(f"{name}_{side}"))
    return Outcome.of(change)


def _stepped(change: CutChange, by: int, asked: CutWish) -> None:
    now: ShotSize = change["size"]
    far = now.distance + by * max(1, round(asked.degree))
    new = _SIZES[min(max(far, 0), len(_SIZES) - 1)]
    if new is now:
        raise Unable(
            f"{with_particle(f'컷 {asked.cut.number}', '은/는')} 이미 {now.ko}({now.value})이라 더"
            f" {'가까이' if by < 0 else '넓게'} 잡을 수 없습니다.",
            f"cut {asked.cut.number} is {now.value} ({now.en}) already, it cannot be"
            f" {'closer' if by < 0 else 'wider'}.",
        )
    change.filmed(size=new)
