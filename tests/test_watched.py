"""What was found by watching draft films: faces, hands, goods and words keep out of each other's
way, and all that a staging names is drawn.
"""

import asyncio
import random
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skia
import yaml

from conte.brief import AspectRatio, Brief
from conte.checks.timefit import Rates, wrap_caption
from conte.clip import Clip, Shot, frame_size
from conte.conte import Conte, ProductEntry, Treatment
from conte.cut import Cut
from conte.staging import Staging
from conte.staging_vocabulary import (
    Expression,
    Extra,
    Facing,
    Motion,
    Pose,
    Prop,
    Seat,
    Spot,
    Weather,
)
from conte.vocabulary import (
    Angle,
    CameraMove,
    ProductForm,
    ScreenDirection,
    Setting,
    ShotSize,
    TimeOfDay,
)
from deployments.cut_overlays import CutOverlays
from deployments.cutting_room import FilmOrder
from deployments.end_card import EndCard, end_card
from deployments.engines.animatic.animatic import Animatic
from deployments.engines.animatic.blocking import Blocking
from deployments.engines.animatic.colour import chroma
from deployments.engines.animatic.ensemble import on_a_road
from deployments.engines.animatic.ensemble.scene import CLOSEST
from deployments.engines.animatic.ensemble.subjects import Thing
from deployments.engines.animatic.framing import faces_within
from deployments.engines.animatic.panel import Panel
from deployments.engines.animatic.people.extras import BEHIND
from deployments.engines.animatic.players import Played, Player, behind_the_lens
from deployments.engines.animatic.subjects import Goods, Person
from deployments.engines.composer import Composer
from deployments.safe_area import SafeArea
from deployments.subtitling import burned_subtitles
from serve.settings import FilmSettings
from tests.seen_in_panel import MOMENTS, num_drawn, seen
from tests.sound_conte import a_brief, a_conte

RATIOS: tuple[AspectRatio, ...] = ("16:9", "9:16", "1:1", "4:5")
WATCHED = (
    "loan", "jobs", "university", "hospital", "hotel", "taekwondo", "robot_vacuum", "dehumidifier",
    "ramen", "beef_gift",
)  # fmt: skip
"""Briefs of tests/bench/briefs.yaml whose films were watched in all ratios."""


def shot(staging: dict[str, Any], ratio: AspectRatio = "16:9", **changes: Any) -> Shot:
    conte = a_conte("ko")
    update = {"staging": Staging.model_validate(staging), "shows": ("driver",), **changes}
    cut = conte.cuts[1].model_copy(update=update)
    return Shot.of(cut, conte.treatment, a_brief(aspect_ratio=ratio), seed=7, short_side=360)


def drawn(of: Shot, index: int = 5) -> np.ndarray[Any, np.dtype[np.uint8]]:
    pixels = np.zeros((of.height, of.width, 4), np.uint8)
    canvas = skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas()
    Panel(of).draw(pixels, canvas, index)
    return pixels


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("who", [["driver stand"], ["driver stand", "woman stand"], ["boy sit"]])
def test_no_move_of_the_camera_cuts_off_a_head(ratio: AspectRatio, who: list[str]) -> None:
    for size in (ShotSize.MCU, ShotSize.MS, ShotSize.FS):
        for move in CameraMove:
            of = shot({"who": who}, ratio, size=size, move=move, setting=Setting.PARK)
            for share in MOMENTS:
                for one in seen(of, share):
                    inside = one.shared(0, 0, of.width, of.height)
                    assert inside > 0.98 * one.area, (size, move, share)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("size", [ShotSize.CU, ShotSize.MCU, ShotSize.MS, ShotSize.FS])
def test_faces_are_clear_of_label_and_subtitles_in_every_ratio(
    ratio: AspectRatio, size: ShotSize
) -> None:
    """Subtitles lay over who sits beside somebody standing, and over close-ups in 9:16."""
    for who in (
        ["driver stand"],
        ["driver sit on bench", "man stand"],
        ["man stand", "girl stand"],
    ):
        of = shot({"who": who}, ratio, size=size, move=CameraMove.STATIC, setting=Setting.PARK)
        band = faces_within(of.width / of.height)
        for one in seen(of):
            # A sixth of a face may lie lower: the chin, beside a much taller one.
            slack = (one.bottom - one.top) / 6
            assert one.top > band.top * of.height - slack, who
            assert one.bottom < (band.bottom + 0.06) * of.height + slack, who


@pytest.mark.parametrize(
    "who",
    [
        ["driver stand", "staff reach"],
        ["girl stand", "teacher reach"],
        ["driver reach", "teacher reach"],
        ["driver walk", "woman reach", "boy stand"],
    ],
)
def test_a_hand_that_reaches_out_is_in_nobody_s_face(who: list[str]) -> None:
    of = shot({"who": who}, size=ShotSize.MS, setting=Setting.PARK)
    blocking = Blocking.of(of)
    people = [one for one in blocking.scene.placed if isinstance(one.subject, Person)]
    assert len(people) == len(who)
    for one in people:
        assert isinstance(one.subject, Person)
        matrix = blocking.view.onto(one, blocking.view.at(0.5), 0.5)
        assert matrix is not None
        hand = one.subject.figure.stance(0.0).near_arm[2]
        x, y = matrix.mapXY(hand[0] * 1.31, hand[1] * 1.31)
        for face in seen(of):
            own = abs((face.left + face.right) / 2 - matrix.mapXY(0, 0).x()) < 2
            assert own or not (face.left < x < face.right and face.top < y < face.bottom)


def test_windows_show_the_rain_of_a_room_and_no_sun_shines_in_it() -> None:
    """A woman at a window in the rain had a blue sky behind her."""
    for staging in ({"who": ["driver stand"]}, {"who": ["driver stand"], "props": ["window"]}):
        dry = shot(staging, setting=Setting.LIVING_ROOM, size=ShotSize.FS)
        wet = shot({**staging, "weather": "rain"}, setting=Setting.LIVING_ROOM, size=ShotSize.FS)
        changed = (drawn(dry) != drawn(wet)).any(axis=2)
        assert changed.mean() > 0.02
        # Nothing falls in the room: its lower half is as it was.
        assert changed[int(0.62 * wet.height) :].mean() < 0.01
    assert Blocking.of(wet).scheme.overcast
    assert all(chroma(band) < 0.05 for band in Blocking.of(wet).scheme.sky)


@pytest.mark.parametrize("setting", [Setting.LIVING_ROOM, Setting.OFFICE, Setting.SCHOOL])
def test_one_moon_stands_over_a_room_however_many_windows_it_has(setting: Setting) -> None:
    """Each window had one, and a window of the staging one more."""
    staging = {"who": ["driver stand"], "props": ["window"]}
    of = shot(staging, setting=setting, size=ShotSize.FS, time_of_day=TimeOfDay.NIGHT)
    moonlit = (abs(drawn(of)[..., :3].astype(int) - (0xF5, 0xEF, 0xD8)).max(axis=2) < 6).sum(
        axis=0
    ) > 4
    rising = moonlit[1:] & ~moonlit[:-1]
    assert rising.sum() <= 1


def test_a_third_person_is_drawn_over_a_shoulder() -> None:
    of = shot({"who": ["doctor sit", "driver sit", "woman sit"]}, angle=Angle.OVER_SHOULDER)
    assert num_drawn(Blocking.of(of).scene.placed) == (2, 0)


def test_an_animal_is_nobody_s_shoulder() -> None:
    of = shot({"who": ["driver sit", "dog sit"]}, angle=Angle.OVER_SHOULDER)
    assert num_drawn(Blocking.of(of).scene.placed) == (1, 1)


def test_a_family_has_seats_in_a_car() -> None:
    of = shot({"who": ["driver drive", "family sit", "dog sit"]}, setting=Setting.VEHICLE)
    assert num_drawn(Blocking.of(of).scene.placed) == (4, 1)


def test_who_stands_beside_a_driver_outdoors_is_drawn() -> None:
    of = shot({"who": ["woman wave", "driver drive"]}, setting=Setting.PARK, size=ShotSize.FS)
    assert num_drawn(Blocking.of(of).scene.placed)[0] == 2


@pytest.mark.parametrize(
    "line", ["driver lie with towel on floor", "driver type with cup", "driver hold with bed"]
)
def test_what_no_hand_can_hold_lies_or_stands_beside(line: str) -> None:
    words = line.split()
    bare = " ".join(words[:2] + words[4:])
    for size in (ShotSize.MS, ShotSize.FS):
        held, empty = (shot({"who": [one]}, size=size) for one in (line, bare))
        assert drawn(held).tobytes() != drawn(empty).tobytes()


def test_a_top_view_that_would_leave_out_somebody_is_drawn_from_a_high_angle() -> None:
    crowded = shot({"who": ["driver sit", "dog sit"], "props": ["cup"]}, angle=Angle.TOP)
    assert Blocking.of(crowded).shot.angle is Angle.HIGH
    alone = shot({"who": ["driver sit"]}, angle=Angle.TOP)
    assert Blocking.of(alone).shot.angle is Angle.TOP


def test_things_on_a_table_stand_on_it_at_every_angle() -> None:
    """At a high angle a pot floated a hand above its table."""
    for angle in (Angle.EYE_LEVEL, Angle.LOW, Angle.HIGH):
        of = shot(
            {"who": ["driver sit"], "props": ["table", "pot"]}, angle=angle, size=ShotSize.MLS
        )
        blocking = Blocking.of(of)
        things = [one for one in blocking.scene.placed if isinstance(one.subject, Thing)]
        table, pot = (blocking.view.onto(one, blocking.view.at(0.5), 0.5) for one in things)
        assert table is not None and pot is not None
        top = table.mapXY(0, -2.4 * 131).y()
        assert abs(pot.mapXY(0, 0).y() - top) < 0.02 * of.height, angle


@pytest.mark.parametrize("form", ["robot_vacuum", "refrigerator", "gift_box", "television"])
def test_a_product_beside_people_hides_no_face(form: str) -> None:
    """A robot vacuum was as wide as the frame, and a refrigerator stood before who opened it."""
    conte = a_conte("ko")
    product = next(one for one in conte.sheet if isinstance(one, ProductEntry))
    product = product.model_copy(update={"form": ProductForm(form)})
    sheet = tuple(product if one.id == product.id else one for one in conte.sheet)
    treatment = conte.treatment.model_copy(update={"sheet": sheet})
    for ratio in RATIOS:
        staging = Staging.model_validate({"who": ["driver reach", "cat sit", "girl crouch"]})
        shows = ("driver", product.id)
        cut = conte.cuts[1].model_copy(
            update={"staging": staging, "shows": shows, "size": ShotSize.MS,
                    "setting": Setting.LIVING_ROOM}
        )  # fmt: skip
        of = Shot.of(cut, treatment, a_brief(aspect_ratio=ratio), 7, 360)
        placed = Blocking.of(of).scene.placed
        order = [type(one.subject) for one in placed]
        boxes = list(seen(of))
        (goods,) = [one for one in boxes if one.kind == "goods"]
        behind = order.index(Goods) < order.index(Person)
        assert behind or goods.right - goods.left < 0.6 * of.width
        for one in boxes:
            if one.kind == "face" and not behind:
                covered = one.shared(goods.left, goods.top, goods.right, goods.bottom)
                assert covered < 0.1 * one.area, ratio


@cache
def watched() -> tuple[tuple[str, Conte, Brief], ...]:
    path = Path(__file__).parent / "bench" / "briefs.yaml"
    briefs = {entry["id"]: entry["brief"] for entry in yaml.safe_load(path.read_text("utf-8"))}

    async def one(name: str, ratio: AspectRatio) -> tuple[str, Conte, Brief]:
        brief = Brief.model_validate({**briefs[name], "aspect_ratio": ratio})
        parts = [part async for part in Composer().write(brief, 1)]
        (treatment,) = [part for part in parts if isinstance(part, Treatment)]
        conte = Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))
        return name, conte.born(1), brief

    async def every() -> tuple[tuple[str, Conte, Brief], ...]:
        return tuple([await one(name, ratio) for ratio in RATIOS for name in WATCHED])

    return asyncio.run(every())


def order_of(conte: Conte, brief: Brief) -> FilmOrder:
    size = frame_size(brief.aspect_ratio, 360)
    clips = tuple(
        Clip(
            cut=cut.number, tier="draft", key="k", num_frames=cut.num_frames, engine=Animatic.id,
            seed=1, render_s=0, reused=False, width=size[0], height=size[1],
        )
        for cut in conte.cuts
    )  # fmt: skip
    settings, rates = FilmSettings(), Rates()
    captions = [wrap_caption(cut.caption, rates) if cut.caption else () for cut in conte.cuts]
    said = burned_subtitles(conte, brief, settings, rates, "draft")
    return FilmOrder(
        conte, brief, clips, tuple(captions), settings, tuple(cut.legal for cut in conte.cuts),
        size=size, subtitles=tuple(said), subtitle_width=rates.line_width,
    )  # fmt: skip


def test_words_of_watched_films_leave_faces_and_the_closing_product_free() -> None:
    """Ten films in four ratios. Of 280 cuts 38 had their label on a face, and 24 of 40 end cards
    lay over the product."""
    cuts, over = 0, dict.fromkeys(("label", "subtitle", "caption", "card"), 0)
    for _, conte, brief in watched():
        order = order_of(conte, brief)
        for k, cut in enumerate(conte.cuts):
            if cut.size is ShotSize.ECU or cut.angle is Angle.TOP:
                continue
            cuts += 1
            of = Shot.of(cut, conte.treatment, brief, 7, 360)
            words = order.words(k)
            overlays = CutOverlays(words, cut.num_frames, brief.fps, (of.width, of.height))
            boxes = list(seen(of, *MOMENTS))
            for element in ("label", "subtitle", "caption"):
                for overlay in overlays.drawn(element):
                    high, wide = overlay.pixels.shape[:2]
                    left, top = overlay.x, overlay.y
                    card = element == "caption" and words.end_card is not None
                    if card:
                        white = overlay.pixels.min(axis=2) > 235
                        rows = np.flatnonzero(white.any(axis=1))
                        columns = np.flatnonzero(white.any(axis=0))
                        left, top = left + int(columns[0]), top + int(rows[0])
                        high, wide = int(np.ptp(rows)), int(np.ptp(columns))
                    rect = (left, top, left + wide, top + high)
                    hidden = ("goods",) if card else ("face",)
                    over["card" if card else element] += any(
                        one.shared(*rect) > 0.12 * min(one.area, wide * high)
                        for one in boxes
                        if one.kind in hidden
                    )
    assert cuts > 200
    assert over["label"] <= 0.04 * cuts, over
    assert over["subtitle"] <= 0.02 * cuts, over
    assert over["caption"] <= 0.06 * cuts, over
    assert over["card"] <= 2, over


def a_staging(rng: random.Random) -> dict[str, Any]:
    """Return a staging as a guided model may write it: valid, and odd."""
    extras = [one for one in Extra if one not in BEHIND]
    who: list[dict[str, Any]] = []
    for name in rng.sample(["driver", *extras], rng.choice([0, 1, 1, 2, 2, 3, 3, 4, 5])):
        one: dict[str, Any] = {"who": name, "pose": rng.choice(list(Pose))}
        if rng.random() < 0.4:
            one["holds"] = rng.choice([*Prop, "tire"])
        if rng.random() < 0.3:
            one["seat"] = rng.choice(list(Seat))
        if rng.random() < 0.3:
            one["facing"] = rng.choice(list(Facing))
        if rng.random() < 0.5:
            one["expression"] = rng.choice(list(Expression))
        who.append(one)
    staging: dict[str, Any] = {"who": who, "props": rng.sample(list(Prop), rng.randint(0, 4))}
    for field, words in (("spot", Spot), ("weather", Weather), ("moves", Motion)):
        if rng.random() < 0.3:
            staging[field] = rng.choice(list(words))
    return staging


def in_the_picture(of: Shot, blocking: Blocking) -> list[Player]:
    """Return whom the picture has to show: in close sizes the first, over a shoulder not whose it
    is, on a road not who sits in the car."""
    assert isinstance(blocking.reading, Played)
    there = [one for one in blocking.reading.players if not one.behind]
    drives = all(one.drawn == "drive" for one in there) and of.setting is not Setting.VEHICLE
    if on_a_road(of, blocking.reading):
        there = [one for one in there if one.drawn != "drive"]
    elif drives:
        there = []
    if of.angle is Angle.OVER_SHOULDER and (near := behind_the_lens(there)) is not None:
        there = [one for one in there if one is not near]
    return there[:1] if of.size in CLOSEST else there


def test_whatever_a_model_stages_is_drawn_with_everybody_in_it() -> None:
    rng = random.Random(17)
    for number in range(48):
        of = shot(
            a_staging(rng), RATIOS[number % 4], size=rng.choice(list(ShotSize)),
            angle=rng.choice(list(Angle)), move=rng.choice(list(CameraMove)),
            setting=rng.choice(list(Setting)), direction=rng.choice(list(ScreenDirection)),
            time_of_day=rng.choice(list(TimeOfDay)), shows=("driver", "tire"),
        )  # fmt: skip
        assert drawn(of, of.num_frames - 1).any()
        blocking = Blocking.of(of)
        if blocking.shot.angle is Angle.TOP:
            continue
        there = in_the_picture(of, blocking)
        cots = sum(
            one.member is not None and one.member.id == "extra_toddler" and one.drawn == "lie"
            for one in there
        )
        animals = sum(one.animal is not None for one in there)
        wanted = len(there) - cots - animals, animals
        assert num_drawn(blocking.scene.placed) == wanted, of.staging
        faces = [one for one in seen(of) if one.kind == "face"]
        for k, one in enumerate(faces):
            for other in faces[:k]:
                shared = one.shared(other.left, other.top, other.right, other.bottom)
                assert shared <= min(one.area, other.area) / 3, of.staging


@pytest.mark.parametrize("ratio", ["9:16", "4:5"])
def test_an_end_card_below_a_product_is_legible_over_a_white_set(ratio: AspectRatio) -> None:
    """White letters lay on the light beginning of their shade, and the logo's space on none."""
    across, down = frame_size(ratio)
    card = EndCard(
        ("올해도 인사드립니다",), "한우 명절세트", "#c05030", "#202028", logo="로고 자리"
    )
    area = SafeArea.of(across, down)
    overlay = end_card(card, area, (across, down), area.bottom, high=False)
    shade = overlay.pixels[..., 3] / 255
    white = overlay.pixels.min(axis=2) > 235
    rows = np.flatnonzero(white[:, across // 2 - 40 : across // 2 + 40].any(axis=1))
    lines = rows[rows + overlay.y > down // 3]
    beside = shade[lines, 4]
    assert beside.min() > 0.6
    logo = shade[int(area.top) - overlay.y + 12, int(area.right) - 12]
    assert logo > 0.6


@pytest.mark.parametrize("ratio", RATIOS)
def test_nothing_lies_before_the_face_of_who_lies(ratio: AspectRatio) -> None:
    of = shot({"who": ["driver lie with towel on floor"], "props": ["clothes"]}, ratio,
              size=ShotSize.MS)  # fmt: skip
    kinds = [type(one.subject) for one in Blocking.of(of).scene.placed]
    assert kinds.index(Person) > max(k for k, kind in enumerate(kinds) if kind is Thing)
