"""The engine renders shots with real pipelines, as the bare pipeline does, and stops at once."""

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from conte.clip import Shot
from deployments.engines.diffusion import DiffusersEngine
from deployments.engines.diffusion.prompting import prompt
from deployments.engines.protocols import Cancelled, Frame, RenderError
from deployments.engines.tiny.video import TinyFamily
from serve.settings import DiffusersSettings
from tests.tiny_checkpoints import (
    checkered,
    checkpoint,
    engine,
    frames_of,
    ignore,
    never,
    settings,
    shot,
)

torch.set_num_threads(1)

SHORT = shot(seconds=0.5)
SQUARE: dict[str, Any] = {"width": 128, "height": 128}


def rendered(
    family: TinyFamily, asked: Shot | None = None, start: Frame | None = None
) -> list[Frame]:
    return frames_of(engine(family).render(asked or shot(), ignore, never, start))


def differ(some: list[Frame], others: list[Frame]) -> bool:
    return not np.array_equal(np.stack(some), np.stack(others))


@pytest.mark.parametrize(
    ("family", "size", "num_frames", "more"),
    [
        ("wan", (112, 64), 17, {"guidance_scale": 5.0, "max_sequence_length": 512}),
        (
            "wan_14b",
            (112, 64),
            17,
            {
                "guidance_scale": 4.0,
                "guidance_scale_2": 3.0,
                "max_sequence_length": 512,
                "flow_shift": 12.0,
            },
        ),
        (
            "wan_ti2v",
            (128, 64),
            25,
            {"guidance_scale": 5.0, "max_sequence_length": 512, "flow_shift": 5.0},
        ),
        (
            "ltx",
            (128, 64),
            25,
            {"guidance_scale": 3.0, "max_sequence_length": 256, "frame_rate": 25},
        ),
        (
            "ltx_condition",
            (128, 64),
            25,
            {
                "guidance_scale": 3.0,
                "max_sequence_length": 256,
                "frame_rate": 25,
                "decode_timestep": 0.05,
                "decode_noise_scale": 0.025,
            },
        ),
        ("cogvideox", (112, 64), 9, {"guidance_scale": 6.0, "max_sequence_length": 226}),
        ("cogvideox15", (112, 64), 17, {"guidance_scale": 6.0, "max_sequence_length": 226}),
        ("hunyuan", (112, 64), 25, {"guidance_scale": 6.0, "max_sequence_length": 256}),
    ],
)
def test_frames_are_those_of_the_bare_pipeline_bit_for_bit(
    family: TinyFamily, size: tuple[int, int], num_frames: int, more: dict[str, Any]
):
    asked = shot()
    made = engine(family).render(asked, ignore, never)
    assert (made.num_frames, (made.width, made.height)) == (num_frames, size)
    said = prompt(asked, engine(family).family)
    if said.negative is not None:
        more = more | {"negative_prompt": said.negative}
    diffusers: Any = import_module("diffusers")
    bare = diffusers.DiffusionPipeline.from_pretrained(str(checkpoint(family)))
    bare.set_progress_bar_config(disable=True)
    if shift := more.pop("flow_shift", None):
        config = bare.scheduler.config
        bare.scheduler = type(bare.scheduler).from_config(config, flow_shift=shift)
    wanted = bare(
        prompt=said.text,
        width=size[0],
        height=size[1],
        num_frames=num_frames,
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(asked.seed),
        output_type="np",
        **more,
    ).frames[0]
    assert np.array_equal(np.stack(frames_of(made)), (wanted * 255).round().astype(np.uint8))


@pytest.mark.parametrize("family", ["wan", "wan_ti2v", "ltx", "cogvideox", "hunyuan"])
def test_another_prompt_or_seed_makes_another_video_and_the_same_the_same(family: TinyFamily):
    first = rendered(family, SHORT)
    assert not differ(first, rendered(family, SHORT))
    other = {"video_prompt": "a cat asleep on a red sofa"}
    assert differ(first, rendered(family, SHORT.model_copy(update=other)))
    assert differ(first, rendered(family, SHORT.model_copy(update={"seed": 8})))


@pytest.mark.parametrize(
    ("family", "frames_asked", "guidance"),
    [("hunyuan_i2v", 25, 6.0), ("hunyuan_i2v_33ch", 29, 1.0)],
)
def test_frames_from_a_picture_are_those_of_the_bare_pipeline(
    family: TinyFamily, frames_asked: int, guidance: float
):
    """That of 33 channels drops the first four of its frames."""
    asked, picture = shot(reference="images/1.png"), checkered(112, 64)
    diffusers: Any = import_module("diffusers")
    bare = diffusers.DiffusionPipeline.from_pretrained(str(checkpoint(family)))
    bare.set_progress_bar_config(disable=True)
    wanted = bare(
        image=Image.fromarray(picture),
        prompt=prompt(asked, engine(family).family).text,
        width=112,
        height=64,
        num_frames=frames_asked,
        num_inference_steps=2,
        guidance_scale=guidance,
        generator=torch.Generator().manual_seed(asked.seed),
        output_type="np",
    ).frames[0]
    made = np.stack(rendered(family, asked, picture))
    assert made.shape == (25, 64, 112, 3)
    assert np.array_equal(made, (wanted * 255).round().astype(np.uint8))


@pytest.mark.parametrize(
    "family",
    ["wan_i2v", "wan_ti2v", "ltx", "ltx_condition", "cogvideox_i2v", "hunyuan_i2v",
     "hunyuan_i2v_33ch"],
)  # fmt: skip
def test_a_picture_conditions_the_families_that_start_from_one(family: TinyFamily):
    asked = SHORT.model_copy(update={"reference": "images/1.png"})
    black, board = np.zeros((90, 160, 3), np.uint8), checkered()
    assert differ(rendered(family, asked, black), rendered(family, asked, board))


def test_a_family_of_words_says_that_it_did_not_use_the_picture():
    asked = shot(reference="images/1.png")
    made = engine("wan").render(asked, ignore, never, checkered())
    assert made.remarks == ("Wan 2.1 T2V starts from words alone: the picture given was not used",)
    assert not differ(frames_of(made), rendered("wan", asked))


def one_step(family: TinyFamily) -> DiffusersEngine:
    """For shots of many frames, which are square besides where the family makes more than one size."""
    return DiffusersEngine(
        settings(family, num_inference_steps=1, short_side=0 if family == "cogvideox" else 64)
    )


@pytest.mark.parametrize(
    ("family", "seconds", "held"),
    [("wan", 6, ", which is held"), ("wan_14b", 6, ", which is held"), ("wan_ti2v", 6, ""),
     ("cogvideox", 7, ", which is held"), ("cogvideox15", 6, ", which is held"),
     ("hunyuan", 6, ", which is held")],
)  # fmt: skip
def test_a_long_shot_is_made_in_pieces(family: TinyFamily, seconds: float, held: str):
    steps: list[float] = []
    size: dict[str, Any] = {} if family == "cogvideox" else SQUARE
    made = one_step(family).render(shot(seconds=seconds, **size), steps.append, never)
    assert made.remarks == (f"made in 2 pieces, each from the last frame before{held}",)
    frames = frames_of(made)
    assert len(frames) == made.num_frames >= seconds * made.fps
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


def test_a_long_shot_from_a_picture_is_made_in_pieces():
    asked = shot(seconds=6, reference="images/1.png", **SQUARE)
    made = one_step("hunyuan_i2v_33ch").render(asked, ignore, never, checkered())
    assert made.remarks == ("made in 2 pieces, each from the last frame before",)
    assert len(frames_of(made)) == made.num_frames >= 6 * 24


def test_progress_moves_with_every_denoising_step():
    steps: list[float] = []
    engine("wan").render(shot(), steps.append, never)
    assert steps == pytest.approx([1 / 3, 2 / 3, 1.0])


@contextmanager
def passes() -> Generator[list[str]]:
    """The names of the modules that compute, in their order, at any depth."""
    names: list[str] = []

    def note(module: torch.nn.Module, *_: Any) -> None:
        names.append(type(module).__name__)

    hook = torch.nn.modules.module.register_module_forward_hook(note)
    try:
        yield names
    finally:
        hook.remove()


@pytest.mark.parametrize(
    ("family", "denoiser"),
    [("wan", "WanTransformer3DModel"), ("ltx", "LTXVideoTransformer3DModel"),
     ("ltx_condition", "LTXVideoTransformer3DModel"),
     ("cogvideox", "CogVideoXTransformer3DModel"), ("hunyuan", "HunyuanVideoTransformer3DModel")],
)  # fmt: skip
def test_a_cancelled_render_computes_nothing_more(family: TinyFamily, denoiser: str):
    before = rendered(family, SHORT)
    told: list[float] = []
    with passes() as names, pytest.raises(Cancelled):
        engine(family).render(SHORT, told.append, lambda: bool(told))
    assert len(told) == 1
    assert names[-1] == denoiser
    assert not differ(before, rendered(family, SHORT))


def test_decoding_stops_too():
    told: list[float] = []

    def stop() -> bool:
        return names.count("WanDecoder3d") == 1

    with passes() as names, pytest.raises(Cancelled):
        engine("wan").render(shot(), told.append, stop)
    assert len(told) == 2
    assert names.count("WanDecoder3d") == 1


def test_a_render_told_to_stop_at_once_encodes_no_prompt():
    with passes() as names, pytest.raises(Cancelled):
        engine("wan").render(shot(), ignore, lambda: True)
    assert names == []


def test_frames_that_are_not_numbers_are_refused():
    broken = DiffusersEngine(settings("wan"))
    with torch.no_grad():
        broken.pipe.vae.decoder.conv_out.weight.fill_(float("nan"))
    with pytest.raises(RenderError, match="not numbers; another dtype"):
        broken.render(shot(), ignore, never)


def test_a_portrait_shot_is_denoised_upright():
    made = engine("wan").render(shot(width=128, height=228), ignore, never)
    assert (made.width, made.height) == (64, 112)


def test_a_family_of_one_size_says_that_a_portrait_is_cropped_from_it():
    made = engine("cogvideox").render(shot(width=128, height=228), ignore, never)
    assert (made.width, made.height) == (112, 64)
    assert made.remarks == ("made at 112x64, the only size of CogVideoX, and cropped",)


def test_its_id_names_the_model_and_changes_with_what_shapes_pixels():
    made = engine("wan").id
    assert made.name == "diffusers"
    assert made.label == "Wan 2.1 T2V (diffusers; random weights, not a model)"
    assert made.revision.startswith("tiny-wan@")
    assert DiffusersEngine(settings("wan", offload="none")).id == made
    for change in ({"num_inference_steps": 3}, {"guidance_scale": 1.0}, {"vae_tiling": True}):
        assert DiffusersEngine(settings("wan", **change)).id.revision != made.revision


def test_steps_guidance_and_negative_prompt_are_settings():
    some = DiffusersEngine(settings("wan", num_inference_steps=1, guidance_scale=1.0))
    with passes() as names:
        some.render(shot(), ignore, never)
    assert names.count("WanTransformer3DModel") == 1
    other = DiffusersEngine(settings("wan", negative_prompt="grey"))
    assert differ(frames_of(other.render(shot(), ignore, never)), rendered("wan"))


def test_a_checkpoint_keeps_its_config_when_pipelines_share_it():
    """`expand_timesteps` lost on the way gave a TI2V latents of the wrong shape."""
    assert len(rendered("wan_ti2v", shot(reference="images/1.png"), checkered())) == 25


def test_warming_up_takes_two_steps_and_changes_nothing():
    before = rendered("wan")
    with passes() as names:
        engine("wan").warm_up()
    assert names.count("WanTransformer3DModel") == 2 * 2
    assert not differ(before, rendered("wan"))


def test_half_precision_leaves_the_vae_of_wan_in_float32():
    half = DiffusersEngine(settings("wan", dtype="bfloat16"))
    assert half.pipe.transformer.dtype == torch.bfloat16
    assert half.pipe.vae.dtype == torch.float32
    assert len(frames_of(half.render(shot(seconds=0.5), ignore, never))) == 9


def test_the_flow_shift_is_that_of_the_size():
    assert engine("wan").pipe.scheduler.config.flow_shift == 3.0
    large = DiffusersEngine(settings("wan", short_side=720))
    assert large.pipe.scheduler.config.flow_shift == 5.0


@pytest.mark.parametrize(
    ("family", "short_side", "shift"),
    [("wan_14b", 64, 12.0), ("wan_14b", 720, 12.0), ("wan_ti2v", 64, 5.0), ("wan_i2v", 64, 3.0)],
)
def test_a_converted_checkpoint_gets_the_flow_shift_that_its_authors_use(
    family: TinyFamily, short_side: int, shift: float
):
    assert engine_of(family, short_side=short_side).pipe.scheduler.config.flow_shift == shift


def engine_of(family: TinyFamily, **changes: Any) -> DiffusersEngine:
    return DiffusersEngine(settings(family, **changes))


def test_a_flow_shift_is_a_setting_and_shapes_pixels():
    made = engine_of("wan", flow_shift=8.0)
    assert made.pipe.scheduler.config.flow_shift == 8.0
    assert made.id.revision != engine("wan").id.revision
    assert differ(frames_of(made.render(shot(), ignore, never)), rendered("wan"))


def test_a_distilled_checkpoint_keeps_its_own_flow_shift(tmp_path: Path):
    folder = copied(tmp_path, "wan_14b")
    file = folder / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"flow_shift": 7.5}))
    kept = DiffusersEngine(settings("wan_14b", checkpoint=str(folder)))
    assert kept.pipe.scheduler.config.flow_shift == 7.5


@pytest.mark.parametrize("family", ["cogvideox", "ltx"])
def test_a_flow_shift_that_cannot_be_set_is_refused(family: TinyFamily):
    assert refused(checkpoint(family), flow_shift=5.0).startswith("diffusers.flow_shift: ")


def copied(tmp_path: Path, family: TinyFamily = "wan") -> Path:
    return Path(shutil.copytree(checkpoint(family), tmp_path / "copy"))


def refused(folder: Path | str, **changes: Any) -> str:
    with pytest.raises(ValueError) as caught:
        DiffusersEngine(DiffusersSettings(checkpoint=str(folder), device="cpu", **changes))
    return str(caught.value)


def test_a_missing_checkpoint_is_named_with_its_setting(tmp_path: Path):
    assert refused("").startswith("diffusers.checkpoint: wanted the folder of a checkpoint")
    assert "there is no folder" in refused(tmp_path / "nowhere")
    assert "has no model_index.json" in refused(tmp_path)


def test_an_unknown_pipeline_is_refused_with_what_can_be_loaded(tmp_path: Path):
    (tmp_path / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    assert "holds a FluxPipeline, wanted one of Wan 2.1 and 2.2" in refused(tmp_path)


def test_a_checkpoint_without_its_weights_is_refused(tmp_path: Path):
    folder = copied(tmp_path)
    (folder / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    assert "says it is Wan 2.1 T2V but cannot be loaded" in refused(folder)


def test_a_cut_off_weight_file_is_refused(tmp_path: Path):
    folder = copied(tmp_path)
    weights = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    assert "cannot be loaded" in refused(folder)


@pytest.mark.parametrize(
    ("part", "file"),
    [("transformer", "diffusion_pytorch_model.safetensors"), ("text_encoder", "model.safetensors")],
)
def test_a_checkpoint_that_lacks_a_tensor_is_refused_not_filled_with_noise(
    tmp_path: Path, part: str, file: str
):
    from safetensors.torch import load_file, save_file

    weights = copied(tmp_path) / part / file
    tensors = load_file(weights)
    lost = min(tensors)
    del tensors[lost]
    save_file(tensors, weights, metadata={"format": "pt"})
    assert lost in refused(tmp_path / "copy")


def test_pickled_weights_are_refused(tmp_path: Path):
    folder = copied(tmp_path)
    weights = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    assert "cannot be loaded" in refused(folder)


def test_code_in_a_checkpoint_is_never_run(tmp_path: Path):
    folder = copied(tmp_path)
    index = json.loads((folder / "model_index.json").read_text())
    index["transformer"] = ["my_transformer", "Mine"]
    (folder / "model_index.json").write_text(json.dumps(index))
    marker = tmp_path / "ran"
    (folder / "transformer" / "my_transformer.py").write_text(
        f"open({str(marker)!r}, 'w')\nclass Mine: pass\n"
    )
    assert "code of its own (my_transformer.Mine), never run here" in refused(folder)
    assert not marker.exists()


def test_a_size_it_cannot_make_is_refused_at_start():
    assert refused(checkpoint("wan"), short_side=100).startswith(
        "diffusers.short_side: 100 pixels: Wan 2.1 T2V makes multiples of 16"
    )


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="this replica has no GPU"):
        DiffusersEngine(settings("wan", device="cuda"))
