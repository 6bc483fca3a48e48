"""Task: the conte writer's prompt. The reward is the value of `training.scoring.Scorer`."""

from collections.abc import Mapping
from importlib import resources

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.frozen import digest, seed_of
from conte.production import Sampling
from conte.vocabulary import Language
from deployments.engines import scriptwriter
from deployments.engines.chat import ChatRequest
from deployments.engines.prompt_file import Prompt, as_data
from deployments.engines.scriptwriter.prompts import SECTIONS
from deployments.engines.scriptwriter.requests import ConteRequests
from training.prompts.prompt_text import PromptText
from training.prompts.task import Example, JudgedAnswer
from training.scoring import Scorer

_PURPOSE: Mapping[Language, str] = {
    "ko": "제품 브리프를 받아 영상 광고 콘티(4~8컷)를 JSON으로 쓰게 하는 프롬프트",
    "en": "a prompt that has a model write the storyboard of a commercial (4 to 8 cuts) as JSON",
}
_MOST_REASONS = 12


class Scriptwriting:
    """Task of writing contes. Each brief has its own seed, derived from `seed` and the same for
    every prompt, so that prompts are compared under equal conditions."""

    name = "scriptwriter"

    def __init__(
        self, language: Language, sampling: Sampling, seed: int = 0, rates: Rates | None = None
    ) -> None:
        self.language: Language = language
        self.purpose = _PURPOSE[language]
        self._sampling, self._seed, self._rates = sampling, seed, rates or Rates()
        self._scorer = Scorer(self._rates)

    @property
    def revision(self) -> str:
        return digest([self._scorer.revision, self._sampling.model_dump(), self._seed])[:16]

    def parent(self) -> PromptText:
        file = resources.files(scriptwriter) / "prompts" / f"{self.language}.md"
        return PromptText.read(self.language, file.read_text("utf-8"), SECTIONS)

    def ask(self, prompt: Prompt, example: Example[Brief]) -> ChatRequest:
        return ConteRequests(
            brief=example.what,
            seed=seed_of([self._seed, example.id]),
            prompt=prompt,
            sampling=self._sampling,
            adapter=None,
            rates=self._rates,
        ).for_conte()

    def judge(self, answer: str, example: Example[Brief]) -> JudgedAnswer:
        score = self._scorer.score(answer, example.what)
        # All reasons: even a note, which costs little, may apply to every conte.
        reasons = [f"{part.name}: {why}" for part in score.parts for why in part.reasons]
        return JudgedAnswer(
            value=score.value,
            reasons=tuple(reasons[:_MOST_REASONS]),
            parts={part.name: part.value for part in score.parts},
        )

    def told(self, example: Example[Brief]) -> Mapping[str, str]:
        brief = example.what.with_images({})
        return {"brief": as_data(brief.model_dump(mode="json", exclude_defaults=True))}
