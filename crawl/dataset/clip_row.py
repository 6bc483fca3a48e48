"""Row of a published clip: the facts that identify it, and the location of its file.

`facts_of_clip` uses the records alone, so that two publications of the same clips can be compared
before a file is read. The file's location and its properties are added later.
"""

import hashlib
from typing import Any

import pyarrow as pa

from conte.clip_caption import CaptionProvenance, ClipCaption
from conte.frozen import digest
from crawl.analysis.analysis import DetectedShot, Stream
from crawl.caption.manifest import CRAWLED_BEST, SourceVideo

_TEXTS = pa.list_(pa.string())
_BARS = pa.struct([(name, pa.float64()) for name in ("top", "bottom", "left", "right")])
_CAMERA = pa.struct(
    [(name, pa.float64()) for name in ("pan_per_s", "tilt_per_s", "zoom_per_s", "shake")]
)
_NUMBERS = ("brightness", "contrast", "colourfulness", "sharpness", "black", "text_area")
_MEASURES = pa.struct(
    [
        ("motion", pa.float64()),
        ("camera", _CAMERA),
        *((name, pa.float64()) for name in _NUMBERS),
        ("colours", _TEXTS),
        ("bars", _BARS),
        ("dhashes", _TEXTS),
    ]
)
_PERMISSION = pa.struct(
    [
        ("kind", pa.string()),
        ("evidence", pa.string()),
        ("at", pa.float64()),
        ("until", pa.float64()),
    ]
)
_ENGINE = pa.struct([("name", pa.string()), ("revision", pa.string()), ("label", pa.string())])

SCHEMA = pa.schema(
    [
        # The clip: its video's id with its first and last frame, as decoded.
        ("clip", pa.string()),
        ("video", pa.string()),
        ("number", pa.int32()),
        ("title", pa.string()),
        ("subject", pa.string()),
        ("source", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("opens", pa.string()),
        ("closes", pa.string()),
        ("key_frames", pa.list_(pa.int64())),
        ("source_fps", pa.float64()),
        # The caption, as in conte.clip_caption.
        ("language", pa.string()),
        ("short", pa.string()),
        ("long", pa.string()),
        ("size", pa.string()),
        ("move", pa.string()),
        ("style", pa.string()),
        ("subjects", _TEXTS),
        ("motion", pa.string()),
        # Measurements, permission, and the engines that wrote the caption.
        ("measures", _MEASURES),
        ("permission", _PERMISSION),
        ("engines", pa.list_(_ENGINE)),
        ("prompt_versions", _TEXTS),
        ("sha256", pa.string()),
        ("digest", pa.string()),
        # The clip's file, and its location: bytes `offset` to `offset + num_bytes` of the shard.
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("num_frames", pa.int32()),
        ("num_bytes", pa.int64()),
        ("bucket", pa.string()),
        ("shard", pa.string()),
        ("key", pa.string()),
        ("offset", pa.int64()),
    ]
)
PLACE = ("bucket", "shard", "key", "offset", "file_key")
"""Columns with the location of the clip's file; they are not facts of the clip."""


def facts_of_clip(
    clip: str,
    number: int,
    source: SourceVideo,
    stream: Stream,
    shot: DetectedShot,
    caption: ClipCaption,
    provenance: CaptionProvenance,
    file_key: str,
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "clip": clip,
        "video": source.id,
        "number": number,
        "title": source.title,
        "subject": source.subject,
        "source": source.uri if source.best_uri == CRAWLED_BEST else source.best_uri or source.uri,
        **shot.span.model_dump(mode="json"),
        "opens": shot.opens,
        "closes": shot.closes,
        "key_frames": list(shot.key_frames),
        "source_fps": stream.fps,
        **caption.model_dump(mode="json"),
        "measures": shot.measures.model_dump(mode="json"),
        "permission": source.permission.model_dump(mode="json") if source.permission else None,
        **provenance.model_dump(mode="json"),
        # A vault's key contains the hash of the content.
        "sha256": file_key.partition("/")[2].partition(".")[0],
    }
    return {**facts, "digest": digest(facts)}


def sample_key(clip: str) -> str:
    """Return the sample's name in its shard, without dots: WebDataset splits a name at its first
    dot."""
    return hashlib.sha256(clip.encode()).hexdigest()[:24]


_DIGESTS = 1 << 256


class RowsDigest:
    """Digest of rows in any order: the sum of the rows' digests, so that a row can be
    subtracted."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, digest_of_row: str) -> None:
        self._sum = (self._sum + int(digest_of_row, 16)) % _DIGESTS

    def less(self, other: str, now: "RowsDigest") -> str:
        """Subtract from the digest `other` the rows that this digest has and `now` lacks."""
        return f"{(int(other, 16) - self._sum + now._sum) % _DIGESTS:064x}"

    def __str__(self) -> str:
        return f"{self._sum:064x}"
