"""CutList -> SRT and WebVTT: captions, legal lines, and subtitles of speech as the film burns them
in.

They share one file: a player shows overlapping ones above each other. `(NA)` marks a narrator's
words.
"""

from collections.abc import Iterator, Sequence

from deployments.deliverables.timelines.cut_list import CutList, Range, TrackKind

_READ: tuple[TrackKind, ...] = ("caption", "legal")


def srt(cuts: CutList) -> bytes:
    """Return SubRip in UTF-8 with Windows' line ends, which every player accepts."""
    cues = [
        f"{at}\n{_times(range_, cuts.fps, ',')}\n{text}\n"
        for at, (range_, text) in enumerate(_cues(cuts, narrator="(NA) {0}", speaker="{1}: {0}"), 1)
    ]
    return "\n".join(cues).replace("\n", "\r\n").encode()


def vtt(cuts: CutList) -> bytes:
    """Return WebVTT, with the exported version in a NOTE."""
    head = f"WEBVTT\n\nNOTE\n{cuts.base.text.replace('-->', '')}\n\n"
    cues = [
        f"{_times(range_, cuts.fps, '.')}\n{text}\n"
        for range_, text in _cues(cuts, narrator="<v NA>{0}", speaker="<v {1}>{0}", escaped=True)
    ]
    return (head + "\n".join(cues)).encode()


def _cues(
    cuts: CutList, narrator: str, speaker: str, *, escaped: bool = False
) -> Iterator[tuple[Range, str]]:
    """Yield the cues, ordered by their first frame."""

    def text_of(lines: Sequence[str]) -> str:
        # A blank line would end the cue, and an arrow begin another one.
        text = "\n".join(line.strip().replace("-->", "→") for line in lines if line.strip())
        if escaped:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return text

    found = [
        (range_, (speaker if card.speaker else narrator).format(
            text_of(card.lines), text_of([card.speaker])
        ))
        for range_, card in cuts.subtitles
    ]  # fmt: skip
    found += [
        (words.range, text_of(words.lines or words.text.split("\n")))
        for kind in _READ
        for words in cuts.track(kind)
    ]
    return iter(sorted(found, key=lambda one: one[0].start))


def _times(range_: Range, fps: int, point: str) -> str:
    return f"{_time(range_.start, fps, point)} --> {_time(range_.end, fps, point)}"


def _time(frame: int, fps: int, point: str) -> str:
    ms = (frame * 1000 + fps // 2) // fps
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"
