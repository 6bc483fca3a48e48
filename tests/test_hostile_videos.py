"""Whatever a file is, its row says how it ended and why; and what is good ends as exact clips.

The caption job's workers one after the other, each with its bounded child, without Ray between.
"""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import pytest
from av import VideoFrame
from av.error import FFmpegError
from sqlalchemy import select

from crawl.caption.captioning import Captioner
from crawl.caption.cutting import Cutter
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.manifest import SourceVideo
from crawl.caption.measuring import Measurer
from crawl.caption.settings import BoundSettings, CaptionJobSettings
from crawl.caption.stage_end import StageEnd
from crawl.caption.work import CaptionContext, CaptionWork
from crawl.records.database import open_records
from crawl.records.tables import clips, rows
from tests.caption_rows import OWNED
from tests.hostile_videos import BAD, damaged
from tests.made_videos import CUT, number_of, write_video
from tests.videos_of_every_make import GOOD, written


@dataclass(frozen=True)
class Ended:
    """How a row ended, which must equal what its worker reported."""

    state: str
    reason: str
    clips: tuple[tuple[int, int, Path], ...]
    """Clips that have a file: first frame, the one after the last, the file."""


class Workers:
    def __init__(self, folder: Path) -> None:
        settings = CaptionJobSettings(out=folder, bounds=BoundSettings(cpu_s=60, wall_s=300))
        records = open_records(settings.records_url)
        self._run = DatasetRun.begin(records, "hostile", 100, settings.shaping())
        work = CaptionWork(settings, "hostile", self._run.id)
        self._vault = Path(settings.vault_url)
        self.context: CaptionContext = work.open()
        self._measurer, self._cutter = Measurer(work), Cutter(work)
        self._captioner = Captioner(work)
        self._num_videos = 0

    def through(self, uri: str) -> Ended:
        """Everything that the job does with one video."""
        self._num_videos += 1
        video = f"test:{self._num_videos}"
        given = {"id": video, "uri": uri, "permission": OWNED}
        self.context.rows.enlist([SourceVideo.model_validate(given)])
        end = StageEnd("waiting", 0.0)
        for state, worker in (
            ("waiting", self._measurer),
            ("analysed", self._captioner),
            ("captioned", self._cutter),
        ):
            while end.outcome == state:
                (end,) = worker([video])
        with self.context.records.asking() as connection:
            row = connection.execute(select(rows).where(rows.c.id == video)).one()
            made = connection.execute(
                select(clips).where(clips.c.video == video, clips.c.file_key != "")
            ).all()
        assert end.outcome == row.state
        assert end.reason == row.reason
        spans = [(*map(int, re.findall(r"\d+", c.id.rpartition("#")[2])), c.file_key) for c in made]
        return Ended(
            row.state,
            row.reason,
            tuple((start, end, self._vault / key) for start, end, key in spans),
        )


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Workers:
    return Workers(tmp_path_factory.mktemp("out"))


def whole_frames(path: Path) -> Iterator[VideoFrame]:
    """Those before the first damage."""
    with av.open(path) as file, suppress(FFmpegError):
        file.streams.video[0].codec_context.thread_count = 1
        yield from file.decode(video=0)


def seen(frames: list[VideoFrame], quarters: int = 0) -> list[tuple[Fraction, int]]:
    """Time since the first frame and number drawn on it, for each frame."""
    times = [(frame.pts or 0) * Fraction(frame.time_base or 0) for frame in frames]
    return [
        (time - times[0], number_of(frame, quarters))
        for time, frame in zip(times, frames, strict=True)
    ]


def quarters_of(frame: VideoFrame) -> int:
    return round(-frame.rotation / 90) % 4


@pytest.mark.parametrize("make", GOOD)
def test_a_good_video_of_any_make_ends_as_exact_clips(
    make: str, workers: Workers, tmp_path: Path
) -> None:
    path = GOOD[make](tmp_path)
    ended = workers.through(str(path))
    remark = "damaged: 1 of 71 packets were left out" if make == "broken off" else ""
    assert (ended.state, ended.reason) == ("done", remark)
    source = list(whole_frames(path))
    turn = quarters_of(source[0])
    drawn = [number_of(frame) for frame in source]
    joint = next(place for place, number in enumerate(drawn) if number >= CUT)
    # What broke off in the middle of its second scene has too little of that.
    spans = [(0, joint), (joint, len(drawn))][: 1 if len(drawn) - joint < 50 else 2]
    assert [(start, end) for start, end, _ in ended.clips] == spans
    for start, end, file in ended.clips:
        frames = list(whole_frames(file))
        # What asks to be turned is turned already.
        found = seen(frames, (turn - quarters_of(frames[0])) % 4)
        assert [number for _, number in found] == drawn[start:end]
        if make != "with an offset for four billion samples":  # which has no times to keep
            assert found == seen(source[start:end])


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_good_video_ends_with_a_reason_and_no_clips(
    what: str, workers: Workers, tmp_path: Path
) -> None:
    bad = BAD[what]
    ended = workers.through(str(bad.make(tmp_path)))
    assert (ended.state, ended.clips) == (bad.state, ())
    assert re.search(bad.reason, ended.reason), ended.reason
    assert ended.reason.isprintable() and len(ended.reason) < 400


def test_what_is_no_file_is_told_as_what_it_is(workers: Workers, tmp_path: Path) -> None:
    assert workers.through(str(tmp_path / "gone.mp4")).reason.endswith("No such file or directory")
    for path in (tmp_path, Path("/dev/zero")):
        assert workers.through(str(path)).reason == f"{path}: not a file"
    assert "wanted a path" in workers.through("ftp://example.invalid/video.mp4").reason


def test_a_stream_that_begins_later_and_times_that_begin_anew_cost_nothing(
    workers: Workers, tmp_path: Path
) -> None:
    # As two broadcasts recorded one after the other; the second one has sound.
    first = GOOD["h264 in a transport stream"](tmp_path)
    silent = write_video(
        tmp_path / "silent.ts", num_frames=CUT, size=(320, 256), options={"g": "48", "bf": "2"}
    )
    both = written(tmp_path, silent.read_bytes() + first.read_bytes(), "both.ts")
    ended = workers.through(str(both))
    assert (ended.state, ended.reason) == ("done", "")
    drawn = [*range(CUT), *range(2 * CUT)]
    assert sum(end - start for start, end, _ in ended.clips) >= 2 * CUT
    for start, end, file in ended.clips:
        assert [number_of(frame) for frame in whole_frames(file)] == drawn[start:end]


def test_nothing_that_a_file_names_is_ever_opened(workers: Workers, tmp_path: Path) -> None:
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/video.mp4"

        def answer() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    asked.append("asked")
                    connection.close()

        threading.Thread(target=answer, daemon=True).start()
        secret = write_video(tmp_path / "secret.mp4", num_frames=100, size=(320, 256))
        for named in (url, secret.as_uri(), str(secret)):
            for number, text in enumerate(
                (
                    f"#EXTM3U\n#EXTINF:10,\n{named}\n#EXT-X-ENDLIST\n",
                    f"ffconcat version 1.0\nfile '{named}'\n",
                    f'<?xml version="1.0"?><MPD><BaseURL>{named}</BaseURL></MPD>',
                    f"v=0\nc=IN IP4 127.0.0.1\na=control:{named}\n",
                    # Bytes of a video before it do not help.
                    f"\0\0\0\x14ftypisom\0\0\2\0isom#EXTM3U\n#EXTINF:10,\n{named}\n",
                )
            ):
                path = written(tmp_path, text.encode(), f"{number}.mp4")
                ended = workers.through(str(path))
                assert (ended.state, ended.clips) == ("filtered", ()), ended
        server.shutdown(socket.SHUT_RDWR)
    assert asked == []


@pytest.mark.parametrize("seed", range(6))
def test_damage_anywhere_costs_no_more_than_what_was_damaged(
    seed: int, workers: Workers, tmp_path: Path
) -> None:
    ended = workers.through(str(damaged(tmp_path, seed)))
    assert ended.state in ("done", "filtered", "quarantined")
    assert (ended.state != "done") == (not ended.clips)
    # A reason why there are no clips; else a remark, if the file was not read whole.
    assert ended.reason or ended.clips
    assert not ended.clips or re.match(r"damaged: |breaks off |$", ended.reason)
    for start, end, file in ended.clips:
        assert len(list(whole_frames(file))) == end - start


def test_after_all_that_the_next_video_is_looked_at_as_any_other(
    workers: Workers, tmp_path: Path
) -> None:
    assert workers.through(str(GOOD["h264"](tmp_path))).state == "done"
