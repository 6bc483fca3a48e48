"""The vision language model behind the captions."""

from pathlib import Path

import cv2
import numpy as np
from ray.serve.llm import LLMConfig

from conte.clip_caption import caption_schema
from deployments.engines.chat import Message
from graphs.replicas.language_model import LanguageModel
from serve.telemetry import LogPlace, log_to


class VisionModel(LanguageModel):
    async def __init__(  # pyright: ignore[reportGeneralTypeIssues]  # Ray awaits it
        self, llm_config: LLMConfig, *, home: Path, log: LogPlace
    ) -> None:
        log_to(log, home, "vision-model")
        await self.load(llm_config)
        _, grey = cv2.imencode(".jpg", np.full((180, 320, 3), 127, np.uint8))
        asked = Message("user", "caption", (grey.tobytes(),))
        await self.warm_up(llm_config.model_id, asked, "caption", caption_schema("ko"))
