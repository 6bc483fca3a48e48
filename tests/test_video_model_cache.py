"""Latents and embeddings are made once: exact keys, whole files, an index that comes last."""

import resource
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from serve.dataset import Dataset
from tests.video_samples import build, cache, quick, samples, work
from training.video_model.batch_reading import BatchReader
from training.video_model.cache import TensorFolder
from training.video_model.cache.building import (
    Encoded,
    EncodingWork,
    Item,
    build_index,
    encode_here,
)
from training.video_model.cache.encoder import LatentEncoder
from training.video_model.cache.tensors import padded, trimmed
from training.video_model.errors import TrainingStopped
from training.video_model.settings import VideoTraining

torch.set_num_threads(1)

CLIPS = [f"film-{film}:{cut}" for film in range(3) for cut in range(2)]


def test_everything_is_encoded_once_and_a_second_job_encodes_nothing(tmp_path: Path):
    index, encoded = build(cache(), tmp_path / "a.parquet", quick(prompts=[]))
    assert [sample.clip for sample in index.samples] == CLIPS
    assert {sample.shape.name for sample in index.samples} == {"112x64-17f", "64x112-17f"}
    again, nothing = build(cache(), tmp_path / "a.parquet", quick(prompts=[]))
    assert (again, nothing) == (index, [])
    # Another run's index from the same tensors.
    other, nothing = build(cache(), tmp_path / "b.parquet", quick(seed=5, prompts=[]))
    assert (other.digest, nothing) == (index.digest, [])
    assert len(encoded) <= 8
    tensors = TensorFolder(cache())
    batch = BatchReader(tensors, index.empty_text).read(index.samples[:1] * 2, [False, True])
    assert batch.latents.shape == (2, 16, 5, 8, 14)
    assert batch.text["embeds"].shape == (2, 512, 32)
    assert not torch.equal(batch.text["embeds"][0], batch.text["embeds"][1])


def test_a_key_changes_with_what_shapes_its_tensor_and_with_nothing_else(tmp_path: Path):
    first, _ = build(cache(), tmp_path / "a.parquet", quick())
    shorter, _ = build(cache(), tmp_path / "b.parquet", quick(data={"lengths": [9]}))
    captions, _ = build(cache(), tmp_path / "c.parquet", quick(data={"caption": "short"}))
    for one, other in zip(first.samples, shorter.samples, strict=True):
        assert one.latents != other.latents
        assert one.text == other.text
    assert captions.digest == first.digest, "short and long captions say the same here"


def test_a_job_that_died_goes_on_with_what_is_missing(tmp_path: Path):
    path, folder = tmp_path / "index.parquet", tmp_path / "cache"

    def dies(work: EncodingWork, items: Sequence[Item]) -> Encoded:
        yield from encode_here(work, items[:4])
        raise KeyboardInterrupt

    chosen = quick()
    with pytest.raises(KeyboardInterrupt):
        build_index(
            work(folder, chosen), samples(chosen), [""], Counter(), path, dies, lambda _: None
        )
    assert not path.exists(), "training must not begin with half of it"
    index, encoded = build(folder, path, chosen)
    # One caption and three clips were done.
    assert [item for item in encoded if item in CLIPS] == CLIPS[3:]
    whole, _ = build(cache(), tmp_path / "whole.parquet", chosen)
    assert index == whole
    for sample in index.samples:
        here, there = (TensorFolder(f).get(sample.latents) for f in (folder, cache()))
        assert torch.equal(here["latents"], there["latents"])


def test_a_clip_that_cannot_be_read_is_left_out_and_many_stop_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read = Dataset.clip
    monkeypatch.setattr(
        Dataset, "clip",
        lambda self, row: b"broken" if row["offset"] == broken else read(self, row),
    )  # fmt: skip
    broken = samples(quick())[0].place.offset
    with pytest.raises(TrainingStopped, match=r"\d of 6 clips cannot be read \(film-0:0: its file"):
        build(tmp_path / "cache", tmp_path / "a.parquet", quick())
    lenient = quick(data={"most_lost": 0.6})
    index, _ = build(tmp_path / "cache", tmp_path / "a.parquet", lenient)
    assert CLIPS[0] not in {sample.clip for sample in index.samples}
    assert index.left_out["cannot be read"] == 6 - len(index.samples)


def test_a_full_disk_stops_the_job_and_loses_nothing(tmp_path: Path):
    path, folder = tmp_path / "index.parquet", tmp_path / "cache"
    # Of another length: its latents are not in the shared cache's files, but larger.
    chosen = quick(data={"lengths": [17]})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow over 20 KiB: embeddings fit, latents do not.
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(TrainingStopped, match=r"the cache cannot be written to: .* are kept"):
            build(folder, path, chosen)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not path.exists()
    left = [file for file in folder.rglob("*") if file.is_file()]
    assert left and all(file.suffix == ".safetensors" for file in left), "nothing half-written"
    build(folder, path, chosen)


def test_a_broken_tensor_stops_with_what_to_do(tmp_path: Path):
    tensors = TensorFolder(tmp_path)
    key = "latents/" + "0" * 64
    tensors.put(key, {"latents": torch.ones(3)})
    file = next(tmp_path.rglob("*.safetensors"))
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(TrainingStopped, match="remove it and run again"):
        tensors.get(key)
    with pytest.raises(ValueError, match="no key"):
        tensors.get("../../etc/passwd")


def test_the_zeros_behind_a_caption_take_no_room():
    embeds = torch.zeros(1, 512, 8)
    embeds[:, :7] = torch.randn(1, 7, 8)
    small = trimmed({"embeds": embeds})
    assert small["embeds"].shape == (1, 7, 8)
    assert torch.equal(padded(small)["embeds"], embeds)
    empty = trimmed({"embeds": torch.zeros(1, 512, 8)})
    assert padded(empty)["embeds"].shape == (1, 512, 8)


def test_a_reference_lies_before_the_clip_s_own_frames(tmp_path: Path):
    chosen: VideoTraining = quick(data={"condition": "reference"})
    found = samples(chosen, "wan_ti2v")
    encoder: LatentEncoder = work(tmp_path, chosen, "wan_ti2v").open()
    assert len(found) == 6
    for sample in found[:2]:
        assert encoder.encode(sample) == ""
    pictures = [p for p in tmp_path.rglob("*.safetensors") if p.parts[-3] == "pictures"]
    assert len(pictures) == 2
