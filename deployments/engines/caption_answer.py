"""A model's answer -> a valid caption that keeps the measurements, or what is wrong with it.

Knows the rules, not the model.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from conte.camera import agrees, moves_said, sentences
from conte.checks.clip_caption import caption_faults
from conte.clip_caption import ClipCaption
from conte.vocabulary import CameraMove, Language
from deployments.engines.chat import ChatRefused, ChatRequest, CutOff, Message, ModelAway
from deployments.engines.protocols import CaptionError, ConteError

MOST_SAID, LONGEST = 4, 600
ANSWER_SHOWN = 4000
"""Most characters of an invalid answer that are sent back to the model."""
_NOT_LET_IN = (401, 402, 403, 404)
_UNREADABLE = "\ufffd"

Ask = Callable[[ChatRequest], Awaitable[str]]


class BrokenCaption(Exception):
    """The answer cannot be used; the message says why, to the model and to people."""

    def __init__(self, wrong: str) -> None:
        # The message quotes a model's text, and is stored and sent on.
        super().__init__("".join(c if c.isprintable() else _UNREADABLE for c in wrong[:LONGEST]))


async def answered(
    ask: Ask,
    request: ChatRequest,
    read: Callable[[str, bool], ClipCaption],
    again: Callable[[str], str],
) -> ClipCaption:
    """Return the caption of the first answer, or of a second one after an error message.

    `read(text, last)` raises BrokenCaption; on the `last` answer it may repair faults.
    `again(wrong)` returns the message that requests another answer.

    Raises:
        CaptionError: if neither can be used, or the model refuses; the message says why.
        ModelAway: if the model cannot be reached, or denies access: worth waiting for.
    """
    text, wrong = "", ""
    for last in (False, True):
        try:
            text = await ask(request)
            return read(text, last)
        except BrokenCaption as error:
            wrong = str(error)
        except CutOff as error:
            text, wrong = "{", str(error)
        except ModelAway:
            raise
        except ChatRefused as error:
            if error.status in _NOT_LET_IN:
                # Every clip would fail alike: waiting until the key or the bill is settled loses
                # none.
                raise ModelAway(str(error), began=False) from None
            raise CaptionError(str(error)) from None
        except ConteError as error:
            raise CaptionError(str(error)) from None
        said = Message("assistant", text[:ANSWER_SHOWN] or "{}")
        told = Message("user", again(wrong))
        request = replace(request, messages=(*request.messages, said, told))
    raise CaptionError(f"no caption in 2 attempts: {wrong}")


def read_caption(text: str, language: Language) -> ClipCaption:
    """Parse a model's JSON into a caption, unchanged.

    Raises:
        BrokenCaption: if it is invalid.
    """
    # Servers without guidance wrap the JSON in a Markdown fence.
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(\{.*\})\s*```\s*", text, re.DOTALL)
    try:
        written: Any = json.loads(fenced.group(1) if fenced else text)
    except ValueError:
        raise BrokenCaption("it is no JSON object") from None
    except RecursionError:
        raise BrokenCaption("it is nested too deeply") from None
    if not isinstance(written, dict):
        raise BrokenCaption(f"it is {type(written).__name__}, wanted a JSON object")
    if isinstance(subjects := written.get("subjects"), list):
        written["subjects"] = list(_each_once(subjects))
    try:
        return ClipCaption.model_validate({**written, "language": language})
    except ValidationError as error:
        raise BrokenCaption(_in_words(error)) from None


def settled(caption: ClipCaption, measured: CameraMove | None, last: bool) -> ClipCaption:
    """Return the caption if it is valid and keeps the measured move; repair the `last` answer.

    Raises:
        BrokenCaption: listing the faults.
    """
    if not last:
        if not agrees(caption.move, measured):
            told, move = caption.move, measured
            raise BrokenCaption(f"move is {told}, the camera was measured: {move}")
        caption = caption.model_copy(update={"move": caption.move or measured})
    else:
        caption = keeping(caption, measured)
    if faults := caption_faults(caption):
        raise BrokenCaption("; ".join(faults[:MOST_SAID]))
    return caption


def keeping(caption: ClipCaption, measured: CameraMove | None) -> ClipCaption:
    """Return the caption with the measured move, without sentences that contradict it.

    Raises:
        BrokenCaption: if no sentence is left.
    """
    move = caption.move if agrees(caption.move, measured) else measured
    move = move or measured
    language = caption.language

    def kept(text: str) -> list[str]:
        found = sentences(text)
        return [one for one in found if all(agrees(m, move) for m in moves_said(one, language))]

    long = kept(caption.long)
    # The short text has one sentence: replace it by the first of the long one that is short enough.
    short = [*kept(caption.short), *(one for one in long if len(one) <= len(caption.short) + 60)]
    if not long or not short or len(short[0]) > 200:
        told = move and move.label(language)
        raise BrokenCaption(f"every sentence denies the camera that was measured: {told}")
    return caption.model_copy(
        update={
            "move": move,
            "short": short[0],
            "long": " ".join(long) if len(" ".join(long)) >= len(short[0]) else short[0],
            "motion": " ".join(kept(caption.motion)),
        }
    )


def _each_once(subjects: list[Any]) -> list[Any]:
    seen: dict[Any, Any] = {}
    for subject in subjects:
        key = subject.strip().casefold() if isinstance(subject, str) else id(subject)
        if key != "":
            seen.setdefault(key, subject)
    return list(seen.values())


def _in_words(error: ValidationError) -> str:
    told: list[str] = []
    for one in error.errors(include_url=False, include_input=False)[:MOST_SAID]:
        place = ".".join(str(step) for step in one["loc"])
        told.append(f"{place}: {one['msg']}")
    return "; ".join(told)
