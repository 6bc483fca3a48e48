"""A server of chat completions whose contes are as good as its prompt, and which can reflect.

What it writes of a brief is a composer's sound conte. Unless its prompt asks for it, it does not say
the product's name, and its narration is too long. Asked to reflect, it reads the reasons it is
given and adds the rule that is missing; at first it loses a placeholder.
"""

import asyncio
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fastapi import FastAPI, Request, Response

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Conte, Treatment
from conte.cut import Cut
from deployments.engines.composer import Composer
from tests.front_door import served
from training.scripts.as_written import manuscript_of

NAMED = "- 제품 이름은 내레이션이나 자막에서 꼭 말합니다."
SHORT = "- 내레이션은 한 컷에 한 문장만 씁니다."
SIZED = "- Begin with the shot size, word for word."
NOTHING = {"lesson": "nothing", "text": "늘 같은 말만 합니다."}
LONG = "이 긴 말은 아무리 빨리 읽어도 한 컷 안에 끝나지 않으니 듣는 사람은 숨이 찹니다. " * 2


@cache
def sound(brief_json: str) -> dict[str, Any]:
    brief = Brief.model_validate_json(brief_json)

    async def written() -> Conte:
        parts = [part async for part in Composer(Rates()).write(brief, 1)]
        treatment = next(part for part in parts if isinstance(part, Treatment))
        return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))

    return json.loads(manuscript_of(asyncio.run(written()), brief, Rates()))


def rewritten_with(system: str, user: str) -> str:
    """What the shot shows, as it is given; its size and its camera only where that is asked for."""
    shot = json.loads(user.split("<shot>")[1].split("</shot>")[0])
    text = ". ".join(shot["sheet"].values()) or "an empty street"
    if SIZED in system:
        text = f"{shot['size']}, {text}"
    return json.dumps({"prompt": f"{text}, at dusk"})


def written_with(system: str, user: str) -> str:
    if "<shot>" in user:
        return rewritten_with(system, user)
    told = json.loads(user.split("<brief>")[1].split("</brief>")[0])
    brief = Brief.model_validate(told)
    conte = json.loads(json.dumps(sound(brief.model_dump_json())))
    if SHORT not in system:
        conte["cuts"][1]["narration"] = LONG[:120]
    text = json.dumps(conte, ensure_ascii=False)
    if NAMED not in system:
        sheet = json.dumps(conte["sheet"], ensure_ascii=False)
        text = text.replace(brief.product.name, "이것").replace(
            sheet.replace(brief.product.name, "이것"), sheet
        )
    return text


def reflected_on(messages: list[dict[str, str]]) -> str:
    user = messages[1]["content"]
    text = user.split("<section>\n")[1].split("\n</section>")[0]
    if "shot size" in user.split("<examples>")[1]:
        return json.dumps({"lesson": "size", "text": f"{text}\n{SIZED}"})
    rule = NAMED if NAMED not in text and "topic: " in user else SHORT
    if len(messages) == 2 and rule == NAMED:
        text = text.replace("$rate", "5")
    return json.dumps({"lesson": f"{rule} <b>", "text": f"{text}\n{rule}"}, ensure_ascii=False)


@dataclass
class LearningWriter:
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    dies_after: int = 10**9
    """Calls, after which it answers no more."""
    learns: bool = True

    async def complete(self, request: Request) -> Response:
        body = await request.json()
        if len(self.asked) >= self.dies_after:
            return Response("down", 503)
        self.asked.append(body)
        messages = body["messages"]
        if body["model"] == "reflector":
            text = reflected_on(messages) if self.learns else json.dumps(NOTHING)
        else:
            text = await asyncio.to_thread(
                written_with, messages[0]["content"], messages[1]["content"]
            )
        usage = {"prompt_tokens": 1000, "completion_tokens": 500}
        events = [
            {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": usage},
        ]
        said = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
        return Response(said, media_type="text/event-stream")


@contextmanager
def learning_writer(**changes: Any) -> Generator[LearningWriter]:
    writer = LearningWriter(**changes)
    app = FastAPI()
    app.post("/v1/chat/completions")(writer.complete)
    with served(app) as url:
        writer.url = f"{url}/v1"
        yield writer
