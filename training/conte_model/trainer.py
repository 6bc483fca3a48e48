"""Settings, a base and samples -> the TRL trainer of the method. Knows no Ray, and starts nothing.

TRL's options beyond its defaults make a run reproducible: every step is logged, a NaN is logged as
such, and nothing depends on the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.conte_model.chats import ChatSample, PairSample, answered, as_served, knows_system
from training.conte_model.reward import rewards
from training.conte_model.settings import Settings
from training.scripts.split import EmptySplit

Learnt = Sequence[ChatSample] | Sequence[PairSample]


@dataclass(frozen=True)
class Built:
    trainer: Any
    left_out: int
    """Number of samples of the training split that are longer than `max_length`."""
    longest: int
    """Number of tokens of the longest sample."""


def built(
    settings: Settings,
    base: Path,
    train: Learnt,
    valid: Learnt,
    work: Path,
    callbacks: Sequence[Any],
) -> Built:
    """Make the trainer; samples that are too long are left out.

    Raises:
        ValueError: if the base has no chat template, or it does not accept a question.
        EmptySplit: if every sample of a split is longer than `max_length`.
    """
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar
    from transformers import AutoTokenizer, PrinterCallback, set_seed
    from transformers.utils import logging

    # Progress bars would clutter the job's log.
    disable_progress_bar()
    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(base)
    if tokenizer.pad_token is None:
        # Not a new token, because an adapter with one could not be served.
        tokenizer.pad_token = tokenizer.eos_token
    knows = knows_system(tokenizer)
    rows = [_row(settings, sample, knows) for sample in train]
    kept, longest = _short_enough(tokenizer, rows, settings.max_length, "train")
    judged = [_row(settings, sample, knows) for sample in valid]
    judged, _ = _short_enough(tokenizer, judged, settings.max_length, "valid")
    set_seed(settings.seed)
    trainer = _trainer_of(settings)(
        model=_model(settings, base),
        args=_arguments(settings, work, evaluates=bool(judged)),
        train_dataset=Dataset.from_list(kept),
        eval_dataset=Dataset.from_list(judged) if judged and settings.method != "grpo" else None,
        processing_class=tokenizer,
        peft_config=_adapter(settings),
        callbacks=list(callbacks),
        **({"reward_funcs": rewards()} if settings.method == "grpo" else {}),
    )
    trainer.remove_callback(PrinterCallback)
    return Built(trainer, len(rows) - len(kept), longest)


def _row(settings: Settings, sample: ChatSample | PairSample, knows: bool) -> dict[str, Any]:
    """Return a sample in TRL's conversational format for the method."""
    asked = as_served(sample.asked, knows)
    if isinstance(sample, PairSample):
        return {
            "prompt": asked,
            "chosen": answered(sample.chosen),
            "rejected": answered(sample.rejected),
        }
    if settings.method == "grpo":
        return {"prompt": asked, "brief": sample.brief.model_dump_json()}
    return {"prompt": asked, "completion": answered(sample.answer)}


def _short_enough(
    tokenizer: Any, rows: Sequence[dict[str, Any]], most: int, split: str
) -> tuple[list[dict[str, Any]], int]:
    """Return the rows that fit, and the tokens of the longest row. TRL would truncate an answer,
    which would teach the model to stop in the middle.

    Raises:
        EmptySplit: if there are rows, and none fits.
    """
    tokens = [max(_tokens(tokenizer, chat) for chat in _chats(row)) for row in rows]
    kept = [row for row, length in zip(rows, tokens, strict=True) if length <= most]
    if rows and not kept:
        raise EmptySplit(
            f"every sample of {split} is longer than max_length, {most} tokens; the shortest has"
            f" {min(tokens)}"
        )
    return kept, max(tokens, default=0)


def _chats(row: dict[str, Any]) -> Iterable[list[Any]]:
    ends = [row[name] for name in ("completion", "chosen", "rejected") if name in row]
    return [row["prompt"] + end for end in ends] or [row["prompt"]]


def _tokens(tokenizer: Any, chat: list[Any]) -> int:
    return len(tokenizer.apply_chat_template(chat, return_dict=True)["input_ids"])


def _trainer_of(settings: Settings) -> Any:
    # Only its own: GRPO's module imports vLLM, ten seconds of every worker's start.
    if settings.method == "grpo":
        from trl.trainer.grpo_trainer import GRPOTrainer

        return GRPOTrainer
    if settings.method == "dpo":
        from trl.trainer.dpo_trainer import DPOTrainer

        return DPOTrainer
    from trl.trainer.sft_trainer import SFTTrainer

    return SFTTrainer


def _arguments(settings: Settings, work: Path, evaluates: bool) -> Any:
    from trl.trainer.dpo_config import DPOConfig
    from trl.trainer.grpo_config import GRPOConfig
    from trl.trainer.sft_config import SFTConfig

    reward = settings.reward
    of_method: dict[str, dict[str, Any]] = {
        "sft": {
            "max_length": settings.max_length if settings.packing else None,
            "packing": settings.packing,
            "completion_only_loss": True,
        },
        "dpo": {
            "max_length": None,
            "beta": settings.preference.beta,
            "loss_type": ["sigmoid", "sft"],
            "loss_weights": [1.0, settings.preference.sft],
        },
        "grpo": {
            "num_generations": reward.group,
            "max_completion_length": reward.answer_tokens,
            "temperature": reward.temperature,
            "top_p": reward.top_p,
            "beta": reward.beta,
            "reward_weights": [1.0, reward.unlike],
        },
    }
    config: Any = {"sft": SFTConfig, "dpo": DPOConfig, "grpo": GRPOConfig}[settings.method]
    judged = evaluates and settings.method != "grpo"
    return config(
        output_dir=str(work),
        per_device_train_batch_size=settings.batch,
        per_device_eval_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        num_train_epochs=settings.epochs,
        max_steps=settings.steps or -1,
        learning_rate=settings.rate,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup,  # below 1: a share
        weight_decay=settings.weight_decay,
        seed=settings.seed,
        data_seed=settings.seed,
        use_cpu=not settings.gpu,
        bf16=settings.bf16,
        activation_checkpointing=settings.activation_checkpointing,
        gradient_checkpointing=None,
        logging_steps=1,
        logging_nan_inf_filter=False,
        eval_strategy="steps" if judged else "no",
        eval_steps=settings.checkpoint_every,
        save_strategy="steps",
        save_steps=settings.checkpoint_every,
        save_total_limit=1,  # this worker's folder only; checkpoints are stored elsewhere
        ddp_find_unused_parameters=False,
        report_to="none",
        disable_tqdm=True,
        **of_method[settings.method],
    )


def _model(settings: Settings, base: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    # Trained weights stay float32, with bf16 for the computation; weights frozen under an adapter
    # may be bf16.
    frozen = torch.bfloat16 if settings.bf16 and settings.adapts else torch.float32
    more: dict[str, Any] = {}
    if settings.tune == "qlora":
        # As in Dettmers et al., "QLoRA" (2023).
        more["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    return AutoModelForCausalLM.from_pretrained(base, dtype=frozen, **more)


def _adapter(settings: Settings) -> Any:
    if not settings.adapts:
        return None
    from peft import LoraConfig

    lora = settings.lora
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules="all-linear",
        bias="none",
        task_type="CAUSAL_LM",
    )
