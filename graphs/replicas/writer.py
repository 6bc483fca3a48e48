"""The conte writer, loaded from settings; `vllm` writes through the model's handle."""

from ray.serve.handle import DeploymentHandle

from conte.clip import EngineId
from deployments.conte_writer import ConteWriter
from deployments.engines.load import conte_engine
from graphs.chat_handle import RayChat, RayModel
from serve.settings import Settings
from serve.telemetry import log_to_files


class Writer(ConteWriter):
    def __init__(
        self, settings: Settings, model: DeploymentHandle | None, engine: EngineId | None
    ) -> None:
        log_to_files(settings.home, "conte-writer")
        chat = None
        if model is not None and engine is not None:
            name = settings.conte.vllm.model
            chat = RayChat(RayModel(model, name), name, engine)
        super().__init__(conte_engine(settings.conte, settings.rates, chat))
