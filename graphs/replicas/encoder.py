"""The clip encoder beside a tier's renderers, loaded from settings."""

from conte.clip import Tier
from deployments.clip_encoder import ClipEncoder
from serve.arenas import share_arenas
from serve.opened import open_vault
from serve.settings import Settings
from serve.telemetry import log_as_set


class Encoder(ClipEncoder):
    def __init__(self, settings: Settings, tier: Tier) -> None:
        share_arenas()
        log_as_set(settings, f"{tier}-encoder")
        super().__init__(open_vault(settings))
