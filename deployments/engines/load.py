"""Settings -> engine, by name. Heavy imports happen here and only for the engine that is asked for.

A name with a colon is an import path (`package.module:Class`), so that an engine of one's own
needs no change in this project: a conte engine is made from the rates, a clip engine from nothing.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from conte.checks.timefit import Rates
from conte.product_types import ProductTypes
from deployments.engines.chat import Chat
from deployments.engines.protocols import ConteEngine, VideoEngine
from serve.settings import ClipSettings, ConteSettings

CONTE_ENGINES = ("composer", "vllm", "openai")
FOR_REWRITING = 0.2
"""The part of a conte's time that its rewriter may take; who writes has to be done in the rest."""
VIDEO_ENGINES = ("animatic", "diffusers", "videos")


def conte_engine(
    settings: ConteSettings,
    rates: Rates,
    chat: Chat | None = None,
    types: ProductTypes | None = None,
) -> ConteEngine:
    """The conte engine of the settings; `chat` is the served model that `vllm` writes with.
    The composer knows products by `types`, or else by those of the install.

    Raises:
        ValueError: if there is none of that name, or its settings are wrong.
    """
    engine = _writer(settings, rates, chat, types)
    if settings.rewriter is None:
        return engine
    from deployments.engines.openai_chat import OpenAIChat
    from deployments.engines.rewriter import Rewriting, prompt_at

    own = settings.rewriter.prompt
    chat = OpenAIChat(settings.rewriter, setting="conte.rewriter")
    patience_s = settings.timeout_s * FOR_REWRITING
    return Rewriting(engine, chat, prompt_at(own) if own else None, patience_s)


def _writer(
    settings: ConteSettings, rates: Rates, chat: Chat | None, types: ProductTypes | None
) -> ConteEngine:
    match settings.engine:
        case "composer":
            from deployments.engines.composer import Composer

            return Composer(rates, types)
        case "vllm":
            from deployments.engines.scriptwriter import Scriptwriter

            if chat is None:
                raise ValueError("conte.engine: `vllm` needs a served model beside it")
            return Scriptwriter(chat, settings, rates)
        case "openai":
            from deployments.engines.composer import Composer
            from deployments.engines.fall_back import FallBack
            from deployments.engines.openai_chat import OpenAIChat
            from deployments.engines.scriptwriter import Scriptwriter

            writer = Scriptwriter(OpenAIChat(settings.openai), settings, rates)
            if not settings.openai.fall_back:
                return writer
            return FallBack(writer, Composer(rates, types), settings.timeout_s)
        case path:
            return _own(path, CONTE_ENGINES, "conte.engine")(rates)


def video_engine(settings: ClipSettings, setting: str) -> VideoEngine:
    """The clip engine of the settings; `setting` is what an error names.

    Raises:
        ValueError: if there is none of that name, or its settings are wrong.
    """
    match settings.engine:
        case "animatic":
            from deployments.engines.animatic import Animatic

            return Animatic()
        case "diffusers":
            from deployments.engines.diffusion import DiffusersEngine

            return _named(
                setting, lambda: DiffusersEngine(settings.diffusers, settings.num_gpus or 1)
            )
        case "videos":
            from deployments.engines.videos_api import VideosEngine

            return _named(setting, lambda: VideosEngine(settings.videos))
        case path:
            return _own(path, VIDEO_ENGINES, setting)()


def _named(setting: str, load: Callable[[], VideoEngine]) -> VideoEngine:
    """An engine knows its own settings; whose they are, of the draft or of the final, we know."""
    try:
        return load()
    except ValueError as error:
        raise ValueError(f"{setting.partition('.')[0]}.{error}") from error


def _own(path: str, known: Iterable[str], setting: str) -> Any:
    module, colon, attribute = path.partition(":")
    if not colon:
        raise ValueError(
            f"{setting}: there is no engine {path!r}; there is {', '.join(sorted(known))}, or an"
            " import path such as mypackage.engine:Engine"
        )
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{setting}: engine {path!r} cannot be loaded: {error}") from error
