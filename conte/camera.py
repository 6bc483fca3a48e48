"""Measured camera motion -> the vocabulary's camera move; and the moves that texts name.

Rotation and travel (pan and track, tilt and crane), and lens and travel (zoom and dolly), look
alike to a measurement of the whole picture: the first of each pair is returned, both are accepted.
"""

import re
from collections.abc import Mapping

from conte.measures import CameraMotion
from conte.vocabulary import CameraMove, Language

STILL, MOVING = 0.01, 0.03
"""Camera speeds in frame widths per second at the picture's edge: static up to the first, moving
from the second on. Between them nothing is decided: the measurement error is as large.
"""
SHAKING = 0.03
"""Spread of the motion, in frame widths per second, from which a camera counts as handheld."""
STANDS_OUT = 1.5
"""Factor by which a motion must exceed all others to name the move."""

_SAME = (
    {CameraMove.PAN_LEFT, CameraMove.TRACK_LEFT},
    {CameraMove.PAN_RIGHT, CameraMove.TRACK_RIGHT},
    {CameraMove.TILT_UP, CameraMove.CRANE_UP},
    {CameraMove.TILT_DOWN, CameraMove.CRANE_DOWN},
    {CameraMove.ZOOM_IN, CameraMove.DOLLY_IN},
    {CameraMove.ZOOM_OUT, CameraMove.DOLLY_OUT},
)


def strengths(camera: CameraMotion, aspect: float = 16 / 9) -> Mapping[CameraMove, float]:
    """Return how far each motion shifts the picture's edge, in frame widths per second.

    `aspect`: width over height, because a tilt is measured in frame heights.
    """
    pan, tilt, zoom = camera.pan_per_s, camera.tilt_per_s, camera.zoom_per_s
    return {
        CameraMove.PAN_RIGHT if pan > 0 else CameraMove.PAN_LEFT: abs(pan),
        CameraMove.TILT_UP if tilt > 0 else CameraMove.TILT_DOWN: abs(tilt) / aspect,
        # Growth by a tenth shifts the edge by a tenth of half a width.
        CameraMove.ZOOM_IN if zoom > 0 else CameraMove.ZOOM_OUT: abs(zoom) / 2,
    }


def measured_move(camera: CameraMotion, aspect: float = 16 / 9) -> CameraMove | None:
    """Return the move, or None if the measures do not decide."""
    found = strengths(camera, aspect)
    move, strongest = max(found.items(), key=lambda one: one[1])
    rest = max(strength for other, strength in found.items() if other is not move)
    if strongest >= MOVING and strongest >= STANDS_OUT * max(rest, camera.shake):
        return move
    if camera.shake >= SHAKING and camera.shake >= STANDS_OUT * strongest:
        return CameraMove.HANDHELD
    if strongest <= STILL and camera.shake <= STILL:
        return CameraMove.STATIC
    return None


def agrees(told: CameraMove | None, measured: CameraMove | None) -> bool:
    """Return False if the two moves contradict each other; unknown moves contradict nothing."""
    if told is None or measured is None or told is measured:
        return True
    return any({told, measured} <= same for same in _SAME)


def moves_said(text: str, language: Language) -> tuple[CameraMove, ...]:
    """Return the camera moves that a text names, in the order of the vocabulary."""
    said = _SAID[language]
    return tuple(move for move in CameraMove if said[move].search(text))


def sentences(text: str) -> tuple[str, ...]:
    """Split a text into sentences, each with its final punctuation."""
    return tuple(one.strip() for one in re.split(r"(?<=[.!?。])\s+", text) if one.strip())


_GENTLY = r"(?:\s+\w+ly)?"
_ASIDE = r"(?:\s+from\s+\w+)?(?:\s+(?:to|towards?))?(?:\s+the)?(?:\s+screen)?"
_NAMES = r"(?:카메라|앵글|구도|화면|프레임|시점|샷)"
_ENGLISH = {
    "static": r"\b(?:static|locked[- ]off|stationary|fixed)\s+(?:camera|shot|frame|framing|view)\b"
    r"|\bcamera\s+(?:is|stays|remains|stands|holds)(?:\s+\w+)?\s+"
    r"(?:static|still|fixed|stationary|locked|motionless)\b",
    "pan": rf"(?<!frying )\bpan(?:s|ned|ning)?{_GENTLY}{_ASIDE}\s+{{way}}\b",
    "track": rf"\b(?:track(?:s|ed|ing)?|truck(?:s|ed|ing)?){_GENTLY}{_ASIDE}\s+{{way}}\b",
    "tilt": rf"\btilt(?:s|ed|ing)?{_GENTLY}\s+{{way}}(?:wards?)?\b",
    "crane": rf"\b(?:crane(?:s|d)?|craning|boom(?:s|ed|ing)?){_GENTLY}\s+{{way}}(?:wards?)?\b",
    "zoom": rf"\bzoom(?:s|ed|ing)?{_GENTLY}\s+{{way}}\b",
    "dolly": rf"\b(?:dolly|dollies|dollied|dollying){_GENTLY}\s+{{way}}\b",
    "handheld": r"\bhand-?held\b|\bshaky\s+camera\b",
}
_KOREAN = {
    "static": rf"고정(?:된|한)?\s*{_NAMES}|{_NAMES}[은는이가]?\s*(?:\S+\s+)?고정"
    rf"|{_NAMES}[은는이가]\s*(?:\S+\s+)?(?:움직이지\s*않|멈춰|정지해)",
    "pan": r"{way}\s*(?:\S+\s+)?(?:팬(?:닝|한|하|으로|\b)|패닝)",
    "track": r"{way}\s*(?:\S+\s+)?(?:트래킹|트랙킹|트럭)",
    "tilt": r"틸트\s*{way}",
    "crane": r"크레인\s*{way}",
    "zoom": r"줌\s*{way}",
    "dolly": r"달리\s*{way}",
    "handheld": r"핸드\s*헬드|손에\s*(?:들|든)\S*\s+(?:\S+\s+)?카메라",
}
_WAYS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "left": "left", "right": "right", "up": "up", "down": "down",
        "in": "in", "out": "(?:out|back)",
    },
    "ko": {
        "left": r"(?:왼쪽|왼편|좌측|좌)(?:으로|로)?", "up": "업", "in": "인",
        "right": r"(?:오른쪽|오른편|우측|우)(?:으로|로)?", "down": "다운", "out": "아웃",
    },
}  # fmt: skip


def _patterns(language: Language) -> Mapping[CameraMove, re.Pattern[str]]:
    made: dict[CameraMove, re.Pattern[str]] = {}
    kinds, ways = (_KOREAN if language == "ko" else _ENGLISH), _WAYS[language]
    for move in CameraMove:
        kind, _, way = move.value.partition("_")
        made[move] = re.compile(kinds[kind].replace("{way}", ways.get(way, "")), re.IGNORECASE)
    return made


_SAID: Mapping[Language, Mapping[CameraMove, re.Pattern[str]]] = {
    "ko": _patterns("ko"),
    "en": _patterns("en"),
}
