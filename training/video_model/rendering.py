"""Renders clips of fixed prompts from fixed noise at a step, for comparison by eye over the steps.

They are made with the family's own pipeline, scheduler and guidance, as in service.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from deployments.encoding import Mp4Writer
from deployments.engines.diffusion.loading import dtypes_of, sharing
from deployments.engines.diffusion.pixels import Frames, to_uint8
from serve.settings import DiffusersSettings
from serve.whole import whole_file, write_whole
from training.films.clip_frames import Shown
from training.films.film_clip import FilmClip
from training.films.judging import Judge, across_cuts
from training.video_model.cache import CachedSample, Index, TensorFolder
from training.video_model.cache.encoder import CacheKeys, picture_key, store_dtype
from training.video_model.cache.tensors import padded
from training.video_model.families.assembling import assemble
from training.video_model.families.family import TrainedFamily
from training.video_model.families.loading import base_of, transformer_name
from training.video_model.ranks import Ranks
from training.video_model.settings import VideoTraining

PROMPTS = 3
"""Number of the dataset's captions that are rendered if no prompts are given."""
SHOWN = 6
"""Number of frames in a clip's strip."""


@dataclass(frozen=True)
class RenderedPrompt:
    """A clip to render. `sample` gives its shape, and the first frame for models that get one."""

    prompt: str
    sample: CachedSample
    seed: int


class Rendering:
    def __init__(
        self,
        base: str,
        settings: VideoTraining,
        family: TrainedFamily,
        index: Index,
        cache: Path,
        ranks: Ranks,
    ) -> None:
        self._base, self._settings, self._family, self._ranks = base, settings, family, ranks
        self._tensors = TensorFolder(cache)
        self._keys = CacheKeys.of(base, settings, store_dtype(settings))
        self.asked = _asked(settings, index)

    def render(self, transformer: Any, folder: Path, step: int) -> None:
        """Write `folder/step-00000100/0.mp4`, `0.json`, `0.png` and so on; existing files are kept.

        All ranks must call it: each renders a part of the clips, or with sharded weights all render
        all.
        """
        ranks, place = self._ranks, folder / f"step-{step:08d}"
        error = ""
        share = self.asked if self._settings.sharded else self.asked[ranks.rank :: ranks.size]
        try:
            missing = [each for each in share if not (place / f"{each.seed}.png").exists()]
            # With sharded weights all ranks must render together.
            if missing or self._settings.sharded:
                pipe = self._pipeline(transformer)
                for each in share:
                    frames = self._frames(pipe, each)
                    if not self._settings.sharded or ranks.first:
                        _write(place, each, frames, self._family.row.fps, self._shown)
        except OSError as caught:
            error = f"clips of step {step} cannot be written: {caught}"
        ranks.agree(error)

    def _pipeline(self, transformer: Any) -> Any:
        folder, row = base_of(self._base, self._settings)
        name = transformer_name(self._settings)
        # Prompts were encoded with the captions.
        pipe = assemble(
            folder,
            dtypes_of(row, DiffusersSettings(), self._ranks.device),
            without=("text_encoder", "tokenizer"),
            given={name: transformer},
        )
        for part, module in pipe.components.items():
            if isinstance(module, torch.nn.Module) and part != name:
                module.to(self._ranks.device)
        # The same shift as in training and in service.
        if row.flow_shifts is not None:
            shift = self._family.pipe.scheduler.config
            pipe.scheduler = type(pipe.scheduler).from_config(shift)
        return pipe

    @property
    def _shown(self) -> bool:
        """Return whether the model is given a frame with which its clip begins."""
        return self._settings.data.condition != "text"

    def _frames(self, pipe: Any, asked: RenderedPrompt) -> Frames:
        row, sample = self._family.row, asked.sample
        told: dict[str, Any] = {
            "width": sample.width,
            "height": sample.height,
            "num_frames": sample.num_frames,
            "num_inference_steps": self._settings.render_steps or row.steps,
            "guidance_scale": row.guidance,
            "max_sequence_length": row.prompt_tokens,
            **row.arguments,
            **self._words("prompt", asked.prompt),
            **self._words("negative_prompt", row.negative_prompt or ""),
        }
        if self._shown:
            told["image"] = Image.fromarray(self._first(sample))
        kind = row.text_pipeline if "image" not in told else row.picture_pipeline
        assert kind is not None
        made = sharing(pipe, kind)(
            **told, generator=torch.Generator().manual_seed(asked.seed), output_type="pt"
        ).frames
        return to_uint8(made[0], row)

    def _words(self, name: str, text: str) -> dict[str, Tensor]:
        found = padded(self._tensors.get(self._keys.text(text)))
        device = self._ranks.device
        told = {f"{name}_embeds": found["embeds"].to(device)}
        if "mask" in found:
            told[f"{name}_attention_mask"] = found["mask"].to(device)
        return told

    def _first(self, sample: CachedSample) -> Any:
        return self._tensors.get(picture_key(sample.latents))["picture"].numpy()


def captions_to_encode(settings: VideoTraining, negative: str | None) -> list[str]:
    """Return the captions to encode in addition to those of the samples."""
    return ["", *settings.prompts, *([negative] if negative else [])]


def _asked(settings: VideoTraining, index: Index) -> list[RenderedPrompt]:
    kept = index.kept() or index.learnt()
    told = settings.prompts or tuple(dict.fromkeys(s.caption for s in kept))[:PROMPTS]
    if not settings.prompts:
        first = {sample.caption: sample for sample in reversed(kept)}
        return [RenderedPrompt(text, first[text], seed) for seed, text in enumerate(told)]
    return [RenderedPrompt(text, kept[seed % len(kept)], seed) for seed, text in enumerate(told)]


def _write(folder: Path, asked: RenderedPrompt, frames: Frames, fps: int, shown: bool) -> None:
    """Write a clip's files, the strip last, so that the clip exists if the strip does."""
    folder.mkdir(parents=True, exist_ok=True)
    height, width = frames.shape[1:3]
    name = str(asked.seed)
    judge = Judge()
    measured = _measured(judge, frames, fps, shown)
    about = {
        "prompt": asked.prompt,
        "measured": measured,
        "methods": {name: judge.methods[name] for name in measured},
    }
    with (
        whole_file(folder / f"{name}.mp4") as film,
        Mp4Writer(film, width, height, fps, crf=16, preset="veryfast") as writer,
    ):
        for frame in frames:
            writer.write_rgb(frame)
    write_whole(folder / f"{name}.json", json.dumps(about, ensure_ascii=False))
    chosen = np.linspace(0, len(frames) - 1, min(SHOWN, len(frames))).round().astype(int)
    with whole_file(folder / f"{name}.png") as strip:
        Image.fromarray(np.concatenate(frames[chosen], axis=1)).save(strip, "png")


def _measured(judge: Judge, frames: Frames, fps: int, shown: bool) -> dict[str, float]:
    """Return a clip's scores. `shown`: the first frame is given, and is scored as another cut."""
    if not shown or len(frames) < 2:
        scores = judge.judge(Shown(frames, fps)).scores
    else:
        cuts = frames[:1], frames[1:]
        judged = [judge.judge(Shown(each, fps)) for each in cuts]
        names = [FilmClip(id=str(at), path=Path()) for at in range(len(cuts))]
        scores = judged[1].scores | across_cuts(names, judged)
    return {name: value for name, value in scores.items() if value is not None}
