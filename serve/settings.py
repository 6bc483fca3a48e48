"""Settings: read once at the door, handed down as values.

The graph's YAML gives them under `args:`; the environment overrides them
(`SIAN_FILM__LABEL_AI=false`). Every one has a working default.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from conte.checks.timefit import Rates

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LedgerSettings(Part):
    url: str = ""
    """SQLAlchemy URL; empty is SQLite under `home`. `postgresql+psycopg://...` in production."""


class VaultSettings(Part):
    url: str = ""
    """A folder, or `s3://bucket/prefix`; empty is `home`/vault."""
    endpoint: str = ""
    """The S3 endpoint where it is not Amazon's, such as `https://kr.object.ncloudstorage.com`."""
    region: str = "kr-standard"
    access_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")


class IngressSettings(Part):
    api_keys: dict[Sha256, str] = Field(default_factory=dict)
    """SHA-256 of an API key -> tenant. Empty: no key is asked for, and the tenant is `local`."""
    replicas: int = Field(default=1, ge=1)
    max_body_bytes: int = 64 * 1024
    max_queued: int = 1000
    """Productions waiting, over all tenants, before the answer is 429."""
    heartbeat_s: float = 15
    poll_s: float = 0.02
    """How often a replica asks the ledger for news on behalf of all its event streams."""


class DirectorSettings(Part):
    replicas: int = Field(default=1, ge=1)
    productions_at_once: int = Field(default=4, ge=1)
    """Per replica. More hide latency, fewer keep the turns between tenants short."""
    lease_s: float = Field(default=10, gt=0)
    poll_s: float = Field(default=0.05, gt=0)
    max_attempts: int = Field(default=3, ge=1)
    """How often a clip, a conte or a film is tried before it fails with its reason."""
    max_takeovers: int = Field(default=5, ge=1)
    """How many directors may die over one production before it fails instead."""
    tenant_weights: dict[str, float] = Field(default_factory=dict)
    """Share of GPU-seconds between tenants that wait; 1 where none is named."""


class ConteSettings(Part):
    engine: str = "composer"
    replicas: int = Field(default=1, ge=1)
    timeout_s: float = 300


class ClipSettings(Part):
    engine: str = "animatic"
    enabled: bool = True
    replicas: int = Field(default=1, ge=1)
    num_cpus: float = Field(default=0, ge=0)
    num_gpus: float = Field(default=0, ge=0)
    short_side: int = Field(default=720, ge=128, multiple_of=2)
    """Pixels of the frame's shorter side."""
    timeout_s: float = 300


class FilmSettings(Part):
    replicas: int = Field(default=1, ge=1)
    timeout_s: float = 300
    burn_captions: bool = True
    label_ai: bool = True
    """The visible "AI로 생성됨" label that Korea's AI Basic Act asks for since 22 January 2026."""
    show_timecode: bool = False
    show_cut_number: bool = False
    audio: Literal["silent", "none"] = "silent"
    crf: int = Field(default=20, ge=0, le=51)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="SIAN_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    home: Path = Path(".sian")
    """Where the ledger, the vault, logs and pids lie, unless their own settings say otherwise."""
    ledger: LedgerSettings = LedgerSettings()
    vault: VaultSettings = VaultSettings()
    ingress: IngressSettings = IngressSettings()
    director: DirectorSettings = DirectorSettings()
    conte: ConteSettings = ConteSettings()
    draft: ClipSettings = ClipSettings()
    final: ClipSettings = ClipSettings(enabled=False)
    film: FilmSettings = FilmSettings()
    rates: Rates = Rates()

    @property
    def ledger_url(self) -> str:
        return self.ledger.url or f"sqlite:///{self.home.absolute() / 'ledger.db'}"

    @property
    def vault_url(self) -> str:
        return self.vault.url or str(self.home.absolute() / "vault")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment of one machine outranks the graph's YAML, which is the same everywhere.
        return env_settings, init_settings
