"""Clips by any server of the OpenAI videos API: vLLM-Omni, SGLang diffusion, another Sian.

`engine` tells the story of a clip, `server` speaks HTTP and is patient, `asking` puts a shot into a
server's words, `download` opens what it sends.
"""

from deployments.engines.videos_api.engine import VideosEngine

__all__ = ["VideosEngine"]
