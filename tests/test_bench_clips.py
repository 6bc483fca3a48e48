"""The bench of clips: the engine beside the pipeline that it calls."""

from tests.bench import models
from tests.bench.__main__ import bench_shot
from tests.bench_smoke import smokes
from tests.tiny_checkpoints import checkpoint


@smokes("clips", ["engine", "bare pipeline"])
def test_the_engine_and_the_bare_pipeline_make_the_same_clip() -> None:
    small = {"short_side": 64, "num_inference_steps": 1, "device": "cpu"}
    shot = bench_shot().model_copy(update={"num_frames": 5})
    (row,) = models.clip(checkpoint("wan"), shot, 1, small)
    assert "| bit for bit |" in row
