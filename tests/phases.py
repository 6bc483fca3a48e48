"""Which files share a cluster or PyTorch, and so a phase: a run of pytest of its own.

Every other file boots nothing that outlives one of its tests; those run first, in several processes.
"""

from collections.abc import Collection
from pathlib import Path

TESTS = Path(__file__).parent

LIGHT = "light"
"""What is in no phase below."""

TORCH = "torch"
"""What imports PyTorch as soon as it is collected."""

LONGEST = (
    "test_video_downloads.py",
    "test_hostile_videos.py",
    "test_studio.py",
    "test_scripts_job.py",
    "test_videos_engine.py",
    "test_api_contract.py",
    "test_dataset_removal.py",
    "test_bench.py",
    "test_joints.py",
    "test_films.py",
    "test_best_rendition.py",
    "test_clips.py",
    "test_produce.py",
    "test_film_editor.py",
    "test_ingress_productions.py",
    "test_bounded.py",
)
"""The light files that take longest: begun first, that no process ends long before another."""

PHASES: dict[str, tuple[str, ...]] = {
    # The film graph of cluster.yaml.
    "film": (
        "test_film_end_to_end.py",
        "test_readme.py",
        "test_jobs.py",
        "test_videos_openai_client.py",
        "test_media_cluster.py",
        "test_rounds_cluster.py",
        "test_studio_browser.py",
        "test_durability.py",
    ),
    # The film graph with small models in it. A killed engine takes a minute to be back, and so does
    # the vision model, which is started by the first test that asks it and stays: that file is the
    # last, so that a second vLLM stands beside everything else for as short as it can.
    "models": (
        "test_models_film.py",
        "test_openai_client.py",
        "test_models_durability.py",
        "test_bench_models.py",
        "test_vision_cluster.py",
    ),
    # One after the other, each with a graph of its own.
    "graphs": (
        "test_trouble.py",
        "test_encoder_deployment.py",
        "test_promotion.py",
        "test_loopback_cluster.py",
        "test_install.py",
        "test_kept_cluster.py",
    ),
    # Ray clusters without a graph, for jobs.
    "jobs": (
        "test_product_sources.py",
        "test_videos_job.py",
        "test_bench_jobs.py",
    ),
    # Each of its jobs starts a Ray of its own.
    "captions": ("test_caption_job.py",),
    "loop": ("test_loop.py",),
    # Each process of the light phase would import PyTorch and what comes with it for these alone:
    # fifteen CPU seconds and half a gigabyte. Two of these start a Ray for their long proofs.
    TORCH: (
        "test_bench_clips.py",
        "test_caption.py",
        "test_conte_model.py",
        "test_conte_model_learning.py",
        "test_conte_model_run.py",
        "test_conte_model_writing.py",
        "test_diffusers_engine.py",
        "test_diffusion_adapters.py",
        "test_diffusion_memory.py",
        "test_diffusion_parallel.py",
        "test_diffusion_speed.py",
        "test_feedback_model.py",
        "test_film_weights.py",
        "test_holding.py",
        "test_manuscript.py",
        "test_preferences.py",
        "test_random_weights.py",
        "test_scriptwriter.py",
        "test_tiny_conte.py",
        "test_tiny_video.py",
        "test_tiny_vision.py",
        "test_video_model_cache.py",
        "test_video_model_data.py",
        "test_video_model_families.py",
        "test_video_model_job.py",
        "test_video_model_training.py",
    ),
    # Long proofs only, each with a cluster of its own.
    "attacks": ("test_attacks.py", "test_soak.py"),
}


ORDER: tuple[str, ...] = (
    LIGHT,
    "loop",
    "film",
    "graphs",
    "models",
    "captions",
    "jobs",
    "attacks",
    TORCH,
)
"""Two phases run side by side, and where one ends the first of these begins that may: one alone
leaves a third of two cores idle while processes start. What may run beside the models comes after
them, because they take as long as all of it; what is left at the end is short."""

_HOLDS_MOST = "models"
_BESIDE_IT = frozenset({TORCH, "captions", "jobs", "attacks"})


def may_begin(phase: str, running: Collection[str]) -> bool:
    """Return whether a phase may run beside others, in 10 GB. The two vLLMs of `models` and what
    renders beside them want most of these alone.
    """
    if phase == _HOLDS_MOST:
        return _BESIDE_IT.issuperset(running)
    return _HOLDS_MOST not in running or phase in _BESIDE_IT


def files_of(phase: str) -> list[Path]:
    """
    Raises:
        KeyError: if there is no such phase.
    """
    if phase != LIGHT:
        return [TESTS / name for name in PHASES[phase]]
    elsewhere = {name for names in PHASES.values() for name in names}
    light = [path for path in sorted(TESTS.glob("test_*.py")) if path.name not in elsewhere]
    return sorted(light, key=place_of)


def place_of(path: Path) -> int:
    """Return a light file's place: the longest come first, in their order."""
    return LONGEST.index(path.name) if path.name in LONGEST else len(LONGEST)


def arguments_of(phase: str) -> list[str]:
    """Return pytest's arguments for the files of a phase, as seen from the repository's root."""
    if phase != LIGHT:
        return [_from_root(path) for path in files_of(phase)]
    # By the folder: pytest takes six seconds to find hundreds of files that are named one by one.
    elsewhere = (path for other in PHASES for path in files_of(other))
    return [_from_root(TESTS), *(f"--ignore={_from_root(path)}" for path in elsewhere)]


def _from_root(path: Path) -> str:
    return str(path.relative_to(TESTS.parent))
