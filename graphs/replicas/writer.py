"""The conte writer, loaded from settings; `vllm` writes through the model's handle.

The registry's choice arrives as `user_config`: a promoted prompt is fetched when a production first
needs it, without a restart.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from ray.serve.handle import DeploymentHandle

from conte.brief import Brief
from conte.checks.claims import Claims
from conte.clip import EngineId
from conte.conte import Treatment
from conte.variant import VariantOf
from conte.vocabulary import Language
from deployments.conte_writer import ContePart, ConteWriter
from deployments.engines.adapter import for_production
from deployments.engines.load import conte_engine
from deployments.engines.prompt_file import Prompt
from deployments.engines.rewriter import prompt_at as rewriter_prompt_at
from deployments.engines.scriptwriter.prompts import prompt_at
from graphs.chat_handle import RayChat, RayModel
from serve.database.errors import DatabaseUnavailable
from serve.opened import open_registry, open_vault
from serve.registry.applied import SERVINGS
from serve.registry.entry import EntryKind
from serve.registry.files import fetch
from serve.registry.registry import Serving
from serve.settings import Adapter, Settings
from serve.telemetry import log, log_as_set
from serve.vault import VaultUnavailable

_LOST = (LookupError, ValueError, OSError, DatabaseUnavailable, VaultUnavailable)
"""Exceptions that mean a promoted prompt is missing, unreachable or invalid."""


class Writer:
    def __init__(
        self,
        settings: Settings,
        model: DeploymentHandle | None,
        engine: EngineId | None,
        claims: Claims | None = None,
    ) -> None:
        log_as_set(settings, "conte-writer")
        self._settings, self._claims = settings, claims
        self._chat = None
        if model is not None and engine is not None:
            name = settings.conte.vllm.model
            self._chat = RayChat(RayModel(model, name), name, engine)
        self._writers: dict[tuple[str, str, str], ConteWriter] = {}
        """Writers by the files of their prompts and the name of the default adapter."""
        self._with({}, "", settings.conte.adapters)  # fails at the start if a setting is wrong
        self._files: dict[str, str] = {}
        self._servings: Sequence[Serving] = ()
        self._one_at_a_time = asyncio.Lock()

    def reconfigure(self, user_config: Mapping[str, Any]) -> None:
        """Set what is served from now on. A conte being written is finished unchanged."""
        told = user_config.get(SERVINGS, ())
        self._servings = tuple(Serving.model_validate(one) for one in told)

    async def write(
        self,
        brief: Brief,
        seed: int,
        production: str = "",
        direction: int = 0,
        before: Sequence[Treatment] = (),
        variant_of: VariantOf | None = None,
    ) -> AsyncGenerator[ContePart]:
        """Write as `ConteWriter.write` does, with the production's prompt and adapter."""
        writer = await self._writer(brief.language, production)
        parts = writer.write(brief, seed, direction, before, variant_of)
        async with aclosing(parts):
            async for part in parts:
                yield part

    async def _writer(self, language: Language, production: str) -> ConteWriter:
        async with self._one_at_a_time:
            conte = await self._promoted(
                f"{EntryKind.CONTE_PROMPT}/{language}",
                production,
                lambda path: prompt_at(path, language),
            )
            rewriter = await self._promoted(
                EntryKind.REWRITER_PROMPT, production, rewriter_prompt_at
            )
            adapters = for_production(
                self._settings.conte.adapters, EntryKind.CONTE_ADAPTER, production
            )
            shared = next((name for name, one in adapters.items() if one.everyone), "")
            key = (conte, rewriter, shared)
            if key not in self._writers:
                prompts: dict[Language, str] = {language: conte} if conte else {}
                self._writers[key] = self._with(prompts, rewriter, adapters)
            return self._writers[key]

    async def _promoted(self, slot: str, production: str, read: Callable[[str], Prompt]) -> str:
        """Return the file of the production's promoted prompt; empty: use the settings' prompt."""
        entry = next((one.of(production) for one in self._servings if one.slot == slot), "")
        if not entry:
            return ""
        if entry not in self._files:
            try:
                path = await self._fetched(entry)
                read(path)
            except _LOST as error:
                # The settings' prompt is better than none; the next production tries again.
                log("registry.not_applied", level=logging.WARNING, reason=str(error))
                return ""
            self._files[entry] = path
        return self._files[entry]

    async def _fetched(self, entry: str) -> str:
        found = await asyncio.to_thread(open_registry(self._settings).get, entry)
        folder = self._settings.home / "registry"
        files = await fetch(open_vault(self._settings), found, folder)
        (name,) = found.files
        return str(Path(files) / name)

    def _with(
        self, prompts: Mapping[Language, str], rewriter: str, adapters: Mapping[str, Adapter]
    ) -> ConteWriter:
        conte = self._settings.conte
        changes: dict[str, Any] = {
            "prompts": {**conte.prompts, **prompts},
            "adapters": adapters,
        }
        if conte.rewriter is not None and rewriter:
            changes["rewriter"] = conte.rewriter.model_copy(update={"prompt": rewriter})
        changed = conte.model_copy(update=changes)
        types = self._claims.types if self._claims else None
        engine = conte_engine(changed, self._settings.rates, self._chat, types)
        return ConteWriter(engine, self._claims)
