"""A heading or a label -> its column, by the terms that agencies use. One table for all formats."""

import re
from collections.abc import Mapping

from conte.field_words import CUT_FIELDS
from conte.storyboards.folding import folded

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "컷", "컷번호", "컷넘버", "컷no", "cut", "cutno", "cut#", "c#", "c/#", "no", "no#", "#",
        "번호",
        "순번", "순서", "샷번호", "shot#", "shotno", "panel", "frame#", "cuts",
    ),
    "scene": ("씬", "신", "씬번호", "scene", "sceneno", "s#", "s/#", "장면번호", "scene#"),
    "picture": (
        "그림", "콘티", "이미지", "썸네일", "스케치", "그림콘티", "콘티그림", "컷이미지", "image",
        "picture", "sketch", "thumbnail", "storyboard", "스토리보드", "visual", "비주얼",
        "참고이미지",
    ),
    "screen": ("화면", "screen"),
    "size": (
        "샷", "쇼트", "사이즈", "샷사이즈", "샷크기", "shot", "shotsize", "size", "화면크기",
        "샷종류",
    ),
    "angle": ("앵글", "카메라앵글", "angle", "cameraangle"),
    "camera": (
        "카메라", "카메라워크", "카메라워킹", "카메라무빙", "무빙", "움직임", "촬영", "camera",
        "camerawork",
        "cameramove", "cameramovement", "movement", "move", "cam", "앵글사이즈", "샷앵글",
    ),
    "location": ("장소", "촬영장소", "로케이션", "location", "place", "공간"),
    "time_of_day": ("시간대", "timeofday", "d/n", "낮밤", "daynight"),
    "action": (
        "화면설명", "지문", "내용", "비디오", "영상", "화면내용", "액션", "상황", "설명",
        "연출", "연출내용",
        "장면", "장면설명", "영상설명", "영상내용", "씬설명", "컷내용", "컷설명", "video",
        "action", "description",
        "visualdescription", "v", "화면지문", "구성",
    ),
    "audio": ("오디오", "사운드", "소리", "음향", "audio", "sound", "a", "오디오내용"),
    "narration": (
        "na", "나레이션", "내레이션", "나레", "narration", "vo", "voiceover", "보이스오버",
        "멘트", "성우",
        "성우멘트", "na멘트", "음성",
    ),
    "dialogue": ("대사", "dialogue", "dialog", "대화", "동시녹음", "lines"),
    "sound_effect": (
        "se", "sfx", "효과음", "음향효과", "soundeffect", "soundeffects", "fx", "효과",
    ),
    "music": ("bgm", "bg", "음악", "배경음악", "music", "m", "브금"),
    "caption": (
        "자막", "카피", "슈퍼", "수퍼", "super", "caption", "captions", "subtitle", "copy",
        "텍스트", "text",
        "자막카피", "화면자막", "onscreentext", "title자막", "메인카피", "cg자막",
    ),
    "legal": (
        "고지", "고지자막", "법적고지", "legal", "legalline", "disclaimer", "심의자막",
        "고지문구",
    ),
    "transition": ("전환", "장면전환", "화면전환", "컷전환", "transition", "효과전환"),
    "length": (
        "초수", "초", "시간", "길이", "러닝타임", "컷길이", "sec", "secs", "second", "seconds",
        "time", "length",
        "duration", "dur", "타임", "소요시간", "시간초", "초단위", "분량", "rt",
    ),
    "total": ("누적", "누적초수", "누계", "total", "runningtotal", "누적시간", "합계초"),
    "timecode": ("tc", "타임코드", "timecode", "구간", "inout", "시간구간", "t/c"),
    "start": ("시작", "in", "tcin", "start", "시작시간", "인"),
    "end": ("끝", "out", "tcout", "end", "종료", "종료시간", "아웃"),
    "frames": ("프레임", "frames", "frame", "fr", "프레임수"),
    "id": ("id",),
    "remark": (
        "비고", "메모", "의견", "참고", "remark", "remarks", "note", "notes", "기타",
        "특이사항", "memo",
    ),
}  # fmt: skip
"""Headings by column. `screen` may hold a picture or its description; `camera` size, angle and
move.
"""

FACTS: Mapping[str, tuple[str, ...]] = {
    "title": (
        "제목", "타이틀", "작품명", "편명", "광고명", "cf명", "title", "프로젝트", "프로젝트명",
        "project", "소재명",
        "콘티명", "캠페인", "캠페인명", "campaign",
    ),
    "advertiser": (
        "광고주", "클라이언트", "client", "advertiser", "브랜드", "brand", "회사", "업체명",
        "광고주명",
    ),
    "product": ("제품", "제품명", "상품", "상품명", "품목", "품명", "product", "productname"),
    "total": (
        "총초수", "총길이", "총시간", "러닝타임", "길이", "분량", "length", "runningtime",
        "초수", "tr",
    ),
    "ratio": ("화면비", "비율", "화면비율", "ratio", "aspectratio", "사이즈"),
    "fps": ("fps", "초당프레임", "프레임레이트", "framerate"),
    "other": (
        "버전", "작성일", "날짜", "일자", "version", "date", "대행사", "제작사", "감독", "매체",
        "agency",
        "director", "작성자", "담당", "담당자", "슬로건", "콘셉트", "컨셉", "slogan", "concept",
    ),
}  # fmt: skip
"""Labels of facts above the cuts. `other`: known labels that are ignored."""

HEARD = frozenset({"audio", "narration", "dialogue", "sound_effect", "music"})
_PARTS = re.compile(r"[\n/()\[\],·|&+]+|\s{2,}")
_ASIDE = re.compile(r"([^()\[\]\n]+)[(\[][^()\[\]]*[)\]]")
_UNITS = frozenset({"초", "sec", "s", "단위초", "단위sec", "kor", "eng", "f", "fr", "총", "개"})
_DIGITS = re.compile(r"\d+$")


def column_of(heading: str) -> str | None:
    """Return the column that a heading names; None if it names none.

    `오디오 (NA/SE/BGM)` is `audio`, `화면 / 지문` is `screen`.
    """
    if not heading.strip() or len(heading) > 40:
        return None
    whole = _DIGITS.sub("", folded(heading)) if folded(heading)[:1].isalpha() else folded(heading)
    if whole in _BY_HEADING:
        return _BY_HEADING[whole]
    parts = [folded(part) for part in _PARTS.split(heading) if part.strip()]
    named = [_BY_HEADING.get(part) for part in parts if part not in _UNITS or len(parts) == 1]
    known = list(dict.fromkeys(one for one in named if one))
    if not known:
        return None
    if None in named:
        # Words that are not known stand in brackets after a heading, or it is no heading.
        aside = _ASIDE.fullmatch(heading.strip())
        return _BY_HEADING.get(folded(aside[1])) if aside else None
    if len(known) == 1:
        return known[0]
    if set(known) <= HEARD:
        return "audio"
    if "screen" in known or set(known) <= {"picture", "action", "screen"}:
        return "screen"
    if set(known) <= {"size", "angle", "camera"}:
        return "camera"
    if set(known) <= {"length", "total", "frames", "timecode"}:
        return "timecode" if "timecode" in known else "length"
    if set(known) <= {"number", "scene"}:
        return "number"
    return known[0]


def fact_of(label: str) -> str | None:
    """Return the fact that a label above the cuts names; None if it names none."""
    return _BY_LABEL.get(folded(label)) if len(label) <= 20 else None


def _own() -> Mapping[str, str]:
    """Return the headings of our own exports."""
    others = {
        "move": "camera", "place": "location", "num_frames": "", "start": "", "direction": "",
        "setting": "", "staging": "", "shows": "", "continues": "", "video_prompt": "", "take": "",
        "seed": "",
    }  # fmt: skip
    found: dict[str, str] = {}
    for name, words in CUT_FIELDS.items():
        column = others.get(name, name)
        if column:
            found |= {folded(words.ko): column, folded(words.en): column}
    return found


def _by(table: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    return {folded(word): name for name, words in table.items() for word in words}


_BY_HEADING: Mapping[str, str] = {**_own(), **_by(HEADINGS)}
_BY_LABEL = _by(FACTS)
