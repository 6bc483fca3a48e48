"""Claims in real advertising language: what is found, what is left alone, what has to be shown."""

import pickle
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from conte.brief import Brief
from conte.checks.all import check
from conte.checks.claim_rules import ClaimRules
from conte.checks.claims import Claims
from conte.checks.finding import Finding
from conte.clip import EngineId
from conte.conte import CastMember, Conte, Treatment
from conte.cut import Cut, DialogueLine
from deployments.conte_writer import ConteWriter
from deployments.engines.composer import Composer
from deployments.knowledge.claims import FILE, claims, claims_of, read_claims
from deployments.knowledge.marked_yaml import KnowledgeError
from deployments.knowledge.product_types import product_types
from graphs.build import build
from graphs.replicas.director import plan
from serve.settings import Settings
from tests.sound_conte import RATES, a_conte, a_treatment

CLAIMS = claims()


def order(category: str = "", language: str = "ko", **product: Any) -> Brief:
    name = "그립 맥스" if language == "ko" else "Grip Max"
    given = {"name": name, "category": category} | product
    return Brief.model_validate({"product": given, "language": language, "duration_s": 20})


def findings(text: str, category: str = "", field: str = "narration", language: str = "ko", **product: Any) -> tuple[Finding, ...]:  # fmt: skip
    conte = a_conte("ko", cut_2={field: text})
    return CLAIMS.check(conte, order(category, language, **product))


def claimed(text: str, category: str = "", **more: Any) -> set[str]:
    """The claims that are found, by their rules' names, without the notices."""
    return {
        finding.check.removeprefix("claims.")
        for finding in findings(text, category, **more)
        if finding.field != "legal" and finding.check != "claims.labelling"
    }


FOUND = [
    # superlative
    ("국내 최고의 제동력.", "타이어", "superlative"),
    ("세계 최초로 만든 타이어", "타이어", "superlative"),
    ("오직 하나뿐인, 유일한 타이어", "타이어", "superlative"),
    ("판매 1위 타이어", "타이어", "superlative"),
    ("업계 1등 로봇청소기", "로봇청소기", "superlative"),
    ("가장 안전한 카시트", "카시트", "superlative"),
    ("제일 빠른 배달", "배달 앱", "superlative"),
    ("압도적인 흡입력", "청소기", "superlative"),
    ("No.1 커피", "커피", "superlative"),
    ("The best tyre for winter.", "tire", "superlative"),
    ("The world's first self-cleaning robot.", "robot vacuum", "superlative"),
    ("Korea's number one coffee.", "coffee", "superlative"),
    ("세계최고의 기술", "", "superlative"),
    # absolute
    ("완벽하게 지워 줍니다.", "세탁세제", "absolute"),
    ("절대 미끄러지지 않습니다.", "타이어", "absolute"),
    ("무조건 이깁니다.", "게임", "absolute"),
    ("100% 만족하실 겁니다.", "매트리스", "absolute"),
    ("부작용 없는 자연의 힘", "홍삼", "absolute"),
    ("부작용 걱정 제로", "크림", "absolute"),
    ("반영구 코팅", "프라이팬", "absolute"),
    ("Guaranteed results, every time.", "shampoo", "absolute"),
    ("No side effects at all.", "supplement", "absolute"),
    # rivals and comparison
    ("타사보다 두 배 오래갑니다.", "건전지", "rivals"),
    ("다른 통신사는 못 합니다.", "통신사", "rivals"),
    ("A사보다 조용합니다.", "청소기", "rivals"),
    ("아이폰보다 가볍습니다.", "스마트폰", "rivals"),
    ("갤럭시와 비교해 보세요.", "스마트폰", "rivals"),
    ("Better than any other tyre.", "tire", "rivals"),
    ("Unlike other brands, it lasts.", "running shoes", "rivals"),
    ("싸구려 타이어는 이제 그만.", "타이어", "belittling"),
    ("기존 제품 대비 30% 더 조용하게", "청소기", "better_by"),
    ("2배 더? 이전보다 2배 밝게", "조명", "better_by"),
    ("30% faster charging", "smartphone", "better_by"),
    # proof
    ("고객 만족도 98%", "매트리스", "figures"),
    ("100만 명이 선택한 앱", "앱", "figures"),
    ("누적 판매 1억 병", "생수", "figures"),
    ("9 out of 10 dentists agree.", "toothbrush", "figures"),
    ("특허 기술로 만들었습니다.", "청소기", "certified"),
    ("인체적용시험 완료", "크림", "certified"),
    ("FDA 승인", "마스크팩", "certified"),
    ("Clinically proven softness.", "cream", "certified"),
    # price
    ("첫 달 무료!", "앱", "free"),
    ("지금 가입하면 0원", "인터넷", "free"),
    ("1+1 행사 중", "과자", "free"),
    ("Free delivery on every order.", "grocery delivery", "free"),
    ("전국 최저가", "가전", "price"),
    ("반값에 드립니다.", "소파", "price"),
    ("The lowest price in town.", "sofa", "price"),
    ("오늘만 이 가격", "소파", "urgency"),
    ("마감 임박!", "아파트 분양", "urgency"),
    ("Today only.", "sofa", "urgency"),
    # medicine where there is none
    ("관절염을 치료해 주는 매트", "안마의자", "medical"),
    ("불면증이 사라집니다.", "매트리스", "medical"),
    ("면역력을 높여 주는 이불", "이불", "medical"),
    ("It cures insomnia.", "mattress", "medical"),
    ("당뇨에 좋은 현미밥", "즉석밥", "medical_food"),
    ("감기를 예방하는 유자차", "녹차", "medical_food"),
    ("암을 이기는 항암 식단", "도시락", "medical_food"),
    ("It fights diabetes.", "cereal", "medical_food"),
    ("장 건강까지 챙기는 요구르트", "요구르트", "functional_food"),
    ("혈당을 낮추는 국수", "국수", "functional_food"),
    ("마시면 숙취 해소", "건강음료", "functional_food"),
    ("단 3일 만에 느낍니다.", "홍삼", "functional_food_beyond"),
    ("살이 쏙 빠지는 차", "녹차", "body"),
    ("한 달 만에 5kg 감량", "다이어트 보조제", "body"),
    ("뱃살 분해 크림", "크림", "body"), ("뱃살이 쏙 들어갑니다. 지방을 태우는 시간", "러닝머신", "body_elsewhere"),
    ("만병통치 홍삼", "홍삼", "medical_food"),
    ("Lose weight while you sleep.", "tea", "body"),
    ("무설탕 요거트", "요거트", "free_from"),
    ("MSG 무첨가 육수", "육수", "free_from"),
    ("Zero sugar, all taste.", "cola", "free_from"),
    ("모유에 가장 가까운 분유", "분유", "infant_formula"),
    ("Closest to mother's milk.", "infant formula", "infant_formula"),
    ("의사가 추천하는 유산균", "유산균", "expert"),
    ("피부과 전문의가 만든 크림", "크림", "expert"),
    ("Dentist recommended.", "toothpaste", "expert"),
    ("여드름을 치료하는 세럼", "세럼", "cosmetic_medical"),
    ("세포 재생 크림", "크림", "cosmetic_medical"),
    ("보톡스 효과를 집에서", "앰플", "cosmetic_medical"),
    ("주름 개선까지 한 번에", "수분크림", "cosmetic_functional"),
    ("SPF 50", "로션", "cosmetic_functional"),
    ("Anti-wrinkle care.", "cream", "cosmetic_functional"),
    ("파라벤 무첨가", "샴푸", "cosmetic_free_from"),
    ("두통을 뿌리 뽑습니다.", "진통제", "medicine_claims"),
    ("습관성 없는 수면 유도", "의약품", "medicine_claims"),
    ("100% 통증 제로", "저주파 자극기", "device_claims"),
    ("통증 없는 임플란트", "치과", "medical_service_claims"),
    ("수술 후기를 확인하세요.", "성형외과", "medical_service_claims"),
    # green
    ("친환경 포장", "라면", "green"),
    ("지구를 지키는 텀블러", "텀블러", "green"),
    ("Carbon neutral since 2020.", "coffee", "green"),
    ("아이에게도 안전, 무독성 세제", "세탁세제", "chemical_harmless"),
    ("99.9% 살균", "공기청정기", "kills_germs"),
    # alcohol
    ("자, 원샷!", "맥주", "alcohol_excess"),
    ("스트레스가 싹 풀리는 한 잔", "소주", "alcohol_excess"),
    ("건강에 좋은 와인", "와인", "alcohol_excess"),
    ("수능 끝난 너에게", "맥주", "alcohol_youth"),
    ("추첨을 통해 경품을 드립니다.", "맥주", "alcohol_prize"),
    # money
    ("원금 보장, 연 8% 확정 수익", "펀드", "guaranteed_return"),
    ("월세 수익 보장", "오피스텔", "guaranteed_return"),
    ("무조건 오릅니다.", "주식", "guaranteed_return"),
    ("Guaranteed returns.", "funds", "guaranteed_return"),
    ("최고 연 5.0%", "적금", "deposit_promise"),
    ("누구나 당일 승인", "대출", "easy_loan"),
    ("신용 등급 상관없이", "대출", "easy_loan"),
    ("No credit check.", "loan", "easy_loan"),
    ("모든 병을 보장합니다.", "건강보험", "insurance_promise"),
    ("전액 보장", "실손보험", "insurance_promise"),
    ("지금 사야 할 코인", "코인", "crypto_hype"),
    # others
    ("지하철역 도보 3분", "아파트 분양", "estate_promise"),
    ("시세 차익을 기대하세요.", "오피스텔", "estate_promise"),
    ("합격 보장반", "공무원 시험", "result_promise"),
    ("30일 만에 완성하는 영어", "영어 회화", "result_promise"),
    ("데이터 무제한", "요금제", "unlimited"),
    ("199,000원부터", "해외여행", "travel_price"),
    ("1회 충전으로 500km", "전기차", "fuel_economy"),
    ("스스로 운전하는 차, 자율주행", "자동차", "autonomous"),
    ("엄마한테 사 달라고 하자!", "장난감", "children_pressure"),
    ("소환 무조건 전설", "모바일 게임", "game_odds"),
    ("인생 역전의 기회", "복권", "gambling"),
    ("관절염을 예방하는 사료", "강아지 사료", "pet_medical"),
    # The commonest forms of lines that were missed
    ("S사 제품과 비교해 보세요.", "청소기", "rivals"), ("A사 대비 두 배", "청소기", "rivals"),
    ("비교 불가 흡입력", "청소기", "superlative"), ("넘사벽 성능", "청소기", "superlative"), ("세상에 단 하나뿐인 커피", "커피", "superlative"),
    ("전 국민이 선택한 라면", "라면", "superlative"), ("가장 사랑받는 커피", "커피", "superlative"), ("세상에 없던 맛", "라면", "superlative"),
    ("전국 1등 학원", "학원", "superlative"), ("대한민국 1등 김치", "김치", "superlative"), ("세계가 인정한 기술", "청소기", "superlative"), ("국내 최고급 호텔", "호텔", "superlative"), ("국내 최고 선물세트", "홍삼", "superlative"),
    ("연 최고 5.0%", "적금", "deposit_promise"), ("서류 없이 바로", "대출", "easy_loan"), ("심사 없이 3분", "대출", "easy_loan"), ("무직자도 가능", "대출", "easy_loan"),
    ("관절염이 싹 나았어요.", "홍삼", "medical_food"), ("관절염이 나았어요.", "홍삼", "medical_food"), ("암 환자도 먹는 홍삼", "홍삼", "medical_food"),
    ("변비 해결", "요구르트", "medical_food"), ("변비 탈출", "요구르트", "medical_food"), ("혈압약을 끊었어요.", "홍삼", "medical_food"), ("키 크는 우유", "우유", "functional_food"),
    ("임플란트 39만원 이벤트", "치과", "medical_price"), ("3개월에 15kg 감량 한약", "한약", "medical_service_claims"),
    ("100% 확정 뽑기", "모바일 게임", "game_odds"), ("빠진 머리가 다시 나는 샴푸", "샴푸", "cosmetic_medical"), ("빠진 머리가 다시 납니다.", "탈모 샴푸", "cosmetic_medical"), ("탈모가 멈춥니다.", "샴푸", "cosmetic_medical"),
    ("오늘은 끝까지 달려보자", "맥주", "alcohol_excess"), ("아이처럼 웃는 밤", "맥주", "alcohol_youth"),
    ("덜 해로운 선택", "전자담배", "tobacco_harm"), ("Less harmful.", "vape", "tobacco_harm"),
    ("피부과 전용 크림", "크림", "cosmetic_guideline"), ("엑소좀 앰플", "앰플", "cosmetic_guideline"),
    ("마이크로니들 앰플", "앰플", "cosmetic_guideline"), ("피부나이 5세 감소", "크림", "cosmetic_guideline"), ("Skin that looks 5 years younger.", "cream", "cosmetic_guideline"), ("Exosome ampoule.", "ampoule", "cosmetic_guideline"),
    ("튼살로 인한 붉은 선을 엷게", "바디로션", "cosmetic_functional"), ("튼살 제거", "기능성화장품", "cosmetic_medical"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "category", "rule"), FOUND)
def test_a_claim_is_found(text: str, category: str, rule: str) -> None:
    assert rule in claimed(text, category)


LEFT_ALONE = [
    # Words within words, and other senses.
    ("오늘 최고기온은 36도.", ""), ("최고 기온을 넘긴 오후", "에어컨"), ("최고령 등반가의 신발", "등산화"),
    ("긴장이 최고조에 이른다.", ""), ("집안의 가장, 아버지.", "생명보험"), ("가장자리까지 바삭하게", "피자"),
    ("물리치료사의 하루", ""), ("치료사 선생님께", "커피"), ("완벽주의자의 책상", "책상"), ("무료한 오후", "게임"),
    ("예방접종 가는 길", "카시트"), ("11위에서 시작했다.", "게임"), ("수상 스키를 타는 여름", "선글라스"), ("일등석처럼", "소파"),
    # Denied.
    ("최고가 아니어도 괜찮아.", "운동화"), ("완벽하지 않아도 돼.", "크림"), ("100%는 아니지만", "청소기"),
    # Of people and days, not of the product.
    ("엄마가 최고야.", "커피"), ("오늘, 최고의 하루", "여행"), ("내가 가장 좋아하는 시간", "커피"), ("완벽한 하루의 끝", "맥주"),
    ("절대 잊지 마.", "보험"), ("절대 안 돼!", "로봇청소기"), ("나의 유일한 휴식", "안마의자"),
    ("마음을 치유하는 시간", "커피"), ("요즘은 커피가 공짜 같아요.", "신용카드"), ("무조건 너를 믿어.", "보험"),
    ("가장 좋은 때는 지금", "저축"), ("이 순간을 최초로 공개합니다.", "자동차"),
    # What it is made of.
    ("면 100% 이불", "이불"), ("100% 아라비카 원두", "커피"), ("착즙 100%", "주스"), ("캐시미어 100%", "스웨터"),
    # Not a rival, not a claim.
    ("도서관보다 조용하게", "청소기"), ("어제보다 가벼운 아침", "매트리스"), ("비보다 먼저", "타이어"),
    ("사고를 예방하는 습관", "자동차"), ("화재 예방 캠페인", "안전 캠페인"), ("낭비를 예방하는 용기", "도시락"),
    ("저온 살균 우유", "우유"), ("젖은 길에서 더 짧게 멈춥니다.", "타이어"), ("빠르게, 조용하게.", "청소기"),
    # What a product of this kind may say.
    ("암 진단비 보장", "건강보험"), ("치과 치료비를 보장합니다.", "치아보험"), ("충치 예방에 도움을 줍니다.", "치약"),
    ("자외선 차단 SPF 50", "선크림"), ("피부 미백에 도움", "미백 앰플"), ("두통의 진통", "진통제"), ("장 건강에 도움을 줄 수 있음", "유산균"),
    ("무이자 할부", "신용카드"), ("잘 자요.", "매트리스"), ("한잔 어때요?", "맥주"),
    # Idioms that sound like one.
    ("디지털 디톡스를 시작하세요.", "앱"), ("암호를 해독하라!", "게임"), ("가장 오래 기억될 하루", "여행"), ("단 하루도 쉬지 않고", "운동화"),
    ("맥주 약속 있어요?", "맥주"), ("아기자기한 안주와 함께", "와인"), ("임산부는 마시지 마세요.", "맥주"), ("카카오보다 진한", "초콜릿"),
    ("음악을 재생하면", "크림"), ("음악을 다시 재생", "크림"), ("노래가 재생된다.", "샴푸"), ("10-20kg 반려견용", "강아지 사료"), ("프리미엄 라이프", "아파트"), ("1,000원부터", "적금"),
    ("엄마의 최고 선물", "커피"), ("최고급 원두", "커피"), ("최상의 컨디션", "매트리스"), ("치유의 한 잔", "커피"), ("면역 걱정 없이", "두유"),
    ("하나뿐인 우리 아이에게", "카시트"), ("세상에 없던 하루", "여행"), ("전국 1등급 한우", "한우"), ("우리 스키 크는 만큼", "우유"), ("할머니들 크림", "크림"),
    ("튼살로 인한 붉은 선을 엷게", "기능성화장품"), ("식물 엑소좀", "앰플"), ("Plant exosomes.", "ampoule"), ("병원용품이 아니라", "크림"), ("당뇨 환자를 위한 한 끼", "환자식"),
    ("원장님의 하루", "치과"), ("머리가 다시 나른해지는 오후", "샴푸"), ("소환사의 확정 일정", "게임"), ("세상에 없던 아침", "커피"), ("끝까지 달려온 하루", "맥주"), ("방문 없이, 휴대폰으로", "대출"),
    # English.
    ("Sky over the city.", "english learning"), ("A minor key.", "beer"), ("A digital detox weekend.", "hotel"), ("My best friend rides with me.", "car"), ("Do your best.", "running shoes"), ("Best before noon.", "bread"),
    ("All the best, always.", "coffee"), ("Look your best.", "cream"), ("Not the best day.", "coffee"),
    ("Sugar and cream.", "coffee"), ("Feel free.", "car"), ("A little treat for yourself.", "chocolate"),
    ("A taste that didn't hurry.", "coffee"), ("A perfect day.", "hotel"), ("Quieter than a library.", "vacuum"),
    ("Greatness waits.", "sneakers"), ("First light.", "coffee"), ("The only one who knows.", "phone"),
    # Of kinds that nobody knows, what any product may say.
    ("매일이 조금 더 좋아지도록", ""), ("Right there in your day.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "category"), LEFT_ALONE)
def test_what_is_no_claim_is_left_alone(text: str, category: str) -> None:
    assert claimed(text, category) == set()


def test_what_is_allowed_with_proof_is_a_warning_where_the_law_lets_it_be_said() -> None:
    def grave(text: str, category: str) -> dict[str, str]:
        return {f.check: f.severity for f in findings(text, category) if f.field == "narration"}

    assert grave("항균", "바디워시") == {"claims.cosmetic_antibacterial_wash": "warning"}
    assert grave("항균", "크림") == {"claims.cosmetic_antibacterial": "error"}
    assert grave("콜라겐 증가", "크림") == {"claims.cosmetic_tested": "warning"}
    assert grave("콜라겐 합성", "크림") == {"claims.cosmetic_medical": "error"}


def test_a_superlative_in_the_product_s_own_name_is_no_claim() -> None:
    assert claimed("오늘 저녁은 최고집밥.", "밀키트", name="최고집밥") == set()
    assert claimed("최고집밥, 국내 최고의 맛.", "밀키트", name="최고집밥") == {"superlative"}
    brief = order("밀키트", name="한상").model_copy(update={"advertiser": "으뜸식품"})
    assert not {f.check for f in CLAIMS.check(a_conte("ko", cut_2={"narration": "으뜸식품 한상"}), brief)} & {"claims.superlative"}  # fmt: skip


@pytest.mark.parametrize("field", ["narration", "caption"])
def test_a_claim_is_told_with_its_cut_and_field_its_words_its_law_and_what_to_do(
    field: str,
) -> None:
    (finding,) = [f for f in findings("국내 최고, 업계 최초", field=field) if f.cut]
    assert (finding.check, finding.cut, finding.field) == ("claims.superlative", 2, field)
    assert finding.severity == "warning"
    assert finding.message.startswith("“최고”, “최초”: ")
    assert "표시광고법 제3조" in finding.message
    assert finding.proposal
    (finding,) = [f for f in findings("국내 최고", field=field, language="en") if f.cut]
    assert "Fair Labelling and Advertising Act" in finding.message


def test_claims_are_found_in_dialogue_title_and_slogan_too() -> None:
    said = a_conte(
        "ko", cut_4={"dialogue": (DialogueLine(speaker="운전자", text="이게 최고라던데요?"),)}
    )
    assert [(f.cut, f.field) for f in CLAIMS.check(said, order())] == [(4, "dialogue")]
    treatment = a_treatment().model_copy(update={"title": "최고의 타이어", "slogan": "세계 1위"})
    titled = Conte.of(treatment, a_conte().cuts)
    assert [(f.cut, f.field) for f in CLAIMS.check(titled, order())] == [(None, "title"), (None, "slogan")]  # fmt: skip


def test_full_width_letters_and_spaces_hide_nothing() -> None:
    assert claimed("판매　１위", "타이어") == {"superlative"}
    assert claimed("１００％ 안전", "타이어") == {"absolute"}


def test_what_is_only_seen_counts_where_a_rule_says_so() -> None:
    scene = {"field": "action", "text": "교복을 입은 학생이 캔을 든다."}
    assert "alcohol_youth" in claimed(**scene, category="맥주")
    assert claimed(**scene, category="콜라") == set()
    young = CastMember(id="friend", name="친구", description="", prompt="a boy in his teens")
    treatment = a_treatment().model_copy(update={"sheet": (*a_treatment().sheet, young)})
    found = CLAIMS.check(Conte.of(treatment, a_conte().cuts), order("맥주"))
    assert [(f.field, f.severity) for f in found if f.check == "claims.alcohol_youth"] == [("sheet", "error")]  # fmt: skip


def test_a_product_whose_type_is_not_known_falls_under_the_rules_for_all() -> None:
    assert claimed("당뇨가 낫는 최고의 차", "우산꽂이") == {"superlative", "medical"}
    assert claimed("원샷!", "우산꽂이") == set()


# Notices


def notices(category: str, language: str = "ko", **cut: Any) -> dict[str, Finding]:
    conte = a_conte("ko", cut_5=cut)
    found = CLAIMS.check(conte, order(category, language))
    return {f.check.removeprefix("claims."): f for f in found if f.field == "legal"}


@pytest.mark.parametrize(
    ("category", "rule", "severity"),
    [
        ("맥주", "alcohol_warning", "warning"), ("맥주", "alcohol_age", "warning"), ("와인바", "alcohol_warning", "warning"),
        ("홍삼", "not_a_medicine", "warning"), ("홍삼", "health_food_review", "note"),
        ("적금", "read_terms", "warning"), ("적금", "deposit_protection", "note"),
        ("펀드", "investment_risk", "warning"), ("대출", "loan_warning", "warning"), ("신용카드", "card_warning", "warning"),
        ("생명보험", "insurance_switch", "warning"), ("비트코인", "crypto_risk", "warning"),
        ("감기약", "medicine_caution", "warning"), ("혈압계", "device_caution", "warning"),
        ("치약", "quasi_drug_word", "note"), ("선크림", "functional_cosmetic_word", "note"),
        ("에너지드링크", "caffeine", "warning"), ("무알코올 맥주", "nonalcoholic", "warning"),
        ("분유", "mothers_milk", "note"), ("게임", "game_rating", "note"), ("아파트 분양", "estate_image", "warning"),
        ("치과", "medical_review", "note"), ("담배", "tobacco", "error"), ("정수기 렌탈", "rental_total", "note"),
    ],
)  # fmt: skip
def test_a_notice_that_is_missing_is_told(category: str, rule: str, severity: str) -> None:
    finding = notices(category)[rule]
    assert finding.severity == severity
    assert finding.proposal


def test_a_notice_that_is_shown_or_said_is_not_missing() -> None:
    shown = "지나친 음주는 뇌졸중을 유발합니다. 19세 미만 청소년에게 판매 금지"
    assert set(notices("맥주", legal=shown)) == {"alcohol_media"}
    assert set(notices("맥주", caption=shown)) == {"alcohol_media"}
    assert set(notices("맥주", narration="지나친 음주는 해롭습니다.")) == {
        "alcohol_media",
        "alcohol_age",
    }
    assert "alcohol_warning" in notices("맥주", caption="지나친 음주")
    assert "alcohol_warning" in notices("맥주", caption="Drink responsibly")
    assert "not_a_medicine" not in notices(
        "홍삼", caption="질병의 예방 및 치료를 위한 의약품이 아닙니다"
    )


def test_a_notice_s_own_words_are_no_claim() -> None:
    for category in sorted({kind.name.ko for kind in product_types().types}):
        missing = CLAIMS.notices(a_treatment(), a_conte().cuts, order(category))
        assert claimed("\n".join(missing), category, field="caption") == set(), category


def test_a_plain_product_needs_no_notice() -> None:
    for category in ("", "타이어", "로봇청소기", "러닝화", "라면", "커피", "수분크림"):
        assert notices(category) == {}


async def written(brief: Brief, seed: int = 3) -> Conte:
    _, treatment, *cuts = [part async for part in ConteWriter(Composer()).write(brief, seed)]
    assert isinstance(treatment, Treatment)
    return Conte.of(treatment, tuple(cut for cut in cuts if isinstance(cut, Cut)))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("category", ["맥주", "적금", "대출", "홍삼", "혈압계", "비트코인"])
async def test_the_words_of_the_law_are_laid_on_the_last_cut(category: str, language: str) -> None:
    brief = order(category, language)
    conte = await written(brief)
    assert [bool(cut.legal) for cut in conte.cuts] == [False] * (len(conte.cuts) - 1) + [True]
    assert CLAIMS.notices(conte.treatment, conte.cuts, brief) == ()
    assert [f for f in check(conte, brief, RATES, CLAIMS) if f.severity != "note"] == []


class Scripted:
    """An engine that knows no law: it writes the sound conte whatever it is asked."""

    id = EngineId(name="scripted", revision="1", label="scripted (for tests)")
    prompt_version: str | None = None

    def __init__(self, **cuts: dict[str, Any]) -> None:
        self._conte = a_conte("ko", **cuts)

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Treatment | Cut]:
        yield self._conte.treatment
        for cut in self._conte.cuts:
            yield cut


async def last_legal(engine: Scripted, category: str) -> str:
    parts = [part async for part in ConteWriter(engine).write(order(category), 1)]
    assert isinstance(parts[-1], Cut)
    return parts[-1].legal


async def test_whoever_writes_gets_the_words_of_the_law_and_only_those_that_are_missing() -> None:
    both = await last_legal(Scripted(), "맥주")
    assert both.splitlines()[1] == "19세 미만 청소년에게 판매 금지"
    assert both.startswith("경고: 지나친 음주는")
    warned = Scripted(cut_1={"caption": "경고: 지나친 음주는 건강에 해롭습니다"})
    assert await last_legal(warned, "맥주") == "19세 미만 청소년에게 판매 금지"
    own = Scripted(cut_5={"legal": "지나친 음주는 해롭습니다"})
    assert (await last_legal(own, "맥주")).splitlines()[0] == "지나친 음주는 해롭습니다"
    assert await last_legal(Scripted(), "타이어") == ""


async def test_a_conte_that_needs_no_notice_is_byte_for_byte_the_one_it_was() -> None:
    conte = await written(order("타이어"))
    assert all("legal" not in cut.model_dump(mode="json") for cut in conte.cuts)


def test_no_legal_line_is_longer_than_a_cut_can_hold() -> None:
    for kind in product_types().types:
        for language in ("ko", "en"):
            missing = CLAIMS.notices(a_treatment(), a_conte().cuts, order(kind.name.ko, language))
            Cut.model_validate(a_conte().cuts[-1].model_dump() | {"legal": "\n".join(missing)})


# What has to be told of such a product


def test_the_labelling_items_are_one_note() -> None:
    (finding,) = findings("젖은 길에서도 멈춥니다.", "타이어")
    assert (finding.check, finding.cut, finding.severity) == ("claims.labelling", None, "note")
    assert finding.message.startswith("타이어 제품의 표시사항: ")
    assert "젖은 노면 제동력 등급" in finding.message
    (finding,) = findings("It stops.", "tire", language="en")
    assert "wet grip" in finding.message


def test_a_product_of_no_known_type_has_none() -> None:
    assert findings("젖은 길에서도 멈춥니다.", "우산꽂이") == ()


# The composer keeps to the rules


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_what_the_composer_writes_of_itself_claims_nothing(language: str) -> None:
    for number, kind in enumerate(product_types().types):
        if "tobacco" in kind.regimes:
            continue
        name = kind.name.ko if language == "ko" else kind.name.en
        brief = order(name, language, name="Ondo").model_copy(
            update={"duration_s": (6.0, 15.0, 30.0)[number % 3]}
        )
        conte = await written(brief, number)
        grave = [f for f in CLAIMS.check(conte, brief) if f.severity != "note"]
        assert grave == [], (kind.id, grave)


async def test_what_the_client_wants_said_is_said_and_told() -> None:
    brief = order("타이어", selling_points=("세계 최초 3D 트레드",))
    conte = await written(brief)
    found = [f for f in CLAIMS.check(conte, brief) if f.check == "claims.superlative"]
    assert found
    assert all("최초" in getattr(conte.cuts[f.cut - 1], f.field) for f in found if f.cut)


# The rules' file

OWN = """\
version: agency-1
claims:
  - id: house_style
    law: 사내 지침 | House style
    severity: note
    says:
      - '대박'
    message: 쓰지 않는 말입니다 | not a word of ours
    proposal: 다른 말로 바꾸세요 | say it otherwise
"""


def test_every_rule_names_a_law_and_is_told_in_both_languages() -> None:
    rules = CLAIMS.rules
    assert len(rules.claims) >= 40 and len(rules.notices) >= 25
    for rule in rules.rules:
        assert any("가" <= c <= "힣" for c in rule.law.ko + rule.message.ko), rule.id
        for text in (rule.law.en, rule.message.en, rule.proposal.en):
            assert text.isprintable() and not any("가" <= c <= "힣" for c in text), rule.id


def test_rules_of_one_s_own_take_the_place_of_those_of_the_install(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(OWN, "utf-8")
    own = read_claims(path)
    conte = a_conte("ko", cut_2={"narration": "국내 최고, 대박!"})
    assert [f.check for f in own.check(conte, order())] == ["claims.house_style"]
    settings = Settings(home=tmp_path, claims="rules.yaml").at_home()
    assert claims_of(settings.claims).rules.version == "agency-1"
    assert plan(settings, own).claims is own
    assert plan(settings).claims is CLAIMS


@pytest.mark.parametrize(
    ("good", "bad", "wanted"),
    [
        ("severity: note", "severity: grave", ":5: claims.0.severity: "),
        ("    severity: note\n", "", ":3: claims.0.severity: Field required"),
        ("'대박'", "'(대박'", ":7: claims.0.says.0: no regular expression: "),
        ("'대박'", "'(대박)?'", ":7: claims.0.says.0: matches nothing at all"),
        ("    says:", "    only: beeer\n    says:", ":6: claims.0.only: 'beeer' is no product type"),
        ("사내 지침 | House style", "사내 지침", ":4: claims.0.law: wanted 'Korean | English'"),
        ("    says:", "    colour: red\n    says:", ":6: claims.0.colour: Extra inputs"),
        ("version: agency-1\n", "version: agency-1\nversion: 2\n", ":2: 'version' stands there twice"),
        ("claims:", "claims: [", ":"),
        ("사내 지침", "사내\u202e 지침", ":4: claims.0.law"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_told_by_line_and_field(
    tmp_path: Path, good: str, bad: str, wanted: str
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(OWN.replace(good, bad, 1), "utf-8")
    with pytest.raises(KnowledgeError) as error:
        read_claims(path)
    assert f"{path}{wanted}" in str(error.value)


def test_a_graph_with_a_wrong_file_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"claims: .*rules\.yaml: No such file"):
        build(Settings(home=tmp_path, claims="rules.yaml"))
    (tmp_path / "rules.yaml").write_text(OWN.replace("note", "grave"), "utf-8")
    with pytest.raises(ValueError, match=r"claims: .*rules\.yaml:5: claims\.0\.severity"):
        build(Settings(home=tmp_path, claims="rules.yaml"))


def test_a_notice_that_no_font_can_draw_is_refused() -> None:
    rule = next(rule for rule in CLAIMS.rules.notices if rule.id == "alcohol_age").model_dump()
    rule["text"] = {language: f"{text} ชา" for language, text in rule["text"].items()}
    with pytest.raises(
        ValueError, match=r"'ช' \(U\+0E0A THAI CHARACTER CHO CHANG\), which no font"
    ):
        ClaimRules.model_validate({"version": "1", "notices": [rule]})


def test_a_notice_whose_text_would_not_satisfy_it_is_refused() -> None:
    rule = next(rule for rule in CLAIMS.rules.notices if rule.id == "alcohol_age").model_dump()
    with pytest.raises(ValueError, match="found by none of shown_by"):
        ClaimRules.model_validate({"version": "1", "notices": [rule | {"shown_by": ["과음"]}]})


def test_the_rules_travel_between_machines() -> None:
    again: Claims = pickle.loads(pickle.dumps(CLAIMS))
    conte = a_conte("ko", cut_2={"narration": "국내 최고"})
    assert again.check(conte, order("맥주")) == CLAIMS.check(conte, order("맥주"))


def test_the_file_of_the_install_is_the_one_that_is_read() -> None:
    assert read_claims(FILE).rules == CLAIMS.rules
