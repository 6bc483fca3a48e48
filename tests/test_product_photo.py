"""A product's photo: from the brief's file to the cuts that start from it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from conte.brief import Brief, Product
from conte.clip import Shot
from conte.frozen import digest
from serve.cli.brief_file import BriefFileError, pictures_of, read_brief
from serve.client import Client, Problem
from tests.front_door import House, served
from tests.sound_conte import a_brief, a_conte

PNG = cv2.imencode(".png", np.full((40, 60, 3), 90, np.uint8))[1].tobytes()
IMAGE = "images/" + 64 * "a" + ".png"


def references(brief: Brief) -> list[str | None]:
    conte = a_conte()
    return [Shot.of(cut, conte.treatment, brief, 7, 128).reference for cut in conte.cuts]


def test_cuts_that_show_the_product_first_start_from_its_photo() -> None:
    brief = a_brief(product=Product(name="그립 맥스", image=IMAGE))
    shown_first = [cut.shows[:1] == ("tire",) for cut in a_conte().cuts]
    assert references(brief) == [IMAGE if shown else None for shown in shown_first]
    assert True in shown_first
    assert False in shown_first


def test_a_brief_without_a_photo_is_the_brief_it_always_was() -> None:
    brief = a_brief()
    assert references(brief) == [None] * 5
    assert "image" not in brief.model_dump(mode="json")["product"]
    # The seed of its composer and its idempotency are digests of it.
    assert digest(brief.model_dump(mode="json")) == (
        "0b5cb71ebbdc3b724fd6793f0868945c216c5d5f7b0a6c978e3117fc1621cfa9"
    )


@pytest.mark.parametrize("image", ["photo.jpg", "images/x.png", "../../etc/passwd", IMAGE + "/"])
def test_what_was_not_uploaded_cannot_be_named(image: str) -> None:
    with pytest.raises(ValueError, match="image"):
        Product(name="그립 맥스", image=image)


def test_a_brief_s_file_names_a_photo_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "brief.yaml"
    file.write_text("product: {name: 그립 맥스, image: photo.jpg}\n")
    with pytest.raises(BriefFileError, match=r"product\.image: there is no file .*photo\.jpg"):
        read_brief(file)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert pictures_of(file) == {"product.image": tmp_path / "photo.jpg"}
    with (tmp_path / "photo.jpg").open("r+b") as photo:
        photo.truncate(8 << 30)
    with pytest.raises(BriefFileError, match=r"product\.image: .* has 8589934592 bytes, wanted"):
        pictures_of(file)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert read_brief(file).product.image == ""


def test_a_photo_that_is_uploaded_already_is_named_by_its_key(tmp_path: Path) -> None:
    file = tmp_path / "brief.yaml"
    file.write_text(f"product: {{name: 그립 맥스, image: {IMAGE}}}\n")
    assert pictures_of(file) == {}
    assert read_brief(file).product.image == IMAGE


def test_an_uploaded_photo_is_what_a_brief_may_name(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(PNG)
    with served(House(tmp_path / "house").app()) as url, Client(url) as client:
        with pytest.raises(Problem, match="there is no such picture"):
            client.create(a_brief(product=Product(name="그립 맥스", image=IMAGE)))
        image = client.upload_image(file)
        made = client.create(a_brief(product=Product(name="그립 맥스", image=image)))
    assert made.brief is not None
    assert made.brief.product.image == image


def test_a_photo_that_is_none_is_refused_with_what_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(b"GIF89a")
    with (
        served(House(tmp_path / "house").app()) as url,
        Client(url) as client,
        pytest.raises(Problem, match="PNG, JPEG or WebP"),
    ):
        client.upload_image(file)
