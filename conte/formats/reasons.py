"""Reasons for cropping or rendering a clip for a format, as texts for people."""

from collections.abc import Mapping

from conte.formats.reframing import Code
from conte.vocabulary import Language

_REASONS: Mapping[Code, tuple[str, str]] = {
    "same_ratio": ("화면비가 같아 그대로 씁니다", "the ratio is the same"),
    "subject_fits": ("잘라도 피사체가 온전히 보입니다", "the subject stays whole when cropped"),
    "subject_followed": (
        "카메라가 움직이는 대로 피사체를 따라가며 잘라 씁니다",
        "the crop follows the subject through the camera's move",
    ),
    "no_subject": ("피사체가 없어 가운데를 씁니다", "no subject is known; the middle is shown"),
    "subject_too_large": (
        "자르면 피사체가 잘려 새로 렌더링합니다",
        "cropping would cut the subject off",
    ),
    "group": (
        "여러 사람을 담은 넓은 화면이라 새로 렌더링합니다",
        "a wide shot of several people cannot be cropped so far",
    ),
    "subject_unsure": (
        "영상 모델이 피사체를 어디에 두었는지 확실하지 않아 새로 렌더링합니다",
        "where the video model put the subject is not known well enough to crop it",
    ),
    "uploaded": (
        "올리신 클립은 피사체 위치를 알 수 없어 새로 렌더링합니다."
        " 이 화면비의 클립을 따로 올려 쓸 수 있습니다",
        "where the subject is in an uploaded clip is not known; upload one in this ratio to use it",
    ),
    "enlarged": (
        "해상도가 낮아 자르면 흐려지므로 새로 렌더링합니다",
        "its resolution is too low to be cropped",
    ),
    "too_short": ("클립이 짧아 새로 렌더링합니다", "its clip is too short"),
    "no_clip": ("클립이 없어 렌더링합니다", "it has no clip"),
    "continues": (
        "새로 렌더링하는 컷에서 이어지므로 함께 렌더링합니다",
        "it continues a cut that is rendered",
    ),
}


def reason_of(code: Code, language: Language) -> str:
    return _REASONS[code][language == "en"]
