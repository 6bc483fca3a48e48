"""What a video model cannot make is known from its checkpoint's configs, and refused at the door."""

import json
from pathlib import Path
from typing import Any

import pytest

from conte.clip import Limits
from graphs.limits import limits_of
from serve.settings import ClipSettings, DiffusersSettings
from tests.front_door import BRIEF, House

WORDS = Limits(label="Words 1")
PICTURES = Limits(label="Pictures 1", needs_picture=True)


def checkpoint(folder: Path, kind: str) -> ClipSettings:
    (folder / "model_index.json").write_text(json.dumps({"_class_name": kind}))
    for part in ("vae", "transformer"):
        (folder / part).mkdir()
        (folder / part / "config.json").write_text("{}")
    return ClipSettings(engine="diffusers", diffusers=DiffusersSettings(checkpoint=str(folder)))


def test_a_model_of_pictures_needs_one_and_goes_on_from_its_last(tmp_path: Path) -> None:
    clip = checkpoint(tmp_path, "WanImageToVideoPipeline")
    assert limits_of(clip, "final") == Limits(label="Wan 2.1 I2V", needs_picture=True, longest_s=5)


def test_a_model_of_words_needs_no_picture(tmp_path: Path) -> None:
    clip = checkpoint(tmp_path, "WanPipeline")
    assert limits_of(clip, "final") == Limits(label="Wan 2.1 T2V", longest_s=5)


def test_a_checkpoint_of_another_family_is_told_by_its_setting_before_anything_starts(
    tmp_path: Path,
) -> None:
    with pytest.raises(ValueError, match=r"draft\.diffusers\.checkpoint: .*a FluxPipeline, wanted"):
        limits_of(checkpoint(tmp_path, "FluxPipeline"), "draft")


@pytest.mark.parametrize("engine", ["animatic", "diffusers"])
def test_where_there_is_no_checkpoint_nothing_is_known(engine: str, tmp_path: Path) -> None:
    diffusers = DiffusersSettings(checkpoint=str(tmp_path))
    assert limits_of(ClipSettings(engine=engine, diffusers=diffusers), "final") is None


@pytest.mark.parametrize(
    ("limits", "seconds", "field", "told"),
    [
        (WORDS, "60", None, ""),
        (PICTURES, "60", "input_reference", "Pictures 1 starts from a picture; send one"),
    ],
)
async def test_a_video_that_its_model_cannot_make_is_refused(
    tmp_path: Path, limits: Limits, seconds: str, field: str | None, told: str
) -> None:
    house = House(tmp_path)
    async with house.client(app=house.app({"draft": limits})) as http:
        answer = await http.post("/v1/videos", json={"prompt": "a cat", "seconds": seconds})
    error = answer.json().get("error") or {"param": None, "message": ""}
    assert (answer.status_code, error["param"]) == (400 if field else 200, field)
    assert told in str(error["message"])


@pytest.mark.parametrize(
    ("limits", "brief", "field", "told"),
    [
        (WORDS, {}, None, ""),
        (PICTURES, {}, "brief.product.image", "Pictures 1 starts from one"),
    ],
)
async def test_a_brief_that_no_conte_could_keep_to_is_refused(
    tmp_path: Path, limits: Limits, brief: dict[str, Any], field: str | None, told: str
) -> None:
    house = House(tmp_path)
    asked = {"product": BRIEF["product"], **brief}
    async with house.client(app=house.app({"final": limits})) as http:
        answer = await http.post("/v1/productions", json={"brief": asked})
    body = answer.json()
    assert answer.status_code == (422 if field else 202)
    assert [error["field"] for error in body.get("errors", ())] == ([field] if field else [])
    assert told in body.get("detail", "")
