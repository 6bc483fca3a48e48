"""Material -> timelines: the functions that the table of makers names, one per format."""

from collections.abc import Mapping
from pathlib import Path

from conte.edition import Edition, Remark
from conte.revision.working import Working
from deployments.deliverables.maker import Material, Writes
from deployments.deliverables.timelines import edl as cmx3600
from deployments.deliverables.timelines import subtitles
from deployments.deliverables.timelines.cut_list import Comment, CutList, cut_list


def otio(material: Material) -> bytes:
    from deployments.deliverables.timelines.otio import otio_text

    return otio_text(cuts_of(material.edition))


def otioz(material: Material) -> Writes:
    from deployments.deliverables.timelines.otio import write_otioz

    cuts = cuts_of(material.edition)
    return lambda out: write_otioz(cuts, media_of(cuts, material), out, material.recordings)


def fcpxml(material: Material) -> bytes:
    from deployments.deliverables.timelines import fcpxml

    return fcpxml.fcpxml(cuts_of(material.edition))


def fcp7xml(material: Material) -> bytes:
    from deployments.deliverables.timelines import fcp7xml

    return fcp7xml.fcp7xml(cuts_of(material.edition))


def edl(material: Material) -> bytes:
    return cmx3600.edl(cuts_of(material.edition))


def srt(material: Material) -> bytes:
    return subtitles.srt(cuts_of(material.edition))


def vtt(material: Material) -> bytes:
    return subtitles.vtt(cuts_of(material.edition))


def bundle(material: Material) -> Writes:
    from deployments.deliverables.timelines.bundle import write_bundle

    cuts = cuts_of(material.edition)
    return lambda out: write_bundle(cuts, media_of(cuts, material), out, material.recordings)


def cuts_of(edition: Edition) -> CutList:
    """Return the edition's film as a cut list, with the open comments that its reader may see."""
    working = Working(conte=edition.conte, brief=edition.brief)
    open_ = [one for one in edition.comments if one.cut and not one.reply and not one.resolved]
    comments = [_comment(one) for one in open_]
    return cut_list(edition.production, edition.version, working, edition.clips, comments)


def media_of(cuts: CutList, material: Material) -> Mapping[str, Path]:
    """Return the files of the clips by their names in the timelines."""
    return {
        cut.media: material.clips[cut.number]
        for cut in cuts.cuts
        if cut.clip and cut.number in material.clips
    }


def _comment(remark: Remark) -> Comment:
    last = remark.frame if remark.last is None else remark.last
    return Comment(remark.cut, remark.frame, last - remark.frame + 1, remark.text, remark.author)
