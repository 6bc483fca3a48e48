"""Settings -> engine, by name. Heavy imports happen here, for the requested engine only.

A name with a colon is an import path (`package.module:Class`), so that a custom engine needs no
change in this project: a conte engine is created with the rates, a clip engine without arguments.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from conte.checks.timefit import Rates
from conte.product_types import ProductTypes
from deployments.engines.chat import Chat
from deployments.engines.feedback_fall_back import RulesIfAway
from deployments.engines.protocols import ConteEngine, FeedbackEngine, VideoEngine
from serve.settings import ClipSettings, ConteSettings

CONTE_ENGINES = ("composer", "vllm", "openai")
FOR_REWRITING = 0.2
"""Share of a conte's time for its rewriter; the writer must finish in the rest."""
VIDEO_ENGINES = ("animatic", "diffusers", "videos")


def conte_engine(
    settings: ConteSettings,
    rates: Rates,
    chat: Chat | None = None,
    types: ProductTypes | None = None,
) -> ConteEngine:
    """Return the conte engine of the settings.

    `chat`: the served model behind `vllm`. `types`: where the composer looks products up, by
    default the bundled types.

    Raises:
        ValueError: if there is no such engine, or its settings are wrong.
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


def feedback_engine(settings: ConteSettings, chat: Chat | None = None) -> FeedbackEngine:
    """Return the engine that reads feedback: the model that writes contes, or else the rules.

    `chat`: the served model behind `vllm`.

    Raises:
        ValueError: if its settings are wrong.
    """
    from deployments.engines.feedback import FeedbackRules

    match settings.engine:
        case "vllm":
            from deployments.engines.feedback_model import FeedbackModel

            if chat is None:
                raise ValueError("conte.engine: `vllm` needs a served model beside it")
            return FeedbackModel(chat, settings)
        case "openai":
            from deployments.engines.feedback_model import FeedbackModel
            from deployments.engines.openai_chat import OpenAIChat

            model = FeedbackModel(OpenAIChat(settings.openai), settings)
            if not settings.openai.fall_back:
                return model
            return RulesIfAway(model, FeedbackRules())
        case _:
            # The composer, or a custom engine, which writes contes and reads no feedback.
            return FeedbackRules()


def video_engine(settings: ClipSettings, setting: str, gpu_share: float = 1) -> VideoEngine:
    """Return the clip engine of the settings.

    `setting`: prefix of error messages. `gpu_share`: part of a card's memory that the engine may
    use.

    Raises:
        ValueError: if there is no such engine, or its settings are wrong.
    """
    match settings.engine:
        case "animatic":
            from deployments.engines.animatic import Animatic

            return Animatic()
        case "diffusers":
            from deployments.engines.diffusion import DiffusersEngine

            return _named(setting, lambda: DiffusersEngine(settings.diffusers, gpu_share))
        case "videos":
            from deployments.engines.videos_api import VideosEngine

            return _named(setting, lambda: VideosEngine(settings.videos))
        case path:
            return _own(path, VIDEO_ENGINES, setting)()


def _named(setting: str, load: Callable[[], VideoEngine]) -> VideoEngine:
    """Load the engine; prefix its error with the settings' tier, draft or final."""
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
