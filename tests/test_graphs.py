"""Every graph that we ship is one that Ray Serve takes and our settings know, down to each shape."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.serve import Application
from ray.serve.schema import ServeDeploySchema

from graphs import shapes
from graphs.build import build
from serve.settings import Settings, VisionSettings

GRAPHS = sorted(Path(shapes.__file__).parent.glob("*.yaml"))


@pytest.fixture(params=GRAPHS, ids=lambda path: path.stem)
def config(request: pytest.FixtureRequest) -> dict[str, Any]:
    return yaml.safe_load(request.param.read_text())


def settings_of(config: dict[str, Any], home: Path) -> Settings:
    (application,) = ServeDeploySchema.model_validate(config).applications
    assert application.import_path == "graphs.build:build"
    return Settings.model_validate(application.args | {"home": home})


def test_every_deployment_has_a_shape(config: dict[str, Any], tmp_path: Path) -> None:
    settings = settings_of(config, tmp_path)
    made = [
        shapes.ingress(settings),
        shapes.director(settings),
        shapes.conte_writer(settings),
        shapes.conte_model(settings),
        shapes.vision_model(settings),
        shapes.film_editor(settings),
        shapes.exporter(settings),
        *(shapes.clip_renderer("Renderer", clip) for clip in (settings.draft, settings.final)),
        *(shapes.clip_encoder("Encoder", clip) for clip in (settings.draft, settings.final)),
    ]
    assert all(shape["max_ongoing_requests"] >= 1 for shape in made)
    assert all(shape["graceful_shutdown_timeout_s"] > 0 for shape in made)


def test_it_binds_but_for_the_models_that_vllm_serves(
    config: dict[str, Any], tmp_path: Path
) -> None:
    settings = settings_of(config, tmp_path)
    conte = settings.conte.model_copy(update={"engine": "composer"})
    without = settings.model_copy(update={"conte": conte, "vision": VisionSettings()})
    assert isinstance(build(without), Application)
