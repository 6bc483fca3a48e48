"""Rows of a dataset -> samples for training, each of one shape, and those held out for judging.

Pure: reads no file.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conte.frozen import Frozen, digest
from deployments.engines.diffusion.families import Family
from training.video_model.errors import TrainingStopped, UnfitClip
from training.video_model.settings import DataSettings
from training.video_model.shapes import Shape, shape_of

Row = Mapping[str, Any]


class ShardRange(Frozen):
    """Position of a clip's MP4: a range of bytes in a shard."""

    shard: str
    offset: int
    num_bytes: int


class ClipSample(Frozen):
    clip: str
    video: str
    sha256: str
    """SHA-256 of the clip's MP4."""
    place: ShardRange
    caption: str
    width: int
    height: int
    num_frames: int
    reference: ShardRange | None = None
    """Position of the cut whose middle frame is placed before the clip's frames."""
    reference_sha256: str = ""
    valid: bool = False
    """Whether the sample is held out for judging, and never learnt from."""

    @property
    def shape(self) -> Shape:
        return Shape(self.width, self.height, self.num_frames)

    @property
    def source(self) -> str:
        """Digest of everything from which its latents are made."""
        return digest(
            [self.sha256, self.reference_sha256, self.width, self.height, self.num_frames]
        )


def samples_of(
    rows: Iterable[Row], family: Family, settings: DataSettings
) -> tuple[list[ClipSample], Counter[str]]:
    """Return the samples ordered by clip, and the number of clips that gave none, by reason.

    Raises:
        TrainingStopped: if there is nothing to learn from.
    """
    left_out: Counter[str] = Counter()
    found: list[ClipSample] = []
    ordered = sorted(rows, key=lambda row: str(row["clip"]))
    if not ordered:
        raise TrainingStopped("the dataset has no clips")
    references = references_of(ordered, settings) if settings.condition == "reference" else {}
    for row in ordered:
        reference = references.get(row["clip"])
        if settings.condition == "reference" and reference is None:
            left_out["no other cut of its film shows its subject"] += 1
            continue
        try:
            shape = shape_of(
                family,
                settings,
                bucket=row["bucket"],
                width=row["width"],
                height=row["height"],
                duration_s=row["end_s"] - row["start_s"],
                extra_frames=int(reference is not None),
            )
        except UnfitClip as error:
            left_out[_reason(error)] += 1
            continue
        found.append(
            ClipSample(
                clip=row["clip"],
                video=row["video"],
                sha256=row["sha256"],
                place=_place(row),
                caption=row[settings.caption],
                width=shape.width,
                height=shape.height,
                num_frames=shape.num_frames,
                reference=_place(reference) if reference else None,
                reference_sha256=reference["sha256"] if reference else "",
                valid=_is_kept(row["video"], settings.valid),
            )
        )
    learnt = sum(not sample.valid for sample in found)
    if not learnt:
        reasons = ", ".join(f"{number} {why}" for why, number in left_out.most_common())
        raise TrainingStopped(
            f"none of {len(ordered)} clips can be learnt from: "
            f"{reasons or 'all are kept for judging (data.valid)'}"
        )
    if settings.valid and learnt == len(found):
        raise TrainingStopped(
            f"data.valid is {settings.valid:g}, and of {len({one.video for one in found})} videos"
            " none is kept for judging: take a larger share, or 0 to judge by none"
        )
    return found, left_out


def references_of(rows: Sequence[Row], settings: DataSettings) -> dict[str, Row]:
    """Return for each clip its reference: the next cut of the same film with a common subject.

    After the film's last cut the first ones follow, so that two cuts are each other's reference.
    """
    films: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        films[row["video"]].append(row)
    found: dict[str, Row] = {}
    for cuts in films.values():
        cuts.sort(key=lambda row: (row["start_s"], row["clip"]))
        for place, row in enumerate(cuts):
            for other in (*cuts[place + 1 :], *cuts[:place]):
                if settings.pairs == "film" or _subjects(row) & _subjects(other):
                    found[row["clip"]] = other
                    break
    return found


def _subjects(row: Row) -> set[str]:
    return {" ".join(subject.casefold().split()) for subject in row["subjects"] or ()}


def _place(row: Row) -> ShardRange:
    return ShardRange(shard=row["shard"], offset=row["offset"], num_bytes=row["num_bytes"])


def _is_kept(video: str, share: float) -> bool:
    """Return whether the video is held out, decided by its hash, so that a video is never split,
    whatever else the dataset contains."""
    lot = int(hashlib.sha256(video.encode()).hexdigest()[:8], 16) / 0x1_0000_0000
    return lot < share


def _reason(error: UnfitClip) -> str:
    """Return the reason without its numbers, so that equal reasons are counted together."""
    return "too small" if "too small" in str(error) else "too short"
