"""Families as they learn: the transformer is asked just as the pipeline asks it that is served."""

from typing import Any, Literal

import pytest
import torch
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from PIL import Image
from torch import Tensor

from deployments.engines.diffusion.loading import diffusers, sharing
from deployments.engines.diffusion.sizes import native_size
from deployments.engines.tiny.video import TinyFamily
from tests.tiny_checkpoints import checkpoint
from training.video_model.families import Batch, TrainedFamily, load_family
from training.video_model.families.loading import load_transformer
from training.video_model.objectives import FlowMatching, VPrediction
from training.video_model.settings import DataSettings, VideoTraining

torch.set_num_threads(1)

Condition = Literal["text", "first_frame", "reference"]
TRAINED: list[tuple[TinyFamily, Condition]] = [
    ("wan", "text"),
    ("wan_14b", "text"),
    ("wan_ti2v", "text"),
    ("wan_ti2v", "reference"),
    ("wan_i2v", "first_frame"),
    ("ltx", "text"),
    ("ltx", "reference"),
    ("ltx_condition", "text"),
    ("ltx_condition", "reference"),
    ("cogvideox", "text"),
    ("cogvideox15", "text"),
    ("cogvideox_i2v", "first_frame"),
]
CAPTION = "A red square goes across."


def settings(condition: Condition = "text") -> VideoTraining:
    return VideoTraining(data=DataSettings(condition=condition, short_side=64))


def frames(num: int, height: int, width: int) -> Tensor:
    """[num, 3, height, width] uint8, noise of low frequency."""
    lots = torch.Generator().manual_seed(3)
    rough = torch.rand(1, 3, num, height // 8, width // 8, generator=lots)
    smooth = torch.nn.functional.interpolate(rough, (num, height, width), mode="trilinear")
    return (smooth[0].permute(1, 0, 2, 3) * 255).round().to(torch.uint8)


def heard(transformer: Any) -> list[dict[str, Any]]:
    """What it is called with from now on."""
    calls: list[dict[str, Any]] = []
    transformer.register_forward_pre_hook(
        lambda _module, _args, told: calls.append(dict(told)), with_kwargs=True
    )
    return calls


def noisy_of(pipe: Any, told: dict[str, Any], latents: Tensor) -> Tensor:
    """The latents among the inputs that a pipeline passes to its transformer."""
    hidden: Tensor = told["hidden_states"]
    match type(pipe.transformer).__name__:
        case "LTXVideoTransformer3DModel":
            return pipe._unpack_latents(hidden, *latents.shape[2:])
        case "CogVideoXTransformer3DModel":
            return hidden.transpose(1, 2)[:, : latents.shape[1]]
        case _:
            return hidden[:, : latents.shape[1]]


@pytest.mark.parametrize(("family", "condition"), TRAINED)
def test_a_transformer_is_asked_as_the_served_pipeline_asks_it(
    family: TinyFamily, condition: Condition, monkeypatch: pytest.MonkeyPatch
):
    # Some pipelines draw a picture's latents from their distribution; we take its middle.
    monkeypatch.setattr(
        DiagonalGaussianDistribution, "sample", lambda self, generator=None: self.mode()
    )
    base, chosen = str(checkpoint(family)), settings(condition)
    encodes = load_family(base, chosen, "cpu", encodes=True)
    row = encodes.row
    width, height = native_size(row, 16, 9, 64)
    num_frames = row.counts.at_least(17)
    pixels = frames(num_frames, height, width)
    video = pixels.permute(1, 0, 2, 3)[None].float() / 127.5 - 1
    with torch.no_grad():
        batch = Batch(encodes.latents(video), encodes.text(CAPTION), encodes.condition(video))

    pipe = diffusers.DiffusionPipeline.from_pretrained(base)
    pipe.set_progress_bar_config(disable=True)
    calls = heard(pipe.transformer)
    asked: dict[str, Any] = {
        "prompt": CAPTION, "width": width, "height": height, "num_frames": num_frames,
        "num_inference_steps": 2, "guidance_scale": 1.0, "max_sequence_length": row.prompt_tokens,
        "output_type": "latent",
    }  # fmt: skip
    if row.name == "ltx":
        asked["frame_rate"] = row.fps
    if condition != "text":
        asked["image"] = Image.fromarray(pixels[0].permute(1, 2, 0).numpy())
    kind = row.picture_pipeline if condition != "text" else row.text_pipeline
    assert kind is not None
    served = sharing(pipe, kind)
    served(**asked, generator=torch.Generator().manual_seed(0))
    as_served = calls.pop(0)
    calls.clear()

    learns = load_family(base, chosen, "cpu", encodes=False)
    assert learns.pipe.transformer is None and encodes.pipe.transformer is None
    assert learns.pipe.vae is None
    timesteps = served.scheduler.timesteps[:1]
    noisy = noisy_of(served, as_served, batch.latents)
    with torch.no_grad():
        said = learns.predict(pipe.transformer, noisy, timesteps, batch)
    assert said.shape == batch.latents.shape
    (as_trained,) = calls
    assert {n for n in as_trained if n != "return_dict"} <= as_served.keys()
    for name, value in as_trained.items():
        same(name, value, as_served[name])
    missing = {n for n, v in as_served.items() if v is not None} - as_trained.keys()
    assert missing <= {"attention_kwargs", "return_dict"}


def same(name: str, ours: Any, theirs: Any) -> None:
    if isinstance(ours, Tensor):
        theirs = theirs.to(ours.dtype).expand_as(ours)
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5, msg=lambda m: f"{name}: {m}")
    elif isinstance(ours, tuple):
        for one, other in zip(ours, theirs, strict=True):
            same(name, one, other)
    else:
        assert ours == theirs, name


def decoded(pipe: Any, family: TrainedFamily, latents: Tensor) -> Tensor:
    """[1, 3, frames, height, width] in -1..1, by the pipeline's own arithmetic."""
    vae = pipe.vae
    if family.row.name == "ltx":
        whole = pipe._denormalize_latents(
            latents, vae.latents_mean, vae.latents_std, vae.config.scaling_factor
        )
    elif family.row.name.startswith("cog"):
        whole = latents / vae.config.scaling_factor
    else:
        mean, deviation = (
            torch.tensor(each).view(1, -1, 1, 1, 1)
            for each in (vae.config.latents_mean, vae.config.latents_std)
        )
        whole = latents * deviation + mean
    return whole


@pytest.mark.parametrize("family", ["wan", "wan_ti2v", "ltx", "cogvideox"])
def test_latents_are_what_the_pipeline_would_give_the_vae_to_decode(family: TinyFamily):
    encodes = load_family(str(checkpoint(family)), settings(), "cpu", encodes=True)
    width, height = native_size(encodes.row, 16, 9, 64)
    video = frames(17, height, width).permute(1, 0, 2, 3)[None].float() / 127.5 - 1
    with torch.no_grad():
        latents = encodes.latents(video)
        told = encodes.pipe.vae.encode(video).latent_dist.mode()
    torch.testing.assert_close(decoded(encodes.pipe, encodes, latents), told, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("family", "own", "shift"),
    [("wan", None, 3.0), ("wan_14b", None, 12.0), ("wan_ti2v", None, 5.0), ("wan_14b", 7.0, 7.0)],
)
def test_a_model_learns_with_the_flow_shift_that_it_serves_with(
    family: TinyFamily, own: float | None, shift: float
):
    chosen = settings().model_copy(update={"flow_shift": own})
    learns = load_family(str(checkpoint(family)), chosen, "cpu", encodes=False)
    objective = learns.objective(torch.zeros(1, 16, 1, 8, 8))
    assert isinstance(objective, FlowMatching)
    assert objective.shift == shift


def test_a_run_from_before_the_flow_shift_was_a_setting_is_still_the_same_run():
    assert VideoTraining(flow_shift=5.0).run_digest != VideoTraining().run_digest
    assert (
        VideoTraining().run_digest
        == "26d767599021f8564277ee663144496aa82fd4ee3633cad9d48e7fc152c1b09f"
    )


def test_flow_matching_is_a_straight_line_and_its_times_are_shifted_towards_noise():
    clean, noise = torch.zeros(2, 1, 1, 1, 1), torch.ones(2, 1, 1, 1, 1)
    plain, shifted = FlowMatching(1.0, "uniform"), FlowMatching(3.0, "uniform")
    times = torch.tensor([0.25, 0.75])
    assert plain.noisy(clean, noise, times).flatten().tolist() == [0.25, 0.75]
    assert plain.target(clean, noise, times).flatten().tolist() == [1, 1]
    assert plain.timesteps(times).tolist() == [250, 750]
    # One Euler step of a perfect model lands on the clean sample.
    noisy = shifted.noisy(clean + 5, noise, times)
    there = noisy - times.view(-1, 1, 1, 1, 1) * shifted.target(clean + 5, noise, times)
    torch.testing.assert_close(there, clean + 5)
    drawn = torch.sort(plain.times(4000, torch.Generator().manual_seed(0), 0, 1)).values
    again = torch.sort(shifted.times(4000, torch.Generator().manual_seed(0), 0, 1)).values
    torch.testing.assert_close(again, 3 * drawn / (1 + 2 * drawn))


def test_the_times_are_those_of_the_sampler_that_is_served():
    """Its sigmas over a few steps are the shifted times of an even grid."""
    families: tuple[TinyFamily, ...] = ("wan", "ltx")
    for family in families:
        learns = load_family(str(checkpoint(family)), settings(), "cpu", encodes=False)
        objective = learns.objective(torch.zeros(1, 16, 5, 8, 14))
        assert isinstance(objective, FlowMatching)
        assert objective.shift > 1
        assert objective.weighting == "logit_normal"
    scheduler = diffusers.UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )
    scheduler.set_timesteps(10)
    ours = FlowMatching(3.0).shifted(torch.linspace(1, 0, 11)[1:-1])
    assert float((scheduler.sigmas[1:10] - ours).abs().max()) < 2e-3


def test_each_expert_of_wan_2_2_learns_only_what_it_denoises():
    base = str(checkpoint("wan_14b"))
    for expert, low, high in (("high_noise", 0.875, 1.0), ("low_noise", 0.0, 0.875)):
        chosen = settings().model_copy(update={"expert": expert})
        objective = load_family(base, chosen, "cpu", encodes=False).objective(torch.zeros(1))
        drawn = objective.times(500, torch.Generator().manual_seed(1), 0, 1)
        assert len(drawn) == 500
        for times in (drawn, objective.grid(8)):
            assert low <= float(times.min()) and float(times.max()) <= high
    first, second = (
        load_transformer(base, settings().model_copy(update={"expert": e}), "cpu", torch.float32)
        for e in ("high_noise", "low_noise")
    )
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)


def test_v_prediction_recovers_the_clean_latents_and_ranks_draw_from_their_own_intervals():
    objective = load_family(
        str(checkpoint("cogvideox")), settings(), "cpu", encodes=False
    ).objective(torch.zeros(1))
    assert isinstance(objective, VPrediction)
    lots = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(3, 4, 5, 8, 14, generator=lots) for _ in range(2))
    times = objective.grid(3)
    share = objective.scheduler.alphas_cumprod[times].double().view(-1, 1, 1, 1, 1)
    noisy, target = objective.noisy(clean, noise, times), objective.target(clean, noise, times)
    found = (share**0.5 * noisy - (1 - share) ** 0.5 * target).float()
    torch.testing.assert_close(found, clean)
    drawn = [objective.times(2, lots, rank, 4) for rank in range(4)]
    assert [int(t) // 125 for t in torch.cat(drawn)] == list(range(8))


@pytest.mark.parametrize(
    ("family", "changes", "wanted"),
    [
        ("hunyuan", {}, "HunyuanVideo T2V cannot be trained|HunyuanVideo cannot be trained"),
        ("wan", {"data": {"condition": "reference"}}, "takes no picture"),
        ("wan_i2v", {}, "is shown a picture"),
        ("wan", {"expert": "low_noise"}, "has one transformer"),
        ("wan", {"data": {"short_side": 63}}, "data.short_side"),
    ],
)
def test_what_a_family_cannot_learn_is_refused_by_name(
    family: TinyFamily, changes: dict[str, Any], wanted: str
):
    chosen = VideoTraining.model_validate(changes)
    with pytest.raises(ValueError, match=wanted):
        load_family(str(checkpoint(family)), chosen, "cpu", encodes=False)


def test_a_folder_that_is_no_checkpoint_is_refused(tmp_path: Any):
    with pytest.raises(ValueError, match=r"base: .* no checkpoint"):
        load_family(str(tmp_path), settings(), "cpu", encodes=False)
