"""Footage -> a vision model's request, with its pictures. Knows no server."""

from functools import cache

from conte.clip_caption import BOUNDS, caption_schema
from conte.frozen import seed_of
from conte.vocabulary import CameraMove, Language, ShotSize
from deployments.engines import prompt_file
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.measured.telling import told
from deployments.engines.prompt_file import Prompt, as_data, unmarked
from deployments.engines.protocols import Footage
from serve.settings import CaptionSettings

SECTIONS = ("system", "clip", "again")


@cache
def prompt_in(language: Language) -> Prompt:
    return prompt_file.prompt_beside(__package__ or "", language, SECTIONS, "vision")


def for_clip(footage: Footage, language: Language, settings: CaptionSettings) -> ChatRequest:
    """Return the request for one clip; the same clip always gives the same request."""
    prompt, shown = prompt_in(language), chosen(footage.frames, settings.max_pictures)
    asked = prompt.say(
        "clip",
        count=len(shown),
        seconds=f"{footage.duration_s:.1f}",
        width=footage.width,
        height=footage.height,
        measured=as_data(measured_words(footage, language)),
        subject=as_data(footage.subject),
    )
    return ChatRequest(
        messages=(Message("system", _system(language)), Message("user", asked, shown)),
        schema=caption_schema(language),
        seed=seed_of([asked, len(shown[0])]),
        temperature=settings.temperature,
        top_p=settings.top_p,
        max_tokens=settings.max_tokens,
        name="caption",
    )


def again(language: Language, wrong: str) -> str:
    return prompt_in(language).say("again", wrong=unmarked(wrong))


def chosen(frames: tuple[bytes, ...], most: int) -> tuple[bytes, ...]:
    """Return at most `most` of the frames, evenly spread; for 1, the middle one."""
    if len(frames) <= most:
        return frames
    if most == 1:
        return (frames[len(frames) // 2],)
    return tuple(frames[round(at * (len(frames) - 1) / (most - 1))] for at in range(most))


def measured_words(footage: Footage, language: Language) -> dict[str, str]:
    """Return the measurements in words, so that the model need not compute."""
    caption = told(footage.measures, footage.width / footage.height, language)
    move = caption.move and f"{caption.move} ({caption.move.label(language)})"
    return {"move": move or "", "all": caption.long}


@cache
def _system(language: Language) -> str:
    """Return the system prompt, the same for every clip of a language, so that servers cache it."""
    sizes = ", ".join(f"{size} ({size.label(language)})" for size in ShotSize)
    moves = ", ".join(f"{move} ({move.label(language)})" for move in CameraMove)
    return prompt_in(language).say(
        "system",
        sizes=sizes,
        moves=moves,
        long=BOUNDS["long"].most(language),
        short=BOUNDS["short"].most(language),
    )
