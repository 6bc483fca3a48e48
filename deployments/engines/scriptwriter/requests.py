"""Brief -> requests to the model: the conte, and parts that must be written again."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conte.brief import Brief
from conte.checks.timefit import Rates, fits_words_budget
from conte.conte import Look, ProductEntry, Treatment
from conte.cut import Cut
from conte.direction import LETTERS
from conte.frozen import seed_of
from conte.manuscript import (
    GIVEN_OF_A_CUT,
    TEXTS,
    another_structure,
    cut_schema,
    cuts_schema,
    manuscript_schema,
    that_structure,
    treatment_schema,
)
from conte.production import Sampling
from conte.staging_written import written_staging
from conte.timing import MIN_CUTS, most_cuts
from conte.variant import VariantOf
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.prompt_file import unmarked
from deployments.engines.scriptwriter.prompts import Prompt, additions_in, as_data
from deployments.engines.scriptwriter.proof import Opening


@dataclass(frozen=True)
class ConteRequests:
    """Makes all requests for one conte."""

    brief: Brief
    seed: int
    prompt: Prompt
    sampling: Sampling
    adapter: str | None
    rates: Rates
    direction: int = 0
    """Index of the requested direction, from 0."""
    before: Sequence[Treatment] = ()
    """Earlier directions, as far as known, from which this one must differ."""
    variant_of: VariantOf | None = None
    """Direction to resemble; None: a new idea."""

    @property
    def prompt_version(self) -> str:
        """Version of every prompt text that the requests use."""
        added = bool(self.brief.ideas or self.direction)
        more = f"+{additions_in(self.brief.language).version}" if added else ""
        return self.prompt.version + more

    def for_conte(self) -> ChatRequest:
        return self._request(self._differs(manuscript_schema(self.brief)), self.seed, self._brief())

    def for_treatment(self, wrong: str, attempt: int) -> ChatRequest:
        again = self.prompt.say("treatment", wrong=unmarked(wrong))
        return self._request(
            self._differs(treatment_schema(self.brief)),
            self._seed("treatment", attempt),
            f"{self._brief()}\n\n{again}",
        )

    def for_cuts(self, opening: Opening) -> ChatRequest:
        """Request all cuts of an accepted treatment."""
        count = len(opening.frames)
        asked = self.prompt.say(
            "cuts",
            count=count,
            seconds=", ".join(f"{frames / self.brief.fps:.1f}" for frames in opening.frames),
            ids=", ".join(opening.ids),
        )
        return self._request(
            cuts_schema(self.brief, count, opening.ids),
            self._seed("cuts", 0),
            self._brief(),
            self._so_far(opening, ()),
            asked,
        )

    def for_cut(
        self, opening: Opening, before: Sequence[Cut], wrong: str, attempt: int
    ) -> ChatRequest:
        """Request one cut, after `before`. `wrong`: the fault of the rejected one."""
        number = len(before) + 1
        lasts = opening.frames[number - 1] / self.brief.fps
        asked = self.prompt.say(
            "cut",
            number=number,
            wrong=unmarked(wrong),
            seconds=f"{lasts:.1f}",
            words=int(fits_words_budget(lasts, self.brief.language, self.rates)),
            ids=", ".join(opening.ids),
        )
        return self._request(
            cut_schema(self.brief, opening.ids),
            self._seed("cut", number, attempt),
            self._brief(),
            self._so_far(opening, before),
            asked,
            share=2,
        )

    def _request(
        self, schema: dict[str, Any], seed: int, *turns: str, share: int = 1
    ) -> ChatRequest:
        """Return a request. `turns` alternate between user and model, beginning and ending with the
        user.
        """
        said = [
            Message("assistant" if at % 2 else "user", content) for at, content in enumerate(turns)
        ]
        return ChatRequest(
            messages=(Message("system", self._system()), *said),
            schema=schema,
            seed=seed,
            temperature=self.sampling.temperature,
            top_p=self.sampling.top_p,
            max_tokens=max(256, self.sampling.max_tokens // share),
            adapter=self.adapter,
        )

    def _differs(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Restrict a further direction to a structure that no earlier one has, or to the structure
        of the direction that it varies.
        """
        if not self.direction:
            return schema
        if self.variant_of is not None:
            return that_structure(schema, self.variant_of.conte.structure)
        return another_structure(schema, [treatment.structure for treatment in self.before])

    def _system(self) -> str:
        """Return the system prompt, the same for every brief of a language, so that servers cache
        it.
        """
        language = self.brief.language
        of_cut, of_treatment = TEXTS[Cut], TEXTS[Treatment]
        return self.prompt.say(
            "system",
            rate=f"{fits_words_budget(1, language, self.rates):g}",
            three_s=int(fits_words_budget(3, language, self.rates)),
            action=of_cut["action"].most(language),
            caption=of_cut["caption"].most(language),
            slogan=of_treatment["slogan"].most(language),
            video_prompt=of_cut["video_prompt"].most(language),
            look_prompt=TEXTS[Look]["prompt"].most(language),
            sheet_prompt=TEXTS[ProductEntry]["prompt"].most(language),
        )

    def _brief(self) -> str:
        brief, ko = self.brief, self.brief.language == "ko"
        least, most = MIN_CUTS, most_cuts(brief.duration_s, brief.fps)
        if brief.cuts is not None:
            cuts = f"정확히 {brief.cuts}컷" if ko else f"Exactly {brief.cuts} cuts"
        else:
            cuts = f"{least}~{most}컷" if ko else f"{least} to {most} cuts"
        asked = self.prompt.say(
            "conte",
            duration_s=f"{brief.duration_s:g}",
            cuts=cuts,
            brief=as_data(brief.with_images({}).model_dump(mode="json", exclude={"cuts"})),
        )
        return "\n\n".join((asked, *self._added()))

    def _added(self) -> Iterator[str]:
        added = additions_in(self.brief.language)
        if self.brief.ideas:
            yield added.say("ideas")
        letter = LETTERS[self.direction]
        if self.variant_of is not None:
            yield added.say("variant", letter=letter, like=as_data(_shown(self.variant_of)))
        elif self.direction:
            known = [
                treatment.model_dump(
                    mode="json", include={"title", "structure", "concept", "slogan"}
                )
                for treatment in self.before
            ]
            yield added.say("direction", letter=letter, before=as_data(known))

    def _so_far(self, opening: Opening, cuts: Sequence[Cut]) -> str:
        """Return the accepted parts as the model itself would have written them."""
        pacing = [round(frames / self.brief.fps, 1) for frames in opening.frames]
        written = opening.treatment.model_dump(mode="json") | {"pacing": pacing}
        if cuts:
            written["cuts"] = [_as_written(cut) for cut in cuts]
        return json.dumps(written, ensure_ascii=False)

    def _seed(self, *what: str | int) -> int:
        """Return a different seed, 31 bits, for each request: the same seed would give the same
        answer.
        """
        return seed_of([self.seed, *what])


def _as_written(cut: Cut) -> dict[str, Any]:
    written = cut.model_dump(mode="json", exclude=set(GIVEN_OF_A_CUT))
    return written if cut.staging is None else written | {"staging": written_staging(cut.staging)}


def _shown(variant_of: VariantOf) -> dict[str, Any]:
    """Return the prompt's data on the direction to resemble, and the requested difference."""
    conte, variation = variant_of.conte, variant_of.variation
    told = {"title", "structure", "concept", "slogan"}
    seen = {"place", "action", "narration", "dialogue", "caption"}
    return {
        "direction": variation.letter,
        "differ": variation.differ,
        **conte.treatment.model_dump(mode="json", include=told),
        "cuts": [cut.model_dump(mode="json", include=seen) for cut in conte.cuts],
    }
