"""Briefs -> several answers each by the model itself, stored as they come, so that a kill costs one
batch. Knows a writer, not what runs the model."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from conte.frozen import Frozen
from serve.whole import write_whole
from training.conte_model.chats import ChatSample
from training.conte_model.writing import AnswerWriter

BRIEFS_AT_ONCE = 4
"""Briefs per batch of the writer; an answer's seed depends on its position in the batch."""


class OtherAnswers(ValueError):
    """The stored answers come from another model or other settings."""


class AnswerSettings(Frozen):
    """Everything on which the answers depend."""

    model: str
    """Revision of the model."""
    prompts: tuple[str, ...]
    """Versions of the prompts."""
    writer: str
    answers: int
    """Number of answers per brief."""
    temperature: float
    top_p: float
    max_tokens: int
    seed: int


def own_answers(
    samples: Sequence[ChatSample],
    asked: AnswerSettings,
    opened: Callable[[], AnswerWriter],
    kept: Path,
    say: Callable[[str], None],
) -> dict[str, list[str]]:
    """Return the model's answers by sample id. `kept`: file of stored answers, which is continued.

    Raises:
        OtherAnswers: if the stored answers come from another model or other settings.
        OSError: if answers cannot be stored; the earlier ones are kept.
    """
    found = _read(kept, asked)
    turns = [samples[at : at + BRIEFS_AT_ONCE] for at in range(0, len(samples), BRIEFS_AT_ONCE)]
    missing = [turn for turn in turns if any(sample.id not in found for sample in turn)]
    if not missing:
        return found
    writer = opened()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8") as file:
        if not file.tell():
            file.write(asked.model_dump_json() + "\n")
        for turn in missing:
            each = [sample for sample in turn for _ in range(asked.answers)]
            texts = writer.write([one.asked for one in each], [one.brief for one in each])
            for at, sample in enumerate(turn):
                found[sample.id] = texts[at * asked.answers : (at + 1) * asked.answers]
                line = {"id": sample.id, "answers": found[sample.id]}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
            say(f"{sum(one.id in found for one in samples)} of {len(samples)} briefs answered")
    return found


def _read(kept: Path, asked: AnswerSettings) -> dict[str, list[str]]:
    if not kept.exists():
        return {}
    text = kept.read_text("utf-8")
    # A kill during a write leaves an incomplete last line, which is written again.
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        write_whole(kept, whole)
    lines: list[dict[str, Any]] = [json.loads(line) for line in whole.split("\n") if line]
    if not lines:
        return {}
    if lines[0] != asked.model_dump(mode="json"):
        raise OtherAnswers(
            f"{kept} has answers that were asked otherwise ({lines[0]}): ask as then, or remove it"
        )
    return {line["id"]: line["answers"] for line in lines[1:]}
