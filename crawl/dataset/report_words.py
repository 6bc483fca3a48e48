"""The report's words, Korean and English: for states, figures and reasons that records have."""

from collections.abc import Mapping

Words = tuple[str, str]

VIDEO_STATES: Mapping[str, Words] = {
    "waiting": ("분석 전", "not analysed yet"),
    "analysed": ("캡션 전", "not captioned yet"),
    "captioned": ("자르기 전", "not cut yet"),
    "done": ("끝남", "done"),
    "filtered": ("제외", "left out"),
    "quarantined": ("격리", "quarantined"),
    "removed": ("삭제 요청으로 지움", "removed on request"),
}
FIGURES: Mapping[str, Words] = {
    "duration_s": ("길이, 초", "length, s"),
    "num_frames": ("프레임 수", "frames"),
    "key_frames": ("대표 프레임 수", "key frames"),
    "fps": ("초당 프레임", "frames a second"),
    "side": ("짧은 변, 픽셀", "shorter side, pixels"),
    "ratio": ("긴 변 ÷ 짧은 변", "longer over shorter side"),
    "bars": ("검은 띠의 넓이", "share of black bars"),
    "black": ("검은 프레임의 비율", "share of black frames"),
    "brightness": ("밝기, 0–1", "brightness, 0–1"),
    "contrast": ("대비, 0–1", "contrast, 0–1"),
    "colourfulness": ("다채로움", "colourfulness"),
    "sharpness": ("선명도, 라플라시안의 분산", "sharpness, variance of the Laplacian"),
    "motion": ("움직임, 화면 너비/초", "motion, frame widths/s"),
    "movement": (
        "카메라까지 더한 움직임, 화면 너비/초",
        "motion with the camera's, frame widths/s",
    ),
    "shake": ("흔들림, 화면 너비/초", "shake, frame widths/s"),
    "text_area": ("글자가 덮은 넓이, 0–1", "share covered by text"),
    "short": ("짧은 캡션, 글자 수", "short caption, characters"),
    "long": ("긴 캡션, 글자 수", "long caption, characters"),
}
REASONS: Mapping[str, Words] = {
    "no permission": ("기록된 허락이 없음", "no permission on record"),
    "near-duplicates of others": ("다른 클립과 거의 같음", "near-duplicates of others"),
    "no shot in it": ("샷이 없음", "no shot in it"),
    "no clip could be captioned": ("캡션을 쓸 수 있는 클립이 없음", "no clip could be captioned"),
    "the file is empty": ("빈 파일", "the file is empty"),
    "not one of its frames can be decoded": (
        "디코딩되는 프레임이 없음",
        "not one of its frames can be decoded",
    ),
    "removed": ("삭제 요청으로 지움", "removed on request"),
    "permission no longer holds": ("허락이 끝났거나 거두어짐", "permission no longer holds"),
    "its file is missing, or no video": (
        "클립 파일이 없거나 영상이 아님",
        "its file is missing, or no video",
    ),
    "others": ("그 밖의 이유", "others"),
    "no reason": ("이유가 적혀 있지 않음", "no reason given"),
}
PERMISSIONS: Mapping[str, Words] = {
    "owned": ("자체 소유", "our own"),
    "consented": ("동의한 채널", "channels that agreed"),
    "trainable": ("학습 허용 답변", "permitted for training by their creators"),
}
JOINTS: Mapping[str, Words] = {
    "start": ("영상의 처음", "the video's start"),
    "cut": ("컷", "cut"),
    "dissolve": ("디졸브", "dissolve"),
    "fade": ("페이드", "fade"),
    "within": ("긴 샷을 나눈 자리", "within a long shot"),
}
STAGES: Mapping[str, Words] = {
    "analyse": ("분석", "analysis"),
    "caption": ("캡션", "captioning"),
    "cut": ("자르기", "cutting"),
}
LANGUAGES: Mapping[str, Words] = {"ko": ("한국어", "Korean"), "en": ("영어", "English")}
SETTINGS: Mapping[str, Words] = {
    "analysis": ("분석", "analysis"),
    "filters": ("거르는 기준", "filters"),
    "duplicates": ("중복 기준", "near-duplicates"),
    "caption": ("캡션", "captions"),
    "duration_s": ("영상의 최대 길이, 초", "longest video, s"),
}
NOBODY_COULD_TELL: Words = ("알 수 없음", "not told")


def words_of(known: Mapping[str, Words], word: str) -> Words:
    """Return the word's translations; an unknown word is shown as it is."""
    return known.get(word, ("", word))
