"""Index of a dataset's cached tensors, written only when all of them exist."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from conte.frozen import Frozen, digest
from serve.whole import whole_file
from training.video_model.errors import TrainingStopped
from training.video_model.shapes import Shape

_SCHEMA = pa.schema(
    [
        ("clip", pa.string()),
        ("latents", pa.string()),
        ("text", pa.string()),
        ("caption", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("num_frames", pa.int32()),
        ("tokens", pa.int32()),
        ("valid", pa.bool_()),
    ]
)


class CachedSample(Frozen):
    """A cached sample. `latents` and `text` are keys of the cache; `tokens` is its length in the
    transformer."""

    clip: str
    latents: str
    text: str
    caption: str
    width: int
    height: int
    num_frames: int
    tokens: int
    valid: bool

    @property
    def shape(self) -> Shape:
        return Shape(self.width, self.height, self.num_frames)


@dataclass(frozen=True)
class Index:
    samples: tuple[CachedSample, ...]
    empty_text: str
    """Key of the empty caption's embedding."""
    left_out: Mapping[str, int]
    """Number of the dataset's clips that gave no sample, by reason."""

    @property
    def digest(self) -> str:
        """Digest of the samples, in order."""
        return digest([[s.latents, s.text, s.valid] for s in self.samples])

    def learnt(self) -> list[CachedSample]:
        return [sample for sample in self.samples if not sample.valid]

    def kept(self) -> list[CachedSample]:
        return [sample for sample in self.samples if sample.valid]


def write_index(path: Path, index: Index) -> None:
    table = pa.Table.from_pylist([s.model_dump() for s in index.samples], schema=_SCHEMA)
    about = {"empty_text": index.empty_text, "left_out": json.dumps(dict(index.left_out))}
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as new:
        pq.write_table(table.replace_schema_metadata(about), new, compression="zstd")


def read_index(path: Path) -> Index | None:
    """Read the index; None if there is none yet.

    Raises:
        TrainingStopped: if the index is broken.
    """
    if not path.exists():
        return None
    try:
        table = pq.read_table(path)
        about = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
        rows: Sequence[dict[str, object]] = table.to_pylist()
        return Index(
            tuple(CachedSample.model_validate(row) for row in rows),
            about["empty_text"],
            json.loads(about["left_out"]),
        )
    except (pa.ArrowInvalid, KeyError, ValueError) as error:
        raise TrainingStopped(f"{path} is broken ({error}); remove it and run again") from error
