"""The clip renderer of a tier, loaded from settings."""

from ray.serve.handle import DeploymentHandle

from conte.clip import Tier
from deployments.clip_renderer import ClipRenderer
from deployments.engines.load import video_engine
from graphs import shapes
from graphs.encoding_handle import RayEncoder
from serve.arenas import share_arenas
from serve.opened import open_vault
from serve.registry.promoted import Promoted
from serve.settings import Settings
from serve.telemetry import log_as_set


class Renderer(ClipRenderer):
    def __init__(
        self, settings: Settings, tier: Tier, encoder: DeploymentHandle | None = None
    ) -> None:
        share_arenas()
        log_as_set(settings, f"{tier}-renderer")
        clip = settings.draft if tier == "draft" else settings.final
        Promoted.of(settings).hold(settings.weights_folders[tier])
        super().__init__(
            video_engine(clip, f"{tier}.engine", shapes.card_share(settings, tier)),
            open_vault(settings),
            tier,
            encoder=None if encoder is None else RayEncoder(encoder),
        )
        self._silence_s = clip.timeout_s

    def check_health(self) -> None:
        """Called by Ray Serve, which restarts a replica whose engine is broken or does not stop.

        Calls wait for the slot without a limit, so this is where a slot that never becomes free is
        noticed.
        """
        self._slot.check(self._silence_s)
        if check := getattr(self._engine, "check_health", None):
            check()
