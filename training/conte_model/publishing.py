"""The last checkpoint of a run -> a folder that vLLM serves, with a model card. Whole or not at
all.

The folder is the checkpoint (weights or adapter, tokenizer, chat template) with the loss curve and
the run's identity. It contains no times: the same run publishes the same bytes.
"""

import shutil
from pathlib import Path
from typing import Any

from training.conte_model.base import Base
from training.conte_model.identity import identity
from training.conte_model.report import curves_svg, model_card
from training.conte_model.settings import Settings
from training.whole_folder import whole_folder, write_lines

CURVE, CARD = "curve.jsonl", "README.md"
_OF_THE_TRAINING = (
    "optimizer.pt", "scheduler.pt", "scaler.pt", "trainer_state.json", "training_args.bin",
)  # fmt: skip


class BrokenResult(ValueError):
    """The trained model cannot be served."""


def publish(
    settings: Settings,
    base: Base,
    checkpoint: Path,
    learned: dict[str, Any],
    prompts: tuple[str, ...],
    out: Path,
) -> Path:
    """Write the model's folder to `out`; return `out`.

    Raises:
        FolderStands: if the folder exists with other content.
        BrokenResult: if a weight is not finite, or there are no weights.
        OSError: if it cannot be written; then no folder is left.
    """
    about: dict[str, Any] = {
        "kind": "conte model",
        **identity(settings, base),
        "prompts": list(prompts),
        "samples": learned["samples"],
        "left_out": learned["left_out"],
        "steps": learned["steps"],
        "adapter": settings.adapts and not settings.lora.merge,
    }
    with whole_folder(out, about) as making:
        if settings.adapts and settings.lora.merge:
            _merge(settings, checkpoint, making)
        else:
            _copy(checkpoint, making)
        _check_weights(making)
        write_lines(making / CURVE, learned["curve"])
        pictures = curves_svg(learned["curve"])
        for name, picture in pictures.items():
            (making / name).write_text(picture, "utf-8")
        (making / CARD).write_text(model_card(about, learned["curve"], list(pictures)), "utf-8")
    return out


def _copy(checkpoint: Path, making: Path) -> None:
    for path in sorted(checkpoint.iterdir()):
        if not path.is_file() or path.name.startswith("rng_state") or path.name == CARD:
            continue
        if path.name not in _OF_THE_TRAINING:
            shutil.copyfile(path, making / path.name)


def _merge(settings: Settings, checkpoint: Path, making: Path) -> None:
    import torch
    from peft import PeftModel
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer

    # Full precision also for a 4-bit base, because rounding twice would cost more quality.
    dtype = torch.bfloat16 if settings.bf16 else torch.float32
    base = AutoModelForCausalLM.from_pretrained(settings.base, dtype=dtype)
    merged: Any = PeftModel.from_pretrained(base, str(checkpoint))
    try:
        merged.merge_and_unload(safe_merge=True).save_pretrained(making)
    except SafetensorError as error:
        raise OSError(f"the merged weights could not be written: {error}") from error
    AutoTokenizer.from_pretrained(checkpoint).save_pretrained(making)


def _check_weights(folder: Path) -> None:
    from safetensors import safe_open

    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise BrokenResult(f"{folder.name}: the checkpoint has no weights")
    for path in files:
        with safe_open(path, "pt") as weights:
            for name in weights.keys():  # noqa: SIM118 (no mapping)
                if not bool(weights.get_tensor(name).isfinite().all()):
                    raise BrokenResult(f"{path.name}: {name} has a weight that is no number")
