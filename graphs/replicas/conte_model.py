"""The language model behind the conte writer, with its adapters."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ray.llm._internal.serve.core.configs.llm_config import DiskMultiplexConfig
from ray.serve.llm import LLMConfig

from conte.brief import Brief, Product
from conte.manuscript import manuscript_schema, product_first
from deployments.engines.chat import Message
from graphs.replicas.language_model import LanguageModel, UnknownAdapter
from serve.registry.promoted import Promoted
from serve.telemetry import LogPlace, log_to

WARM_UP = Brief(product=Product(name="시안"))


class ConteModel(LanguageModel):
    async def __init__(  # pyright: ignore[reportGeneralTypeIssues]  # Ray awaits it
        self,
        llm_config: LLMConfig,
        *,
        home: Path,
        log: LogPlace,
        checkpoint: str,
        adapters: Mapping[str, str],
        promoted: Promoted,
    ) -> None:
        """Start vLLM and warm it up.

        `adapters`: name -> folder, loaded on demand and kept while there is room.
        """
        log_to(log, home, "conte-model")
        await asyncio.to_thread(promoted.hold, [checkpoint, *adapters.values()])
        loader: Any = partial(LocalAdapters, dict(adapters))
        await self.load(llm_config, model_downloader=loader)
        schema = product_first(manuscript_schema(WARM_UP))
        await self.warm_up(llm_config.model_id, Message("user", "conte"), "conte", schema)


class LocalAdapters:
    """Finds an adapter's folder by its name. Ray's own loader supports only cloud paths."""

    def __init__(self, folders: Mapping[str, str], **_: Any) -> None:
        self._folders = folders
        self._numbers: dict[str, int] = {}

    async def load_model_from_config(
        self, lora_model_id: str, llm_config: LLMConfig
    ) -> DiskMultiplexConfig:
        name = lora_model_id.partition(":")[2]
        if name not in self._folders:
            known = ", ".join(sorted(self._folders)) or "none"
            raise UnknownAdapter(f"there is no adapter {name!r}; there is {known}")
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        return DiskMultiplexConfig(
            model_id=lora_model_id,
            max_total_tokens=None,
            local_path=self._folders[name],
            lora_assigned_int_id=number,
        )
