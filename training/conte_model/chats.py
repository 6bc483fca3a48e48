"""Samples of a dataset -> chats in the form that the served model receives.

The question is not read from the dataset but made from the sample's brief, with the prompt file
that the scriptwriter serves with, or will once it is promoted. If the model's chat template has no
system role, the system text is placed where the server places it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from conte.brief import Brief
from deployments.engines.system_role import without_system
from training.scripts.dataset import brief_of, read_samples
from training.scripts.other_prompts import questions_of
from training.scripts.requests import ScriptRequests
from training.scripts.split import EmptySplit, Split
from training.whole_folder import read_lines

ChatMessage = dict[str, str]
"""A message, with `role` and `content`."""


class BadRow(ValueError):
    """An unusable row of the dataset; the message names the row and the fault."""


@dataclass(frozen=True)
class ChatSample:
    id: str
    group: str
    """The product type; intervals treat the samples of one type as one value."""
    brief: Brief
    asked: tuple[ChatMessage, ...]
    """System message and user message."""
    answer: str


@dataclass(frozen=True)
class PairSample:
    id: str
    asked: tuple[ChatMessage, ...]
    chosen: str
    rejected: str


def samples_of(folder: Path, split: Split, prompts: Path | None = None) -> list[ChatSample]:
    """Return the samples of a split. `prompts`: folder of prompt files that replace the packaged
    ones.

    Raises:
        ValueError: if the dataset is incomplete.
        EmptySplit: if the split has no sample.
        BadRow: at the first unusable row.
    """
    rows = read_samples(folder, split)
    _check_any(rows, folder, split)
    questions = questions_of(prompts)
    return [_sample(row, questions, f"{split} row {at}") for at, row in enumerate(rows, 1)]


def pairs_of(folder: Path, split: Split, prompts: Path | None = None) -> list[PairSample]:
    """Return the preference pairs of a split. `prompts` as in `samples_of`.

    Raises:
        ValueError: if the pairs are incomplete, or were made with another prompt than the current
            one.
        EmptySplit: if the split has no pair.
        BadRow: at the first unusable row.
    """
    rows = read_lines(folder, f"{split}.jsonl")
    _check_any(rows, folder, split)
    systems = _systems(questions_of(prompts))
    return [_pair(row, systems, f"{split} row {at}") for at, row in enumerate(rows, 1)]


def prompt_versions(samples: Sequence[ChatSample], prompts: Path | None = None) -> tuple[str, ...]:
    """Return the versions of the prompt files with which the samples are asked."""
    questions = questions_of(prompts)
    return tuple(sorted({questions.prompt(sample.brief.language).version for sample in samples}))


def versions_of_pairs(pairs: Sequence[PairSample], prompts: Path | None = None) -> tuple[str, ...]:
    """Return the versions of the prompt files with which the pairs are asked."""
    systems = _systems(questions_of(prompts))
    return tuple(sorted({systems[pair.asked[0]["content"]] for pair in pairs}))


def knows_system(tokenizer: Any) -> bool:
    """Return whether the chat template has a system role.

    Raises:
        ValueError: if there is no chat template, or it does not accept a user message.
    """
    from jinja2 import TemplateError

    if not tokenizer.chat_template:
        raise ValueError("the base's tokenizer has no chat template: wanted an instruct model")
    user = {"role": "user", "content": "?"}
    try:
        tokenizer.apply_chat_template([{"role": "system", "content": "!"}, user], tokenize=False)
    except TemplateError:
        pass
    else:
        return True
    try:
        tokenizer.apply_chat_template([user], tokenize=False)
    except TemplateError as error:
        raise ValueError(f"the base's chat template takes no question: {error}") from error
    return False


def as_served(asked: Sequence[ChatMessage], knows: bool) -> list[ChatMessage]:
    """Return the messages as the server sends them, without a system role if the model has none."""
    return list(asked) if knows else without_system(list(asked))


def answered(text: str) -> list[ChatMessage]:
    return [{"role": "assistant", "content": text}]


def lengths(tokenizer: Any, chats: Iterator[list[ChatMessage]]) -> Iterator[int]:
    """Yield the number of tokens of each whole chat."""
    for chat in chats:
        yield len(tokenizer.apply_chat_template(chat, return_dict=True)["input_ids"])


def _check_any(rows: Sequence[Any], folder: Path, split: str) -> None:
    if not rows:
        raise EmptySplit(f"{folder}: {split} is empty, wanted one sample at least")


def _sample(row: Any, questions: ScriptRequests, where: str) -> ChatSample:
    messages = _messages(row, "messages", ("system", "user", "assistant"), where)
    try:
        brief = brief_of(row)
    except KeyError:
        raise BadRow(f"{where}: has no brief") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise BadRow(f"{where}: brief: {place}: {first['msg']}") from None
    answer = messages[-1]["content"]
    _check_manuscript(answer, where)
    asked = tuple(
        {"role": message.role, "content": message.content} for message in questions.sample(brief)
    )
    return ChatSample(str(row["id"]), str(row["product_type"]), brief, asked, answer)


def _pair(row: Any, systems: Mapping[str, str], where: str) -> PairSample:
    asked = _messages(row, "prompt", ("system", "user"), where)
    if asked[0]["content"] not in systems:
        raise ValueError(
            f"{where}: was made with another prompt than asks now: make the pairs again"
        )
    (chosen,) = _messages(row, "chosen", ("assistant",), where)
    (rejected,) = _messages(row, "rejected", ("assistant",), where)
    if chosen == rejected:
        raise BadRow(f"{where}: what is chosen and what is rejected are the same")
    return PairSample(str(row["id"]), asked, chosen["content"], rejected["content"])


def _messages(row: Any, field: str, roles: tuple[str, ...], where: str) -> tuple[ChatMessage, ...]:
    found = row.get(field) if isinstance(row, Mapping) else None
    if not isinstance(row, Mapping) or not row.get("id"):
        raise BadRow(f"{where}: has no id")
    if not isinstance(found, list) or [_role(message) for message in found] != list(roles):
        got = [_role(message) for message in found] if isinstance(found, list) else found
        raise BadRow(f"{where} ({row['id']}): {field}: got {got!r}, wanted {', '.join(roles)}")
    for message in found:
        content = message.get("content")
        if not isinstance(content, str) or not content.strip():
            raise BadRow(f"{where} ({row['id']}): {field}: the {message['role']} says nothing")
    return tuple({"role": message["role"], "content": message["content"]} for message in found)


def _role(message: Any) -> Any:
    return message.get("role") if isinstance(message, Mapping) else message


def _check_manuscript(answer: str, where: str) -> None:
    try:
        written = json.loads(answer)
    except ValueError as error:
        raise BadRow(f"{where}: the answer is no JSON: {error}") from None
    if not isinstance(written, dict) or not isinstance(written.get("cuts"), list):
        raise BadRow(f"{where}: the answer is no manuscript: it has no cuts")


def _systems(questions: ScriptRequests) -> dict[str, str]:
    """Return the prompt version by system message, which is the same for all briefs of a
    language."""
    from conte.brief import Product

    product = Product(name="A", category="B")
    return {
        questions.sample(Brief(product=product, language=language))[0].content: (
            questions.prompt(language).version
        )
        for language in ("ko", "en")
    }
