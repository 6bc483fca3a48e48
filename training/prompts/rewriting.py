"""Task: the prompt of the rewriter, which improves a cut's text for the video model.

The reward is measured on the text, by what it keeps of its cut. No clip is rendered, so the reward
shows whether the text can be filmed as wanted, not whether the film is better.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.conte import Conte
from conte.cut import Cut
from conte.frozen import digest
from conte.vocabulary import Language
from deployments.engines import rewriter
from deployments.engines.chat import ChatRequest
from deployments.engines.prompt_file import Prompt
from deployments.engines.rewriter.kept import kept
from deployments.engines.rewriter.requests import SECTIONS, BrokenPrompt, for_cut, read_answer
from training.prompts.examples import spread
from training.prompts.prompt_text import PromptText
from training.prompts.task import Example, JudgedAnswer
from training.scoring.reading import read_manuscript
from training.scripts.dataset import brief_of, read_samples
from training.scripts.split import Split

REVISION = 1
"""Revision of the reward; to be raised when it is measured in another way."""
_WEIGHTS = {
    "schema": 2.0, "length": 1.0, "english": 1.0, "names": 1.0, "letters": 1.0, "looks": 3.0,
    "size": 2.0, "move": 2.0,
}  # fmt: skip


@dataclass(frozen=True)
class CutOfConte:
    brief: Brief
    conte: Conte
    cut: Cut


class Rewriting:
    name = "rewriter"
    language: Language = "en"
    purpose = "a prompt that has a model rewrite what a text-to-video model is told of one shot"

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    @property
    def revision(self) -> str:
        return digest([REVISION, _WEIGHTS, self._seed])[:16]

    def parent(self) -> PromptText:
        file = resources.files(rewriter) / "prompts" / "en.md"
        return PromptText.read("rewriter/en", file.read_text("utf-8"), SECTIONS)

    def ask(self, prompt: Prompt, example: Example[CutOfConte]) -> ChatRequest:
        what = example.what
        return for_cut(prompt, what.cut, what.conte.treatment, what.brief, self._seed)

    def judge(self, answer: str, example: Example[CutOfConte]) -> JudgedAnswer:
        what = example.what
        try:
            text = read_answer(answer)
        except BrokenPrompt as error:
            return JudgedAnswer(0.0, (f"schema: {error}",), dict.fromkeys(_WEIGHTS, 0.0))
        found = kept(text, what.cut, what.conte.treatment, what.brief)
        parts = {"schema": 1.0, **{one.name: one.value for one in found}}
        value = sum(_WEIGHTS[name] * part for name, part in parts.items()) / sum(_WEIGHTS.values())
        reasons = tuple(f"{one.name}: it {one.reason}" for one in found if one.value < 1)
        return JudgedAnswer(value, reasons, parts)

    def told(self, example: Example[CutOfConte]) -> Mapping[str, str]:
        cut = example.what.cut
        return {
            "size": cut.size.en, "move": cut.move.value, "draft": cut.video_prompt,
            "looks": "; ".join(
                entry.prompt for entry in example.what.conte.sheet if entry.id in cut.shows
            ),
        }  # fmt: skip


def cuts_of(folder: Path, split: Split, num: int, seed: int = 0) -> list[Example[Any]]:
    """Return one cut per script, at most `num`, from as many product types as possible.

    Raises:
        ValueError: if the dataset is incomplete, or the split has no readable script.
    """
    found = list(_cuts(folder, split, seed))
    if not found:
        raise ValueError(f"{folder}: {split} has no script that can be read")
    return list(spread(found, seed))[:num]


def _cuts(folder: Path, split: Split, seed: int) -> Iterator[Example[CutOfConte]]:
    for row in read_samples(folder, split):
        brief = brief_of(row)
        conte = read_manuscript(row["messages"][-1]["content"], brief).conte
        if conte is not None:
            at = int(digest([seed, row["id"]])[:8], 16) % len(conte.cuts)
            what = CutOfConte(brief, conte, conte.cuts[at])
            yield Example(f"{row['id']}/{at + 1}", str(row["product_type"]), what)
