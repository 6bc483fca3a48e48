"""Settings: read once at the door, handed down as values.

The graph's YAML gives them under `args:`; the environment overrides them
(`SIAN_FILM__LABEL_AI=false`). Every one has a working default.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from conte.checks.timefit import Rates
from conte.vocabulary import Language

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
    """Productions of one tenant that may wait, and videos, before the answer is 429."""
    chats_at_once: int = Field(default=16, ge=1)
    """Of one tenant with the conte model, at each replica: contes are written by it, too."""
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


class Adapter(Part):
    """A LoRA adapter: its folder, and what it is for."""

    path: str
    advertisers: tuple[str, ...] = ()
    """Briefs of these advertisers are written with it."""
    categories: tuple[str, ...] = ()
    """Briefs whose product is of one of these categories, unless the advertiser has its own."""
    everyone: bool = False
    """All other briefs, too."""
    share: float = Field(default=1, gt=0, le=1)
    """Of productions that it has as one for everyone; the others have the one before it."""
    weight: float = 1

    @model_validator(mode="after")
    def _shared_by_all(self) -> Self:
        if self.share < 1 and not self.everyone:
            raise ValueError(f"share is {self.share}: wanted everyone, whose productions it shares")
        return self


class VllmSettings(Part):
    checkpoint: str = ""
    """The model's folder, as `transformers` saves it; a relative one lies under `home`."""
    model: str = "conte"
    """The name it answers to on `/v1/chat/completions`."""
    replicas: int = Field(default=1, ge=1)
    num_gpus: float = Field(default=1, ge=0)
    """GPUs a replica; 0 runs it on the CPU."""
    max_ongoing: int = Field(default=64, ge=1)
    """Contes and chats a replica works on at once."""
    engine_args: dict[str, Any] = Field(default_factory=dict)
    """vLLM's own engine arguments, by their names."""


class ChatServerSettings(Part):
    """A server of OpenAI's chat completions."""

    url: str = ""
    """Up to and with `/v1`."""
    api_key: SecretStr = SecretStr("")
    model: str = ""
    timeout_s: float = Field(default=60, gt=0)
    """How long it may be silent."""
    max_retries: int = Field(default=4, ge=0)
    guidance: Literal["json_schema", "json_object", "none"] = "json_schema"
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further fields of each request, such as `reasoning_effort` or `chat_template_kwargs`; null
    leaves a field out that the server does not take, such as `top_p`."""


class OpenAISettings(ChatServerSettings):
    fall_back: bool = True
    """Let the composer write where the server cannot; the version says so."""


class RewriterSettings(ChatServerSettings):
    prompt: str = ""
    """A prompt file in the place of ours, such as one that `training.prompts` made."""


class ConteSettings(Part):
    engine: str = "composer"
    replicas: int = Field(default=1, ge=1)
    timeout_s: float = 300
    temperature: float = Field(default=0.8, ge=0, le=2)
    top_p: float = Field(default=0.95, gt=0, le=1)
    max_tokens: int = Field(default=6000, ge=256)
    max_repairs: int = Field(default=3, ge=0)
    """How often a cut that breaks a rule is asked for again."""
    adapters: dict[str, Adapter] = Field(default_factory=dict)
    prompts: dict[Language, str] = Field(default_factory=dict)
    """A language's prompt file in the place of ours, such as one that `training.prompts` made."""
    vllm: VllmSettings = VllmSettings()
    openai: OpenAISettings = OpenAISettings()
    rewriter: RewriterSettings | None = None
    """A model that puts each cut's words for the video model better, before the conte is kept."""


class VisionSettings(Part):
    """A vision language model on our own GPUs, which the caption job and others share."""

    checkpoint: str = ""
    """The model's folder; a relative one lies under `home`. Empty: none is served."""
    model: str = "vision"
    """The name it answers to on `/v1/chat/completions`."""
    min_replicas: int = Field(default=0, ge=0)
    """0 gives the GPUs back while nobody asks; the first who does waits until it is loaded."""
    max_replicas: int = Field(default=1, ge=1)
    idle_s: float = Field(default=300, ge=0)
    """How long a replica stays that has nothing to do."""
    num_gpus: float = Field(default=1, ge=0)
    """GPUs a replica; 0 runs it on the CPU."""
    max_ongoing: int = Field(default=32, ge=1)
    """Clips a replica looks at at once."""
    max_pictures: int = Field(default=8, ge=1)
    """Pictures of one request."""
    max_body_bytes: int = Field(default=8 << 20, ge=1 << 16)
    """Of a request with its pictures."""
    engine_args: dict[str, Any] = Field(default_factory=dict)
    """vLLM's own engine arguments, by their names."""


class SeeingSettings(ChatServerSettings):
    """The server of the vision model: our own front door, unless another is named."""

    url: str = "http://127.0.0.1:8000/v1"
    model: str = "vision"
    timeout_s: float = Field(default=900, gt=0)
    """Patient: a model without replicas is loaded first."""


class RefineSettings(ChatServerSettings):
    """A paid model that makes the final caption of what was seen and measured."""

    requests_per_minute: float = Field(default=500, gt=0)
    tokens_per_minute: float = Field(default=200_000, gt=0)
    budget: float = Field(default=0, ge=0)
    """Money, in the currency of the prices, for all that is ever asked under `purse`; 0: none."""
    budget_tokens: int = Field(default=0, ge=0)
    """The same in tokens, read and written; 0: as many as the money pays."""
    price_in: float = Field(default=0, ge=0)
    """Of a million tokens that it reads."""
    price_out: float = Field(default=0, ge=0)
    """Of a million tokens that it writes."""
    purse: str = Field(default="captions", min_length=1, max_length=100)
    """Whoever names the same purse spends the same budget."""
    temperature: float = Field(default=0.2, ge=0, le=2)
    top_p: float = Field(default=0.9, gt=0, le=1)
    max_tokens: int = Field(default=900, ge=64)


class CaptionSettings(Part):
    """Who captions clips: a vision model or, without one, the measures; then perhaps `refine`."""

    engine: Literal["measured", "vision"] = "measured"
    vision: SeeingSettings = SeeingSettings()
    max_pictures: int = Field(default=6, ge=1)
    """Key frames that are shown of one clip."""
    temperature: float = Field(default=0.2, ge=0, le=2)
    top_p: float = Field(default=0.9, gt=0, le=1)
    max_tokens: int = Field(default=900, ge=64)
    refine: RefineSettings | None = None


class DiffusersSettings(Part):
    checkpoint: str = ""
    """The pipeline's folder, as `diffusers` saves it; a relative one lies under `home`."""
    short_side: int = Field(default=0, ge=0)
    """Pixels of the shorter side it denoises at; 0 is what its family was trained for."""
    num_inference_steps: int = Field(default=0, ge=0)
    """0 is what its family is used with."""
    guidance_scale: float | None = None
    negative_prompt: str | None = None
    device: Literal["auto", "cuda", "cpu"] = "auto"
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    attention: str = ""
    """An attention backend of diffusers, such as `flash` or `sage`; empty is PyTorch's own."""
    cache: Literal["", "first_block", "mag", "taylorseer"] = ""
    cache_threshold: float | None = None
    cache_folder: str = "ratios"
    """Where `mag` keeps what it measures of a checkpoint; a relative one lies under `home`."""
    compile: bool = False
    layerwise_fp8: bool = False
    vae_tiling: bool = False
    offload: Literal["none", "model", "sequential"] = "none"
    context_parallel: int = Field(default=1, ge=1)
    """GPUs of one replica that share each clip."""
    warm_up: bool = True
    """Render a short clip before the replica is ready, so that the first one does not wait."""
    adapters: dict[str, Adapter] = Field(default_factory=dict)


class VideosSettings(Part):
    url: str = ""
    """A server of the OpenAI videos API, up to and with `/v1`."""
    api_key: SecretStr = SecretStr("")
    model: str = ""
    fps: int = Field(default=0, ge=0, le=120)
    """Frames a second its model was trained at, such as 16 for Wan 2.1; 0 asks for the brief's."""
    timeout_s: float = Field(default=60, gt=0)
    """How long it may be silent."""
    video_timeout_s: float = Field(default=3600, gt=0)
    """How long it may say that one video is queued or in progress."""
    poll_s: float = Field(default=1, gt=0)


class ClipSettings(Part):
    engine: str = "animatic"
    enabled: bool = True
    replicas: int = Field(default=1, ge=1)
    num_cpus: float = Field(default=0, ge=0)
    num_gpus: float = Field(default=0, ge=0)
    short_side: int = Field(default=720, ge=128, multiple_of=2)
    """Pixels of the frame's shorter side."""
    timeout_s: float = 300
    """How long a clip may go without a step of progress; waiting for a renderer is none of it."""
    encoders: int = Field(default=0, ge=0)
    """CPU replicas that encode while the renderer starts the next clip; 0: it encodes itself."""
    continues: bool = False
    """Start a cut that continues the one before from its last frame, and wait for that one."""
    diffusers: DiffusersSettings = DiffusersSettings()
    videos: VideosSettings = VideosSettings()


class FilmSettings(Part):
    replicas: int = Field(default=1, ge=1)
    """One cuts a film while its clips are rendered; of several none has what another one cut."""
    timeout_s: float = 300
    """How long a film may go without a step of progress."""
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
    vision: VisionSettings = VisionSettings()
    rates: Rates = Rates()
    claims: str = ""
    """A file of rules of one's own for the claims' check; a relative one lies under `home`. Empty:
    `deployments/knowledge/claims.yaml`, which is also how such a file is written."""
    product_types: str = ""
    """The table that `python -m crawl.products` has extended, which tells this file's name; a
    relative one lies under `home`. Empty: `deployments/knowledge/products`."""

    @property
    def ledger_url(self) -> str:
        return self.ledger.url or f"sqlite:///{self.home.absolute() / 'ledger.db'}"

    @property
    def vault_url(self) -> str:
        return self.vault.url or str(self.home.absolute() / "vault")

    def at_home(self) -> "Settings":
        """The same with absolute paths; folders of models are taken to lie under `home`."""
        home = self.home.absolute()

        def placed(part: Any) -> Any:
            adapters = {
                name: adapter.model_copy(update={"path": str(home / adapter.path)})
                for name, adapter in part.adapters.items()
            }
            return part.model_copy(update={"adapters": adapters})

        def found(part: Any) -> Any:
            # An empty checkpoint stays empty, so that the error can name the setting.
            path = part.checkpoint and str(home / part.checkpoint)
            return part.model_copy(update={"checkpoint": path})

        def rendering(part: DiffusersSettings) -> DiffusersSettings:
            ratios = {"cache_folder": str(home / part.cache_folder)}
            return found(placed(part)).model_copy(update=ratios)

        clips = {
            tier: clip.model_copy(update={"diffusers": rendering(clip.diffusers)})
            for tier, clip in (("draft", self.draft), ("final", self.final))
        }
        prompts = {language: str(home / path) for language, path in self.conte.prompts.items()}
        rewriter = self.conte.rewriter
        if rewriter is not None and rewriter.prompt:
            rewriter = rewriter.model_copy(update={"prompt": str(home / rewriter.prompt)})
        conte = placed(self.conte).model_copy(
            update={"vllm": found(self.conte.vllm), "prompts": prompts, "rewriter": rewriter}
        )
        models = {"conte": conte, "vision": found(self.vision)}
        # What is empty stays empty, as a checkpoint does.
        files = {
            name: path and str(home / path)
            for name, path in (("claims", self.claims), ("product_types", self.product_types))
        }
        return self.model_copy(update={"home": home, **files, **models, **clips})

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
