"""Shot -> prompt, in plain English and in the order that suits a family's text encoder.

Every cut of a conte repeats its look, its cast and its product in the same words, which, with the
same family of seeds, keeps cuts alike. Words that the cut's own prompt already has are not
repeated, and names are left out: a model would try to letter them.
"""

import re
from dataclasses import dataclass

from conte.clip import Shot
from conte.vocabulary import Angle, CameraMove, ScreenDirection, TimeOfDay
from deployments.engines.diffusion.families import Family

PROMPT_VERSION = 1
"""Version of the prompts; raise it with every change of a text: other prompts make other clips."""

TOKENS_A_WORD = 1.4
"""T5 and Llama tokens per English word, rounded up for safety."""

_DENSE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3]")
"""Hangul, kana and Hanja characters."""

_ANGLES = {
    Angle.EYE_LEVEL: "at eye level",
    Angle.LOW: "from a low angle",
    Angle.HIGH: "from a high angle",
    Angle.TOP: "from directly above",
    Angle.DUTCH: "at a tilted Dutch angle",
    Angle.OVER_SHOULDER: "over the shoulder",
}
_MOVES = {
    CameraMove.STATIC: "the camera is locked off",
    CameraMove.PAN_LEFT: "the camera pans slowly left",
    CameraMove.PAN_RIGHT: "the camera pans slowly right",
    CameraMove.TILT_UP: "the camera tilts up",
    CameraMove.TILT_DOWN: "the camera tilts down",
    CameraMove.DOLLY_IN: "the camera moves slowly in",
    CameraMove.DOLLY_OUT: "the camera moves slowly back",
    CameraMove.TRACK_LEFT: "the camera tracks left with the subject",
    CameraMove.TRACK_RIGHT: "the camera tracks right with the subject",
    CameraMove.CRANE_UP: "the camera rises on a crane",
    CameraMove.CRANE_DOWN: "the camera comes down on a crane",
    CameraMove.ZOOM_IN: "a slow zoom in",
    CameraMove.ZOOM_OUT: "a slow zoom out",
    CameraMove.HANDHELD: "a gentle handheld camera",
}
_TIMES = {
    TimeOfDay.DAWN: "cool light before sunrise",
    TimeOfDay.MORNING: "clear morning light",
    TimeOfDay.DAY: "daylight",
    TimeOfDay.SUNSET: "golden light of the setting sun",
    TimeOfDay.NIGHT: "night",
}
_SIDES = {
    ScreenDirection.LEFT: "the subject faces screen left",
    ScreenDirection.RIGHT: "the subject faces screen right",
}


@dataclass(frozen=True)
class VideoPrompt:
    text: str
    negative: str | None
    """Negative prompt; None: the pipeline guides without one."""
    left_out: tuple[str, ...] = ()
    """Parts that did not fit into the family's prompt, the least important first."""


def prompt(shot: Shot, family: Family, negative: str | None = None) -> VideoPrompt:
    """Return the prompt for a family's models; `negative` replaces the family's own."""
    text, left_out = told(shot, family.prompt_tokens)
    if family.negative_prompt is None:
        return VideoPrompt(text, None, left_out)
    return VideoPrompt(text, family.negative_prompt if negative is None else negative, left_out)


def told(shot: Shot, tokens: int) -> tuple[str, tuple[str, ...]]:
    """Return a prompt of at most `tokens`, and the names of the parts that did not fit."""
    asked = _clean(shot.video_prompt)
    words = int(tokens / TOKENS_A_WORD)
    if shot.video is not None:
        kept, left_out = _fit([("", asked)], words)
        return " ".join(kept), left_out
    framing = f"{shot.size.en} {_ANGLES[shot.angle]}, {_MOVES[shot.move]}"
    # In order of importance: the cut itself first, the place and the side last.
    parts = [("", asked)]
    parts += [("sheet", _missing(entry.prompt, asked)) for entry in shot.shows]
    parts.append(("look", _missing(shot.look.prompt, asked)))
    if not _says_framing(asked, shot):
        parts.insert(0, ("framing", framing))
    if not _says(asked, shot.setting.en):
        parts.append(("place", f"Setting: {shot.setting.en}, {_TIMES[shot.time_of_day]}"))
    peopled = any(entry.kind == "cast" for entry in shot.shows)
    if peopled and (side := _SIDES.get(shot.direction)):
        parts.append(("side", side))
    kept, left_out = _fit(parts, words)
    return " ".join(_sentence(part) for part in kept), left_out


def _fit(parts: list[tuple[str, str]], words: int) -> tuple[list[str], tuple[str, ...]]:
    """Return the parts that fit into `words`, earlier ones first, and the names of the others."""
    kept: list[str] = []
    left_out: list[str] = []
    for name, part in parts:
        if not part:
            continue
        long = _words(part)
        if kept and name and long > words:
            left_out.append(name)
            continue
        if not name and long > words:
            left_out.append("the end of the cut's own words")
        kept.append(part)
        words -= long
    return kept, tuple(left_out)


def _words(part: str) -> int:
    """Count words separated by spaces, and characters of scripts that take a token or more each."""
    return len(_DENSE.sub(" ", part).split()) + len(_DENSE.findall(part))


def _missing(words: str, asked: str) -> str:
    words = _clean(words)
    return "" if _says(asked, words) else words


def _says(asked: str, words: str) -> bool:
    return f" {_bare(words)} " in f" {_bare(asked)} "


def _says_framing(asked: str, shot: Shot) -> bool:
    """Return whether the prompt begins with the shot's size."""
    return _says(asked[: len(shot.size.en) + 40], shot.size.en)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9가-힣]+", " ", text.lower()).strip()


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _sentence(text: str) -> str:
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
