"""Cut -> the request to the rewriting model, and its parsed answer. Knows no server."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.conte import Treatment
from conte.cut import Cut
from conte.frozen import seed_of
from deployments.engines import prompt_file
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.prompt_file import Prompt, as_data, unmarked
from deployments.engines.rewriter.kept import MOST_CHARACTERS, MOST_WORDS

SECTIONS = ("system", "cut", "again")
TEMPERATURE, TOP_P, MAX_TOKENS = 0.4, 0.9, 600
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"prompt": {"type": "string", "maxLength": MOST_CHARACTERS}},
    "required": ["prompt"],
    "additionalProperties": False,
}


class BrokenPrompt(ValueError):
    """The answer cannot be used; the message says why, to the model."""


@cache
def served_prompt() -> Prompt:
    """Return the bundled prompt: English for every brief, as video models read English."""
    return prompt_file.prompt_beside(__package__ or "", "en", SECTIONS, "rewriter")


def prompt_at(path: str) -> Prompt:
    """Read a prompt from a file.

    Raises:
        ValueError: naming the setting, if the file is missing or is not a prompt.
    """
    try:
        return prompt_file.read_prompt("rewriter/en", Path(path).read_text("utf-8"), SECTIONS)
    except (OSError, ValueError) as error:
        raise ValueError(f"conte.rewriter.prompt: {error}") from error


def for_cut(prompt: Prompt, cut: Cut, treatment: Treatment, brief: Brief, seed: int) -> ChatRequest:
    shot = {
        "size": cut.size.en, "angle": cut.angle.value, "move": cut.move.value,
        "action": cut.action, "setting": cut.setting.en, "time_of_day": cut.time_of_day.value,
        "look": treatment.look.prompt,
        "sheet": {entry.id: entry.prompt for entry in treatment.sheet if entry.id in cut.shows},
        "draft": cut.video_prompt,
    }  # fmt: skip
    system = prompt.say("system", words=MOST_WORDS, characters=MOST_CHARACTERS)
    return ChatRequest(
        messages=(
            Message("system", system),
            Message("user", prompt.say("cut", shot=as_data(shot))),
        ),
        schema=_SCHEMA,
        seed=seed_of([seed, "rewrite", cut.number]),
        temperature=TEMPERATURE,
        top_p=TOP_P,
        max_tokens=MAX_TOKENS,
        name="video_prompt",
    )


def again(prompt: Prompt, wrong: str) -> Message:
    return Message("user", prompt.say("again", wrong=unmarked(wrong)))


def read_answer(text: str) -> str:
    """Parse the model's answer to the rewritten prompt.

    Raises:
        BrokenPrompt: if it does not match the schema.
    """
    try:
        match json.loads(text):
            case {"prompt": str(prompt), **rest} if not rest:
                return " ".join(prompt.split())
            case _:
                raise BrokenPrompt("wanted a JSON object with prompt alone")
    except (ValueError, RecursionError) as error:
        if isinstance(error, BrokenPrompt):
            raise
        raise BrokenPrompt("it is no JSON object") from None
