"""CutList -> EDL (CMX3600): cuts only. Dissolves are comments, markers are in record time.

Programs disagree about dissolves: one reads the wrong media if there are handles. UTF-8.
"""

from deployments.deliverables.timelines.cut_list import CutList, Range, TimedCut
from deployments.overlays import timecode


def edl(cuts: CutList) -> bytes:
    lines = [f"TITLE: {' '.join(cuts.title.split())}", "FCM: NON-DROP FRAME", ""]
    for at, cut in enumerate(cuts.cuts, 1):
        source, record = (_times(one, cuts.fps) for one in (cut.source, cut.record))
        lines += [
            f"{at:03}  {reel(cut):8} V     C        {source} {record}",
            f"* FROM CLIP NAME: {cut.media}",
            f"* CUT: {cut.id} {cut.name}",
        ]
        if cut.dissolve:
            begins = timecode(cut.record.end - cut.dissolve, cuts.fps)
            lines.append(f"* DISSOLVE: {2 * cut.dissolve} FRAMES FROM {begins}")
        lines += [
            f"* LOC: {timecode(mark.record.start, cuts.fps)} RED     {mark.line}"
            for mark in cuts.markers
            if mark.cut == cut.id
        ]
        if at == 1:
            lines.append(f"* {cuts.base.text}")
        lines.append("")
    return "\r\n".join(lines).encode()


def reel(cut: TimedCut) -> str:
    """Return the name of the reel, of at most 8 characters, as the format requires."""
    return f"C{cut.number:02}{cut.id[2:6].upper()}"


def _times(range_: Range, fps: int) -> str:
    return f"{timecode(range_.start, fps)} {timecode(range_.end, fps)}"
