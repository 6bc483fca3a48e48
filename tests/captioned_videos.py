"""A caption job's records and vault as they are when every video has ended, ready to publish."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from sqlalchemy import insert, select, update

from conte.clip import EngineId
from conte.clip_caption import CaptionProvenance, ClipCaption
from crawl.analysis.analysis import DetectedShot
from crawl.caption.manifest import SourceVideo
from crawl.key_frames import packed
from crawl.records.database import open_records
from crawl.records.tables import clips, datasets, rows, tombstones
from serve.database.engine import Database
from serve.vault.vault import Vault
from tests.caption_rows import a_shot, a_stream, a_video
from tests.made_videos import picture, write_video

ENGINE = EngineId(name="measured", revision="3", label="measured (not a model)")
FRAMES = 24


@dataclass
class Job:
    """`dataset` in `records`; its clips' files in `vault`.

    `single_frames`: key frames as runs of earlier releases stored them, in a file each.
    """

    records: Database
    vault: Vault
    folder: Path
    dataset: str = "films"
    made: int = 0
    single_frames: bool = False

    @classmethod
    def in_folder(cls, folder: Path, dataset: str = "films", single_frames: bool = False) -> "Job":
        folder.mkdir(parents=True, exist_ok=True)
        records = open_records(f"sqlite:///{folder}/records.db")
        vault = Vault.open(str(folder / "vault"))
        job = cls(records, vault, folder, dataset, single_frames=single_frames)
        with records.writing() as connection:
            connection.execute(
                insert(datasets).values(
                    name=job.dataset,
                    round=100,
                    settings=json.dumps({"filters": {"max_text_area": 0.12, "min_fps": None}}),
                    begun_at=1.7e9,
                )
            )
        return job

    def add(
        self,
        name: str,
        num_clips: int = 2,
        size: tuple[int, int] = (192, 112),
        caption: ClipCaption | None = None,
        **fields: Any,
    ) -> SourceVideo:
        """A video with clips that were captioned and cut, each a file of its own."""
        video = a_video(name, **{"title": f"{name} 광고"} | fields)
        frames_key, frames = self._frames(num_clips, size)
        self._row(video, "done", frames_key=frames_key)
        for number in range(1, num_clips + 1):
            shot = a_shot((number - 1) * FRAMES, number * FRAMES)
            self._clip(
                video,
                number,
                shot,
                state="captioned",
                caption=(caption or a_caption(f"{name} {number}")).model_dump_json(),
                provenance=CaptionProvenance(
                    engines=(ENGINE,), prompt_versions=(None,)
                ).model_dump_json(),
                frames=frames[number - 1],
                file_key=self._file(size),
            )
        return video

    def left_out(self, name: str, state: str, reason: str, **values: Any) -> SourceVideo:
        """A video that ended otherwise."""
        video = a_video(name)
        self._row(video, state, reason=reason, **values)
        return video

    def clip_left_out(self, video: SourceVideo, number: int, state: str, reason: str) -> None:
        shot = a_shot(1000 * number, 1000 * number + FRAMES)
        self._clip(video, number, shot, state=state, reason=reason)

    def bury(self, video: SourceVideo) -> None:
        """The tombstone, and the records: as crawl.videos.removal does it."""
        with self.records.writing() as connection:
            connection.execute(insert(tombstones).values(id=video.id, reason="asked", at=1.0))
            connection.execute(clips.delete().where(clips.c.video == video.id))
            connection.execute(
                update(rows).where(rows.c.id == video.id).values(state="removed", reason="asked")
            )

    def file_keys(self) -> dict[str, str]:
        """Clip -> its file's key."""
        with self.records.reading() as connection:
            query = select(clips.c.id, clips.c.file_key).where(clips.c.file_key != "")
            return {row.id: row.file_key for row in connection.execute(query)}

    def file(self, key: str) -> bytes:
        return (self.folder / "vault" / key).read_bytes()

    def _row(self, video: SourceVideo, state: str, **values: Any) -> None:
        self.made += 1
        with self.records.writing() as connection:
            connection.execute(
                insert(rows).values(
                    {
                        "dataset": self.dataset,
                        "id": video.id,
                        "position": self.made,
                        "source": video.model_dump_json(),
                        "state": state,
                        "stream": a_stream().model_dump_json(),
                        "seconds": json.dumps({"analyse": 1.5, "cut": 0.25}),
                        "changed_at": 0.0,
                    }
                    | values
                )
            )

    def _clip(self, video: SourceVideo, number: int, shot: DetectedShot, **values: Any) -> None:
        with self.records.writing() as connection:
            connection.execute(
                insert(clips).values(
                    dataset=self.dataset,
                    id=f"{video.id}#{shot.span.start}-{shot.span.end}",
                    video=video.id,
                    number=number,
                    shot=shot.model_dump_json(),
                    **values,
                )
            )

    def _file(self, size: tuple[int, int]) -> str:
        """All show the same, and each ends in 64 bytes that no other has: an MP4 box `free`."""
        self.made += 1
        path = write_video(
            self.folder / "clip.mp4",
            num_frames=FRAMES,
            size=size,
            options={"preset": "ultrafast"},
        )
        mark = hashlib.sha512(f"{self.dataset} {self.made}".encode()).digest()
        data = path.read_bytes() + (8 + len(mark)).to_bytes(4) + b"free" + mark
        return asyncio.run(self.vault.publish_content("clips", data, ".mp4"))

    def _frames(self, num_clips: int, size: tuple[int, int]) -> tuple[str, list[str]]:
        """A key frame a clip: the row's file of them, and what each clip's row has."""
        jpegs: dict[int, bytes] = {}
        for number in range(num_clips):
            self.made += 1
            jpegs[number] = cv2.imencode(".jpg", picture(self.made, *size))[1].tobytes()

        def published(data: bytes, suffix: str) -> str:
            return asyncio.run(self.vault.publish_content("frames", data, suffix))

        if self.single_frames:
            return "", [json.dumps([published(jpeg, ".jpg")]) for jpeg in jpegs.values()]
        frames = packed(jpegs)
        ranges = [json.dumps([frames.ranges[number]]) for number in jpegs]
        return published(frames.data, ".tar") if jpegs else "", ranges


def a_caption(told: str) -> ClipCaption:
    return ClipCaption(
        language="ko",
        short=f"{told}: 병이 식탁 위에서 천천히 돕니다.",
        long=f"{told}: 물방울이 맺힌 병이 나무 식탁 위에서 천천히 돌고, 창으로 아침 빛이 듭니다.",
        subjects=("병", "식탁"),
    )


def every_byte(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, whatever its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def names_in(files: dict[str, bytes], texts: Sequence[str]) -> list[tuple[str, str]]:
    """Which files have which of the texts in their bytes, or in their names."""
    return [
        (name, text)
        for name, data in files.items()
        for text in texts
        if text.encode() in data or text in name
    ]
