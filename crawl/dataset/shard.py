"""A WebDataset shard: a tar file with `<key>.mp4` and `<key>.json` per sample, always the same
bytes. Each clip's position is known before the shard is written.
"""

import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from conte.frozen import digest
from crawl import plain_tar
from crawl.dataset.clip_row import PLACE

Row = dict[str, Any]


def sample_json(row: Mapping[str, Any]) -> bytes:
    """Return a sample's JSON: its row without the location."""
    told = {name: value for name, value in row.items() if name not in PLACE}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def placed(rows: Sequence[Row], bucket: str, shard: str) -> list[Row]:
    """Return the rows with the locations that their clips will have in a shard in this order."""
    found: list[Row] = []
    offset = 0
    for row in rows:
        found.append({**row, "bucket": bucket, "shard": shard, "offset": offset + plain_tar.BLOCK})
        offset += plain_tar.padded(row["num_bytes"])
        offset += plain_tar.padded(len(sample_json(row)))
    return found


def plan_of(rows: Sequence[Row]) -> str:
    """Return a digest of everything that determines the bytes of a shard."""
    return digest([row["key"] + row["digest"] for row in rows])


def write_shard(path: Path, rows: Sequence[Row], clip_of: Callable[[Row], bytes]) -> None:
    """Write the rows' samples to a shard. `clip_of` returns the bytes of a row's clip.

    Raises:
        ValueError: if a clip's length is not that in its row, because later offsets would be wrong.
    """
    with (
        path.open("wb") as out,
        tarfile.open(fileobj=out, mode="w|", format=plain_tar.FORMAT) as tar,
    ):
        for row in rows:
            clip = clip_of(row)
            if len(clip) != row["num_bytes"]:
                raise ValueError(
                    f"{row['clip']}: its file has {len(clip)} bytes, wanted {row['num_bytes']}"
                )
            plain_tar.add(tar, f"{row['key']}.mp4", clip)
            plain_tar.add(tar, f"{row['key']}.json", sample_json(row))


def clip_in(file: BinaryIO, row: Row) -> bytes:
    file.seek(row["offset"])
    return file.read(row["num_bytes"])
