"""Settings: read once at the start, passed down as values.

The graph's YAML sets them under `args:`; the environment overrides them
(`SIAN_FILM__LABEL_AI=false`). Each has a working default.
"""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from conte.checks.timefit import Rates
from conte.frozen import unset
from conte.sound import Loudness
from conte.vocabulary import Language
from serve.home_path import HomePath, OptionalHomePath, at_home
from serve.secret_files import SecretUrl, with_files

PREFIX = "SIAN_"
"""Prefix of the environment variables."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    # A wrong value is not repeated in the error: it may be a key in the wrong place.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class LedgerSettings(Part):
    url: SecretUrl = ""
    """SQLAlchemy URL; empty is SQLite under `home`. `postgresql+psycopg://...` in production."""
    migrate: bool = True
    """Bring older tables up to date at the start. False: refuse them, and wait for `sian migrate`,
    which an operator runs once before a release is rolled out.
    """


class VaultSettings(Part):
    url: str = ""
    """A folder, or `s3://bucket/prefix`; empty is `home`/vault."""
    endpoint: str = ""
    """The S3 endpoint if it is not Amazon's, such as `https://kr.object.ncloudstorage.com`."""
    region: str = "kr-standard"
    access_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    links_s: int = Field(default=0, ge=0, le=7 * 24 * 3600)
    """Seconds for which a signed link to the bucket is valid; requests for files are redirected to
    it. 0: the ingress sends the bytes. Clients have to reach the bucket's endpoint.
    """


class IngressSettings(Part):
    api_keys: dict[Sha256, str] = Field(default_factory=dict)
    """SHA-256 of an API key -> tenant. Empty: no key is needed, and the tenant is `local`."""
    metrics_key: Sha256 | Literal[""] = ""
    """SHA-256 of the key with which Prometheus reads all of `/metrics`. If this is empty and
    `api_keys` are set, a tenant's key reads that tenant's figures, and nobody reads the rest.
    """
    session_s: int = Field(default=7 * 24 * 3600, ge=60, le=90 * 24 * 3600)
    """Seconds until a browser's session ends and asks for the key again."""
    replicas: int | None = Field(default=None, ge=1)
    """Ingress replicas. None: two with 2 cores and 4 GiB, so that a restart loses no request; else
    one.
    """
    max_body_bytes: int = 64 * 1024
    max_queued: int = 1000
    """Waiting productions of one tenant, or waiting videos, above which the response is 429."""
    chats_at_once: int = Field(default=16, ge=1)
    """Concurrent chats per tenant and replica. The model also writes contes."""
    streams_at_once: int = Field(default=200, ge=1)
    """Concurrent event streams, downloads and chats per tenant and replica; further ones get a 429.
    """
    streams: int = Field(default=800, ge=1)
    """Concurrent event streams, downloads and chats of all tenants per replica."""
    heartbeat_s: float = 15
    poll_s: float = Field(default=1, gt=0)
    """Seconds between two polls of the ledger for all event streams of a replica. Events also wake
    the streams; polling bounds the delay if a wake-up is lost.
    """


class DirectorSettings(Part):
    replicas: int = Field(default=1, ge=1)
    productions_at_once: int = Field(default=4, ge=1)
    """Productions in progress per replica. More hide latency, fewer keep tenants' turns short."""
    lease_s: float = Field(default=10, gt=0)
    poll_s: float = Field(default=1, gt=0)
    """Seconds between two looks for expired leases. Orders and cancels also wake the director;
    polling bounds the delay if a wake-up is lost.
    """
    max_attempts: int = Field(default=3, ge=1)
    """Attempts at a clip, a conte or a film before it fails with its reason."""
    max_takeovers: int = Field(default=5, ge=1)
    """Directors that may die over one production before it fails."""
    tenant_weights: dict[str, float] = Field(default_factory=dict)
    """Shares of GPU-seconds between waiting tenants; 1 by default."""


class Adapter(Part):
    """A LoRA adapter: its folder, and the briefs that use it."""

    path: HomePath
    advertisers: tuple[str, ...] = ()
    """Use for briefs of these advertisers."""
    categories: tuple[str, ...] = ()
    """Use for briefs with a product of these categories, unless the advertiser has an adapter."""
    everyone: bool = False
    """Use for all other briefs."""
    share: float = Field(default=1, gt=0, le=1)
    """With `everyone`: share of productions that use it; the others use the adapter before."""
    weight: float = 1

    @model_validator(mode="after")
    def _shared_by_all(self) -> Self:
        if self.share < 1 and not self.everyone:
            raise ValueError(f"share is {self.share}: wanted everyone, whose productions it shares")
        return self


class WeightsSettings(Part):
    """An engine's settings that name weights, which a promotion in the registry replaces."""

    promotes: ClassVar[str]
    """Kind of the registry's weights that the engine takes."""
    turned_on: ClassVar[bool] = False
    """True: promoting weights selects this engine; False: it has to be selected already."""
    checkpoint: OptionalHomePath = ""


class FloorSettings(Part):
    """Smallest number of renderers in a daily time range, whether or not there is work."""

    begins: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    """Start of the range, such as `09:00`, in the time zone of `utc_offset_h`."""
    ends: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    """End of the range; before `begins`: on the next day."""
    renderers: int = Field(ge=1)


class ScalingSettings(Part):
    """Autoscaling of renderers by the work left, and of their GPU nodes with them."""

    min_replicas: int = Field(default=0, ge=0)
    max_replicas: int = Field(default=8, ge=1)
    clear_in_s: float = Field(default=240, ge=1)
    """Seconds in which the renderers should finish all waiting work."""
    boot_s: float = Field(default=480, ge=0)
    """Seconds from requesting a server until it renders."""
    down_after_s: float = Field(default=300, ge=0)
    """Seconds during which fewer renderers must be enough before the first one is removed."""
    down_every_s: float = Field(default=30, ge=0)
    """Seconds between two removals of a renderer."""
    zero_after_s: float = Field(default=600, ge=0)
    """Seconds without work before the last renderer is removed."""
    floors: tuple[FloorSettings, ...] = ()
    utc_offset_h: float = Field(default=9, ge=-12, le=14)
    """Offset from UTC, in hours, of the clock of `floors`."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_replicas > self.max_replicas:
            raise ValueError(
                f"min_replicas is {self.min_replicas}: wanted at most max_replicas, "
                f"{self.max_replicas}"
            )
        return self


class ModelScalingSettings(ScalingSettings):
    """Autoscaling of the conte model's replicas by the contes to be written."""

    max_replicas: int = Field(default=2, ge=1)
    conte_s: float = Field(default=30, gt=0)
    """Seconds that a replica takes for a conte while it writes `max_ongoing` at once."""


class VllmSettings(WeightsSettings):
    promotes = "conte_model"
    turned_on = True
    checkpoint: OptionalHomePath = ""
    """The model's folder in `transformers` format; a relative one is under `home`."""
    model: str = "conte"
    """Name of the model on `/v1/chat/completions`."""
    replicas: int = Field(default=1, ge=1)
    scaling: ModelScalingSettings | None = None
    """Autoscaling by the contes to be written, instead of a fixed number of `replicas`. With 0
    replicas, an order waits until one has booted and loaded the model.
    """
    num_gpus: float = Field(default=1, ge=0)
    """GPUs of each replica; 0 runs it on the CPU."""
    max_ongoing: int = Field(default=64, ge=1)
    """Concurrent contes and chats of a replica."""
    engine_args: dict[str, Any] = Field(default_factory=dict)
    """vLLM's engine arguments, by their names."""


class ChatServerSettings(Part):
    """A server with OpenAI's chat completions API."""

    url: str = ""
    """Address of the server, including `/v1`."""
    api_key: SecretStr = SecretStr("")
    model: str = ""
    timeout_s: float = Field(default=60, gt=0)
    """Longest time without data from the server, in seconds."""
    max_retries: int = Field(default=4, ge=0)
    guidance: Literal["json_schema", "json_object", "none"] = "json_schema"
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further fields of each request, such as `reasoning_effort` or `chat_template_kwargs`; null
    removes a field that the server does not accept, such as `top_p`.
    """


class OpenAISettings(ChatServerSettings):
    fall_back: bool = True
    """Let the composer write if the server cannot be reached; the version's provenance says so."""


class RewriterSettings(ChatServerSettings):
    prompt: OptionalHomePath = ""
    """A prompt file that replaces Sian's, such as one that `training.prompts` made."""


class ConteSettings(Part):
    engine: str = "composer"
    replicas: int = Field(default=1, ge=1)
    timeout_s: float = 300
    temperature: float = Field(default=0.8, ge=0, le=2)
    top_p: float = Field(default=0.95, gt=0, le=1)
    max_tokens: int = Field(default=6000, ge=256)
    max_repairs: int = Field(default=3, ge=0)
    """Number of times that a cut which breaks a rule is requested again."""
    adapters: dict[str, Adapter] = Field(default_factory=dict)
    prompts: dict[Language, HomePath] = Field(default_factory=dict)
    """Language -> prompt file that replaces Sian's, such as one that `training.prompts` made."""
    vllm: VllmSettings = VllmSettings()
    openai: OpenAISettings = OpenAISettings()
    rewriter: RewriterSettings | None = None
    """A model that improves each cut's prompt for the video model, before the conte is stored."""


class VisionSettings(Part):
    """A vision language model on the cluster's GPUs, for the caption job and other clients."""

    checkpoint: OptionalHomePath = ""
    """The model's folder; a relative one is under `home`. Empty: none is served."""
    model: str = "vision"
    """Name of the model on `/v1/chat/completions`."""
    min_replicas: int = Field(default=0, ge=0)
    """Replicas kept when idle. 0 releases the GPUs; the next request waits until the model is
    loaded.
    """
    max_replicas: int = Field(default=1, ge=1)
    idle_s: float = Field(default=300, ge=0)
    """Seconds until an idle replica stops."""
    num_gpus: float = Field(default=1, ge=0)
    """GPUs of each replica; 0 runs it on the CPU."""
    max_ongoing: int = Field(default=32, ge=1)
    """Concurrent clips of a replica."""
    max_pictures: int = Field(default=8, ge=1)
    """Most pictures in one request."""
    max_body_bytes: int = Field(default=8 << 20, ge=1 << 16)
    """Largest request in bytes, including its pictures."""
    engine_args: dict[str, Any] = Field(default_factory=dict)
    """vLLM's engine arguments, by their names."""


class SeeingSettings(ChatServerSettings):
    """The server of the vision model: this cluster's ingress by default."""

    url: str = "http://127.0.0.1:8000/v1"
    model: str = "vision"
    timeout_s: float = Field(default=900, gt=0)
    """Longest time without data, in seconds: long enough to load a model that has no replicas."""


class PaidSettings(ChatServerSettings):
    """A paid model and its budget."""

    requests_per_minute: float = Field(default=500, gt=0)
    tokens_per_minute: float = Field(default=200_000, gt=0)
    budget: float = Field(default=0, ge=0)
    """Budget for all requests under `purse`, in the currency of the prices; 0: none."""
    budget_tokens: int = Field(default=0, ge=0)
    """Budget in tokens, read and written; 0: as many as the money pays for."""
    price_in: float = Field(default=0, ge=0)
    """Price of a million input tokens."""
    price_out: float = Field(default=0, ge=0)
    """Price of a million output tokens."""
    purse: str = Field(min_length=1, max_length=100)
    """Name of the budget. Jobs with the same name and database share its money and its pace."""
    purse_url: SecretUrl = ""
    """SQLAlchemy URL of the budget's database; empty is the job's own database."""


class RefineSettings(PaidSettings):
    """A paid model that writes the final caption from the vision model's and the measured one."""

    purse: str = Field(default="captions", min_length=1, max_length=100)
    temperature: float = Field(default=0.2, ge=0, le=2)
    top_p: float = Field(default=0.9, gt=0, le=1)
    max_tokens: int = Field(default=900, ge=64)


class CaptionSettings(Part):
    """Captioning of clips: by a vision model or from measurements; then rewritten by `refine`."""

    engine: Literal["measured", "vision"] = "measured"
    vision: SeeingSettings = SeeingSettings()
    max_pictures: int = Field(default=6, ge=1)
    """Key frames of one clip that are shown to the model."""
    temperature: float = Field(default=0.2, ge=0, le=2)
    top_p: float = Field(default=0.9, gt=0, le=1)
    max_tokens: int = Field(default=900, ge=64)
    refine: RefineSettings | None = None


class DiffusersSettings(WeightsSettings):
    promotes = "video_model"
    checkpoint: OptionalHomePath = ""
    """The pipeline's folder in `diffusers` format; a relative one is under `home`."""
    short_side: int = Field(default=0, ge=0)
    """Shorter side in pixels at which the model denoises; 0: the family's default."""
    num_inference_steps: int = Field(default=0, ge=0)
    """Denoising steps; 0: the family's default."""
    guidance_scale: float | None = None
    flow_shift: float | None = Field(default=None, gt=0)
    """Shift of the scheduler; None: the family's default at that size."""
    negative_prompt: str | None = None
    device: Literal["auto", "cuda", "cpu"] = "auto"
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    attention: str = ""
    """An attention backend of diffusers, such as `flash` or `sage`; empty is PyTorch's."""
    cache: Literal["", "first_block", "mag", "taylorseer"] = ""
    cache_threshold: float | None = None
    cache_folder: HomePath = "ratios"
    """Folder in which `mag` stores its measurements of a checkpoint; a relative one is under
    `home`.
    """
    compile: bool = False
    layerwise_fp8: bool = False
    vae_tiling: bool = False
    offload: Literal["none", "model", "sequential"] = "none"
    context_parallel: int = Field(default=1, ge=1)
    """GPUs of each replica, which share one clip."""
    warm_up: bool = True
    """Render a short clip before the replica is ready, so that the first real one does not wait."""
    adapters: dict[str, Adapter] = Field(default_factory=dict)


class VideosSettings(Part):
    url: str = ""
    """Address of a server with OpenAI's videos API, including `/v1`."""
    api_key: SecretStr = SecretStr("")
    model: str = ""
    fps: int = Field(default=0, ge=0, le=120)
    """Frames per second that the model was trained at, such as 16 for Wan 2.1; 0: the brief's."""
    timeout_s: float = Field(default=60, gt=0)
    """Longest time without a response from the server, in seconds."""
    video_timeout_s: float = Field(default=3600, gt=0)
    """Longest time that one video may be queued or in progress, in seconds."""
    poll_s: float = Field(default=1, gt=0)


class ClipSettings(Part):
    engine: str = "animatic"
    enabled: bool = True
    replicas: int = Field(default=1, ge=1)
    scaling: ScalingSettings | None = None
    """Autoscaling by the work left, instead of a fixed number of `replicas`."""
    num_cpus: float = Field(default=0, ge=0)
    num_gpus: float = Field(default=0, ge=0)
    short_side: int = Field(default=720, ge=128, multiple_of=2)
    """Pixels of the frame's shorter side."""
    timeout_s: float = 300
    """Longest time between two progress steps of a clip, in seconds; waiting for a renderer does
    not count.
    """
    handles: int | None = Field(default=None, ge=0, le=48)
    """Frames rendered before and after the part that a cut shows, so that a cut can be made longer,
    trimmed and dissolved without a new render. None: 12 for finals, none for drafts.
    """
    encoders: int = Field(default=0, ge=0)
    """CPU replicas that encode while the renderer starts the next clip; 0: the renderer encodes."""
    continues: bool = False
    """Start a cut that continues the one before from its last frame, after that one is rendered."""
    diffusers: DiffusersSettings = DiffusersSettings()
    videos: VideosSettings = VideosSettings()

    @property
    def most_replicas(self) -> int:
        return self.replicas if self.scaling is None else self.scaling.max_replicas


class PriceSettings(Part):
    gpu_hour: float | None = Field(default=None, ge=0)
    """Price of an hour of one GPU, for quotes and charges. None: unknown, so quotes show no price.
    """
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "KRW"


class WeightsCacheSettings(Part):
    """Promoted weights on the machines that serve them."""

    cache_gib: float = Field(default=400, gt=0)
    """Largest folder of promoted weights on each machine, in GiB. Above it the least recently used
    ones are removed; those that a replica has loaded stay.
    """
    files: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Set by what deploys a promotion: entry -> path within its folder -> key in the vault."""

    @property
    def most_bytes(self) -> int:
        return int(self.cache_gib * 2**30)


class SpendingSettings(Part):
    """Prices of GPU time, and the largest amounts that finals may cost in a day."""

    gpu_hours: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    """Price of a GPU-hour by engine, or by engine and shorter side: `diffusers`, `diffusers/1080`.
    Otherwise `price.gpu_hour` applies.
    """
    house_a_day: float | None = Field(default=None, ge=0)
    """Largest amount that the finals of all tenants may cost in a day, in `price.currency`. None:
    no ceiling.
    """
    tenant_a_day: float | None = Field(default=None, ge=0)
    """Largest amount for each tenant that `tenants_a_day` does not name. None: no ceiling."""
    tenants_a_day: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    """Largest amounts by tenant."""
    utc_offset_h: float = Field(default=9, ge=-12, le=14)
    """Offset from UTC, in hours, of the clock by which a day begins; 9 is Korea's."""

    @property
    def has_ceiling(self) -> bool:
        return (
            self.house_a_day is not None
            or self.tenant_a_day is not None
            or bool(self.tenants_a_day)
        )


class UploadSettings(Part):
    """Limits of an uploaded video for a cut, or of a recording; pictures have those of
    `POST /v1/images`.
    """

    max_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    max_s: float = Field(default=60, gt=0)
    max_frames: int = Field(default=3600, ge=1)
    max_side: int = Field(default=4096, ge=64)
    """Longest side, in pixels."""
    max_sound_s: float = Field(default=600, gt=0)
    """Longest recording, in seconds: narration, music or an effect."""
    keep_sounds_days: float = Field(default=30, gt=0, le=36_500)
    """Days after which a recording that no draft and no version places is removed."""


class FilmSettings(Part):
    replicas: int = Field(default=1, ge=1)
    timeout_s: float = 300
    """Longest time between two progress steps of a film, in seconds."""
    burn_captions: bool = True
    subtitles: Literal["draft", "all", "none"] = "draft"
    """Narration and dialogue burned in: in drafts, in final films too, or never."""
    end_card: Literal["draft", "all", "none"] = "draft"
    """The last cut's caption set as an end card over the packshot: in drafts, with a frame where
    the logo will stand; in final films too; or never."""
    label_ai: bool = True
    """The visible "AI로 생성됨" label that Korea's AI Basic Act requires since 22 January 2026."""
    show_timecode: bool = False
    show_cut_number: bool = False
    audio: Literal["draft", "all", "silent", "none"] = "draft"
    """A temporary track of synthesised music and effects in drafts, or in all films; a silent
    track; or none. Recordings that were placed are in every film that has a track."""
    loudness: Annotated[Loudness, unset("broadcast_kr")] = "broadcast_kr"
    """Target loudness of films with sound: -24 LKFS for Korean broadcasts, -14 LUFS for the web.
    True peaks stay at -1 dBTP or below.
    """
    crf: int = Field(default=20, ge=0, le=51)


class ExportSettings(Part):
    """Settings of exports: sheets, timelines, films."""

    replicas: int = Field(default=1, ge=1)
    at_once: int = Field(default=1, ge=1)
    """Exports that a replica makes concurrently, each in a child process."""
    wait_s: float = Field(default=20, gt=0)
    """Seconds that a request waits for the file before it gets a 202."""
    timeout_s: float = Field(default=300, gt=0)
    """Longest time of an export, in seconds."""
    memory_mb: int = Field(default=2048, ge=256)
    """Memory of the child process beyond its libraries, in MiB."""
    credentials: bool = True
    """True: MP4 and PDF carry a content credential (C2PA), if `sian[deliver]` is installed."""
    certificate: OptionalHomePath = ""
    """PEM file: your own signing certificate and those above it; empty: one made under `home`."""
    private_key: OptionalHomePath = ""
    """PEM file, PKCS#8: the certificate's key."""
    algorithm: Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"] = "es256"
    """Signing algorithm; your own key determines it."""

    @model_validator(mode="after")
    def _is_a_pair(self) -> Self:
        if bool(self.certificate) != bool(self.private_key):
            lacks = "private_key" if self.certificate else "certificate"
            raise ValueError(f"{lacks}: wanted a file, too: a certificate is used with its key")
        return self


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    home: Path = Path(".sian")
    """Folder of the ledger, the vault, logs and pids, unless their own settings say otherwise."""
    log: Literal["files", "stderr"] = "files"
    """Where logs of replicas go: rotated files under `home`/logs, or stderr, for a container."""
    ledger: LedgerSettings = LedgerSettings()
    vault: VaultSettings = VaultSettings()
    ingress: IngressSettings = IngressSettings()
    director: DirectorSettings = DirectorSettings()
    conte: ConteSettings = ConteSettings()
    draft: ClipSettings = ClipSettings()
    final: ClipSettings = ClipSettings(enabled=False)
    film: FilmSettings = FilmSettings()
    export: ExportSettings = ExportSettings()
    upload: UploadSettings = UploadSettings()
    price: PriceSettings = PriceSettings()
    spending: SpendingSettings = SpendingSettings()
    vision: VisionSettings = VisionSettings()
    weights: WeightsCacheSettings = WeightsCacheSettings()
    pin_to_house: bool = False
    """Bind every replica without a GPU to nodes that announce `house`, as the CPU nodes of
    cluster.yaml do. Else such a replica may occupy a GPU node, and keep it from being released.
    """
    owned: bool = False
    """Set by `sian cluster start` in what it deploys. While that process lives, a graph without it
    is refused: `serve deploy` would undo what was promoted.
    """
    rates: Rates = Rates()
    claims: OptionalHomePath = ""
    """A file of your own rules for the claims check; a relative one is under `home`. Empty:
    `deployments/knowledge/claims.yaml`, which also shows the format.
    """
    product_types: OptionalHomePath = ""
    """Table extended by `python -m crawl.products`; the job prints its path. A relative one is
    under `home`. Empty: `deployments/knowledge/products`.
    """

    @model_validator(mode="after")
    def _has_its_price(self) -> Self:
        final, hours = self.final, self.spending.gpu_hours
        names = (f"{final.engine}/{final.short_side}", final.engine)
        known = self.price.gpu_hour is not None or any(name in hours for name in names)
        if self.spending.has_ceiling and final.enabled and final.num_gpus and not known:
            raise ValueError(
                "spending has a ceiling and final renders on GPUs: wanted their price, in"
                f" price.gpu_hour or spending.gpu_hours.{final.engine}"
            )
        return self

    @property
    def weights_folders(self) -> dict[str, list[str]]:
        """Part of the settings -> folders of the weights and adapters that it loads."""
        conte, tiers = self.conte, {"draft": self.draft, "final": self.final}
        clips = {
            tier: [
                clip.diffusers.checkpoint,
                *(one.path for one in clip.diffusers.adapters.values()),
            ]
            for tier, clip in tiers.items()
        }
        adapters = [one.path for one in conte.adapters.values()]
        return {"conte": [conte.vllm.checkpoint, *adapters], **clips}

    @property
    def ledger_url(self) -> str:
        return self.ledger.url or f"sqlite:///{self.home.absolute() / 'ledger.db'}"

    @property
    def vault_url(self) -> str:
        return self.vault.url or str(self.home.absolute() / "vault")

    def at_home(self) -> "Settings":
        """Return the settings with absolute paths; see `serve.home_path`."""
        home = self.home.absolute()
        return at_home(self, home).model_copy(update={"home": home})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment of one machine overrides the graph's YAML, which is the same everywhere.
        assert isinstance(env_settings, EnvSettingsSource)
        env_settings.env_vars = with_files(env_settings.env_vars, cls, PREFIX)
        return env_settings, init_settings
