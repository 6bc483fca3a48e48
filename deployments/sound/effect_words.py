"""Sound effects as a conte names them, Korean or English -> kinds of `effects`. Knows no sounds.

A kind is heard if one of its words stands in the text; at most three kinds per text. `_` is a
space, and `^` the beginning of a word: 지글거리는 is no 거리 (street).
"""

import re
from collections.abc import Mapping
from functools import cache

MOST = 3
LONG = 5
"""Least number of letters for a Latin word to count as a stem."""
_ENDINGS = r"(?:e?s|y|.?ing|.?ed|d)?(?![a-z])"
SOUNDS: Mapping[str, str] = {
    "thunder": "천둥 thunder",
    "drop": "한_방울 빗방울_하나 a_drop a_last_drop one_drop single_drop",
    "storm": "폭풍 태풍 거센_바람 storm typhoon gale",
    "rain": "빗소리 빗방울 빗물 비_내리 소나기 rain raindrop shower",
    "waves": "파도 갈매기 waves surf gull",
    "splash": (
        "첨벙 찰랑이는 물결 물_튀 물을_가르 물_가르 splash water_parting parting_water "
        "cutting_water ripple slosh cuts_the_water"
    ),
    "drips": "물방울 drip droplet drops",
    "stream": (
        "물_솟는 쌀_씻는 being_washed then_water 물소리 강물 칫솔질 brushing 흐르는_물 "
        "water, running_water stream water_running"
    ),
    "can": "캔_따 병_따 cans_open can_open can_cracks popping",
    "fizz": "탄산 거품 기포 fizz bubble foam lather carbonat",
    "pour": "따르는 물_따르 붓는 추출 pour brewing",
    "simmer": "압력솥 김_빠지 pressure_weight 끓는 보글 simmer boil bubbling",
    "sizzle": "지글 치익 굽는 튀기 sizzl frying searing hiss",
    "writing": (
        "사각거리는_연필 사각거리는_펜 연필 ^펜 분필 쓰는 사각사각 pencil pen chalk writing"
    ),
    "crunch": "바삭 바사삭 아삭 씹는 사각 crunch crisp crackl",
    "slurp": "후루룩 한_모금 마시는 slurp sip gulp swallow 침_삼키",
    "growl": (
        "꼬르륵 콧김 코를_킁킁 킁킁 으르렁 용의_숨 낙타 stomach growl rumbl sniff snort "
        "camel dragon"
    ),
    "kitchen": "주방 식기 그릇 국자 숟가락 kitchen dishes bowl spoon ladle cutlery",
    "clink": (
        "잔_부딪 찰랑 접시 유리_울림 잔_놓 잔을 컵 clink glasses cup plate chime_of_glass "
        "jingl"
    ),
    "glass": "유리 glass",
    "coin": "동전 결제음 coin payment",
    "dog": "짖는 강아지 멍 bark puppy dog woof whine 핥는 licking",
    "cry": "울음 baby_cr crying sobs 울부짖",
    "lullaby": "자장가 오르골 lullaby",
    "child": (
        "아이_웃음 아기_웃음 아이들_웃음 아이들 아이_목소리 엄마, children child "
        "baby_laugh baby's_laugh"
    ),
    "laugh": "웃음 laugh giggl chuckl",
    "applause": "박수 손뼉 applause clapping claps",
    "cheer": "환호 함성 합창 응원 감탄 cheer roar_of choir crowd_roars chant applaud",
    "referee": "호루라기 referee a_whistle",
    "whistle": "휘파람 뿔피리 whistl",
    "crowd": (
        "웅성 객석 광장 활기 murmur 소음 말소리 대화 목소리 인사말 talk voices chatter "
        "noise life_outside sounds_of_the_lane 골목 voice lively audience square "
        "announcement 안내_방송 방송 반기는"
    ),
    "running": (
        "무대를_달리는 happy_paws feet_across feet_after 뛰는_소리 달리는_발 박차는 "
        "신난_발 연이은_발 running feet_run sprint"
    ),
    "steps": "발소리 springing_step 발걸음 구두 걷는 footstep steps footfall walking",
    "knock": "두드리는 노크 knock patting tapping drumming_on",
    "bell": (
        "쇠_울리 ringing_metal 초인종 벨_소리 문_종 종소리 하차_벨 doorbell bell ringing rings "
        "phone_ring"
    ),
    "door": (
        "문_닫 문이_열 문_열 문_여 현관문 육중한_문 문이_닫 닫히는_문 서랍 셔터_올 "
        "창을_여 창_여는 블라인드 door drawer shutter_goes shutters window_open blind "
        "gate"
    ),
    "clock": "초침 시계 째깍 괘종 clock ticking tick pendulum",
    "heart": "심장 heartbeat heart",
    "breath": "한숨 ^숨 하품 breath sigh panting yawn snor gasp",
    "alarm": "알람 경고음 alarm warning",
    "siren": "사이렌 siren",
    "horn": "경적 horn honk",
    "alert": "알림음 전송음 연결음 메시지 notification alert message sent connect ping",
    "buzz": "진동 buzz vibrat",
    "shutter": "찰칵 카메라_셔터 셔터 shutter camera",
    "keyboard": "키보드 타건 타자 keyboard typing keys keystroke",
    "click": (
        "전등 lamp car_keys 차_키 keys lens_hunting 딸깍 클릭 스위치 터치음 켜는_소리 "
        "켜지는 채우는 맞물 집게 버튼 초점 click switch tap snap button latch locks clasp "
        "buckle focus turned_on lights_up light_bulb lights_coming_on touch"
    ),
    "beep": (
        "스캔 전자음 무전 시작음 beep electronic scan radio a_clear_tone a_short_tone start_tone"
    ),
    "power": "이어지는_소리 전원 차오르는 작동음 power boot charging rising_tone starts_up",
    "chime": (
        "맑은 실로폰 영롱 chime clear_note xylophone bright_note glint sparkle bell-like "
        "빛이_지나"
    ),
    "brake": "제동 브레이크 brak screech",
    "start": "시동 ignition engine_start engine_turns the_start a_short_start",
    "engine": "엔진 공회전 버스 오토바이 engine idling bus motor",
    "pass": (
        "지나가는_차 차가_지나 ^차_소리 비행기 passing_car cars_pass car_pass passing "
        "plane aircraft distant_car"
    ),
    "road": (
        "주행 도로 터널 밤거리 ^거리 노면 구름_소리 열차 기차 지하철 전철 roll tyres tires road "
        "driving street tunnel train subway "
        "traffic tyres_on tires_on"
    ),
    "machine": (
        "가공음 machining 조명이_돌 기계 공장 공사 회전음 machine factory drill construction whir "
        "rotat mechanism"
    ),
    "fan": "선풍기 공조 난방기 팬_소리 fan ventilation air_condition heater hvac",
    "hum": "냉장고 형광등 윙 지직 진동음 refrigerator fridge hum fluorescent elevator 엘리베이터",
    "birds": "새소리 지저귐 bird birdsong chirp",
    "insects": "풀벌레 매미 귀뚜라미 insects cicada cricket",
    "fire": "burning firework 불꽃 타오르 장작 fire flame blaze",
    "wind": "바람 산들 wind breeze gust",
    "paper": (
        "껍질 peel_tear 종이 책장 넘기 페이지 봉지 바스락 paper page pages bag_tear "
        "wrapper crumpl"
    ),
    "rustle": (
        "scrubbing flapping linen 막이_열 새싹 sprout unfold umbrella 우산 지갑 뒤적 "
        "rummag 팝업 pop-up ^천이 ^천_ 이불 옷걸이 빨래 펄럭 커튼 나뭇잎 스치는 펴_바르 "
        "비비는 쓰다듬 문지르 cloth fabric sheet rustl laundry curtain leaves brush "
        "blanket hanger rub glid smooth skin"
    ),
    "scrape": (
        "의자 삽_소리 chair 미끄러 당기는 긋는 오리는 가위 닦는 젓는 끈_묶 지퍼 실이 줄이 slid "
        "scrap drag scissor wip stirring stir zip lace thread string pulling"
    ),
    "fall": (
        "clatter 쏟아 와르르 무너 떨어지는 쌓이 pour_out tumbl collaps crash falling "
        "stack spill"
    ),
    "bounce": "공_튀 튀기는 탄력 bounc",
    "set": (
        "놓는 놓이는 놓인 안착 덮는 집어 상자 탁자 바닥 가죽 뚜껑 set-down wood_on_wood "
        "meeting handling something_lifted 손놀림 닿는 set_down put_down placed laid "
        "settles_on picked_up lid box table floor closing_laptop laptop"
    ),
    "drum": "북소리 drum",
    "impact": (
        "쿵 부딪 터지 굉음 승리의_효과음 victory roar 총성 폭발 thud bang boom pop impact "
        "burst gunshot blast"
    ),
    "boing": "익살 효과음 뿅 comic boing cartoon silly sound_effect",
    "whoosh": (
        "휙 슉 스르륵 빨리_감기 종이비행기 흔들리 whoosh swish fast-forward swoosh rush "
        "sweep sway"
    ),
    "creak": "삐걱 마찰음 바퀴 캐리어 체인 회전목마 creak squeak wheel suitcase chain carousel",
    "low": "저음 낮은_울림 낮은_북 깊고 bass low_tone deep low_rumble rumble",
    "music": (
        "음악 악기 색소폰 피아노 기타 노래 music instruments saxophone tune song "
        "orchestra"
    ),
    "voices": "응얼 군중 crowd people",
    "settle": "여운 사운드_로고 짧은_안착 lingering sound_logo settling_note tail",
    "silence": (
        "정적 고요 잦아든 잦아드는 끊긴 멈추 숨을_죽 조용 silence quiet hush falls_silent "
        "stillness silent fades dies_away cut_off cuts_out stops"
    ),
    "room": "메아리 울림 공기 공간 실내 복도 room echo air hall space reverb resonance ambience",
}  # fmt: skip


def _find(word: str, said: str) -> int:
    """Return the index of a word, or -1. Latin words match as wholes (a train is no rain, a window
    no wind), long ones also with other endings. A word after `^` begins one of the text.
    """
    if word[0] == "^":
        found = re.search(rf"(?<![가-힣]){re.escape(word[1:])}", said)
        return -1 if found is None else found.start()
    if not word[0].isascii():
        return said.find(word)
    found = _pattern(word).search(said)
    return found.start() if found else -1


@cache
def _pattern(word: str) -> re.Pattern[str]:
    more = _ENDINGS if len(word) < LONG else ""
    return re.compile(rf"\b{re.escape(word)}{more}")


def kinds_of(text: str) -> tuple[str, ...]:
    """Return the kinds of sound that a text names, in the order of its words."""
    said = text.casefold()
    found: dict[str, int] = {}
    taken = [False] * len(said)
    for kind, words in SOUNDS.items():
        for word in words.split():
            at = _find(word.replace("_", " "), said)
            word = word.removeprefix("^")
            # What a longer name has taken, such as the water of a waterdrop, names nothing else.
            if at >= 0 and not any(taken[at : at + len(word)]):
                found[kind] = at
                taken[at : at + len(word)] = [True] * len(word)
                break
    return tuple(sorted(found, key=lambda kind: found[kind])[:MOST])
