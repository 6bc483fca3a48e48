"""Camera terms as agencies write them -> sizes, angles and moves. One table for all formats.

Whole words match, the longest first, so that `미디엄 클로즈업` is not 클로즈업. A move without a
direction, such as 팬 alone, is left undecided.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from conte.vocabulary import Angle, CameraMove, ShotSize, Term, TimeOfDay, Transition

WORDS: Mapping[Term, tuple[str, ...]] = {
    ShotSize.ECU: (
        "익스트림 클로즈업", "익스트림 클로즈 업", "빅 클로즈업", "초근접", "ECU", "E.C.U",
        "XCU", "BCU", "B.C.U",
        "extreme close-up", "extreme close up", "big close up",
    ),
    ShotSize.CU: (
        "클로즈업", "클로즈 업", "클로즈 샷", "CU", "C.U", "C/U", "close-up", "close up",
        "closeup",
    ),
    ShotSize.MCU: (
        "미디엄 클로즈업", "미디엄 클로즈 업", "바스트 샷", "바스트샷", "바스트", "가슴 샷",
        "MCU", "M.C.U", "BS",
        "B.S", "bust shot", "medium close-up", "medium close up",
    ),
    ShotSize.MS: (
        "미디엄 샷", "미디움 샷", "미디엄샷", "웨이스트 샷", "웨이스트", "허리 샷", "MS", "M.S",
        "medium shot",
        "waist shot", "mid shot",
    ),
    ShotSize.MLS: (
        "미디엄 롱 샷", "미디엄 롱샷", "니 샷", "니샷", "무릎 샷", "아메리칸 샷", "MLS",
        "M.L.S", "KS", "K.S",
        "knee shot", "medium long shot", "american shot",
    ),
    ShotSize.FS: ("풀 샷", "풀샷", "전신 샷", "전신", "FS", "F.S", "full shot"),
    ShotSize.LS: (
        "롱 샷", "롱샷", "와이드 샷", "와이드샷", "와이드", "LS", "L.S", "long shot", "wide shot",
    ),
    ShotSize.ELS: (
        "익스트림 롱 샷", "익스트림 롱샷", "대원경", "ELS", "E.L.S", "XLS", "extreme long shot",
        "extreme wide shot",
    ),
    Angle.EYE_LEVEL: ("아이 레벨", "아이레벨", "눈높이", "수평 앵글", "eye level", "eye-level"),
    Angle.LOW: ("로우 앵글", "로우앵글", "로 앵글", "앙각", "low angle", "low-angle", "L.A"),
    Angle.HIGH: ("하이 앵글", "하이앵글", "부감", "부감 샷", "high angle", "high-angle", "H.A"),
    Angle.TOP: (
        "직부감", "탑 뷰", "탑뷰", "탑 샷", "탑샷", "톱 앵글", "버즈 아이", "오버헤드",
        "top-down", "top down",
        "top view", "top shot", "overhead", "bird's eye",
    ),
    Angle.DUTCH: ("더치 앵글", "더치앵글", "사각 앵글", "기울인 앵글", "dutch angle", "canted"),
    Angle.OVER_SHOULDER: (
        "오버 더 숄더", "오버 숄더", "오버숄더", "어깨 너머", "OTS", "O.S", "O.T.S",
        "over the shoulder",
        "over-the-shoulder",
    ),
    CameraMove.STATIC: (
        "고정", "픽스", "픽스 샷", "FIX", "fixed", "static", "스틸", "locked off", "움직임 없음",
    ),
    CameraMove.PAN_LEFT: (
        "좌로 팬", "좌 팬", "왼쪽으로 팬", "팬 좌", "팬 레프트", "PAN L", "pan left", "좌패닝",
        "좌측 팬",
    ),
    CameraMove.PAN_RIGHT: (
        "우로 팬", "우 팬", "오른쪽으로 팬", "팬 우", "팬 라이트", "PAN R", "pan right",
        "우패닝", "우측 팬",
    ),
    CameraMove.TILT_UP: ("틸트 업", "틸트업", "T.U", "tilt up"),
    CameraMove.TILT_DOWN: ("틸트 다운", "틸트다운", "T.D", "tilt down"),
    CameraMove.DOLLY_IN: (
        "달리 인", "달리인", "돌리 인", "트랙 인", "트랙인", "푸시 인", "푸쉬 인", "D.I", "T.I",
        "dolly in",
        "track in", "push in", "push-in",
    ),
    CameraMove.DOLLY_OUT: (
        "달리 아웃", "달리아웃", "돌리 아웃", "트랙 아웃", "트랙아웃", "풀 백", "D.O", "T.O",
        "dolly out",
        "dolly back", "track out", "pull back", "pull out",
    ),
    CameraMove.TRACK_LEFT: (
        "좌로 트래킹", "좌 트래킹", "왼쪽으로 트래킹", "track left", "truck left",
    ),
    CameraMove.TRACK_RIGHT: (
        "우로 트래킹", "우 트래킹", "오른쪽으로 트래킹", "track right", "truck right",
    ),
    CameraMove.CRANE_UP: (
        "크레인 업", "크레인업", "붐 업", "붐업", "지미집 업", "crane up", "boom up",
    ),
    CameraMove.CRANE_DOWN: (
        "크레인 다운", "크레인다운", "붐 다운", "붐다운", "지미집 다운", "crane down", "boom down",
    ),
    CameraMove.ZOOM_IN: ("줌 인", "줌인", "Z.I", "zoom in"),
    CameraMove.ZOOM_OUT: ("줌 아웃", "줌아웃", "Z.O", "zoom out"),
    CameraMove.HANDHELD: (
        "핸드 헬드", "핸드헬드", "들고 찍기", "handheld", "hand-held", "hand held",
    ),
}  # fmt: skip

TIMES: Mapping[TimeOfDay, tuple[str, ...]] = {
    TimeOfDay.DAWN: ("새벽", "동틀 녘", "dawn"),
    TimeOfDay.MORNING: ("아침", "오전", "morning"),
    TimeOfDay.DAY: ("낮", "한낮", "대낮", "오후", "day", "D", "noon", "afternoon"),
    TimeOfDay.SUNSET: ("해 질 녘", "해질녘", "저녁", "노을", "석양", "sunset", "evening", "dusk"),
    TimeOfDay.NIGHT: ("밤", "야간", "심야", "night", "N"),
}
TRANSITIONS: Mapping[Transition, tuple[str, ...]] = {
    Transition.CUT: ("컷", "컷 전환", "cut"),
    Transition.DISSOLVE: ("디졸브", "dissolve", "DIS", "O.L", "오버랩", "크로스 디졸브"),
    Transition.FADE: (
        "페이드", "페이드 아웃", "페이드아웃", "페이드 인", "fade", "fade out",
        "fade through black", "F.O",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    sizes: tuple[ShotSize, ...] = ()
    angles: tuple[Angle, ...] = ()
    moves: tuple[CameraMove, ...] = ()
    rest: str = ""
    """The text without the camera terms."""

    @property
    def any(self) -> bool:
        return bool(self.sizes or self.angles or self.moves)


def camera_in(text: str) -> Found:
    """Return the camera terms of a text, in their order."""
    found: dict[Term, int] = {}

    def taken(match: re.Match[str]) -> str:
        found.setdefault(_BY_WORD[_key(match[0])], match.start())
        return " " * len(match[0])

    rest = _any_word().sub(taken, text)
    terms = sorted(found, key=lambda term: found[term])
    return Found(
        tuple(one for one in terms if isinstance(one, ShotSize)),
        tuple(one for one in terms if isinstance(one, Angle)),
        tuple(one for one in terms if isinstance(one, CameraMove)),
        rest,
    )


_ONLY = re.compile(r"[^0-9A-Za-z가-힣]+")


def shot_line(text: str) -> Found | None:
    """Return the camera terms of a line that holds nothing else, such as `CU · 로우 앵글 ·
    고정`."""
    if len(text) > 80:
        return None
    found = camera_in(text)
    left = _ONLY.sub("", found.rest)
    return found if found.any and left in ("", "샷", "shot", "앵글", "카메라") else None


def time_of_day(text: str) -> TimeOfDay | None:
    return _TIMES.get(_key(text))


def transition_of(text: str) -> Transition | None:
    return _TRANSITIONS.get(_key(text))


@cache  # half a second of processor time, which no process that reads no sheet should spend
def _any_word() -> re.Pattern[str]:
    return re.compile("|".join(_pattern(word) for word, _ in _ALL), re.IGNORECASE)


def _key(text: str) -> str:
    return re.sub(r"[\s./\-’']+", "", text).casefold()


def _pattern(word: str) -> str:
    if re.fullmatch(r"[A-Za-z./]{1,6}", word) and word.upper() == word:
        # An abbreviation: with its points or without.
        letters = [re.escape(one) for one in word if one.isalpha()]
        bare = r"[./]?\s?" if "." in word or "/" in word else ""
        body = bare.join(letters) + r"\.?"
        if "." in word and len(letters) < 3 and word not in ("C.U", "B.S", "M.S", "F.S", "L.S"):
            body = r"\.\s?".join(letters) + r"\.?"
        return rf"(?<![A-Za-z]){body}(?![A-Za-z])"
    spaced = r"[\s-]*".join(re.escape(part) for part in re.split(r"[\s-]+", word))
    if word[0].isascii():
        return rf"(?<![A-Za-z]){spaced}(?![A-Za-z])"
    return rf"(?<![가-힣]){spaced}(?:샷|(?=[^가-힣]|$|으로|로|에서|에|의|이|은|를|을|과|와))"


def _of(table: Mapping[Term, tuple[str, ...]]) -> dict[str, Term]:
    found: dict[str, Term] = {}
    for term, words in table.items():
        for word in (*words, term.ko, term.en, term.value):
            found.setdefault(_key(word), term)
    return found


_ALL: list[tuple[str, Term]] = sorted(
    {
        (word, term)
        for term, words in WORDS.items()
        for word in (*words, term.ko, term.en)
        if len(word) > 1
    },
    key=lambda one: (-len(one[0]), one[0]),
)
_BY_WORD: dict[str, Term] = {}
for _word, _term in _ALL:
    _BY_WORD.setdefault(_key(_word), _term)
    _BY_WORD.setdefault(_key(f"{_word}샷"), _term)
_TIMES = {_key(word): term for term, words in TIMES.items() for word in (*words, term.ko, term.en)}
_TRANSITIONS = {
    _key(word): term for term, words in TRANSITIONS.items() for word in (*words, term.ko, term.en)
}
