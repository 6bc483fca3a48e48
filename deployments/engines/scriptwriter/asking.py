"""Brief -> what a model is asked: the conte, and whatever of it must be asked for again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conte.brief import Brief
from conte.checks.timefit import Rates, fits_words_budget
from conte.conte import Look, ProductEntry, Treatment
from conte.cut import Cut
from conte.frozen import seed_of
from conte.manuscript import (
    GIVEN_BY_PLACE,
    TEXTS,
    cut_schema,
    cuts_schema,
    manuscript_schema,
    treatment_schema,
)
from conte.production import Sampling
from conte.timing import MIN_CUTS, most_cuts
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.prompt_file import unmarked
from deployments.engines.scriptwriter.prompts import Prompt, as_data
from deployments.engines.scriptwriter.proof import Opening


@dataclass(frozen=True)
class Asking:
    """All that is the same in every request for one conte."""

    brief: Brief
    seed: int
    prompt: Prompt
    sampling: Sampling
    adapter: str | None
    rates: Rates

    def for_conte(self) -> ChatRequest:
        return self._request(manuscript_schema(self.brief), self.seed, self._brief())

    def for_treatment(self, wrong: str, attempt: int) -> ChatRequest:
        again = self.prompt.say("treatment", wrong=unmarked(wrong))
        return self._request(
            treatment_schema(self.brief),
            self._seed("treatment", attempt),
            f"{self._brief()}\n\n{again}",
        )

    def for_cuts(self, opening: Opening) -> ChatRequest:
        """All cuts of a treatment that stands."""
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
        """The cut after those before it."""
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
        """`turns` are the user's and the model's in turn, the user's first and last."""
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

    def _system(self) -> str:
        """The same for every brief of a language, so that a server keeps it in its prefix cache."""
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
        return self.prompt.say(
            "conte",
            duration_s=f"{brief.duration_s:g}",
            cuts=cuts,
            brief=as_data(brief.with_images({}).model_dump(mode="json", exclude={"cuts"})),
        )

    def _so_far(self, opening: Opening, cuts: Sequence[Cut]) -> str:
        """What stands, as the model itself would have written it."""
        pacing = [round(frames / self.brief.fps, 1) for frames in opening.frames]
        written = opening.treatment.model_dump(mode="json") | {"pacing": pacing}
        if cuts:
            without = set(GIVEN_BY_PLACE)
            written["cuts"] = [cut.model_dump(mode="json", exclude=without) for cut in cuts]
        return json.dumps(written, ensure_ascii=False)

    def _seed(self, *what: str | int) -> int:
        """31 bits, its own for each thing asked: the same seed would say the same again."""
        return seed_of([self.seed, *what])
