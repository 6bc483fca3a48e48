"""CutList and its media -> one ZIP of all timelines, with relative links and `relink.txt`."""

from collections.abc import Mapping
from pathlib import Path

from deployments.deliverables.timelines.archive import Archive
from deployments.deliverables.timelines.cut_list import MEDIA, CutList
from deployments.deliverables.timelines.edl import edl
from deployments.deliverables.timelines.fcp7xml import fcp7xml
from deployments.deliverables.timelines.fcpxml import fcpxml
from deployments.deliverables.timelines.otio import otio_text
from deployments.deliverables.timelines.recordings import NOTHING, add_media
from deployments.deliverables.timelines.subtitles import srt, vtt
from deployments.overlays import timecode

WRITERS = {
    ".otio": otio_text,
    ".fcpxml": fcpxml,
    ".xml": fcp7xml,
    ".edl": edl,
    ".srt": srt,
    ".vtt": vtt,
}
"""Writers by the suffix of their files."""

_KO = """\
{title} - 콘티 {version}{of}

1. 압축을 풀고 {media} 폴더를 타임라인 파일과 같은 곳에 두세요.
2. 편집 프로그램에서 타임라인 파일을 여세요.
   {name}.fcpxml   Final Cut Pro, DaVinci Resolve
   {name}.xml      Premiere Pro, After Effects
   {name}.otio     OpenTimelineIO를 읽는 프로그램
   {name}.edl      그 밖의 프로그램 (컷만 들어 있습니다)
   {name}.srt, .vtt  자막과 내레이션
3. 영상을 찾지 못하면 '다시 연결'에서 {media} 폴더를 고르세요. 파일 이름은 바꾸지 마세요.
{back}

{fps}fps, {width}x{height}, {frames}프레임
"""
_EN = """\
{title} - conte {version}{of}

1. Unpack everything. Keep the folder {media} beside the timelines.
2. Open a timeline in the editing program:
   {name}.fcpxml   Final Cut Pro, DaVinci Resolve
   {name}.xml      Premiere Pro, After Effects
   {name}.otio     programs that read OpenTimelineIO
   {name}.edl      any other program (cuts only)
   {name}.srt, .vtt  captions and narration
3. If a program asks where the clips are, relink it to the folder {media}. Keep the file names.
{back}

{fps} fps, {width}x{height}, {frames} frames
"""
_BACK = {
    "ko": "4. 고친 .fcpxml, .xml, .otio 파일은 Sian에 다시 올릴 수 있습니다.\n"
    "   sian reimport {production} 파일",
    "en": "4. An edited .fcpxml, .xml or .otio can be brought back:\n"
    "   sian reimport {production} FILE",
}
_BACK_OF_GUESTS = {
    "ko": "4. 고친 .fcpxml, .xml, .otio 파일은 링크를 보내 준 담당자에게 보내 주세요.",
    "en": "4. Send an edited .fcpxml, .xml or .otio to the person who sent you the link.",
}
_ABSENT = {"ko": "아직 영상이 없습니다", "en": "no clip yet"}


def write_bundle(
    cuts: CutList, media: Mapping[str, Path], out: Path, recordings: Mapping[str, Path] = NOTHING
) -> None:
    """Write the ZIP. `media`: files by name in the cuts; `recordings`: files by vault key."""
    with Archive(out) as archive:
        archive.add("relink.txt", relink(cuts, media).encode("utf-8-sig"))
        for suffix, write in WRITERS.items():
            archive.add(f"{cuts.name}{suffix}", write(cuts))
        for cut in cuts.cuts:
            if cut.media in media:
                archive.add_file(f"{MEDIA}/{cut.media}", media[cut.media])
        add_media(archive, MEDIA, cuts.heard, recordings)


def relink(cuts: CutList, media: Mapping[str, Path]) -> str:
    """Return instructions for people, with Windows' line ends."""
    production = cuts.base.production
    back = (_BACK if production else _BACK_OF_GUESTS)[cuts.language]
    head = (_KO if cuts.language == "ko" else _EN).format(
        title=cuts.title,
        version=cuts.base.version,
        of=f" ({production})" if production else "",
        back=back.format(production=production),
        media=MEDIA,
        name=cuts.name,
        fps=cuts.fps,
        width=cuts.width,
        height=cuts.height,
        frames=cuts.num_frames,
    )
    rows = [head]
    for cut in cuts.cuts:
        file = cut.media if cut.media in media else f"{cut.media} ({_ABSENT[cuts.language]})"
        begins = timecode(cut.record.start, cuts.fps)
        rows.append(f"{begins}  {cut.record.num_frames:5}  {MEDIA}/{file}  {cut.name}")
        rows += [f"             * {mark.line}" for mark in cuts.markers if mark.cut == cut.id]
    return "\n".join(rows).replace("\n", "\r\n") + "\r\n"
