"""Timelines: exact to the frame through every format, read by other readers and by our own."""

import hashlib
import io
import random
import zipfile
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from lxml import etree

from conte.clip import Clip
from conte.edition import Edition, Remark
from conte.revision.applying import apply
from conte.revision.edited import Base, EditedVersion
from conte.revision.merging import Merged, merge
from conte.revision.operations import Move, Retime
from conte.revision.refusals import NotApplied
from conte.revision.working import Working
from deployments.deliverables.maker import Material
from deployments.deliverables.makers import MAKERS
from deployments.deliverables.making import made
from deployments.deliverables.timelines.bundle import WRITERS, write_bundle
from deployments.deliverables.timelines.cut_list import CutList, cut_list
from deployments.deliverables.timelines.edl import edl
from deployments.deliverables.timelines.fcp7xml import fcp7xml
from deployments.deliverables.timelines.fcpxml import fcpxml
from deployments.deliverables.timelines.otio import otio_text, write_otioz
from deployments.deliverables.timelines.subtitles import srt, vtt
from serve.returned.reading import read_edited
from tests.made_timelines import PRODUCTION, a_cut_list, a_version, as_of, clips_of, listed

RATES = (24, 25, 30)
SEEDS = pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(2), id="2"),
        # 180 in all: what `make prove` is for.
        pytest.param(range(2, 60), id="60", marks=pytest.mark.prove),
    ],
)
FORMATS = {"otio": otio_text, "fcpxml": fcpxml, "fcp7xml": fcp7xml, "edl": edl}
ADAPTERS = {
    "otio": "otio_json",
    "fcpxml": "otio_fcpx_xml_lite_adapter",
    "fcp7xml": "fcp_xml",
    "edl": "cmx_3600",
}


def read_by_others(kind: str, data: bytes, fps: int) -> Any:
    more: dict[str, Any] = {"rate": fps} if kind == "edl" else {}
    with redirect_stdout(io.StringIO()):
        found = otio.adapters.read_from_string(data.decode(), ADAPTERS[kind], **more)
    return found[0] if isinstance(found, otio.schema.SerializableCollection) else found


def ours(data: bytes, fps: int) -> EditedVersion:
    return EditedVersion.model_validate_json(read_edited(data, fps).text)


def frames_of(clip: Any) -> tuple[int, int]:
    return int(clip.source_range.start_time.value), int(clip.source_range.duration.value)


@SEEDS
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("fps", RATES)
def test_random_timelines_are_read_by_other_readers_with_the_same_frames(
    kind: str, fps: int, seeds: range
) -> None:
    for seed in seeds:
        cuts = a_cut_list(seed, fps)
        timeline = read_by_others(kind, FORMATS[kind](cuts), fps)
        track = timeline.video_tracks()[0]
        clips = [one for one in track if isinstance(one, otio.schema.Clip)]
        wanted = [(cut.source.start, cut.source.num_frames) for cut in cuts.cuts]
        assert [frames_of(clip) for clip in clips] == wanted
        assert {clip.source_range.duration.rate for clip in clips} == {fps}
        if kind in ("otio", "fcp7xml"):
            assert track.duration().value == cuts.num_frames
            shown = [one for one in track if isinstance(one, otio.schema.Transition)]
            halves = [(int(t.in_offset.value), int(t.out_offset.value)) for t in shown]
            assert halves == [(cut.dissolve,) * 2 for cut in cuts.cuts if cut.dissolve]
        if kind != "edl":
            named = [clip.media_reference.target_url.rpartition("/")[2] for clip in clips]
            assert named == [cut.media for cut in cuts.cuts]


@SEEDS
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("fps", RATES)
def test_random_timelines_are_read_by_us_with_the_same_frames_and_change_nothing(
    kind: str, fps: int, seeds: range
) -> None:
    for seed in seeds:
        lots = random.Random(seed)
        working = a_version(lots, fps)
        cuts = listed(lots, working)
        found = ours(FORMATS[kind](cuts), fps)
        assert found.base == cuts.base
        assert [one.cut for one in found.cuts] == [cut.id for cut in cuts.cuts]
        assert [one.num_frames for one in found.cuts] == [c.record.num_frames for c in cuts.cuts]
        assert merge(working, working, found) == Merged(operations=(), conflicts=(), unread=())


@SEEDS
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("fps", RATES)
def test_a_retimed_and_reordered_timeline_comes_back_as_operations(
    kind: str, fps: int, seeds: range
) -> None:
    for seed in seeds:
        lots = random.Random(seed)
        base = a_version(lots, fps)
        clips = {clip.cut_id: clip for clip in clips_of(lots, base, [(12, 12)])}
        theirs = retimed(base, lots)
        back = as_of(listed_with(theirs, clips), listed_with(base, clips))
        merged = merge(base, base, ours(FORMATS[kind](back), fps))
        assert not merged.conflicts
        after = base
        for op in merged.operations:
            after = apply(after, op)
        got, wanted = (
            [(cut.id, cut.num_frames, cut.start) for cut in one.conte.cuts]
            for one in (after, theirs)
        )
        assert got == wanted


def listed_with(working: Working, clips: Mapping[str, Clip]) -> CutList:
    shown = [clips[cut.id].model_copy(update={"cut": cut.number}) for cut in working.conte.cuts]
    return cut_list(PRODUCTION, 1, working, shown)


def retimed(working: Working, lots: random.Random) -> Working:
    """Within the handles, so that the clips still have every frame."""
    moved, cuts = working, working.conte.cuts
    for _ in range(3):
        at = lots.randrange(len(cuts) - 1)
        frames = moved.conte.cuts[at].num_frames + lots.choice([-1, 1])
        op = Retime(cut=moved.conte.cuts[at].id, frames=frames, source=moved.conte.cuts[at + 1].id)
        try:
            moved = apply(moved, op)
        except NotApplied:
            continue
    if lots.random() < 0.5:
        moved = apply(moved, Move(cut=cuts[0].id, after=cuts[2].id))
    return moved


ORDER = {
    "sequence": ["note", "spine", "metadata"],
    "asset": ["media-rep", "metadata"],
    "asset-clip": ["note", "caption", "marker", "metadata"],
    "caption": ["text", "text-style-def", "note"],
    "resources": ["format", "asset"],
}
"""What Apple's rules allow within each element, in their order."""
ALLOWED = {
    "fcpxml": {"resources", "library"}, "library": {"event"}, "event": {"project"},
    "project": {"sequence"}, "spine": {"asset-clip", "transition"}, "text": {"text-style"},
    "text-style-def": {"text-style"}, **{tag: set(order) for tag, order in ORDER.items()},
}  # fmt: skip


@pytest.mark.parametrize("fps", RATES)
def test_fcpxml_has_the_structure_that_apples_rules_ask_for(fps: int) -> None:
    for seed in range(3):
        cuts = a_cut_list(seed, fps)
        data = fcpxml(cuts)
        root = etree.fromstring(data)
        assert root.get("version") == "1.10"
        assert b"<!DOCTYPE fcpxml>" in data
        ids = [one.get("id") for one in root.iter() if one.get("id")]
        assert len(ids) == len(set(ids))
        for element in root.iter():
            within = [child.tag for child in element]
            assert set(within) <= ALLOWED.get(element.tag, set()), element.tag
            if element.tag in ORDER:
                places = [ORDER[element.tag].index(tag) for tag in within]
                assert places == sorted(places)
            assert "modDate" not in element.attrib
            for name in ("offset", "start", "duration", "frameDuration", "tcStart"):
                if (time := element.get(name)) is not None:
                    assert whole_frames(time, fps) >= 0
        for asset in root.iter("asset"):
            [media] = asset.findall("media-rep")
            assert media.get("kind") == "original-media"
            assert media.get("src").isascii()
            assert "%" not in media.get("src")
            assert "src" not in asset.attrib
        clips = list(root.iter("asset-clip"))
        assert {clip.get("ref") for clip in clips} == {one.get("id") for one in root.iter("asset")}
        at = 0
        for clip in clips:
            assert whole_frames(clip.get("offset"), fps) == at
            at += whole_frames(clip.get("duration"), fps)
        assert at == whole_frames(root.find(".//sequence").get("duration"), fps) == cuts.num_frames


def whole_frames(time: str, fps: int) -> int:
    """The frames of a time; it must be whole in them."""
    value, _, per = time.removesuffix("s").partition("/")
    frames, rest = divmod(int(value) * fps, int(per or 1))
    assert rest == 0, time
    return frames


def test_dissolves_lie_in_the_handles_and_never_reach_beyond_the_media() -> None:
    some = 0
    for seed in range(12):
        cuts = a_cut_list(seed, 25)
        for cut, following in zip(cuts.cuts, cuts.cuts[1:], strict=False):
            assert cut.source.end + cut.dissolve <= cut.media_frames
            assert following.source.start - cut.dissolve >= 0
            some += cut.dissolve > 0
    assert some > 5


def test_the_format_of_fcp7_xml_is_filled_and_its_frames_add_up() -> None:
    cuts = a_cut_list(4, 25)
    root = etree.fromstring(fcp7xml(cuts))
    samples = root.find("sequence/media/video/format/samplecharacteristics")
    assert samples.findtext("rate/timebase") == "25"
    assert (samples.findtext("width"), samples.findtext("height")) == ("1280", "720")
    assert root.findtext("sequence/duration") == str(cuts.num_frames)


def test_an_edl_has_cuts_alone_and_its_markers_in_record_time() -> None:
    cuts = a_cut_list(7, 30)
    text = edl(cuts).decode()
    events = [line for line in text.splitlines() if line[:3].isdigit()]
    assert len(events) == len(cuts.cuts)
    assert all(line[14] == "V" and line[20] == "C" for line in events)
    timeline = read_by_others("edl", edl(cuts), 30)
    marks = [mark for clip in timeline.find_clips() for mark in clip.markers]
    assert [int(mark.marked_range.start_time.value) for mark in marks] == [
        mark.record.start for mark in cuts.markers
    ]
    assert [mark.name for mark in marks] == [mark.line for mark in cuts.markers]


def test_comments_and_tracks_are_in_every_timeline_that_can_have_them() -> None:
    cuts = a_cut_list(3, 25)
    timeline = otio.adapters.read_from_string(otio_text(cuts).decode(), "otio_json")
    tracks = {track.metadata["sian"]["track"]: track for track in timeline.tracks[1:]}
    assert set(tracks) == {track.kind for track in cuts.tracks}
    for track in cuts.tracks:
        assert tracks[track.kind].duration().value == cuts.num_frames
        clips = [one for one in tracks[track.kind] if isinstance(one, otio.schema.Clip)]
        assert [clip.name for clip in clips] == [words.text for words in track.words]
        starts = [int(clip.range_in_parent().start_time.value) for clip in clips]
        assert starts == [words.range.start for words in track.words]
    root = etree.fromstring(fcpxml(cuts))
    assert len(list(root.iter("caption"))) == sum(len(track.words) for track in cuts.tracks)
    assert len(list(root.iter("marker"))) == len(cuts.markers)
    premiere = etree.fromstring(fcp7xml(cuts))
    assert len(list(premiere.iter("generatoritem"))) == len(list(root.iter("caption")))
    assert len(list(premiere.iter("marker"))) == len(cuts.markers) + 1


def test_subtitles_have_what_is_read_and_said_for_as_long_as_the_film_has_it() -> None:
    cuts = a_cut_list(5, 24)
    cues = srt(cuts).decode().split("\r\n\r\n")
    shown = ("caption", "legal")
    assert len(cues) == sum(len(cuts.track(kind)) for kind in shown) + len(cuts.subtitles)
    assert "\r\n" in cues[0]
    last = max(
        *(words.range.end for kind in shown for words in cuts.track(kind)),
        *(range_.end for range_, _ in cuts.subtitles),
    )
    assert f"--> 00:00:{last * 1000 // 24 // 1000:02}," in srt(cuts).decode()
    web = vtt(cuts).decode()
    assert web.startswith("WEBVTT\n")
    assert web.count(" --> ") == len(cues)
    assert "--> 간다" not in web


def test_every_file_names_the_version_that_it_was_made_of() -> None:
    cuts = a_cut_list(6, 25)
    for suffix, write in WRITERS.items():
        if suffix != ".srt":
            text = write(cuts).decode().replace("&quot;", '"').replace('\\"', '"')
            assert Base.read(text) == cuts.base, suffix


def media_of(cuts: CutList, folder: Path) -> dict[str, Path]:
    paths = {cut.media: folder / cut.media for cut in cuts.cuts}
    for name, path in paths.items():
        path.write_bytes(name.encode() * 1000)
    return paths


def test_the_zip_has_all_timelines_and_their_media_and_the_same_bytes_again(tmp_path: Path) -> None:
    cuts = a_cut_list(8, 25)
    media = media_of(cuts, tmp_path)
    hashes: set[str] = set()
    for name in ("one.zip", "two.zip"):
        write_bundle(cuts, media, tmp_path / name)
        hashes.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(hashes) == 1
    with zipfile.ZipFile(tmp_path / "one.zip") as bundle:
        assert bundle.testzip() is None
        names = bundle.namelist()
        relink = bundle.read("relink.txt").decode("utf-8-sig")
        for cut in cuts.cuts:
            assert bundle.read(f"media/{cut.media}") == cut.media.encode() * 1000
            assert f"media/{cut.media}" in relink
        for linked in etree.fromstring(bundle.read(f"{cuts.name}.fcpxml")).iter("media-rep"):
            assert linked.get("src").removeprefix("./") in names
        for linked in etree.fromstring(bundle.read(f"{cuts.name}.xml")).iter("pathurl"):
            assert linked.text in names
    assert {Path(name).suffix for name in names} == {*WRITERS, ".txt", ".mp4"}


def test_an_otioz_is_read_by_opentimelineio_with_its_media_and_changes_nothing(
    tmp_path: Path,
) -> None:
    lots = random.Random(9)
    working = a_version(lots, 30)
    cuts = listed(lots, working)
    write_otioz(cuts, media_of(cuts, tmp_path), tmp_path / "film.otioz")
    (tmp_path / "out").mkdir()
    timeline = otio.adapters.read_from_file(
        str(tmp_path / "film.otioz"), extract_to_directory=str(tmp_path / "out")
    )
    urls = [clip.media_reference.target_url for clip in timeline.video_tracks()[0].find_clips()]
    assert all((tmp_path / "out" / url).is_file() for url in urls)
    found = ours((tmp_path / "film.otioz").read_bytes(), 30)
    assert merge(working, working, found) == Merged(operations=(), conflicts=(), unread=())


def an_edition(lots: random.Random) -> Edition:
    working = a_version(lots, 25)
    said = {"cut": working.conte.cuts[0].id, "audience": "client", "version": 3, "at": 0.0}
    remarks = [
        Remark.model_validate(said | {"text": text, "author": "민", "resolved": text == "됐어요"})
        for text in ("더 밝게", "됐어요")
    ]
    return Edition(
        production=PRODUCTION, version=3, created_at=0, brief=working.brief, conte=working.conte,
        clips=clips_of(lots, working, [(12, 12)]), comments=tuple(remarks),
    )  # fmt: skip


def test_every_timeline_is_made_of_an_edition_by_its_line_in_the_table(tmp_path: Path) -> None:
    edition = an_edition(random.Random(11))
    clips = {clip.cut: tmp_path / f"{clip.cut}.mp4" for clip in edition.clips}
    for number, clip in clips.items():
        clip.write_bytes(b"clip %d" % number)
    formats = ("otio", "otioz", "fcpxml", "fcp7xml", "edl", "srt", "vtt", "zip")
    for format in formats:  # noqa: A001
        maker = MAKERS[format]
        out = tmp_path / f"film{maker.suffix}"
        told = made(maker, Material(edition, clips=clips), out)
        assert told.text == f"{hashlib.sha256(out.read_bytes()).hexdigest()} {out.stat().st_size}"
    assert "더 밝게" in (tmp_path / "film.edl").read_text("utf-8")
    assert "됐어요" not in (tmp_path / "film.edl").read_text("utf-8")
    for bundled in ("film.zip", "film.otioz"):
        with zipfile.ZipFile(tmp_path / bundled) as bundle:
            media = [name for name in bundle.namelist() if name.endswith(".mp4")]
            assert [bundle.read(name) for name in media] == [b"clip %d" % at for at in clips]
    found = ours((tmp_path / "film.otioz").read_bytes(), 25)
    working = Working(conte=edition.conte, brief=edition.brief)
    assert merge(working, working, found) == Merged(operations=(), conflicts=(), unread=())
