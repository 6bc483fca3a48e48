"""A read and masked sheet -> an order and its script, in the form in which a model would
write it."""

import re
from collections.abc import Sequence

from conte.brief import Brief, Product
from conte.checks.timefit import Rates
from conte.conte import Conte
from conte.frozen import digest
from conte.product_types import ProductType, ProductTypes
from conte.storyboards.adopting import IMPORTED, Adopting, NotLawful, adopt
from conte.storyboards.sheet import StoryboardSheet
from conte.vocabulary import Language
from deployments.engines.composer.library import MoodName, moods
from training.scoring import Scorer
from training.scripts.archive.consent import Consent
from training.scripts.archive.masking import ALL, Masked, Masks
from training.scripts.as_written import manuscript_of
from training.scripts.order import Order
from training.scripts.wording import wording
from training.scripts.written import WrittenScript, judged

PROMPT = "archive@1"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_LOOKS = {
    "ko": {"style": "실사 광고", "lighting": "자연광", "lens": "표준 렌즈"},
    "en": {"style": "live action", "lighting": "natural light", "lens": "standard lens"},
}


class LeftOut(ValueError):
    """The file makes no script; the message is a sentence about it."""


class Maker:
    """Makes scripts from sheets. `masked`, `names`, `marks`: what is masked in every file."""

    def __init__(
        self,
        types: ProductTypes,
        masked: Sequence[Masked] = ALL,
        names: Sequence[str] = (),
        marks: Sequence[str] = (),
        rates: Rates | None = None,
    ) -> None:
        self._types, self._masked, self._names, self._marks = types, masked, names, marks
        self._rates = rates or Rates()
        self._scorer = Scorer(self._rates)

    def made(
        self, sheet: StoryboardSheet, consent: Consent, sha256: str
    ) -> tuple[Order, WrittenScript, Masks]:
        """Make an order and its script.

        Raises:
            LeftOut: if the sheet makes none.
        """
        product = consent.product or (sheet.product.value if sheet.product else "")
        if not product:
            raise LeftOut("product: neither the sheet nor the manifest names it")
        kind = self._kind(sheet, consent, product)
        masks = self._masks(sheet, consent, product, kind)
        masked = masks.sheet(sheet)
        said = Adopting(
            product=masks.text(product)[:60], advertiser=masks.text(consent.advertiser),
            cuts=consent.cuts, settle=consent.settle, duration_s=consent.duration_s,
        )  # fmt: skip
        try:
            adopted = adopt(masked, said, english=True)
        except NotLawful as error:
            raise LeftOut(f"it makes no conte: {error}") from None
        category = kind.name.of(adopted.brief.language)
        brief = adopted.brief.model_copy(
            update={"product": adopted.brief.product.model_copy(update={"category": category})}
        )
        conte = told_whole(adopted.conte, brief)
        order = Order(
            kind=kind.id, industry=kind.industry, structure=conte.structure, mood=_mood(),
            situation=conte.cuts[0].place, cuts=len(conte.cuts), brief=brief,
            seed=int(sha256[:7], 16),
        )  # fmt: skip
        manuscript = manuscript_of(conte, brief, self._rates)
        score = self._scorer.score(manuscript, brief)
        dropped, reasons = judged(len(conte.cuts), order.cuts, score)
        written = WrittenScript(
            order=order.id, engine=IMPORTED, prompt_version=PROMPT, seed=order.seed,
            manuscript=manuscript, score=score, dropped=dropped, reasons=reasons,
        )  # fmt: skip
        return order, written, masks

    def _kind(self, sheet: StoryboardSheet, consent: Consent, product: str) -> ProductType:
        if consent.kind:
            found = next((one for one in self._types.types if one.id == consent.kind), None)
            if found is None:
                raise LeftOut(f"kind: there is no product type {consent.kind!r}")
            return found
        told = " ".join([product, *(cut.action.value for cut in sheet.cuts if cut.action)])
        found = self._types.match(Product(name=product[:60], description=told[:2000]))
        if found is None:
            raise LeftOut("kind: its product type is not known; name one in the manifest")
        return found

    def _masks(
        self, sheet: StoryboardSheet, consent: Consent, product: str, kind: ProductType
    ) -> Masks:
        language, at = sheet.language, int(digest(["mark", product])[:8], 16)
        coined = _coined(language, kind, at)
        advertisers = wording().advertisers
        client = advertisers[at % len(advertisers)].of(language)
        names = [consent.advertiser, sheet.advertiser.value if sheet.advertiser else ""]
        marks = [(product, coined), *((name, client) for name in names)]
        if sheet.product:
            marks.append((sheet.product.value, coined))
        marks += [(mark, client) for mark in (*consent.marks, *self._marks)]
        return Masks(self._masked, self._names, marks)


def _coined(language: Language, kind: ProductType, at: int) -> str:
    """Return a made-up product name that ends with the word for the product's type, which keeps the
    film's subject."""
    stems = wording().stems[language]
    return f"{stems[at % len(stems)]} {kind.name.of(language)}"


def _mood() -> MoodName:
    # A sheet does not say it; the same for all, so that nothing is learnt of it.
    return next(iter(moods()))


def told_whole(conte: Conte, brief: Brief) -> Conte:
    """Return the conte with the texts that a manuscript requires and a sheet lacks, taken from its
    own words: the concept from the first and the last picture, the slogan from the last words."""
    first, last = conte.cuts[0], conte.cuts[-1]
    sentences = [_SENTENCE.split(cut.action)[0] for cut in (first, last) if cut.action]
    concept = " ".join(dict.fromkeys(sentences))
    words = next((one for one in (last.caption, last.narration, conte.title) if one), conte.title)
    cuts = tuple(
        cut if cut.place else cut.model_copy(update={"place": cut.setting.label(brief.language)})
        for cut in conte.cuts
    )
    look = conte.look.model_copy(update=_LOOKS[brief.language])
    return conte.model_copy(
        update={
            "concept": concept, "slogan": words.split("\n")[0][:200], "cuts": cuts, "look": look,
            "sheet": tuple(
                entry.model_copy(
                    update={
                        "description": brief.product.category or entry.name,
                        "prompt": f"{entry.prompt}, as it is sold, plain packaging",
                    }
                )
                for entry in conte.sheet
            ),
        }
    )  # fmt: skip
