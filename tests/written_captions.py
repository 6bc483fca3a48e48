"""Captions as a model writes them."""

from typing import Any


def written_caption(**changes: Any) -> dict[str, Any]:
    """Return a valid Korean caption of a clip with a static camera."""
    return {
        "subjects": ["흰 머그잔을 든 여자", "나무 식탁"],
        "size": "MS",
        "move": "static",
        "motion": "여자가 머그잔을 천천히 입으로 가져간다.",
        "style": "실사, 부드러운 아침 빛, 따뜻한 색감",
        "long": (
            "회색 스웨터를 입은 여자가 나무 식탁에 앉아 흰 머그잔을 두 손으로 감싸 쥔다."
            " 창으로 들어온 아침 빛이 식탁 위에 길게 놓인다. 카메라는 고정되어 있다."
        ),
        "short": "한 여자가 창가 식탁에서 흰 머그잔을 들고 커피를 마신다.",
    } | changes


def written_in_english(**changes: Any) -> dict[str, Any]:
    return {
        "subjects": ["a woman in a grey sweater", "a white mug"],
        "size": "MS",
        "move": "static",
        "motion": "She lifts the mug slowly to her lips.",
        "style": "live action, soft morning light, warm colours",
        "long": (
            "A woman in a grey sweater sits at a wooden table and holds a white mug in both hands."
            " Morning light falls through the window. The camera is static."
        ),
        "short": "A woman drinks coffee from a white mug at a table by the window.",
    } | changes
