"""Training on one rank: steps up to the last, with checkpoints, losses at fixed noise, and clips.

No random state is carried between steps, and files are written whole, so that a run that is killed
and restarted ends, on a CPU, with the same bits.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers.optimization import get_scheduler
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from serve.revision import revision_of
from training.video_model.batch_reading import BatchReader
from training.video_model.batches import BatchPlan
from training.video_model.cache import CachedSample, Index, TensorFolder
from training.video_model.cache.index import read_index
from training.video_model.checkpoints import Checkpoints, RunId
from training.video_model.curves import Curves
from training.video_model.errors import TrainingStopped
from training.video_model.families.loading import (
    base_of,
    load_family,
    load_transformer,
    transformer_name,
)
from training.video_model.loss import drawn, fixed_losses, generator, loss_of
from training.video_model.precision import computing, is_half
from training.video_model.publishing import publish
from training.video_model.ranks import Ranks
from training.video_model.rendering import Rendering
from training.video_model.run import Run
from training.video_model.trained_weights import TrainedWeights

MOST_JUDGED = 64
"""Largest number of samples whose loss is measured at fixed noise."""
TELL_EVERY_S = 10.0

Say = Callable[[str], None]


def train(run: Run, ranks: Ranks, say: Say) -> Path:
    """Train, and return the folder of the adapter or checkpoint. All ranks must call it with the
    same run.

    Raises:
        TrainingStopped: on all ranks, with the reason; the checkpoints are kept.
    """
    return _Trainer(run, ranks, say if ranks.first else _silent).run()


class _Trainer:
    def __init__(self, run: Run, ranks: Ranks, say: Say) -> None:
        self._run, self._ranks, self._say = run, ranks, say
        settings = run.settings
        index = read_index(run.index_path)
        if index is None:
            raise TrainingStopped(f"{run.index_path} is not there: nothing was encoded")
        self._index: Index = index
        folder, row = base_of(run.base, settings)
        self._half = is_half(settings, ranks.device)
        kept_in = torch.bfloat16 if self._half and settings.method == "lora" else torch.float32
        self._family = load_family(run.base, settings, ranks.device, encodes=False)
        self._weights = TrainedWeights(
            load_transformer(run.base, settings, ranks.device, kept_in), settings
        )
        optimiser = settings.optimiser
        self._optimiser = torch.optim.AdamW(
            self._weights.parameters,
            lr=optimiser.learning_rate,
            betas=optimiser.betas,
            weight_decay=optimiser.weight_decay,
        )
        self._learnt = index.learnt()
        self._plan = BatchPlan(self._learnt, settings.max_tokens, ranks.size, settings.seed)
        self._reader = BatchReader(TensorFolder(run.cache), index.empty_text)
        self._id = RunId(
            family=row.name,
            base=revision_of(folder / transformer_name(settings)),
            samples=index.digest,
            settings=settings.run_digest,
        )
        self._checkpoints = Checkpoints(run.checkpoints, self._id, ranks, settings.keep)
        self._rendering = Rendering(run.base, settings, self._family, index, run.cache, ranks)

    def run(self) -> Path:
        settings, ranks = self._run.settings, self._ranks
        # Before the optimiser's state is loaded, because the scheduler adds a value to each group.
        named = settings.optimiser.schedule
        schedule = get_scheduler(
            "constant_with_warmup" if named == "constant" else named,
            self._optimiser,
            num_warmup_steps=settings.optimiser.warm_up,
            num_training_steps=settings.steps,
        )
        step = self._resumed()
        curves, error = None, ""
        if ranks.first:
            try:
                curves = Curves(self._run.out, step)
            except OSError as caught:
                error = f"the curves cannot be written: {caught}; run the same again"
        ranks.agree(error)
        try:
            if step == 0:
                self._judge(0, curves)
            self._loop(step, schedule, curves)
        finally:
            if curves:
                curves.close()
        with self._weights.averaged():
            tensors = self._weights.whole()
        error, folder = "", self._run.out
        if ranks.first:
            try:
                folder = publish(
                    self._run.base, self._run.out, settings, self._id, self._weights, tensors
                )
            except OSError as caught:
                error = f"the result cannot be written: {caught}; run the same again"
        ranks.agree(error)
        return folder

    def _resumed(self) -> int:
        found = self._checkpoints.newest()
        if found is None:
            return 0
        path, step = found
        self._checkpoints.load(path, step, self._weights, self._optimiser)
        self._say(f"goes on after step {step}")
        return step

    def _loop(self, step: int, schedule: Any, curves: Curves | None) -> None:
        settings = self._run.settings
        batches = self._batches(step * settings.accumulate)
        began, told, first = time.monotonic(), time.monotonic(), step
        while step < settings.steps:
            step += 1
            for group in self._optimiser.param_groups:
                # Computed from the step alone, so that no state of the schedule has to be stored.
                group["lr"] = settings.optimiser.learning_rate * schedule.lr_lambdas[0](step)
            loss, norm = self._step(step, batches)
            self._weights.stepped()
            if curves:
                rate = self._optimiser.param_groups[0]["lr"]
                curves.add(step, loss=loss, gradient_norm=norm, learning_rate=rate)
            now = time.monotonic()
            if now - told >= TELL_EVERY_S or step == settings.steps:
                told, rate = now, (step - first) / (now - began)
                left = (settings.steps - step) / rate
                self._say(
                    f"step {step}/{settings.steps}, loss {loss:.4f}, {rate:.2f} steps/s,"
                    f" {left / 60:.0f} min left"
                )
            self._keep(step, curves)

    def _keep(self, step: int, curves: Curves | None) -> None:
        last = step == self._run.settings.steps
        saves = last or step % self._run.settings.save_every == 0
        if saves:
            self._ranks.agree(curves.wrong if curves else "")
        # Judged before the checkpoint, so that a run resumed from it has the measurement already.
        self._judge(step, curves, last=last)
        if saves:
            self._checkpoints.save(step, self._weights, self._optimiser)

    def _step(self, step: int, batches: Iterator[tuple[int, Any]]) -> tuple[float, float]:
        settings = self._run.settings
        self._optimiser.zero_grad(set_to_none=True)
        total = torch.zeros(())
        for _ in range(settings.accumulate):
            number, batch = next(batches)
            lots = generator("noise", settings.seed, number, self._ranks.rank)
            noise, times = drawn(self._family, batch, lots, self._ranks.rank, self._ranks.size)
            device = self._ranks.device
            with computing(device, half=self._half):
                loss = loss_of(
                    self._family, self._weights.model, batch.on(device), noise.to(device),
                    times.to(device),
                ).mean()  # fmt: skip
            (loss / settings.accumulate).backward()
            total += loss.detach().cpu() / settings.accumulate
        if not settings.sharded:
            self._ranks.average(self._weights.gradients)
        norm = clip_grad_norm_(self._weights.parameters, settings.optimiser.clip)
        whole = float(_local(norm))
        # On the device, because NCCL reduces nothing else.
        mean = float(self._ranks.mean(total.to(self._ranks.device)))
        if not (math.isfinite(mean) and math.isfinite(whole)):
            raise TrainingStopped(
                f"at step {step} the loss is {mean} and the gradients' norm {whole}: no number."
                f" The last checkpoint is untouched; a lower optimiser.learning_rate than"
                f" {settings.optimiser.learning_rate:g}, or precision: float32, keeps them finite"
            )
        self._optimiser.step()
        return mean, whole

    def _judge(self, step: int, curves: Curves | None, *, last: bool = False) -> None:
        settings = self._run.settings
        judges = last or step % settings.valid_every == 0
        renders = last or step % settings.render_every == 0
        if not (judges or renders):
            return
        self._weights.model.eval()
        half = computing(self._ranks.device, half=self._half)
        with self._weights.averaged(), torch.no_grad(), half:
            if judges:
                losses = {
                    name: self._fixed_loss(samples)
                    for name, samples in (
                        ("fixed_loss_learnt", self._learnt[:MOST_JUDGED]),
                        ("fixed_loss_kept", self._index.kept()[:MOST_JUDGED]),
                    )
                    if samples
                }
                if curves:
                    curves.add(step, **losses)
                told = ", ".join(
                    f"{value:.4f} of {name.rpartition('_')[2]} clips"
                    for name, value in losses.items()
                )
                self._say(f"step {step}: loss at fixed noise {told}")
            if renders:
                self._rendering.render(self._weights.model, self._run.clips, step)
        self._weights.model.train()

    def _fixed_loss(self, samples: Sequence[CachedSample]) -> float:
        """Return the mean over the samples, each judged by one rank; all ranks do the same number
        of passes."""
        ranks, total = self._ranks, torch.zeros(2)
        rounds = -(-len(samples) // ranks.size)
        for number in range(rounds):
            place = number * ranks.size + ranks.rank
            sample = samples[place % len(samples)]
            batch = self._reader.read([sample])
            loss = fixed_losses(
                self._family, self._weights.model, batch, [sample.latents], ranks.device
            )
            if place < len(samples):
                total += torch.tensor([float(loss[0]), 1.0])
        total = ranks.mean(total.to(ranks.device))
        return float(total[0] / total[1])

    def _batches(self, done: int) -> Iterator[tuple[int, Any]]:
        """Yield the batches after the first `done`, each with its number."""
        settings = self._run.settings

        def asked() -> Iterator[tuple[Sequence[CachedSample], Sequence[bool]]]:
            for number, step in enumerate(self._plan.after(done), done):
                mine = [self._learnt[place] for place in step.ranks[self._ranks.rank]]
                lots = generator("captions", settings.seed, number, self._ranks.rank)
                dropped = torch.rand(len(mine), generator=lots) < settings.caption_dropout
                yield mine, dropped.tolist()

        yield from enumerate(self._reader.ahead(asked()), done)


def _local(norm: Tensor) -> Tensor:
    return norm.full_tensor() if hasattr(norm, "full_tensor") else norm  # pyright: ignore[reportAttributeAccessIssue]


def _silent(_line: str) -> None:
    pass
