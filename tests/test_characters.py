"""A brief's characters: cast by every writer, shown to people, and where their cuts start."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from conte.brief import Brief, Character, Product
from conte.checks.brief_kept import check_brief_kept, unnamed
from conte.clip import EngineId, Shot
from conte.conte import CastMember, Conte, ProductEntry, Treatment
from conte.cut import Cut
from conte.frozen import digest
from conte.manuscript import manuscript_schema
from deployments.conte_writer import ConteWriter
from deployments.engines.rewriter.kept import kept
from deployments.engines.scriptwriter import Scriptwriter
from deployments.start_frame import start_frame
from serve.cli.brief_file import BriefFileError, pictures_of, read_brief
from serve.settings import ConteSettings
from serve.vault import Vault
from tests.scripted_chat import ScriptedChat, a_manuscript, an_opening
from tests.sound_conte import a_brief, a_conte, a_cut, a_treatment

PHOTO, FACE = (f"images/{64 * name}.png" for name in "ab")
ENGINE = EngineId(name="wan", revision="1", label="")
TIRE, DRIVER = a_treatment().sheet
assert isinstance(DRIVER, CastMember)
WITH_FACE = DRIVER.model_copy(update={"image": FACE})
FRIEND = DRIVER.model_copy(update={"id": "friend", "name": "친구"})


def played(image: str = FACE, **more: Any) -> Brief:
    return a_brief(characters=[{"name": "운전자", "image": image}], **more)


def shot(shows: tuple[str, ...], *sheet: CastMember | ProductEntry, photo: str = "") -> Shot:
    cut = a_cut("ko", 2).model_copy(update={"shows": shows})
    treatment = a_treatment().model_copy(update={"sheet": sheet})
    return Shot.of(cut, treatment, a_brief(product=Product(name="그립", image=photo)), 7, 128)


# What a brief may say


def test_a_brief_without_characters_is_the_brief_it_always_was() -> None:
    for brief in (a_brief(), a_brief(characters=[])):
        assert "characters" not in brief.model_dump(mode="json")
        assert digest(brief.model_dump(mode="json")) == (
            "0b5cb71ebbdc3b724fd6793f0868945c216c5d5f7b0a6c978e3117fc1621cfa9"
        )


def test_a_conte_without_pictures_is_the_conte_it_always_was() -> None:
    conte = a_conte().treatment.with_pictures(a_brief())
    assert conte == a_conte().treatment
    assert "image" not in json.dumps(conte.model_dump(mode="json"))
    # Written down: a change here would render every clip anew.
    assert shot(("driver",), TIRE, DRIVER).key(ENGINE) == (
        "clips/05ce30f3b1d01d8607261bfebca4f296e4cb39d13f7e7325023330ce2dc2e064.mp4"
    )


def test_every_picture_is_told_by_the_field_that_names_it() -> None:
    brief = played(product=Product(name="그립", image=PHOTO))
    assert brief.images == {"product.image": PHOTO, "characters[0].image": FACE}
    assert brief.with_images({}).images == {}
    assert brief.with_images({}).with_images(brief.images) == brief


# Where a cut starts


@pytest.mark.parametrize(
    ("shows", "starts"),
    [
        (("driver",), FACE),
        (("friend", "driver"), FACE),
        (("tire",), PHOTO),
        (("tire", "driver"), PHOTO),
        (("driver", "tire"), FACE),
        (("friend", "tire"), None),
        ((), None),
    ],
)
def test_a_cut_starts_from_the_picture_of_the_most_prominent_one_that_has_any(
    shows: tuple[str, ...], starts: str | None
) -> None:
    assert shot(shows, TIRE, WITH_FACE, FRIEND, photo=PHOTO).reference == starts


def test_where_the_product_has_no_photo_a_character_s_picture_starts_its_cuts() -> None:
    assert shot(("tire", "driver"), TIRE, WITH_FACE).reference == FACE


def test_another_picture_renders_the_cuts_that_start_from_it_and_no_others() -> None:
    other = WITH_FACE.model_copy(update={"image": PHOTO})
    keys = [
        [shot(shows, TIRE, face, photo=PHOTO).key(ENGINE) for face in (WITH_FACE, other)]
        for shows in (("tire", "driver"), ("driver", "tire"))
    ]
    assert keys[0][0] == keys[0][1]
    assert keys[1][0] != keys[1][1]


async def test_the_picture_is_the_frame_that_the_cut_starts_from(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path))
    png = cv2.imencode(".png", np.full((8, 6, 3), (10, 20, 200), np.uint8))[1].tobytes()
    face = await vault.publish_content("images", png, ".png")
    driver = DRIVER.model_copy(update={"image": face})
    start = await start_frame(vault, shot(("driver",), TIRE, driver))
    assert start is not None
    assert (start.shape, tuple(start[0, 0])) == ((8, 6, 3), (200, 20, 10))


# What is written


class _Scripted:
    """A conte engine that writes the sound conte."""

    id, prompt_version = ENGINE, None

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Treatment | Cut]:
        yield a_treatment(brief.language)
        for cut in a_conte(brief.language).cuts:
            yield cut


async def written(engine: Any, brief: Brief) -> Conte:
    parts = [part async for part in ConteWriter(engine).write(brief, 11)]
    (treatment,) = (part for part in parts if isinstance(part, Treatment))
    return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))


def cast_of(conte: Conte) -> dict[str, str]:
    return {entry.name: entry.image for entry in conte.sheet if entry.kind == "cast"}


async def test_the_sheet_has_the_pictures_of_the_brief_whoever_wrote_it() -> None:
    assert cast_of(await written(_Scripted(), played())) == {"운전자": FACE}
    assert cast_of(await written(_Scripted(), a_brief())) == {"운전자": ""}


async def test_a_picture_that_a_model_makes_up_is_dropped() -> None:
    opening = an_opening()
    opening["sheet"][1]["image"] = PHOTO
    chat = ScriptedChat(a_manuscript(opening=opening))
    assert cast_of(await written(Scriptwriter(chat, ConteSettings()), a_brief())) == {"운전자": ""}


def test_nothing_asks_a_model_for_a_picture() -> None:
    assert "image" not in manuscript_schema(played())["$defs"]["CastMember"]["properties"]


async def test_a_model_is_told_of_the_characters_and_not_of_files() -> None:
    brief = played(product=Product(name="그립 맥스", image=PHOTO))
    chat = ScriptedChat(a_manuscript())
    await written(Scriptwriter(chat, ConteSettings()), brief)
    system, told = (message.content for message in chat.asked[0].messages)
    assert "characters" in system
    data = json.loads(told.split("<brief>")[1].split("</brief>")[0])
    assert data["characters"] == [{"name": "운전자", "description": ""}]
    assert "images/" not in told


async def test_who_stands_in_a_character_s_place_bears_its_name() -> None:
    brief = a_brief(characters=[{"name": "민아", "image": FACE}, {"name": "준호"}])
    sheet = an_opening()["sheet"]
    third = sheet[1] | {"id": "cast_2", "name": "민아"}
    clerk = sheet[1] | {"id": "cast_3", "name": "점원"}
    for cast, names in (
        ([sheet[1]], {"민아": FACE}),
        ([sheet[1], third], {"운전자": "", "민아": FACE}),
        ([sheet[1] | {"name": "준호"}, third, clerk], {"준호": "", "민아": FACE, "점원": ""}),
    ):
        chat = ScriptedChat(a_manuscript(opening={"sheet": [sheet[0], *cast]}))
        assert cast_of(await written(Scriptwriter(chat, ConteSettings()), brief)) == names


async def test_no_prompt_of_a_model_s_says_a_name() -> None:
    brief = a_brief(characters=[{"name": "Rose"}])
    sheet = an_opening()["sheet"]
    sheet[1]["prompt"] = "Rose, a woman of 35 in a grey coat"
    drives = "Rose drives along a wet road at night, and Rose's car stops by a rose"
    chat = ScriptedChat(a_manuscript(opening={"sheet": sheet}, cut_2={"video_prompt": drives}))
    conte = await written(Scriptwriter(chat, ConteSettings()), brief)
    assert conte.cuts[1].video_prompt == (
        "the person drives along a wet road at night, and the person's car stops by a rose"
    )
    assert conte.sheet[1].prompt == "the person, a woman of 35 in a grey coat"
    assert len(chat.asked) == 1


def test_a_word_like_a_name_is_none() -> None:
    brief = a_brief(characters=[{"name": "Rose"}, {"name": "A"}, {"name": "김 과장"}])
    prompt = "A red rose, Rosemary and 김 과장님"
    assert unnamed(prompt, brief) == prompt


def test_a_rewritten_prompt_that_says_a_name_is_not_used() -> None:
    brief = a_brief(characters=[{"name": "Rose"}])
    (names,) = (
        part
        for part in kept("Rose at the wheel", a_cut("ko", 2), a_treatment(), brief)
        if part.name == "names"
    )
    assert names.refused
    assert "a person's" in names.reason


def test_who_is_in_no_cut_is_an_error() -> None:
    assert check_brief_kept(a_conte(), played()) == ()
    unseen = {f"cut_{number}": {"shows": ("tire",)} for number in (2, 4)}
    (finding,) = check_brief_kept(a_conte(**unseen), played())
    assert (finding.check, finding.severity) == ("brief.characters", "error")
    assert finding.message == "“운전자”가 나오는 컷이 없습니다"
    (finding,) = check_brief_kept(a_conte("en"), a_brief("en", characters=[{"name": "Mina"}]))
    assert finding.message == "“Mina” is in no cut"


# From a file


def test_a_brief_s_file_names_pictures_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "brief.yaml"
    file.write_text(
        "product: {name: 그립, image: photo.jpg}\n"
        f"characters: [{{name: 민아}}, {{name: 준호, image: juno.png}}, {{name: 하린, image: {FACE}}}]\n"
    )
    with pytest.raises(BriefFileError) as refused:
        read_brief(file)
    assert [line.split(":")[1] for line in refused.value.lines] == [
        "product.image",
        "characters[1].image",
    ]
    for name in ("photo.jpg", "juno.png"):
        (tmp_path / name).write_bytes(b"")
    assert pictures_of(file) == {
        "product.image": tmp_path / "photo.jpg",
        "characters[1].image": tmp_path / "juno.png",
    }
    assert read_brief(file).images == {"characters[2].image": FACE}


@pytest.mark.parametrize("characters", ["a: b", "[1, {image: 2}]", "[{name: 1, image: x.png}]"])
def test_a_file_whose_characters_are_none_is_refused_by_their_field(
    tmp_path: Path, characters: str
) -> None:
    (tmp_path / "x.png").write_bytes(b"")
    file = tmp_path / "brief.yaml"
    value = characters if characters.startswith("[") else f"{{{characters}}}"
    file.write_text(f"product: {{name: 그립}}\ncharacters: {value}\n")
    with pytest.raises(BriefFileError, match="characters"):
        read_brief(file)


def test_a_character_is_for_people_by_name_and_need_have_no_more() -> None:
    assert Character(name="민아").model_dump() == {"name": "민아", "description": ""}
