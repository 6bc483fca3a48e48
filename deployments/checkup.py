"""Looks at what the crew needs before it starts: fonts, engines, their checkpoints. Loads no model.

`sian doctor` calls it by its import path.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

from deployments.engines import load
from deployments.engines.checkpoint import checked
from deployments.knowledge.claims import claims_of
from deployments.lettering import SOURCES, glyph_source
from serve.settings import ChatServerSettings, ClipSettings, Settings

Fault = tuple[str, str]
"""A fault: its description, and how to mend it."""
_AGAIN = "install Sian again: the fonts come with it"
_SAMPLES = {"NotoEmoji-Bold.ttf": "🎬", "SianHanja-Medium.otf": "試"}
"""Sample characters for the sources that have no Hangul."""


def font_faults() -> list[Fault]:
    """Return the faults of each source of glyphs."""
    faults: list[Fault] = []
    for name in SOURCES:
        try:
            face = glyph_source(name)
        except OSError as error:
            faults.append((f"{name}: {error}", _AGAIN))
            continue
        sample = _SAMPLES.get(name, "시")
        if not face.unicharToGlyph(ord(sample)):
            faults.append((f"{name} has no {sample}", _AGAIN))
    return faults


def engine_faults(settings: Settings) -> list[Fault]:
    """Return the faults that would keep the configured engines from starting, as far as they can be
    found without loading them."""
    checks: list[Callable[[], Iterator[Fault]]] = [lambda: _writer(settings)]
    tiers = {"draft": settings.draft, "final": settings.final}
    enabled = {tier: clip for tier, clip in tiers.items() if clip.enabled}
    for tier, clip in enabled.items():
        checks.append(lambda tier=tier, clip=clip: _renderer(tier, clip))
    faults = [] if enabled else [("draft.enabled, final.enabled: both are off", "turn one on")]
    for check in checks:
        try:
            faults += check()
        except ValueError as error:  # names the setting, what is there and what is wanted
            faults.append((str(error), "see docs/models.md"))
    try:
        claims_of(settings.claims, settings.product_types)
    except (OSError, ValueError) as error:
        faults.append((str(error), "see deployments/knowledge/claims.yaml for the format"))
    return faults


def _writer(settings: Settings) -> Iterator[Fault]:
    conte = settings.conte
    if conte.engine == "vllm":
        yield from _installed("conte.engine", "vllm", ("vllm",))
        checked(conte.vllm.checkpoint, "config.json", "conte.vllm.checkpoint")
    elif conte.engine == "openai":
        yield from _server("conte.openai", conte.openai)
    elif conte.engine not in load.CONTE_ENGINES:
        yield from _own("conte.engine", conte.engine, load.CONTE_ENGINES)
    if conte.rewriter is not None:
        yield from _server("conte.rewriter", conte.rewriter)


def _renderer(tier: str, clip: ClipSettings) -> Iterator[Fault]:
    if clip.engine == "diffusers":
        yield from _installed(f"{tier}.engine", "diffusers", ("torch", "diffusers"))
        place = clip.diffusers.checkpoint
        checked(place, "model_index.json", f"{tier}.diffusers.checkpoint")
    elif clip.engine == "videos":
        if not clip.videos.url:
            yield f"{tier}.videos.url is empty", "set it to the server's address, with /v1"
    elif clip.engine not in load.VIDEO_ENGINES:
        yield from _own(f"{tier}.engine", clip.engine, load.VIDEO_ENGINES)


def _server(setting: str, server: ChatServerSettings) -> Iterator[Fault]:
    if not server.url:
        yield f"{setting}.url is empty", "set it to the server's address, with /v1"
    if not server.model:
        yield f"{setting}.model is empty", "set it to the server's name of its model"


def _installed(setting: str, engine: str, packages: Sequence[str]) -> Iterator[Fault]:
    lacking = [name for name in packages if find_spec(name) is None]
    if lacking:
        yield f"{setting}: {engine} needs {', '.join(lacking)}", "pip install 'sian[gpu]'"


def _own(setting: str, path: str, known: Sequence[str]) -> Iterator[Fault]:
    module, colon, _ = path.partition(":")
    try:
        there = bool(colon) and find_spec(module) is not None
    except ModuleNotFoundError:
        there = False
    if not there:
        names = ", ".join(known)
        yield f"{setting}: there is no engine {path!r}", f"one of {names}, or package.module:Class"
