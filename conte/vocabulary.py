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
    CARTON = "carton", "우유 팩", "carton"
    SACK = "sack", "포대", "sack"
    GIFT_BOX = "gift_box", "선물 상자", "gift box of food"
    PUMP_BOTTLE = "pump_bottle", "펌프 용기", "pump bottle"
    TUMBLER = "tumbler", "텀블러", "tumbler"
    RICE = "rice", "밥", "bowl of rice"
    BURGER = "burger", "햄버거", "burger"
    PIZZA = "pizza", "피자", "slice of pizza"
    FRIED_CHICKEN = "fried_chicken", "치킨", "box of fried chicken"
    DUMPLINGS = "dumplings", "만두", "dumplings"
    LUNCH_BOX = "lunch_box", "도시락", "lunch box"
    PASTA = "pasta", "파스타", "plate of pasta"
    CURRY = "curry", "카레", "plate of curry"
    STEW = "stew", "찌개", "pot of stew"
    KIMCHI = "kimchi", "김치", "bowl of kimchi"
    MEAT = "meat", "고기", "cut of meat"
    POULTRY = "poultry", "닭고기", "chicken leg"
    EGG = "egg", "달걀", "egg"
    FISH = "fish", "생선", "fish"
    FISH_CAKE = "fish_cake", "어묵", "skewer of fish cake"
    FRUIT = "fruit", "과일", "fruit"
    VEGETABLE = "vegetable", "채소", "vegetables"
    MUSHROOM = "mushroom", "버섯", "mushroom"
    NUTS = "nuts", "견과", "nuts"
    CANNED_FOOD = "canned_food", "통조림", "tin of food"
    CHEESE = "cheese", "치즈", "wedge of cheese"
    ICE_CREAM = "ice_cream", "아이스크림", "ice cream"
    COOKIE = "cookie", "쿠키", "cookie"
    CHOCOLATE = "chocolate", "초콜릿", "bar of chocolate"
    CANDY = "candy", "사탕", "piece of candy"
    BREAD = "bread", "빵", "loaf of bread"
    CAKE = "cake", "케이크", "slice of cake"
    RICE_CAKE = "rice_cake", "떡", "rice cakes"
    SOAP = "soap", "비누", "bar of soap"
    TOOTHBRUSH = "toothbrush", "칫솔", "toothbrush"
    RAZOR = "razor", "면도기", "razor"
    LIPSTICK = "lipstick", "립스틱", "lipstick"
    TOILET_PAPER = "toilet_paper", "휴지", "roll of paper"
    PLASTER = "plaster", "반창고", "plaster"
    SUNGLASSES = "sunglasses", "선글라스", "pair of sunglasses"
    UMBRELLA = "umbrella", "우산", "umbrella"
    SMARTWATCH = "smartwatch", "스마트워치", "smartwatch"
    DESKTOP = "desktop", "데스크톱 컴퓨터", "desktop computer"
    KEYBOARD = "keyboard", "키보드", "computer keyboard"
    PRINTER = "printer", "프린터", "printer"
    HEADPHONES = "headphones", "헤드폰", "pair of headphones"
    SPEAKER = "speaker", "스피커", "speaker"
    MICROPHONE = "microphone", "마이크", "microphone"
    CAMERA = "camera", "카메라", "camera"
    GAME_CONSOLE = "game_console", "게임기", "game controller"
    BATTERY = "battery", "건전지", "battery"
    LAMP = "lamp", "스탠드 조명", "lamp"
    WASHING_MACHINE = "washing_machine", "세탁기", "washing machine"
    DISHWASHER = "dishwasher", "식기세척기", "dishwasher"
    REFRIGERATOR = "refrigerator", "냉장고", "refrigerator"
    AIR_CONDITIONER = "air_conditioner", "에어컨", "air conditioner"
    DEHUMIDIFIER = "dehumidifier", "제습기", "dehumidifier"
    AIR_PURIFIER = "air_purifier", "공기청정기", "air purifier"
    FAN = "fan", "선풍기", "electric fan"
    VACUUM = "vacuum", "청소기", "vacuum cleaner"
    ROBOT_VACUUM = "robot_vacuum", "로봇청소기", "robot vacuum"
    WATER_PURIFIER = "water_purifier", "정수기", "water purifier"
    RICE_COOKER = "rice_cooker", "밥솥", "rice cooker"
    MICROWAVE = "microwave", "전자레인지", "microwave oven"
    AIR_FRYER = "air_fryer", "에어프라이어", "air fryer"
    COFFEE_MACHINE = "coffee_machine", "커피머신", "coffee machine"
    BLENDER = "blender", "믹서기", "blender"
    COOKTOP = "cooktop", "쿡탑", "cooktop"
    BOILER = "boiler", "보일러", "boiler"
    HAIR_DRYER = "hair_dryer", "헤어드라이어", "hair dryer"
    MASSAGE_CHAIR = "massage_chair", "안마의자", "massage chair"
    MACHINE_TOOL = "machine_tool", "공작기계", "machine tool"
    SOLAR_PANEL = "solar_panel", "태양광 패널", "solar panel"
    TRUCK = "truck", "트럭", "truck"
    SUV = "suv", "SUV", "SUV"
    MOTORCYCLE = "motorcycle", "오토바이", "motorcycle"
    TAXI = "taxi", "택시", "taxi"
    BUS = "bus", "버스", "bus"
    TRAIN = "train", "열차", "high-speed train"
    AIRPLANE = "airplane", "여객기", "airliner"
    SHIP = "ship", "크루즈선", "cruise ship"
    WHEELCHAIR = "wheelchair", "휠체어", "wheelchair"
    STROLLER = "stroller", "유모차", "pushchair"
    BABY_BOTTLE = "baby_bottle", "젖병", "baby bottle"
    CHAIR = "chair", "의자", "chair"
    WARDROBE = "wardrobe", "옷장", "wardrobe"
    GUITAR = "guitar", "기타", "guitar"
    PIANO = "piano", "피아노", "piano"
    TENT = "tent", "텐트", "tent"
    GOLF_CLUB = "golf_club", "골프채", "golf club"
    BALL = "ball", "공", "ball"
    SKIS = "skis", "스키", "pair of skis"
    FISHING_ROD = "fishing_rod", "낚싯대", "fishing rod"
    DUMBBELL = "dumbbell", "덤벨", "dumbbell"
    YOGA_MAT = "yoga_mat", "요가 매트", "yoga mat"
    BLOCKS = "blocks", "블록", "building blocks"
    TOY_CAR = "toy_car", "장난감 자동차", "toy car"
    T_SHIRT = "t_shirt", "티셔츠", "T-shirt"
    DRESS = "dress", "원피스", "dress"
    JEANS = "jeans", "청바지", "jeans"
    COAT = "coat", "외투", "coat"
    SWIMSUIT = "swimsuit", "수영복", "swimsuit"
    SOCKS = "socks", "양말", "pair of socks"
    HAT = "hat", "모자", "cap"
    SCARF = "scarf", "목도리", "scarf"
    BOOTS = "boots", "부츠", "boot"
    DRESS_SHOE = "dress_shoe", "구두", "dress shoe"
    HIKING_BOOT = "hiking_boot", "등산화", "hiking boot"
    SANDAL = "sandal", "샌들", "sandal"
    BACKPACK = "backpack", "배낭", "backpack"
    SUITCASE = "suitcase", "여행 가방", "suitcase"
    WALLET = "wallet", "지갑", "wallet"
    RING = "ring", "반지", "ring"
    GEM = "gem", "보석", "gemstone"
    GOLD_BAR = "gold_bar", "골드바", "gold bar"
    PAN = "pan", "프라이팬", "frying pan"
    KNIFE = "knife", "칼", "kitchen knife"
    TOOLBOX = "toolbox", "공구함", "toolbox"
    BOUQUET = "bouquet", "꽃다발", "bouquet"
    HOTEL = "hotel", "호텔", "hotel"
    HOSPITAL = "hospital", "병원", "hospital"
    SCHOOL = "school", "학교", "school"
    SHOP = "shop", "매장", "shop"
    HOUSE = "house", "주택", "house"
    THEME_PARK = "theme_park", "테마파크", "theme park"
    SERVICE = "service", "서비스", "service"
