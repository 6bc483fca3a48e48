"""Music as a conte names it, in Korean and English -> mood, instrument, turn. Knows no sounds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from conte.conte import Conte, ProductEntry
from deployments.sound.styles import Figure, Mood

_MOODS: Mapping[Mood, str] = {
    "warm": (
        "잔잔 어쿠스틱 우쿨렐레 멜로디언 따뜻 포근 gentle acoustic ukulele melodica warm "
        "cosy"
    ),
    "cheerful": (
        "피치카토 휘파람 스냅 튜바 클라리넷 브라스 장난 익살 경쾌 신나 발랄 유쾌 "
        "pizzicato whistl snaps tuba clarinet brass mischievous upbeat cheerful comic "
        "funny bouncing"
    ),
    "premium": (
        "첼로 미니멀 패드 사중주 고급 우아 절제 재즈 cello sparse pad quartet elegant "
        "luxur jazz"
    ),
    "tense": (
        "심장 스타카토 초침 드론 긴장 타악 웅장 강렬 록 웅웅 큰북 공포 호러 오싹 섬뜩 무서 "
        "heartbeat staccato drone tense percussion epic rock thrill horror scary creepy eerie "
        "great_drum suspens"
    ),
    "plain": "현장음 단순 일렉 담백 차분 네 location plain electric simple calm four",
    "fresh": "신스팝 팝 청량 리프 마림바 상쾌 시원 보컬 pop crisp riff marimba fresh vocal",
    "tender": (
        "느린 오르골 첼레스타 나일론 나직 감성 서정 허밍 먹먹 뭉클 로맨 애틋 향수 정겨 하모니카 "
        "숨소리 한_손으로 slow celesta nylon hushed humming tender emotional romantic nostalg "
        "harmonica one_hand breathe"
    ),
    "future": (
        "아르페지오 유리 필터 맥박 미래 전자 일렉트로닉 드릴 힙 트랩 도발 당당 스트릿 트렌디 "
        "arpeggio glassy filter pulsing future electronic techno drill hip trap daring street "
        "trendy edgy"
    ),
}  # fmt: skip
_INSTRUMENTS: tuple[tuple[str, str, Figure], ...] = (
    ("일렉 피아노", "electric_piano", "single"), ("electric piano", "electric_piano", "single"),
    ("느린 피아노", "piano", "single"), ("단음", "piano", "single"), ("네 음", "piano", "single"),
    ("slow solo piano", "piano", "single"), ("single piano", "piano", "single"),
    ("plain piano", "piano", "single"),
    ("피아노", "piano", "broken"), ("piano", "piano", "broken"),
    ("우쿨렐레", "guitar", "offbeat"), ("ukulele", "guitar", "offbeat"),
    ("신시사이저", "synth", "stabs"), ("synthesiser", "synth", "stabs"),
    ("시티팝", "electric_piano", "offbeat"), ("city pop", "electric_piano", "offbeat"),
    ("하모니카", "clarinet", "single"), ("harmonica", "clarinet", "single"),
    ("합창", "voice", "hold"), ("choir", "voice", "hold"),
    ("리프", "guitar", "broken"), ("기타", "guitar", "broken"), ("guitar", "guitar", "broken"),
    ("피치카토", "pizzicato", "broken"), ("pizzicato", "pizzicato", "broken"),
    ("휘파람", "whistle", "tune"), ("whistl", "whistle", "tune"),
    ("튜바", "clarinet", "tune"), ("클라리넷", "clarinet", "tune"), ("tuba", "clarinet", "tune"),
    ("첼레스타", "celesta", "broken"), ("오르골", "celesta", "broken"),
    ("celesta", "celesta", "broken"), ("music box", "celesta", "broken"),
    ("첼로", "cello", "single"), ("cello", "cello", "single"),
    ("스타카토", "pizzicato", "pulse"), ("staccato", "pizzicato", "pulse"),
    ("심장", "drone", "hold"), ("heartbeat", "drone", "hold"),
    ("드론", "drone", "hold"), ("drone", "drone", "hold"),
    ("마림바", "marimba", "broken"), ("marimba", "marimba", "broken"),
    ("벨", "bell", "broken"), ("bell", "bell", "broken"),
    ("패드", "pad", "hold"), ("pad", "pad", "hold"),
    ("베이스", "bass", "pulse"), ("bass", "bass", "pulse"),
    ("현악", "strings", "hold"), ("strings", "strings", "hold"),
    ("신스", "synth", "broken"), ("synth", "synth", "broken"),
    ("브라스", "brass", "stabs"), ("brass", "brass", "stabs"),
)  # fmt: skip
_SILENCE = (
    "음악 없이",
    "현장음만",
    "무음",
    "정적만",
    "no music",
    "without music",
    "location sound",
)
_BREATH = ("정적 한 박", "one beat of silence")


@dataclass(frozen=True)
class Music:
    """Music that a conte asks for."""

    mood: Mood
    lead: str
    """Instrument that opens; empty: that of the mood."""
    figure: Figure | None
    turn: int
    """Index of the cut in which the music turns; 0: it does not."""
    late: bool
    """True: there is no music before the turn."""
    breath: bool
    """True: the beat before the turn is silent."""


def music_of(conte: Conte, tone: str) -> Music | None:
    """Read the music of a conte; None if no cut names any. `tone`: the brief's."""
    lines = [cut.music.casefold() for cut in conte.cuts]
    if not any(lines):
        return None
    opening = next(line for line in lines if line)
    found = next((one for one in _INSTRUMENTS if one[0] in opening), None)
    turn = _turn(conte, lines)
    return Music(
        mood=_mood(lines, tone.casefold()),
        lead=found[1] if found else "",
        figure=found[2] if found else None,
        turn=turn,
        late=not lines[0] or any(words in opening for words in _SILENCE),
        breath=any(words in lines[turn] for words in _BREATH),
    )


def _mood(lines: Sequence[str], tone: str) -> Mood:
    moods: tuple[Mood, ...] = get_args(Mood)
    opening = next(line for line in lines if line)

    def said(mood: Mood) -> int:
        words = [word.replace("_", " ") for word in _MOODS[mood].split()]
        return sum(
            4 * _named(word, opening)
            + 2 * _named(word, tone)
            + any(_named(word, line) for line in lines)
            for word in words
        )

    return max(moods, key=said)


def _named(word: str, text: str) -> bool:
    """Return whether a text has a word; a short Latin one as a whole (a ship is not hip)."""
    if len(word) > 4 or not word.isascii():
        return word in text
    return re.search(rf"\b{word}\b", text) is not None


def _turn(conte: Conte, lines: Sequence[str]) -> int:
    last = len(lines) - 1
    opening = next(at for at, line in enumerate(lines) if line)
    named = next((at for at in range(opening + 1, last) if lines[at]), 0)
    if named or opening:
        return named or opening
    products = {entry.id for entry in conte.sheet if isinstance(entry, ProductEntry)}
    shown = (at for at in range(1, last) if products.intersection(conte.cuts[at].shows))
    return next(shown, 0)
