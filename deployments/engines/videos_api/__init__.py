"""Clips by any server of the OpenAI videos API: vLLM-Omni, SGLang diffusion, another Sian.

`engine` makes a clip, `server` speaks HTTP and retries, `asking` turns a shot into a server's
request, `download` decodes its file. The engine is imported on demand: the child process that
decodes a clip does not need it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deployments.engines.videos_api.engine import VideosEngine

__all__ = ["VideosEngine"]


def __getattr__(name: str) -> Any:
    if name != "VideosEngine":
        raise AttributeError(f"{__name__} has no {name!r}")
    from deployments.engines.videos_api.engine import VideosEngine

    return VideosEngine
