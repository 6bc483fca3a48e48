"""A tiny video model learns from drawn clips; what it learnt is served; no death changes a bit."""

import json
import resource
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from deployments.engines.diffusion import DiffusersEngine
from deployments.engines.protocols import Frame
from deployments.engines.tiny.video import TinyFamily
from serve.settings import Adapter
from tests import video_training
from tests.tiny_checkpoints import checkpoint, frames_of, ignore, never, shot
from tests.tiny_checkpoints import settings as served_settings
from tests.video_samples import build, cache, quick
from training.video_model.batch_reading import BatchReader
from training.video_model.cache import TensorFolder
from training.video_model.checkpoints import Checkpoints
from training.video_model.curves import read_curves
from training.video_model.errors import OtherRun, TrainingStopped
from training.video_model.evaluate import evaluated
from training.video_model.families import Batch
from training.video_model.families.loading import load_transformer
from training.video_model.loss import loss_of
from training.video_model.objectives import FlowMatching
from training.video_model.ranks import Ranks
from training.video_model.run import Run
from training.video_model.settings import VideoTraining
from training.video_model.trained_weights import TrainedWeights
from training.video_model.trainer import train

torch.set_num_threads(1)

SHORT = shot(seconds=0.5)


def made(out: Path, settings: VideoTraining, family: TinyFamily = "wan") -> Run:
    out.mkdir(parents=True, exist_ok=True)
    run = Run(str(checkpoint(family)), out, cache(family), settings)
    build(run.cache, run.index_path, settings, family)
    return run


def trained(out: Path, settings: VideoTraining, family: TinyFamily = "wan") -> Path:
    return train(made(out, settings, family), Ranks(), lambda _line: None)


def frames(engine: DiffusersEngine, adapter: str | None = None) -> Any:
    made: list[Frame] = frames_of(
        engine.render(SHORT.model_copy(update={"adapter": adapter}), ignore, never)
    )
    return np.stack(made)


def losses(out: Path, name: str) -> list[float]:
    return [row[name] for row in read_curves(out) if name in row]


def in_memory(out: Path, settings: VideoTraining, family: TinyFamily = "wan") -> TrainedWeights:
    """The trained model as its last checkpoint has it, with no adapter file between."""
    weights = TrainedWeights(
        load_transformer(str(checkpoint(family)), settings, "cpu", torch.float32), settings
    )
    optimiser = torch.optim.AdamW(weights.parameters)
    last = max((out / "checkpoints").glob("step-*"))
    run: Any = None
    checkpoints = Checkpoints(out / "checkpoints", run, Ranks(), 2)
    checkpoints.load(last, int(last.name.removeprefix("step-")), weights, optimiser)
    return weights


def test_the_served_adapter_makes_the_frames_of_the_trained_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings = quick(
        steps=24, render_every=24, valid_every=8, gradient_checkpointing=True, prompts=[]
    )
    adapter = trained(tmp_path, settings)
    for name in ("fixed_loss_learnt", "fixed_loss_kept"):
        fell = losses(tmp_path, name)
        assert fell == sorted(fell, reverse=True)
        assert fell[-1] < 0.9 * fell[0]

    engine = DiffusersEngine(served_settings("wan", adapters={"acme": Adapter(path=str(adapter))}))
    plain, adapted = frames(engine), frames(engine, "acme@0123")
    assert np.abs(plain.astype(int) - adapted).mean() > 1
    weights = in_memory(tmp_path, settings)
    engine.pipe.transformer = weights.model.eval()
    # The adapter that is on is not one of the engine's, which would turn it off.
    monkeypatch.setattr(engine._adapters, "use", lambda _name: None)  # pyright: ignore[reportPrivateUsage]
    with weights.averaged():
        model = frames(engine)
    assert np.array_equal(adapted, model)
    # Not those of the last step, but their average is published.
    assert not np.array_equal(adapted, frames(engine))

    clips = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("clips/*/*.png"))
    assert clips[0] == "clips/step-00000000/0.png" and "clips/step-00000024/0.png" in clips
    first, last = (tmp_path / f"clips/step-{n:08d}/0.png" for n in (0, 24))
    assert first.read_bytes() != last.read_bytes()
    about = json.loads((tmp_path / "clips/step-00000024/0.json").read_text())
    assert about["prompt"] and about["methods"].keys() == about["measured"].keys()
    assert "classical" in about["methods"]["subject_consistency"]


def test_all_weights_make_a_checkpoint_that_is_served(tmp_path: Path):
    settings = quick(method="full", ema=0.0, render_every=100, valid_every=100)
    folder = trained(tmp_path, settings)
    assert (
        losses(tmp_path, "fixed_loss_learnt")[-1] < 0.9 * losses(tmp_path, "fixed_loss_learnt")[0]
    )
    ours = DiffusersEngine(served_settings("wan", checkpoint=str(folder)))
    theirs = DiffusersEngine(served_settings("wan"))
    assert not np.array_equal(frames(ours), frames(theirs))
    assert ours.id.revision != theirs.id.revision
    theirs.pipe.transformer = in_memory(tmp_path, settings).model.eval()
    assert np.array_equal(frames(ours), frames(theirs))


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("wan_ti2v", {"data": {"condition": "reference"}}),
        ("wan_i2v", {"data": {"condition": "first_frame"}}),
        ("ltx", {"data": {"condition": "reference"}}),
        ("cogvideox", {}),
    ],
)
def test_every_family_learns_and_its_adapter_loads(
    family: TinyFamily, changes: dict[str, Any], tmp_path: Path
):
    settings = quick(**changes, max_tokens=600, ema=0.5)
    adapter = trained(tmp_path, settings, family)
    fell = losses(tmp_path, "fixed_loss_learnt")
    assert fell[-1] < 0.98 * fell[0]
    assert next(iter(tmp_path.glob("clips/step-00000008/*.mp4")))
    engine = DiffusersEngine(
        served_settings(family, adapters={"acme": Adapter(path=str(adapter))}, short_side=0)
        if family == "cogvideox"
        else served_settings(family, adapters={"acme": Adapter(path=str(adapter))})
    )
    engine._adapters.use("acme")  # pyright: ignore[reportPrivateUsage]
    assert engine.pipe.transformer.peft_config


def test_the_low_noise_expert_s_adapter_goes_into_the_second_transformer(tmp_path: Path):
    settings = quick(expert="low_noise", render_every=100, steps=4)
    adapter = trained(tmp_path, settings, "wan_14b")
    assert [path.name for path in adapter.glob("*.safetensors")] == [
        "pytorch_lora_weights_low_noise.safetensors"
    ]
    engine = DiffusersEngine(
        served_settings("wan_14b", adapters={"acme": Adapter(path=str(adapter))})
    )
    engine._adapters.use("acme")  # pyright: ignore[reportPrivateUsage]
    assert not getattr(engine.pipe.transformer, "peft_config", {})
    assert engine.pipe.transformer_2.peft_config


class Watcher:
    """A family that keeps what it is asked, and answers with nothing."""

    first_is_given = True

    def __init__(self) -> None:
        self.noisy = torch.zeros(0)

    def objective(self, _latents: Tensor) -> FlowMatching:
        return FlowMatching(1.0)

    def predict(self, _model: Any, noisy: Tensor, _timesteps: Tensor, _batch: Batch) -> Tensor:
        self.noisy = noisy
        return torch.zeros_like(noisy)


def test_what_is_given_stays_clean_and_is_not_learnt():
    family: Any = Watcher()
    clean, noise = torch.randn(2, 4, 3, 2, 2), torch.randn(2, 4, 3, 2, 2)
    times = torch.tensor([0.5, 1.0])
    loss = loss_of(family, None, Batch(clean, {}, {}), noise, times)
    assert torch.equal(family.noisy[:, :, 0], clean[:, :, 0])
    assert torch.equal(family.noisy[1, :, 1:], noise[1, :, 1:])
    wanted = (noise - clean)[:, :, 1:].square().mean(dim=(1, 2, 3, 4))
    torch.testing.assert_close(loss, wanted)


def wait_for(there: Callable[[], bool], timeout_s: float = 400) -> None:
    deadline = time.monotonic() + timeout_s
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


TOGETHER = quick(workers=2, steps=10, render_every=100)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two ranks' run that nothing happened to."""
    out = tmp_path_factory.mktemp("whole")
    made(out, TOGETHER)
    ranks = video_training.start(str(checkpoint("wan")), out, cache(), TOGETHER)
    assert video_training.ended(ranks) == [0, 0]
    return out


def test_ranks_that_are_killed_at_any_step_end_in_the_same_bits(whole: Path, tmp_path: Path):
    settings, killed, base = TOGETHER, tmp_path / "killed", str(checkpoint("wan"))
    made(killed, settings)
    victims = iter([1, 0])
    for until in (4, 8):
        ranks = video_training.start(base, killed, cache(), settings)
        wait_for(lambda until=until: any(row["step"] >= until for row in read_curves(killed)))
        ranks[next(victims)].kill()
        for rank in ranks:
            rank.kill()
        assert -signal.SIGKILL in video_training.ended(ranks)
    assert sorted(p.name for p in (killed / "checkpoints").glob("step-*"))[0] != "step-00000010"
    assert video_training.ended(video_training.start(base, killed, cache(), settings)) == [0, 0]
    assert read_curves(killed) == read_curves(whole)
    one, other = (
        load_file(out / "adapter-00000010/pytorch_lora_weights.safetensors")
        for out in (killed, whole)
    )
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    # The ranks learnt together: one alone ends elsewhere.
    assert len({row["step"] for row in read_curves(whole)}) == 11


def test_sharded_ranks_learn_as_whole_ones_do_and_go_on(whole: Path, tmp_path: Path):
    for steps in (3, 5):
        settings = quick(workers=2, steps=steps, sharded=True, render_every=100)
        made(tmp_path, settings)
        ranks = video_training.start(str(checkpoint("wan")), tmp_path, cache(), settings)
        assert video_training.ended(ranks) == [0, 0]
    found = losses(tmp_path, "loss")
    assert len(found) == 5
    assert found == pytest.approx(losses(whole, "loss")[:5], rel=1e-4)


def test_a_loss_that_is_no_number_stops_and_the_run_goes_on_with_smaller_steps(tmp_path: Path):
    trained(tmp_path, quick(steps=3))
    wild = quick(optimiser={"learning_rate": 1e12, "warm_up": 0}, steps=12)
    again = quick(optimiser={"learning_rate": 1e-4, "warm_up": 0}, steps=6)
    calm = quick(optimiser={"learning_rate": 3e-3, "warm_up": 0}, steps=3)
    out = tmp_path / "wild"
    trained(out, calm)
    with pytest.raises(TrainingStopped, match=r"at step \d+ the loss is .* no number"):
        trained(out, wild)
    assert not list(out.glob("adapter-00000012"))
    assert (out / "checkpoints/step-00000003/run.json").exists()
    for broken in (out / "checkpoints").glob("step-0000000[6-9]"):
        shutil.rmtree(broken)
    assert trained(out, again).name == "adapter-00000006"


def test_a_checkpoint_of_something_else_is_refused_by_what_differs(tmp_path: Path):
    trained(tmp_path, quick(steps=3, render_every=100))
    with pytest.raises(OtherRun, match=r"is of another family .wan2.1-t2v, here it is ltx."):
        trained(tmp_path, quick(steps=3), "ltx")
    with pytest.raises(OtherRun, match=r"another run's settings.*wanted an --out of its own"):
        trained(tmp_path, quick(steps=3, seed=1))
    with pytest.raises(OtherRun, match="another dataset"):
        trained(tmp_path, quick(steps=3, data={"lengths": [9]}))
    assert (tmp_path / "adapter-00000003/manifest.json").exists()


def test_a_full_disk_stops_and_the_checkpoints_before_stand(tmp_path: Path):
    settings = quick(steps=3, render_every=100)
    trained(tmp_path, settings)
    longer = quick(steps=6, render_every=100)
    run = made(tmp_path, longer)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tensors,) = (tmp_path / "checkpoints").rglob("*.distcp")
    resource.setrlimit(resource.RLIMIT_FSIZE, (tensors.stat().st_size - 1000, before[1]))
    try:
        with pytest.raises(
            TrainingStopped, match=r"the checkpoint of step 6 cannot be written: .*File too large"
        ):
            train(run, Ranks(), lambda _line: None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    there = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert there == ["step-00000003"], "nothing half-written"
    assert train(run, Ranks(), lambda _line: None).name == "adapter-00000006"


def test_a_full_disk_elsewhere_stops_as_clearly(tmp_path: Path):
    settings = quick(steps=3, render_every=100)
    trained(tmp_path, settings)
    longer = made(tmp_path, quick(steps=6, render_every=100))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    room = (tmp_path / "curves.jsonl").stat().st_size + 10
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(TrainingStopped, match="the curves of step 4 cannot be written"):
            train(longer, Ranks(), lambda _line: None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["step-00000003"]
    assert train(longer, Ranks(), lambda _line: None).name == "adapter-00000006"
    assert [row["step"] for row in read_curves(tmp_path) if "loss" in row] == list(range(1, 7))


def test_an_adapter_is_judged_in_what_it_is_computed_in(tmp_path: Path):
    half = quick(steps=2, render_every=100, precision="bfloat16", valid_every=100)
    run = made(tmp_path, half)
    adapter = train(run, Ranks(), lambda _line: None)
    after, before = evaluated(run, adapter, "cpu")
    assert after.ids == before.ids
    assert len(after.scores["value"]) == len(after.ids) > 1
    whole = Run(run.base, run.out, run.cache, quick(steps=2, precision="float32"))
    other, _ = evaluated(whole, adapter, "cpu")
    assert other.ids == after.ids
    assert other.fixed_set != after.fixed_set, "figures of other sums are not compared"


def test_batches_that_make_one_step_are_averaged_and_go_on_to_the_bit(tmp_path: Path):
    settings = quick(steps=4, accumulate=2, save_every=2, keep=9, valid_every=100, render_every=100)
    whole = trained(tmp_path / "whole", settings)
    assert len(losses(tmp_path / "whole", "loss")) == 4
    shutil.copytree(tmp_path / "whole", tmp_path / "again")
    shutil.rmtree(tmp_path / "again" / whole.name)
    shutil.rmtree(tmp_path / "again" / "checkpoints" / "step-00000004")
    again = trained(tmp_path / "again", settings)
    assert read_curves(tmp_path / "again") == read_curves(tmp_path / "whole")
    name = "pytorch_lora_weights.safetensors"
    ours, theirs = load_file(whole / name), load_file(again / name)
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


def test_a_dropped_caption_is_the_empty_one_and_the_others_are_their_own(tmp_path: Path):
    index, _ = build(cache(), tmp_path / "samples.parquet", quick())
    reader = BatchReader(TensorFolder(cache()), index.empty_text)
    one, other = [each for each in index.samples if each.shape == index.samples[0].shape][:2]
    found = reader.read([one, other], [True, False]).text["embeds"]
    empty = reader.read([one], [True]).text["embeds"]
    assert torch.equal(found[0], empty[0])
    assert torch.equal(found[1], reader.read([other]).text["embeds"][0])
    assert not torch.equal(found[1], empty[0])


def test_the_last_checkpoints_are_kept_and_a_broken_one_says_what_to_do(tmp_path: Path):
    settings = quick(steps=8, save_every=2, render_every=100)
    trained(tmp_path, settings)
    there = sorted((tmp_path / "checkpoints").iterdir())
    assert [path.name for path in there] == ["step-00000006", "step-00000008"]
    tensors = there[-1] / "__0_0.distcp"
    tensors.write_bytes(tensors.read_bytes()[:-3000])
    with pytest.raises(TrainingStopped, match=r"step-00000008 cannot be read .* goes on from"):
        trained(tmp_path, quick(steps=9, save_every=2, render_every=100))
    shutil.rmtree(there[-1])
    assert trained(tmp_path, settings).name == "adapter-00000008"
