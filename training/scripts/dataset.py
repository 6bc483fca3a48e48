"""Selection -> a dataset: chat samples as JSONL and Parquet, its card, its manifest last.

The folder appears whole or not at all. A sample's messages are those of the served scriptwriter.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from conte.brief import Brief
from training.scripts.requests import ScriptRequests, versions
from training.scripts.selection import ScriptSample, Selection
from training.scripts.split import SPLITS, EmptySplit, Split
from training.whole_folder import read_lines, whole_folder, write_lines

_MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("messages", pa.list_(_MESSAGE)),
        ("product_type", pa.string()),
        ("industry", pa.string()),
        ("structure", pa.string()),
        ("mood", pa.string()),
        ("situation", pa.string()),
        ("cuts", pa.int8()),
        ("language", pa.string()),
        ("brief", pa.string()),  # JSON
        ("prompt_version", pa.string()),  # of the messages
        ("written_by", pa.string()),
        ("written_with", pa.string()),  # version of the question that was really asked
        ("seed", pa.int64()),
        ("repaired", pa.bool_()),
        ("score", pa.float64()),
    ]
)


def row_of(sample: ScriptSample, questions: ScriptRequests) -> dict[str, Any]:
    order, written = sample.order, sample.written
    asked = [{"role": m.role, "content": m.content} for m in questions.sample(order.brief)]
    return {
        "id": order.id,
        "messages": [*asked, {"role": "assistant", "content": written.manuscript}],
        "product_type": order.kind,
        "industry": order.industry,
        "structure": order.structure,
        "mood": order.mood,
        "situation": order.situation,
        "cuts": order.cuts,
        "language": order.brief.language,
        "brief": order.brief.model_dump_json(),
        "prompt_version": versions(order.brief.language)[0],
        "written_by": f"{written.engine.name}/{written.engine.revision}",
        "written_with": written.prompt_version or "",
        "seed": written.seed,
        "repaired": written.repaired,
        "score": written.score.value if written.score is not None else None,
    }


def publish(
    selection: Selection,
    questions: ScriptRequests,
    folder: Path,
    about: Mapping[str, Any],
    beside: Mapping[str, bytes],
) -> Path:
    """Write the splits, the list of left-out scripts, the files of `beside` (such as the card), and
    the manifest.

    Raises:
        EmptySplit: if a split has no sample; nothing is written.
        FolderStands: if the folder has another dataset.
    """
    for split in SPLITS:
        if not selection.of(split):
            raise EmptySplit(f"{split} has no sample: nothing was published")
    counts = {split: len(selection.of(split)) for split in SPLITS}
    with whole_folder(folder, {**about, "samples": counts}) as making:
        for split in SPLITS:
            rows = [row_of(sample, questions) for sample in selection.of(split)]
            write_lines(making / f"{split}.jsonl", rows)
            table = pa.Table.from_pylist(rows, schema=SCHEMA)
            pq.write_table(table, making / f"{split}.parquet", compression="zstd")
        left_out = (
            {"id": name, "why": why, "reason": reason}
            for name, (why, reason) in sorted(selection.left_out.items())
        )
        write_lines(making / "left_out.jsonl", left_out)
        for name, content in beside.items():
            (making / name).parent.mkdir(exist_ok=True)
            (making / name).write_bytes(content)
    return folder


def read_samples(folder: Path, split: Split) -> list[dict[str, Any]]:
    """Return the rows of a split.

    Raises:
        ValueError: if the dataset is incomplete, or the split's file was changed.
    """
    return read_lines(folder, f"{split}.jsonl")


def brief_of(row: Mapping[str, Any]) -> Brief:
    return Brief.model_validate_json(row["brief"])
