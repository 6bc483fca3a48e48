"""Names of fields for people, in Korean and English: an agency's terms, in one table for all uses.

Keys are the name of a field of a cut or of the conte, and the path of any other field:
`look.palette`, `product.name` (a brief's), `cast.description` (a sheet entry's, by its kind).
"""

from collections.abc import Mapping

from conte.bilingual import BilingualText
from conte.vocabulary import Language


def _both(ko: str, en: str) -> BilingualText:
    return BilingualText(ko=ko, en=en)


CUT_FIELDS: Mapping[str, BilingualText] = {
    "num_frames": _both("초수", "Length"),
    "start": _both("시작점", "In point"),
    "size": _both("샷 크기", "Shot size"),
    "angle": _both("앵글", "Angle"),
    "move": _both("카메라", "Camera"),
    "direction": _both("화면 방향", "Screen direction"),
    "setting": _both("배경", "Setting"),
    "place": _both("장소", "Place"),
    "time_of_day": _both("시간대", "Time of day"),
    "action": _both("화면 설명", "Action"),
    "staging": _both("연출", "Staging"),
    "shows": _both("등장", "On screen"),
    "narration": _both("내레이션", "Narration"),
    "dialogue": _both("대사", "Dialogue"),
    "sound_effect": _both("효과음", "Sound effect"),
    "music": _both("배경 음악", "Music"),
    "sounds": _both("음원", "Recordings"),
    "caption": _both("자막", "Caption"),
    "legal": _both("고지 자막", "Legal line"),
    "transition": _both("장면 전환", "Transition"),
    "continues": _both("앞 컷과 이어 찍기", "One take with the cut before"),
    "video_prompt": _both("영상 프롬프트", "Video prompt"),
    "take": _both("선택한 테이크", "Picked take"),
    "seed": _both("시드", "Seed"),
}
"""Names of a cut's fields, in the order in which a person reads a cut."""

CONTE_FIELDS: Mapping[str, BilingualText] = {
    "title": _both("제목", "Title"),
    "structure": _both("구성", "Structure"),
    "concept": _both("콘셉트", "Concept"),
    "slogan": _both("슬로건", "Slogan"),
    "built_on": _both("반영한 아이디어", "Ideas it is built on"),
    "look": _both("룩", "Look"),
    "look.style": _both("스타일", "Style"),
    "look.lighting": _both("조명", "Lighting"),
    "look.lens": _both("렌즈", "Lens"),
    "look.palette": _both("색상", "Palette"),
    "look.prompt": _both("프롬프트", "Prompt"),
    "sheet": _both("등장인물·제품", "Cast and product"),
    "cast": _both("등장인물", "Cast"),
    "cast.name": _both("이름", "Name"),
    "cast.description": _both("설명", "Description"),
    "cast.prompt": _both("프롬프트", "Prompt"),
    "cast.image": _both("사진", "Picture"),
    "product": _both("제품", "Product"),
    "product.name": _both("제품명", "Product name"),
    "product.form": _both("형태", "Form"),
    "product.description": _both("제품 설명", "Product description"),
    "product.prompt": _both("프롬프트", "Prompt"),
}

BRIEF_FIELDS: Mapping[str, BilingualText] = {
    "brief": _both("브리프", "Brief"),
    "advertiser": _both("광고주", "Advertiser"),
    "product.name": _both("제품명", "Product name"),
    "product.category": _both("제품군", "Category"),
    "product.description": _both("제품 설명", "Product description"),
    "product.selling_points": _both("소구점", "Selling points"),
    "product.image": _both("제품 사진", "Product picture"),
    "audience": _both("타깃", "Audience"),
    "tone": _both("톤앤매너", "Tone"),
    "language": _both("언어", "Language"),
    "duration_s": _both("길이", "Length"),
    "aspect_ratio": _both("화면비", "Aspect ratio"),
    "fps": _both("초당 프레임", "Frames a second"),
    "cuts": _both("컷 수", "Cuts"),
    "must_show": _both("꼭 보여 줄 것", "Must be shown"),
    "must_not_say": _both("쓰지 않을 표현", "Must not be said"),
    "characters": _both("등장인물", "Characters"),
    "ideas": _both("아이디어", "Ideas"),
}


def field_label(words: Mapping[str, BilingualText], field: str, language: Language) -> str:
    """Return a field's name for people; a field that is not in the table keeps its technical
    name."""
    return words[field].of(language) if field in words else field
