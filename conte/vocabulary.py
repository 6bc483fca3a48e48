"""The closed vocabularies of a cut, each word with its Korean and English label.

The shot sizes and moves are those of Korean broadcast contes (ECU .. ELS; PAN, TILT, ...), so that
a sheet reads as an agency's does.
"""

from enum import StrEnum
from typing import Literal, Self

Language = Literal["ko", "en"]


class Term(StrEnum):
    """A word of a vocabulary: its value travels in JSON, its labels are for people."""

    ko: str
    en: str

    def __new__(cls, value: str, ko: str, en: str) -> Self:
        term = str.__new__(cls, value)
        term._value_ = value
        term.ko, term.en = ko, en
        return term

    def label(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en


class ShotSize(Term):
    """How much of the subject fills the frame, from nearest to farthest."""

    ECU = "ECU", "익스트림 클로즈업", "extreme close-up"
    CU = "CU", "클로즈업", "close-up"
    MCU = "MCU", "미디엄 클로즈업", "medium close-up"
    MS = "MS", "미디엄 샷", "medium shot"
    MLS = "MLS", "미디엄 롱 샷", "medium long shot"
    FS = "FS", "풀 샷", "full shot"
    LS = "LS", "롱 샷", "long shot"
    ELS = "ELS", "익스트림 롱 샷", "extreme long shot"

    @property
    def distance(self) -> int:
        """0 (nearest) to 7 (farthest)."""
        return list(ShotSize).index(self)


class Angle(Term):
    EYE_LEVEL = "eye_level", "아이 레벨", "eye level"
    LOW = "low", "로우 앵글", "low angle"
    HIGH = "high", "하이 앵글", "high angle"
    TOP = "top", "직부감", "top-down"
    DUTCH = "dutch", "더치 앵글", "Dutch angle"
    OVER_SHOULDER = "over_shoulder", "오버 숄더", "over the shoulder"


class CameraMove(Term):
    STATIC = "static", "고정", "static"
    PAN_LEFT = "pan_left", "좌로 팬", "pan left"
    PAN_RIGHT = "pan_right", "우로 팬", "pan right"
    TILT_UP = "tilt_up", "틸트 업", "tilt up"
    TILT_DOWN = "tilt_down", "틸트 다운", "tilt down"
    DOLLY_IN = "dolly_in", "달리 인", "dolly in"
    DOLLY_OUT = "dolly_out", "달리 아웃", "dolly out"
    TRACK_LEFT = "track_left", "좌로 트래킹", "track left"
    TRACK_RIGHT = "track_right", "우로 트래킹", "track right"
    CRANE_UP = "crane_up", "크레인 업", "crane up"
    CRANE_DOWN = "crane_down", "크레인 다운", "crane down"
    ZOOM_IN = "zoom_in", "줌 인", "zoom in"
    ZOOM_OUT = "zoom_out", "줌 아웃", "zoom out"
    HANDHELD = "handheld", "핸드헬드", "handheld"


class Transition(Term):
    """How a cut gives way to the next; the last cut's says how the film ends."""

    CUT = "cut", "컷", "cut"
    DISSOLVE = "dissolve", "디졸브", "dissolve"
    FADE = "fade", "페이드", "fade through black"


class ScreenDirection(Term):
    """Where the subject looks or moves on screen; left against right breaks the line."""

    LEFT = "left", "화면 왼쪽", "screen left"
    RIGHT = "right", "화면 오른쪽", "screen right"
    NEUTRAL = "neutral", "정면", "towards or away from the camera"


class TimeOfDay(Term):
    DAWN = "dawn", "새벽", "dawn"
    MORNING = "morning", "아침", "morning"
    DAY = "day", "낮", "day"
    SUNSET = "sunset", "해 질 녘", "sunset"
    NIGHT = "night", "밤", "night"


class Setting(Term):
    """The kind of place, so that a draft can be drawn and a location listed."""

    STUDIO = "studio", "스튜디오", "studio"
    KITCHEN = "kitchen", "주방", "kitchen"
    LIVING_ROOM = "living_room", "거실", "living room"
    BEDROOM = "bedroom", "침실", "bedroom"
    BATHROOM = "bathroom", "욕실", "bathroom"
    OFFICE = "office", "사무실", "office"
    SCHOOL = "school", "교실", "classroom"
    SHOP = "shop", "매장", "shop"
    CAFE = "cafe", "카페", "café"
    RESTAURANT = "restaurant", "식당", "restaurant"
    GYM = "gym", "헬스장", "gym"
    HOSPITAL = "hospital", "병원", "hospital"
    FACTORY = "factory", "공장", "factory"
    STREET = "street", "거리", "city street"
    SKYLINE = "skyline", "도시 전경", "city skyline"
    ROAD = "road", "도로", "road"
    VEHICLE = "vehicle", "차 안", "inside a car"
    HOME_EXTERIOR = "home_exterior", "집 앞", "in front of a house"
    PARK = "park", "공원", "park"
    FIELD = "field", "들판", "field"
    FOREST = "forest", "숲", "forest"
    MOUNTAIN = "mountain", "산", "mountains"
    SEA = "sea", "바다", "seaside"


class ProductForm(Term):
    """What the product looks like, so that a draft can draw it and a prompt can name it."""

    PACKAGE = "package", "상자", "package"
    POUCH = "pouch", "파우치", "pouch"
    BOTTLE = "bottle", "병", "bottle"
    CAN = "can", "캔", "can"
    JAR = "jar", "용기", "jar"
    TUBE = "tube", "튜브", "tube"
    CUP = "cup", "컵", "cup"
    FOOD = "food", "음식", "dish of food"
    PHONE = "phone", "스마트폰", "smartphone"
    LAPTOP = "laptop", "노트북", "laptop"
    SCREEN = "screen", "디스플레이", "screen"
    APP = "app", "앱", "mobile app on a phone"
    EARPHONES = "earphones", "이어폰", "earphones"
    WATCH = "watch", "시계", "watch"
    APPLIANCE = "appliance", "가전제품", "home appliance"
    CAR = "car", "자동차", "car"
    TIRE = "tire", "타이어", "car tyre"
    BICYCLE = "bicycle", "자전거", "bicycle"
    SHOES = "shoes", "신발", "pair of shoes"
    CLOTHING = "clothing", "의류", "garment"
    BAG = "bag", "가방", "bag"
    GLASSES = "glasses", "안경", "pair of glasses"
    FURNITURE = "furniture", "가구", "piece of furniture"
    BED = "bed", "침대", "bed"
    BOOK = "book", "책", "book"
    TOY = "toy", "장난감", "toy"
    CARD = "card", "카드", "payment card"
    BUILDING = "building", "건물", "building"
    SERVICE = "service", "서비스", "service"
