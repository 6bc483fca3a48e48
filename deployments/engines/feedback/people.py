"""Acts on people and the product in a cut, and on sentences about how it looks."""

from conte.bilingual import BilingualText
from conte.korean import with_particle
from conte.proportions import HEADS
from conte.vocabulary import ProductForm
from deployments.engines.composer.library import form_kits
from deployments.engines.composer.phrasing import capital, fill, tidy
from deployments.engines.feedback.change import CutChange, Unable
from deployments.engines.feedback.cut_wish import CutWish, Outcome
from deployments.engines.feedback.table import Note

SHOWN = Note(
    group="product",
    text=BilingualText(ko="화면 앞쪽에 $it(이/가) 보인다.", en="$noun is in clear view."),
)
_HELD = Note(
    group="product",
    text=BilingualText(ko="손에 $it(을/를) 들고 있다.", en="A hand holds up $noun."),
)
_USED = Note(
    group="product",
    text=BilingualText(
        ko="$it(을/를) 실제로 쓰는 모습이 보인다.", en="$noun is being used naturally."
    ),
)
BESIDE = Note(
    group="company",
    text=BilingualText(ko="곁에 $who(이/가) 함께 있다.", en="$noun is there, too."),
)
_PASSING = Note(
    group="company",
    text=BilingualText(ko="곁에 한 사람이 함께 있다.", en="Another person is there, too."),
)
_LARGE = 5.5
"""Height in heads above which a product cannot be held, except for a fishing rod."""
_UNHELD = frozenset(
    form
    for form in ProductForm
    if (HEADS[form] > _LARGE and form is not ProductForm.FISHING_ROD)
    or form in (ProductForm.BED, ProductForm.FURNITURE)
)


def note(asked: CutWish) -> Outcome:
    """Add the kind's sentences to the cut."""
    says = asked.wish.kind.says
    assert says is not None  # a test checks the table for it
    change = asked.change()
    if says.group in ("expression", "gaze", "pose") and not change.played:
        raise Unable(
            f"컷 {asked.cut.number}에는 사람이 나오지 않습니다.",
            f"cut {asked.cut.number} shows nobody.",
        )
    change.say(says)
    return Outcome.of(change)


def no_people(asked: CutWish) -> Outcome:
    change = asked.change()
    if not change.played and not change.cast:
        return Outcome()
    shown = change.played
    for mate in (BESIDE, _PASSING):
        for member in change.cast:
            change.unsay(mate, who=member.name, noun=change.noun(member))
    if not shown and not _mentions(change):
        return Outcome.of(change)
    if not change.hide(change.cast):
        _product_alone(change)
    if change.cut.dialogue:
        change.remark(
            "대사는 그대로 두어 화면 밖 목소리가 됩니다.",
            "The dialogue stays, as voices off screen.",
        )
    return Outcome.of(change)


def add_person(asked: CutWish) -> Outcome:
    change = asked.change()
    waiting = [entry for entry in change.cast if entry.id not in change["shows"]]
    if not waiting:
        change.say(_PASSING)
        return Outcome.of(change)
    new = waiting[0]
    noun = change.noun(new)
    change.show(new)
    change.say(BESIDE, who=new.name, noun=noun)
    change.remark(f"{with_particle(new.name, '이/가')} 함께 나옵니다.", f"{new.name} is in it now.")
    return Outcome.of(change)


def show_product(asked: CutWish) -> Outcome:
    return Outcome.of(with_product(asked.change(), SHOWN))


def hold(asked: CutWish) -> Outcome:
    change = asked.change()
    if change.product.form in _UNHELD:
        raise Unable(
            f"{with_particle(change.product.form.ko, '은/는')} 손에 들 수 있는 것이 아닙니다.",
            f"a {change.product.form.en} is nothing to hold in a hand.",
        )
    return Outcome.of(with_product(asked.change(), _HELD))


def use(asked: CutWish) -> Outcome:
    return Outcome.of(with_product(asked.change(), _USED))


def with_product(change: CutChange, said: Note) -> CutChange:
    """Put the product into the cut, with a sentence that says so, and return the change."""
    product = change.product
    slots = {"it": product.name, "noun": change.noun(product)}
    if product.id in change["shows"] and said is SHOWN:
        return change
    for other in (SHOWN, _HELD, _USED):
        if other is not said:
            change.unsay(other, **slots)
    change.show(product)
    change.say(said, **slots)
    return change


def no_product(asked: CutWish) -> Outcome:
    change = asked.change()
    product = change.product
    if product.id not in change["shows"]:
        return Outcome()
    if not change.hide([product]):
        raise Unable(
            f"컷 {asked.cut.number}의 화면은 제품이 전부라 뺄 수 없습니다. 컷을 빼거나 화면 설명을"
            " 새로 적어 주세요.",
            f"cut {asked.cut.number} is all about the product; drop it, or rewrite its action.",
        )
    return Outcome.of(change)


def product_earlier(asked: CutWish) -> Outcome:
    """Show the product in the named cut, or else in a cut before its first appearance."""
    cuts = asked.cuts
    product = CutChange(asked.working, cuts[0]).product
    if asked.own is not None or asked.named:
        return show_product(asked)
    first = next((i for i, cut in enumerate(cuts) if product.id in cut.shows), len(cuts))
    if first == 0:
        return Outcome()
    at = min(1, first - 1)
    there = CutWish(asked.working, cuts[at], asked.wish)
    change = with_product(there.change(), SHOWN)
    change.remark(f"제품이 컷 {at + 1}부터 나옵니다.", f"The product is seen from cut {at + 1} on.")
    made = Outcome.of(change)
    return Outcome(made.operations, made.remarks, (cuts[at].id,))


def _mentions(change: CutChange) -> bool:
    names = [entry.name for entry in change.cast]
    return change.without_mentions(names) != change["action"]


def _product_alone(change: CutChange) -> None:
    """Replace the people by the product, as a cut without people shows it."""
    product = change.product
    kit = form_kits()[product.form]
    others = [cut.action for cut in change.working.conte.cuts if cut.id != change.cut.id]
    slots = {"it": product.name, "who": "", "mate": "", "noun": product.name}
    noun = change.noun(product)
    english = {"it": noun, "who": "", "mate": "", "noun": noun}
    moments = [kit.detail, kit.meet, kit.glimpse, *kit.pack]
    seen = [(tidy(fill(m.see.of(change.language), slots)), m) for m in moments]
    action, moment = next(((a, m) for a, m in seen if a not in " ".join(others)), seen[0])
    change["action"] = action
    see = ". ".join(capital(part) for part in fill(moment.see.en, english).split(". "))
    change.words = change.words.seeing(lambda _: see)
    change.show(product, first=True)
    change.remark(
        "사람만 나오던 컷이라 제품만 보이는 화면으로 바꿨습니다.",
        "It was of people alone, so it shows the product instead.",
    )
