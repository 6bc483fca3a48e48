"""Recordings of one's own stand in the timelines, frame by frame, and change nothing coming back."""

import io
import random
import wave
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from conte.revision.applying import apply_all
from conte.revision.merging import Merged, merge
from conte.revision.operations import PlaceSound
from conte.revision.working import Working
from deployments.deliverables.timelines.bundle import write_bundle
from deployments.deliverables.timelines.cut_list import CutList
from deployments.deliverables.timelines.recordings import lanes_of
from tests.made_sounds import RATE, speech, stored
from tests.made_timelines import a_version, listed
from tests.test_sounds_placed import OTHER, UPLOAD, sound
from tests.test_timelines import FORMATS, ours, read_by_others

FPS = 25


def a_film() -> tuple[Working, CutList]:
    """Music from the first frame, and two recordings of narration that overlap."""
    lots = random.Random(5)
    plain = a_version(lots, FPS)
    first, second = (cut.id for cut in plain.conte.cuts[:2])
    placed = (
        PlaceSound(cut=first, sound=sound("a", kind="bgm", upload=OTHER, num_samples=90 * RATE)),
        PlaceSound(cut=second, sound=sound("b", 3, skip=5, gain_db=-6.0)),
        PlaceSound(cut=second, sound=sound("c", 10, lasts=9)),
    )
    working = apply_all(plain, placed)
    return working, listed(lots, working)


def heard_by_others(kind: str, cuts: CutList) -> set[tuple[str, int, int, int]]:
    """File, frame of the film, first frame of the file and length of what OTIO's adapters find."""
    timeline = read_by_others(kind, FORMATS[kind](cuts), FPS)
    found: set[tuple[str, int, int, int]] = set()
    for clip in timeline.find_clips():
        url = getattr(clip.media_reference, "target_url", "") or ""
        if url.endswith(".wav"):
            at = clip.transformed_time(clip.source_range.start_time, timeline.tracks)
            start, num = clip.source_range.start_time.value, clip.source_range.duration.value
            found.add((url.rpartition("/")[2], int(at.value), int(start), int(num)))
    return found


@pytest.mark.parametrize("kind", ["otio", "fcp7xml"])
def test_other_readers_find_recordings_on_the_frame_that_they_begin_on(kind: str) -> None:
    _, cuts = a_film()
    wanted = {
        (one.media, one.record.start, one.source.start, one.record.num_frames) for one in cuts.heard
    }
    assert len(wanted) == 3
    assert heard_by_others(kind, cuts) == wanted
    assert [len(lane) for lane in lanes_of(cuts.heard)] == [1, 1, 1]
    assert cuts.heard[0].record.num_frames == cuts.num_frames, "music ends with the film"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_timeline_with_recordings_comes_back_without_a_change_or_a_remark(kind: str) -> None:
    working, cuts = a_film()
    found = ours(FORMATS[kind](cuts), FPS)
    assert merge(working, working, found) == Merged(operations=(), conflicts=(), unread=())


def test_fcpxml_connects_them_below_the_cut_with_role_level_and_audio_asset() -> None:
    _, cuts = a_film()
    root: Any = etree.fromstring(FORMATS["fcpxml"](cuts))
    assets = {one.get("id"): one for one in root.iter("asset") if one.get("hasAudio")}
    assert len(assets) == 2
    clips = [one for one in root.iter("asset-clip") if one.get("ref") in assets]
    assert [one.get("audioRole") for one in clips] == ["BGM", "NA", "NA"]
    assert all(int(one.get("lane")) < 0 for one in clips)
    assert [one.get("amount") for one in root.iter("adjust-volume")] == ["-6dB"]
    owners = [one.getparent().findtext("note") for one in clips]
    assert owners == [one.cut for one in cuts.heard]


def test_the_bundle_has_each_recording_once_as_wav(tmp_path: Path) -> None:
    _, cuts = a_film()
    file = stored(speech(2), tmp_path / "voice.flac")
    write_bundle(cuts, {}, tmp_path / "film.zip", {UPLOAD: file})
    with zipfile.ZipFile(tmp_path / "film.zip") as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".wav")]
        with wave.open(io.BytesIO(archive.read(name))) as voice:
            assert (voice.getframerate(), voice.getnframes()) == (RATE, 2 * RATE)
    assert name == f"media/{cuts.heard[1].media}"
