"""A scripted language model that records its requests."""

import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from conte.clip import EngineId
from deployments.engines.chat import ChatRequest
from tests.sound_conte import a_conte

Answer = str | dict[str, Any] | Exception | Sequence[str | Exception]


class ScriptedChat:
    """Answers in order; a list is said piece by piece, and an exception among them is raised."""

    id = EngineId(name="scripted", revision="1", label="scripted (says what a test tells it)")

    def __init__(self, *answers: Answer, piece: int = 7) -> None:
        self._answers = list(answers)
        self._piece = piece
        self.asked: list[ChatRequest] = []
        self.said = 0
        self.closed = 0

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        self.asked.append(request)
        answer = self._answers.pop(0)
        try:
            for part in [answer] if isinstance(answer, str | dict | Exception) else answer:
                if isinstance(part, Exception):
                    raise part
                text = json.dumps(part, ensure_ascii=False) if isinstance(part, dict) else part
                for at in range(0, len(text), self._piece):
                    self.said += 1
                    yield text[at : at + self._piece]
        finally:
            self.closed += 1


def a_cut_as_written(number: int, /, **changes: Any) -> dict[str, Any]:
    """A cut of the sound Korean conte, as a model writes it."""
    cut = a_conte().cuts[number - 1].model_dump(mode="json", exclude={"number", "num_frames"})
    shows = {"tire": "product", "driver": "cast_1"}
    cut |= {
        "shows": [shows[entry] for entry in cut["shows"]],
        "action": f"젖은 도로, 장면 {number}",
        "video_prompt": f"a wet road at night under street lamps, view {number}",
    }
    cut |= changes
    staged = ["cast_1 drive focus"] if "cast_1" in cut["shows"] else []
    staging = {"who": staged, "props": [], "spot": "none", "weather": "rain", "moves": "vehicle"}
    return cut if "staging" in cut else cut | {"staging": staging}


def an_opening(**changes: Any) -> dict[str, Any]:
    opening = a_conte().treatment.model_dump(mode="json")
    opening["concept"] = "멈출 때를 아는 것이 달리는 힘이다."
    for entry, name in zip(opening["sheet"], ("product", "cast_1"), strict=True):
        entry |= {"id": name, "description": "검은색", "prompt": f"{entry['prompt']}, matte black"}
    return opening | {"pacing": [4, 3.5, 4.5, 4, 4]} | changes


def a_manuscript(cuts: int = 5, **changes: dict[str, Any]) -> dict[str, Any]:
    """A whole manuscript of 20 s in 5 cuts, of which some are written:
    `a_manuscript(cut_2={...}, opening={...})`."""
    written = [
        a_cut_as_written(number, **changes.get(f"cut_{number}", {}))
        for number in range(1, cuts + 1)
    ]
    return an_opening(**changes.get("opening", {})) | {"cuts": written}
