"""The conte model behind a Ray handle: a `Chat` for the writer, a `ChatBackend` for the ingress."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from ray.exceptions import RayActorError, RayTaskError
from ray.serve.handle import DeploymentHandle

from conte.clip import EngineId
from conte.manuscript import product_first
from deployments.engines.chat import ChatRequest, CutOff, ModelAway
from deployments.engines.protocols import ConteError

Part = dict[str, Any] | str


class RayModel:
    """Calls the model's deployment. Every answer is a stream; closing it cancels the request."""

    def __init__(self, handle: DeploymentHandle, model: str) -> None:
        self._handle, self._model = handle, model

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[Part]:
        """Stream the response to a body of `POST /v1/chat/completions`. Failures are yielded as
        errors.
        """
        handle = self._handle.options(stream=True)
        name = str(body.get("model", ""))
        if name.startswith(f"{self._model}:"):
            # The router prefers a replica that has this adapter already.
            handle = handle.options(multiplexed_model_id=name)
        response: Any = handle.answer.remote(body)
        ended = False
        try:
            async for part in response:
                yield part
            ended = True
        except RayActorError:
            ended = True
            yield _away("its process died")
        except RayTaskError as error:
            ended = True
            yield _away(_first_line(error.cause))
        except Exception as error:
            # RayError and RayServeException. Over gRPC the replica's own exceptions arrive
            # unwrapped.
            yield _away(_first_line(error))
        finally:
            if not ended:
                response.cancel()


class RayChat:
    """The served model as the scriptwriter's `Chat`."""

    def __init__(self, model: RayModel, name: str, engine: EngineId) -> None:
        self._model, self._name, self.id = model, name, engine

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        adapter = f":{request.adapter}" if request.adapter else ""
        body: dict[str, Any] = {
            "model": self._name + adapter,
            "messages": [message.as_openai() for message in request.messages],
            "seed": request.seed,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "max_tokens": request.max_tokens,
            "stream": True,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": request.name, "schema": product_first(request.schema)},
            },
        }
        reason: str | None = None
        answer = self._model.answer(body)
        try:
            async for part in answer:
                for chunk in _chunks(part):
                    if error := chunk.get("error"):
                        raise _error(error)
                    for choice in chunk.get("choices", ()):
                        if text := choice["delta"].get("content"):
                            yield text
                        reason = choice.get("finish_reason") or reason
        finally:
            await answer.aclose()
        if reason == "length":
            raise CutOff(f"the model used up its {request.max_tokens} tokens")
        if reason is None:
            raise ModelAway("the language model stopped in the middle of a sentence")


def _away(why: str) -> Part:
    message = f"the language model is away: {why}"
    return {"error": {"message": message, "type": "server_error", "param": None, "code": 503}}


def _chunks(part: Part) -> list[dict[str, Any]]:
    if isinstance(part, dict):
        return [part]
    lines = (line[5:].strip() for line in part.splitlines() if line.startswith("data:"))
    return [json.loads(line) for line in lines if line != "[DONE]"]


def _error(error: dict[str, Any]) -> ConteError:
    message = str(error.get("message", "unknown"))
    # The replica's fault, not the request's: a retry may reach a healthy replica. 404: a replica
    # started before the promotion does not know the adapter yet.
    code = str(error.get("code", "500"))
    if code.startswith("5") or code == "404":
        return ModelAway(message)
    return ConteError(f"the language model refused: {message}")


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
