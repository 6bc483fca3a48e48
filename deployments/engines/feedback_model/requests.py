"""An item of feedback -> the request to the model. Knows no server."""

from functools import cache
from typing import Any

from conte.cut import Cut
from conte.frozen import seed_of
from conte.manuscript import TEXTS
from conte.revision.allowed import PROPOSABLE, cited
from conte.revision.feedback import FeedbackItem
from conte.revision.working import Working
from conte.vocabulary import Language
from deployments.engines import prompt_file
from deployments.engines.adapter import adapter_for
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.feedback_model.bounds import answer_schema
from deployments.engines.prompt_file import Prompt, as_data
from serve.settings import ConteSettings

SECTIONS = ("system", "item")
TEMPERATURE, TOP_P, MAX_TOKENS = 0.3, 0.9, 2000
_SHORT = ("number", "size", "place", "action", "narration", "caption", "shows")
"""Fields of cuts that are not cited; the model gets them for context."""


@cache
def prompt_in(language: Language) -> Prompt:
    return prompt_file.prompt_beside(__package__ or "", language, SECTIONS, "feedback")


def system_of(language: Language) -> str:
    """Return the system prompt, equal for every conte of a language, so that servers cache it."""
    texts = TEXTS[Cut]
    return prompt_in(language).say(
        "system",
        action=texts["action"].most(language),
        caption=texts["caption"].most(language),
        narration=texts["narration"].most(language),
        video_prompt=texts["video_prompt"].most(language),
    )


def for_item(working: Working, item: FeedbackItem, settings: ConteSettings) -> ChatRequest:
    """Return the request for one item; it contains no other item's words."""
    language = working.brief.language
    asked = prompt_in(language).say(
        "item", conte=as_data(_conte(working, item)), feedback=as_data(_feedback(working, item))
    )
    return ChatRequest(
        messages=(Message("system", system_of(language)), Message("user", asked)),
        schema=answer_schema(working, item),
        seed=seed_of(["feedback", asked]),
        temperature=TEMPERATURE,
        top_p=TOP_P,
        max_tokens=min(MAX_TOKENS, settings.max_tokens),
        adapter=adapter_for(working.brief, settings.adapters),
        name="feedback",
    )


def _conte(working: Working, item: FeedbackItem) -> dict[str, Any]:
    conte, brief = working.conte, working.brief
    within = cited(item, working)
    may_change = within.cuts | within.moves
    cuts: list[dict[str, Any]] = []
    for cut in conte.cuts:
        whole = cut.model_dump(mode="json")
        seconds = round(cut.num_frames / brief.fps, 1)
        if cut.id in may_change:
            fields = ("id", "number", *PROPOSABLE)
            cuts.append(
                {name: whole[name] for name in fields if name in whole}
                | {"seconds": seconds, "locked": list(cut.locked)}
            )
        else:
            cuts.append({name: whole[name] for name in _SHORT} | {"seconds": seconds})
    return {
        "product": brief.product.name,
        "tone": brief.tone,
        "must_show": list(brief.must_show),
        "must_not_say": list(brief.must_not_say),
        "slogan": conte.slogan,
        "look": conte.look.prompt,
        "sheet": [
            {"id": entry.id, "name": entry.name, "prompt": entry.prompt} for entry in conte.sheet
        ],
        "cuts": cuts,
    }


def _feedback(working: Working, item: FeedbackItem) -> dict[str, Any]:
    number = next((cut.number for cut in working.conte.cuts if cut.id == item.cut), None)
    return {"cut": number, "frame": item.frame, "text": item.text}
