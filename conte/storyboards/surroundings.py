"""Words of a sheet -> a cut's setting, the product's form, and whether the product is shown."""

from collections.abc import Mapping

from conte.phrases import says
from conte.vocabulary import ProductForm, Setting

WORDS: Mapping[Setting, tuple[str, ...]] = {
    Setting.KITCHEN: ("부엌", "주방", "싱크대", "kitchen"),
    Setting.LIVING_ROOM: ("거실", "소파", "living room"),
    Setting.BEDROOM: ("침실", "침대", "방 안", "bedroom"),
    Setting.BATHROOM: ("욕실", "화장실", "bathroom"),
    Setting.OFFICE: ("사무실", "회의실", "회사", "오피스", "office"),
    Setting.SCHOOL: ("교실", "학교", "강의실", "classroom", "school"),
    Setting.SHOP: ("매장", "마트", "편의점", "가게", "백화점", "shop", "store"),
    Setting.CAFE: ("카페", "cafe", "café"),
    Setting.RESTAURANT: ("식당", "레스토랑", "restaurant"),
    Setting.GYM: ("헬스장", "체육관", "gym"),
    Setting.HOSPITAL: ("병원", "진료실", "hospital"),
    Setting.FACTORY: ("공장", "factory"),
    Setting.VEHICLE: ("차 안", "차안", "운전석", "조수석", "inside a car", "in the car"),
    Setting.ROAD: ("도로", "눈길", "빗길", "고속도로", "국도", "road", "highway"),
    Setting.STREET: ("거리", "골목", "횡단보도", "street"),
    Setting.SKYLINE: ("도시 전경", "야경", "옥상", "skyline"),
    Setting.HOME_EXTERIOR: ("집 앞", "대문", "현관 앞", "마당", "front of a house"),
    Setting.PARK: ("공원", "park"),
    Setting.FIELD: ("들판", "논", "밭", "field", "meadow"),
    Setting.FOREST: ("숲", "forest"),
    Setting.MOUNTAIN: ("산속", "산길", "산 정상", "등산", "mountain"),
    Setting.SEA: ("바다", "해변", "바닷가", "sea", "beach"),
    Setting.STUDIO: ("스튜디오", "흰 배경", "단색 배경", "검은 배경", "studio"),
}
_SHORT = 1
"""Words of one letter, which count only as whole words."""


def setting_of(*texts: str) -> Setting | None:
    """Return the setting that the first matching text names; None if no text names one."""
    for text in texts:
        lower = f" {text.casefold()} "
        found = {
            setting: at
            for setting, words in WORDS.items()
            for word in (*words, setting.ko, setting.en)
            if (at := lower.find(_sought(word.casefold()))) >= 0
        }
        if found:
            return min(found, key=lambda setting: found[setting])
    return None


def _sought(word: str) -> str:
    """Return the search term for a word: English words and single letters match only after a
    blank."""
    return f" {word} " if len(word) <= _SHORT else f" {word}" if word.isascii() else word


def form_of(name: str) -> ProductForm:
    """Return the form whose word ends the product's name; a package if none does."""
    text = name.casefold()
    known = [
        form
        for form in ProductForm
        if len(form.ko) > 1 and text.endswith((form.ko, form.en.casefold()))
    ]
    return max(known, key=lambda form: len(form.ko)) if known else ProductForm.PACKAGE


def shows_product(action: str, name: str) -> bool:
    return says(action, name) or "제품" in action or "the product" in action.casefold()
