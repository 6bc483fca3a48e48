"""A published dataset of a few captioned clips, as the caption job lays one out: drawn here."""

import hashlib
import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from deployments.encoding import Mp4Writer
from serve.dataset import MANIFEST, BucketFacts, DatasetManifest, FileFacts

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (50, 60, 210)}
WIDE, TALL = (128, 72), (72, 128)


def mp4_of(
    path: Path, colour: str, *, size: tuple[int, int] = WIDE, num_frames: int = 33, fps: int = 16,
    across: bool = True,
) -> bytes:  # fmt: skip
    """A square on a grey ground that goes across, or down."""
    width, height = size
    side = min(size) // 3
    with Mp4Writer(path, width, height, fps, crf=12, preset="ultrafast") as film:
        for number in range(num_frames):
            pixels = np.full((height, width, 3), 110, np.uint8)
            share = number / (num_frames - 1)
            x = round(share * (width - side)) if across else (width - side) // 2
            y = (height - side) // 2 if across else round(share * (height - side))
            pixels[y : y + side, x : x + side] = COLOURS[colour]
            film.write_rgb(pixels)
    return path.read_bytes()


def clip_row(
    name: str, film: str, mp4: bytes, caption: str, *, size: tuple[int, int] = WIDE,
    seconds: float = 33 / 16, start_s: float = 0.0, subjects: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    aspect = "16x9" if size[0] > size[1] else "9x16"
    return {
        "clip": name, "video": film, "start_s": start_s, "end_s": start_s + seconds,
        "short": caption, "long": caption, "subjects": list(subjects),
        "sha256": hashlib.sha256(mp4).hexdigest(), "width": size[0], "height": size[1],
        "num_frames": round(seconds * 16), "num_bytes": len(mp4), "bucket": f"{aspect}-33f-1p",
        "key": hashlib.sha256(name.encode()).hexdigest()[:24],
    }  # fmt: skip


def published(folder: Path, clips: Sequence[tuple[dict[str, Any], bytes]]) -> Path:
    """Shards, parquet, manifest last."""
    version = folder / "v1"
    buckets: dict[str, list[tuple[dict[str, Any], bytes]]] = {}
    for row, mp4 in clips:
        buckets.setdefault(row["bucket"], []).append((row, mp4))
    rows: list[dict[str, Any]] = []
    facts: dict[str, BucketFacts] = {}
    for bucket, held in buckets.items():
        name = f"shards/{bucket}/00000.tar"
        (version / name).parent.mkdir(parents=True)
        with tarfile.open(version / name, "w", format=tarfile.USTAR_FORMAT) as tar:
            for row, mp4 in held:
                info = tarfile.TarInfo(f"{row['key']}.mp4")
                info.size = len(mp4)
                offset = tar.offset + 512
                tar.addfile(info, io.BytesIO(mp4))
                rows.append({**row, "shard": name, "offset": offset})
                about = json.dumps(row).encode()
                info = tarfile.TarInfo(f"{row['key']}.json")
                info.size = len(about)
                tar.addfile(info, io.BytesIO(about))
        facts[bucket] = BucketFacts(num_clips=len(held), shards=(name,))
    pq.write_table(pa.Table.from_pylist(rows), version / "clips-00000.parquet")
    files = {
        path.relative_to(version).as_posix(): FileFacts(
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(), num_bytes=path.stat().st_size
        )
        for path in version.rglob("*")
        if path.is_file()
    }
    manifest = DatasetManifest(
        dataset="clips", version=1, content="0", asked="0", num_clips=len(rows),
        num_videos=len({row["video"] for row in rows}), duration_s=len(rows) * 2.0, left_out={},
        parts=("clips-00000.parquet",), buckets=facts, files=files,
    )  # fmt: skip
    (version / MANIFEST).write_text(manifest.model_dump_json())
    return folder


def squares(folder: Path) -> Path:
    """Six clips of three films: two cuts each of one square, in two shapes and two lengths."""
    folder.mkdir(parents=True, exist_ok=True)
    clips: list[tuple[dict[str, Any], bytes]] = []
    for film, colour in enumerate(COLOURS):
        size = TALL if colour == "blue" else WIDE
        for cut in range(2):
            frames = 33 if cut == 0 else 20
            mp4 = mp4_of(
                folder / "drawn.mp4", colour, size=size, num_frames=frames, across=cut == 0
            )
            caption = f"A {colour} square goes {'across' if cut == 0 else 'down'}."
            row = clip_row(
                f"film-{film}:{cut}", f"film-{film}", mp4, caption, size=size,
                seconds=frames / 16, start_s=cut * 3.0, subjects=[f"{colour.title()} square"],
            )  # fmt: skip
            clips.append((row, mp4))
    (folder / "drawn.mp4").unlink()
    return published(folder / "clips", clips)
