"""Base model of a training: a checkpoint of a supported family, or a small model from scratch.

`config.json` is read before any weights, so that an unsuitable base is refused within a second.
"""

import json
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from conte.frozen import Frozen
from deployments.engines.checkpoint import checked
from serve.revision import revision_of
from training.conte_model.chats import ChatSample
from training.conte_model.scratch import make_scratch
from training.conte_model.settings import SCRATCH, Settings

_LICENCE = re.compile(r"^license:\s*['\"]?([\w.+-]+)", re.MULTILINE)


class OtherFamily(ValueError):
    """The checkpoint is not a causal language model."""


class Base(Frozen):
    """The base of a trained model, as its model card names it."""

    name: str
    """The folder's name and the digest of its files; for a scratch model, its size."""
    family: str
    """The architecture named in `config.json`."""
    licence: str


def checked_base(settings: Settings) -> Base:
    """Check that the base can be trained, and return its description.

    Raises:
        OtherFamily: if the folder has a checkpoint that is no causal language model.
        ValueError: if it has no checkpoint, or no licence is named.
    """
    if settings.tune == "qlora" and find_spec("bitsandbytes") is None:
        raise ValueError("tune: qlora keeps its 4-bit weights with bitsandbytes: install '.[gpu]'")
    if settings.base == SCRATCH:
        size = settings.size
        name = f"{SCRATCH}-{size.hidden}x{size.layers}-{size.vocabulary}"
        return Base(name=name, family="MistralForCausalLM", licence="none: made here")
    folder = Path(settings.base).expanduser()
    if (folder / "adapter_config.json").is_file():
        raise OtherFamily(f"base: {folder} is an adapter; wanted the model, with it merged in")
    if (folder / "model_index.json").is_file():
        raise OtherFamily(f"base: {folder} is a diffusion pipeline, wanted a language model")
    folder = checked(settings.base, "config.json", "base")
    family = _family(folder)
    licence = settings.licence or _licence(folder)
    if not licence:
        raise ValueError(
            f"base: {folder} does not say under which licence it stands: give it with --set"
            " licence=...; what a model may be served for follows from it"
        )
    return Base(name=revision_of(folder), family=family, licence=licence)


def opened_base(settings: Settings, samples: Sequence[ChatSample], within: Path) -> Path:
    """Return the checkpoint's folder. A scratch model is made in `within`, always with the same
    bytes."""
    if settings.base != SCRATCH:
        return Path(settings.base).expanduser().resolve()
    return make_scratch(
        within / SCRATCH,
        systems=[sample.asked[0]["content"] for sample in samples],
        asked=[sample.asked[1]["content"] for sample in samples],
        answers=[sample.answer for sample in samples],
        names=[sample.brief.product.name for sample in samples],
        size=settings.size,
        seed=settings.seed,
    )


def _family(folder: Path) -> str:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    try:
        config: Any = json.loads((folder / "config.json").read_text("utf-8"))
        (family,) = config["architectures"]
    except (ValueError, KeyError, TypeError) as error:
        raise OtherFamily(f"base: {folder}/config.json names no architecture: {error}") from None
    if family not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.values():
        raise OtherFamily(
            f"base: {folder} is a {family}, wanted a causal language model such as"
            " MistralForCausalLM"
        )
    return family


def _licence(folder: Path) -> str:
    """Return the licence in the model card's front matter; empty if there is none."""
    card = folder / "README.md"
    found = _LICENCE.search(card.read_text("utf-8", "replace")[:4000]) if card.is_file() else None
    return found[1] if found else ""
