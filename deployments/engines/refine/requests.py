"""A caption and measurements -> the request to the editing model. Knows no server."""

from functools import cache
from typing import Any

from conte.clip_caption import BOUNDS, ClipCaption, caption_schema
from conte.frozen import seed_of
from conte.vocabulary import Language
from deployments.engines import prompt_file
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.prompt_file import Prompt, as_data, unmarked
from deployments.engines.protocols import Footage
from deployments.engines.vision.requests import measured_words
from serve.settings import RefineSettings

SECTIONS = ("system", "clip", "again")


@cache
def prompt_in(language: Language) -> Prompt:
    return prompt_file.prompt_beside(__package__ or "", language, SECTIONS, "refine")


def for_caption(seen: ClipCaption, footage: Footage, settings: RefineSettings) -> ChatRequest:
    """Return the request for one clip. Size and move of `seen` are fixed."""
    prompt = prompt_in(seen.language)
    system = prompt.say(
        "system",
        long=BOUNDS["long"].most(seen.language),
        short=BOUNDS["short"].most(seen.language),
    )
    asked = prompt.say(
        "clip",
        seconds=f"{footage.duration_s:.1f}",
        width=footage.width,
        height=footage.height,
        size=_word(seen.size, seen.language),
        move=_word(seen.move, seen.language),
        seen=as_data(seen.model_dump(mode="json", exclude={"language", "size", "move"})),
        measured=as_data(measured_words(footage, seen.language)["all"]),
        subject=as_data(footage.subject),
    )
    return ChatRequest(
        messages=(Message("system", system), Message("user", asked)),
        schema=_schema(seen),
        seed=seed_of(asked),
        temperature=settings.temperature,
        top_p=settings.top_p,
        max_tokens=settings.max_tokens,
        name="caption",
    )


def again(language: Language, wrong: str) -> str:
    return prompt_in(language).say("again", wrong=unmarked(wrong))


def _schema(seen: ClipCaption) -> dict[str, Any]:
    """Return the caption's schema, restricted to the size and the move of `seen`."""
    schema = caption_schema(seen.language)
    for name, word in (("size", seen.size), ("move", seen.move)):
        schema["properties"][name] = (
            {"type": "null"} if word is None else {"type": "string", "enum": [word.value]}
        )
    return schema


def _word(term: Any, language: Language) -> str:
    return "null" if term is None else f"{term} ({term.label(language)})"
