"""How the conte model learns, in one process: it falls, it goes on to the bit, it stops in words."""

import json
import math
import resource
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError

from conte.brief import Brief
from tests.small_scripts import small_pairs, small_scripts
from training.conte_model.base import checked_base
from training.conte_model.chats import samples_of
from training.conte_model.identity import run_identity
from training.conte_model.learning import BrokenCheckpoint, Learned, learn
from training.conte_model.publishing import BrokenResult, publish
from training.conte_model.reward import rewards
from training.conte_model.scratch import Size
from training.conte_model.settings import Lora, Settings
from training.conte_model.trainer import built
from training.conte_model.watch import not_a_number
from training.scripts.split import EmptySplit
from training.whole_folder import FolderStands, read_lines, whole_folder, write_lines

SMALL = Size(hidden=64, layers=1, vocabulary=4096)
STEPS = 5


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return small_scripts(tmp_path_factory.mktemp("scripts") / "small")


@pytest.fixture(scope="module")
def pairs(scripts: Path) -> Path:
    return small_pairs(scripts.with_name("pairs"), scripts)


class Run:
    """One worker's run, every checkpoint of which is kept."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self.home, self.settings = home, settings
        self.told: list[str] = []

    def learn(self, resume: Path | None = None) -> Learned:
        work = self.home / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        return learn(self.settings, work, resume, self.keep, self.told.append)

    def keep(self, checkpoint: Path, step: int) -> None:
        shutil.copytree(checkpoint, self.kept(step), dirs_exist_ok=True)

    def kept(self, step: int) -> Path:
        return self.home / f"step-{step}"

    def weights(self, step: int) -> bytes:
        (found,) = self.kept(step).glob("*.safetensors")
        return found.read_bytes()


def sft(scripts: Path, **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "method": "sft", "scripts": str(scripts), "base": "scratch", "size": SMALL, "batch": 2,
            "steps": STEPS, "checkpoint_every": 1,
        }
        | more
    )  # fmt: skip


@pytest.fixture(scope="module")
def run(scripts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Learned]:
    run = Run(tmp_path_factory.mktemp("run"), sft(scripts, learning_rate=1e-2))
    return run, run.learn()


@pytest.fixture(scope="module")
def base(run: tuple[Run, Learned], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the run learnt, published: the base of what follows."""
    return published(*run, tmp_path_factory.mktemp("base") / "model")


def published(run: Run, learned: Learned, out: Path) -> Path:
    about = {name: getattr(learned, name) for name in ("curve", "steps", "samples", "left_out")}
    return publish(
        run.settings, checked_base(run.settings), run.kept(learned.steps), about, ("ko/1-x",), out
    )


def losses(learned: Learned) -> list[float]:
    return [row["loss"] for row in learned.curve if "loss" in row]


def test_the_loss_falls_and_is_validated(run: tuple[Run, Learned]) -> None:
    _, learned = run
    assert learned.stopped == ""
    assert losses(learned)[-1] < losses(learned)[0] - 0.2
    judged = [row["eval_loss"] for row in learned.curve if "eval_loss" in row]
    assert judged == sorted(judged, reverse=True)


def test_from_every_step_it_goes_on_to_the_same_curve_and_the_same_bytes(
    run: tuple[Run, Learned], tmp_path: Path
) -> None:
    first, whole = run
    for step in range(1, STEPS + 1):
        again = Run(tmp_path, first.settings)
        assert again.learn(first.kept(step)).curve == whole.curve, step
        if step < STEPS:
            assert again.weights(STEPS) == first.weights(STEPS), step


def test_the_loss_is_on_the_answer_alone(scripts: Path, tmp_path: Path) -> None:
    settings = sft(scripts)
    samples = samples_of(scripts, "train")
    from training.conte_model.base import opened_base

    base = opened_base(settings, samples, tmp_path)
    trainer = built(settings, base, samples, samples[:1], tmp_path / "work", []).trainer
    tokenizer = trainer.processing_class
    answers = {one.answer for one in samples}
    for row in trainer.train_dataset:
        learnt = [token for token in row["labels"] if token != -100]
        assert learnt[-1] == tokenizer.eos_token_id
        assert tokenizer.decode(learnt[:-1]) in answers


def test_samples_that_are_packed_do_not_see_each_other(
    scripts: Path, base: Path, tmp_path: Path
) -> None:
    """The loss of a packed sequence is that of its samples, each by itself."""
    settings = sft(scripts, base=str(base), packing=True, max_length=4096, batch=1)
    samples = samples_of(scripts, "train")[:4]
    trainer = built(settings, base, samples, [], tmp_path, []).trainer
    (packed,) = trainer.train_dataset
    model = trainer.model.eval()
    batch = trainer.data_collator([packed])
    with torch.no_grad():
        together = trainer.compute_loss(model, dict(batch))
        apart = [
            trainer.compute_loss(model, trainer.data_collator([one])) * count
            for one, count in _each(packed)
        ]
    tokens = sum(count for _, count in _each(packed))
    assert len(apart) == 4
    assert float(together) == pytest.approx(float(sum(apart)) / tokens, abs=1e-4)


def _each(packed: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    at = 0
    for length in packed["seq_lengths"]:
        part = slice(at, at + length)
        labels = packed["labels"][part]
        one = {"input_ids": packed["input_ids"][part], "labels": labels, "seq_lengths": [length]}
        yield one, sum(label != -100 for label in labels[1:])
        at += length


def test_what_is_published_is_a_checkpoint_with_its_card_and_the_same_bytes_each_time(
    run: tuple[Run, Learned], tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folders = [published(*run, tmp_path / name) for name in ("a", "b")]
    files = [{p.name: p.read_bytes() for p in folder.iterdir()} for folder in folders]
    assert files[0] == files[1]
    assert "optimizer.pt" not in files[0]
    manifest = json.loads(files[0]["manifest.json"])
    assert manifest["settings"]["method"] == "sft"
    assert manifest["data"].keys() >= {"train.jsonl", "valid.jsonl"}
    assert b"<polyline" in files[0]["curve_loss.svg"]
    assert "license: none" in files[0]["README.md"].decode()
    model: Any = AutoModelForCausalLM.from_pretrained(folders[0])
    assert model.config.vocab_size == len(AutoTokenizer.from_pretrained(folders[0])) == 4096
    other = Run(run[0].home, run[0].settings.model_copy(update={"seed": 1}))
    with pytest.raises(FolderStands):
        published(other, run[1], tmp_path / "a")


@contextmanager
def disk_of(most: int) -> Generator[None]:
    """No file can grow beyond so many bytes: what a full disk does to a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_publishes_nothing_and_once_there_is_room_all(
    run: tuple[Run, Learned], tmp_path: Path
) -> None:
    with disk_of(10_000), pytest.raises(OSError, match="File too large"):
        published(*run, tmp_path / "model")
    assert not any(tmp_path.iterdir())
    assert published(*run, tmp_path / "model").is_dir()


def test_a_full_disk_ends_the_run_and_its_checkpoints_stand(
    run: tuple[Run, Learned], tmp_path: Path
) -> None:
    first, whole = run
    again = Run(tmp_path, first.settings)
    with disk_of(10_000), pytest.raises((OSError, RuntimeError, SafetensorError)):
        again.learn(first.kept(2))
    assert again.learn(first.kept(2)).curve == whole.curve


def test_weights_that_are_no_numbers_are_not_published(
    run: tuple[Run, Learned], tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    broken = Run(tmp_path, run[0].settings)
    shutil.copytree(run[0].kept(STEPS), broken.kept(STEPS))
    path = broken.kept(STEPS) / "model.safetensors"
    weights = load_file(path)
    weights["model.norm.weight"][3] = math.nan
    save_file(weights, path, {"format": "pt"})
    with pytest.raises(BrokenResult, match=r"model.norm.weight has a weight that is no number"):
        published(broken, run[1], tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_loss_that_is_no_number_stops_it_and_nothing_of_it_is_kept(
    scripts: Path, tmp_path: Path
) -> None:
    wild = Run(tmp_path, sft(scripts, learning_rate=1e30, warmup=0))
    learned = wild.learn()
    assert "is nan at step" in learned.stopped
    assert learned.steps < STEPS
    assert not wild.kept(learned.steps).exists()
    assert "with a lower --learning-rate than 1e+30 it goes on" in learned.stopped
    assert not_a_number({"loss": 1.0, "grad_norm": math.inf}) == "grad_norm is inf"


def test_a_run_goes_on_with_a_smaller_rate_as_the_same_run(
    run: tuple[Run, Learned], scripts: Path, tmp_path: Path
) -> None:
    first, whole = run
    calmer = sft(scripts, learning_rate=first.settings.rate / 100)
    found = Run(tmp_path, calmer).learn(first.kept(2)).curve
    rates = [row["learning_rate"] for row in found if "learning_rate" in row]
    before = [row["learning_rate"] for row in whole.curve if "learning_rate" in row]
    assert rates[:2] == before[:2]
    assert rates[2:] == pytest.approx([rate / 100 for rate in before[2:]])
    base = checked_base(calmer)
    assert run_identity(calmer, base) == run_identity(first.settings, base)
    other = sft(scripts, steps=STEPS + 1)
    assert run_identity(other, base) != run_identity(calmer, base)


def test_a_checkpoint_that_is_not_whole_is_refused(
    run: tuple[Run, Learned], tmp_path: Path
) -> None:
    first, _ = run
    for name in ("rng_state.pth", "optimizer.pt", "trainer_state.json"):
        part = tmp_path / name
        shutil.copytree(first.kept(2), part)
        (part / name).unlink()
        with pytest.raises(BrokenCheckpoint, match=f"has no {name}"):
            Run(tmp_path / "again", first.settings).learn(part)


def test_samples_that_are_too_long_are_left_out_and_none_is_cut_off(
    run: tuple[Run, Learned], scripts: Path, tmp_path: Path
) -> None:
    _, all_of_them = run
    most = all_of_them.longest - 1
    with whole_folder(tmp_path / "same", {}) as making:
        for name in ("train", "valid"):
            write_lines(making / f"{name}.jsonl", read_lines(scripts, "train.jsonl"))
    learned = Run(tmp_path, sft(tmp_path / "same", max_length=most, steps=1)).learn()
    assert 0 < learned.left_out < learned.samples
    assert learned.longest == all_of_them.longest
    with pytest.raises(EmptySplit, match="sample of train is longer than max_length, 128 tokens"):
        Run(tmp_path, sft(scripts, max_length=128)).learn()


def test_an_adapter_is_learnt_resumed_and_merged_or_kept(
    scripts: Path, base: Path, tmp_path: Path
) -> None:
    lora = Lora(rank=4, alpha=8, dropout=0.1)
    settings = sft(
        scripts, base=str(base), tune="lora", lora=lora, learning_rate=0.01, steps=3, batch=1,
        packing=True, max_length=2048, activation_checkpointing=True,
    )  # fmt: skip
    run = Run(tmp_path / "run", settings)
    learned = run.learn()
    again = Run(tmp_path / "again", settings)
    assert again.learn(run.kept(1)).curve == learned.curve
    assert again.weights(3) == run.weights(3)
    kept = published(run, learned, tmp_path / "kept")
    adapter = json.loads((kept / "adapter_config.json").read_text())
    # What vLLM refuses in an adapter.
    assert not adapter["use_dora"] and adapter["bias"] == "none"
    assert adapter["modules_to_save"] is None and adapter["r"] <= 16
    merging = settings.model_copy(update={"lora": lora.model_copy(update={"merge": True})})
    merged = published(Run(run.home, merging), learned, tmp_path / "merged")
    assert (merged / "model.safetensors").stat().st_size == (
        base / "model.safetensors"
    ).stat().st_size
    assert not (merged / "adapter_config.json").exists()
    assert (merged / "model.safetensors").read_bytes() != (base / "model.safetensors").read_bytes()


def test_preferences_are_learnt_and_resumed_to_the_bit(
    pairs: Path, base: Path, tmp_path: Path
) -> None:
    steps = 8
    settings = sft(
        pairs, method="dpo", base=str(base), tune="lora", learning_rate=0.01, steps=steps,
        checkpoint_every=4,
    )  # fmt: skip
    run = Run(tmp_path / "run", settings)
    learned = run.learn()
    assert learned.curve[0]["rewards/margins"] == 0, "it knows no difference yet"
    judged = [row for row in learned.curve if "eval_loss" in row]
    # Of ten pairs that were not learnt: how many are right is coarse, by how much is not.
    assert judged[-1]["eval_rewards/accuracies"] >= 0.5
    assert judged[-1]["eval_rewards/margins"] > judged[0]["eval_rewards/margins"] > 0
    assert judged[-1]["eval_loss"] < judged[0]["eval_loss"]
    again = Run(tmp_path / "again", settings)
    assert again.learn(run.kept(4)).curve == learned.curve
    assert again.weights(steps) == run.weights(steps)
    made = json.loads((published(run, learned, tmp_path / "made") / "manifest.json").read_text())
    assert made["settings"]["method"] == "dpo"


def test_its_own_answers_are_rewarded_and_resumed_to_the_bit(
    scripts: Path, base: Path, tmp_path: Path
) -> None:
    settings = sft(
        scripts, method="grpo", base=str(base), batch=4, steps=3, learning_rate=1e-3,
        reward={"group": 4, "answer_tokens": 32},
    )  # fmt: skip
    run = Run(tmp_path / "run", settings)
    learned = run.learn()
    assert {"reward", "rewards/score/mean", "rewards/unlike/mean", "passed", "score/schema"} <= set(
        learned.curve[0]
    )
    again = Run(tmp_path / "again", settings)
    assert again.learn(run.kept(1)).curve == learned.curve
    assert again.weights(3) == run.weights(3)


def test_a_reward_is_the_score_and_what_the_others_of_the_group_have_not(scripts: Path) -> None:
    sample = samples_of(scripts, "train")[0]
    brief = sample.brief.model_dump_json()
    other = Brief.model_validate_json(brief).model_copy(update={"duration_s": 60.0})
    texts = [sample.answer, sample.answer, "{", "아무 말"]
    answers = [[{"role": "assistant", "content": text}] for text in texts]
    briefs = [brief, brief, brief, other.model_dump_json()]
    told: dict[str, float] = {}
    score, unlike = rewards()
    worth = score(completions=answers, brief=briefs, log_metric=told.__setitem__, prompts=None)
    assert worth[0] == worth[1] > 0.9
    assert worth[2] == worth[3] == 0
    assert told["passed"] == 0.5
    assert unlike(completions=answers, brief=briefs) == [0.5, 0.5, 0.0, 0.0]
