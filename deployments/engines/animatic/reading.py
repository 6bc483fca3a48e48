"""Shot -> what to draw: pose, mood, weather, people and things, parsed from its words."""

import re
from dataclasses import dataclass
from typing import Literal, TypeVar

from conte.clip import Shot
from conte.conte import CastMember, ProductEntry
from conte.vocabulary import Setting

Pose = Literal[
    "stand", "hold", "walk", "run", "sit", "drive", "drink", "phone", "type", "cheer",
    "point", "lie", "think", "cook", "cycle", "lean", "crouch", "wave", "reach", "hug",
]  # fmt: skip
Mood = Literal["smile", "joy", "calm", "worry", "surprise", "focus", "rest"]
Weather = Literal["", "rain", "snow", "wind", "fog"]
T = TypeVar("T")

_POSES: tuple[tuple[Pose, str], ...] = (
    ("drive", r"\bdriv(es?|ing)\b|\bcar (brakes|speeds|slows|stops|races|rolls|turns)|behind the wheel|at the wheel|운전|핸들"),
    ("cycle", r"\bcycl(es?|ing)\b|rid(es?|ing) a (bicycle|bike)|자전거를 (타|탄)"),
    ("lie", r"\bsle(eps?|eping)\b|\basleep\b|\bl(ies|ying) (down|back|in|on)\b|in bed|누워|잠든|자고"),
    ("run", r"\brun(s|ning)?\b|jog(s|ging)?\b|sprint|달리는 사람|달려|뛰어|뛴다|조깅"),
    ("walk", r"\bwalk(s|ing)?\b|\bstroll|\bsteps? (out|in|into|forward)|걷|걸어|산책|다가"),
    ("cook", r"\bcook(s|ing)?\b|\bstir(s|ring)?\b|\bchop|요리|볶|젓는"),
    ("drink", r"\b(drink|sip|eat|bite|taste|swallow)(s|ing)?\b|마시|한 입|먹는|먹고|맛보|베어"),
    ("phone", r"\b(scroll|swip|tapp?|text)(s|es|ing)?\b|looks? at (her|his|the|a) phone|"
              r"휴대폰|스마트폰을|폰을"),
    ("type", r"\btyp(es?|ing)\b|\bwork(s|ing) (at|on)\b|at (a|the|his|her) (desk|laptop)|"
             r"책상|노트북|타이핑|업무|야근"),
    ("cheer", r"\bcheer|\bjump(s|ing)?\b|arms (raised|up)|celebrat|danc(e|es|ing)\b|환호|만세|춤|점프"),
    ("point", r"\bpoint(s|ing)?\b|\bpresent(s|ing)?\b|\bgestur|introduc|demonstrat|가리키|소개|시연"),
    ("hold", r"\bhold(s|ing)?\b|\bopen(s|ing)?\b|\bpick(s|ing)? up\b|\blift(s|ing)?\b|\bshow(s|ing)? "
             r"|\bappl(y|ies|ying)\b|\buse(s)?\b|\busing\b|들고|들어|집어|보여|꺼내|사용|건네|바르"),
    ("sit", r"\bsit(s|ting)?\b|\bseated\b|\bsofa\b|앉"),
    ("think", r"\bthink|\bwonder|\bhesitat|\bfrown|\bsigh|worr|고민|망설|한숨|갸우뚱|걱정"),
)  # fmt: skip
_MOODS: tuple[tuple[Mood, str], ...] = (
    ("rest", r"\basleep\b|\bsleep|eyes closed|잠든|눈을 감"),
    ("surprise", r"surpris|astonish|amazed|wide-eyed|startl|gasps?|놀라|깜짝"),
    ("worry", r"worr|frown|sigh|tired|frustrat|sad\b|anxious|struggl|stress|upset|exhaust|"
              r"걱정|한숨|지친|피곤|답답|불안|찡그|고민"),
    ("joy", r"laugh|delight|joy|beam|grin|cheer|excite|happ|웃음|환하|활짝|기쁨|신나|즐거"),
    ("focus", r"focus|concentrat|serious|determin|intent|집중|진지|단호"),
    ("smile", r"smil|warm|content|satisf|relie|미소|흐뭇|만족|안도"),
)  # fmt: skip
_WEATHER: tuple[tuple[Weather, str], ...] = (
    ("rain", r"(?<!after )(?<!after the )\brain(s|y|ing|drops?|fall)?\b|\bwet (road|street|asphalt)|downpour|storm|"
             r"(?<![가-힣])비(?! (?:그친|갠))(가|를| |,|$)|빗|장마|폭우|소나기"),
    ("snow", r"\bsnow(s|y|ing|fall|flakes?)?\b|blizzard|(?<![가-힣])눈(이 내|길|밭|보라)|폭설|설원"),
    ("fog", r"\bfog(gy)?\b|\bmist(y)?\b|안개"),
    ("wind", r"\bwind(y)?\b|\bbreez|바람"),
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """Content of a shot, in the animatic's vocabulary."""

    cast: tuple[CastMember, ...]
    product: ProductEntry | None
    pose: Pose
    mood: Mood
    weather: Weather
    packshot: bool
    moving: bool
    """True: the subject travels, and a tracking camera keeps up with it."""
    holding: bool


def _first(table: tuple[tuple[T, str], ...], text: str, default: T) -> T:
    return next((word for word, pattern in table if re.search(pattern, text)), default)


def _without_negations(text: str) -> str:
    """Remove clauses that say what must not be seen."""
    return re.sub(r"\b(no|without|not|never)\s+[^.,;]*", " ", text)


def read(shot: Shot) -> Reading:
    text = _without_negations(f"{shot.video_prompt} . {shot.action}".lower())
    cast = tuple(entry for entry in shot.shows if isinstance(entry, CastMember))[:2]
    product = next((entry for entry in shot.shows if isinstance(entry, ProductEntry)), None)
    for entry in cast:  # descriptions of people are not actions
        for words in filter(None, (entry.prompt.lower(), entry.description.lower())):
            text = text.replace(words, " ")
    default: Pose = "hold" if product is not None else "stand"
    pose: Pose = _first(_POSES, text, default)
    if shot.setting is Setting.VEHICLE and pose in ("stand", "hold", "walk", "sit", "run", "cycle"):
        pose = "drive"
    packshot = (
        product is not None
        and not cast
        and (
            re.search(r"packshot|pack shot|hero shot|packaging hero|패키지샷|팩샷|제품컷", text)
            is not None
            or shot.setting is Setting.STUDIO
        )
    )
    mood: Mood = _first(_MOODS, text, "worry" if pose == "think" else "smile")
    weather: Weather = _first(_WEATHER, text, "")
    return Reading(
        cast=cast,
        product=product,
        pose=pose,
        mood=mood,
        weather=weather,
        packshot=packshot,
        moving=pose in ("walk", "run", "drive", "cycle"),
        holding=product is not None and pose in ("hold", "stand", "drink", "phone", "point", "sit"),
    )
