"""The animatic: exact frames, distinguishable camera moves, the same film for the same shot."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from conte.brief import AspectRatio
from conte.clip import Shot, frame_size
from conte.conte import CastMember, Look, ProductEntry
from conte.easing import eased
from conte.proportions import HEADS
from conte.vocabulary import (
    Angle,
    CameraMove,
    ProductForm,
    ScreenDirection,
    Setting,
    ShotSize,
    TimeOfDay,
)
from deployments.engines.animatic import Animatic, panel
from deployments.engines.animatic.camera import Camera, moved
from deployments.engines.animatic.subjects import Placed
from deployments.engines.protocols import Cancelled

LOOK = Look(
    style="",
    lighting="",
    lens="",
    palette=("#2f4858", "#c9b79c", "#8fb8c9", "#e4572e"),
    prompt="warm",
)
WOMAN = CastMember(
    id="woman",
    name="서연",
    description="",
    prompt="a Korean woman in her 30s, long black hair, red dress",
)
MAN = CastMember(
    id="man", name="지훈", description="", prompt="a Korean man in his 50s, grey hair, navy suit"
)


def goods(form: ProductForm = ProductForm.BOTTLE) -> ProductEntry:
    return ProductEntry(id="product", name="시안", form=form, description="", prompt="a bottle")


def shot(aspect_ratio: AspectRatio = "16:9", **change: Any) -> Shot:
    width, height = frame_size(aspect_ratio, 144)
    values: dict[str, Any] = {
        "size": ShotSize.MS,
        "angle": Angle.EYE_LEVEL,
        "move": CameraMove.STATIC,
        "direction": ScreenDirection.NEUTRAL,
        "setting": Setting.KITCHEN,
        "place": "",
        "time_of_day": TimeOfDay.DAY,
        "action": "",
        "video_prompt": "the woman smiles",
        "look": LOOK,
        "shows": (WOMAN,),
        "num_frames": 5,
        "width": width,
        "height": height,
        "fps": 24,
        "seed": 7,
    }
    return Shot(**(values | change))


def frames(of: Shot) -> Iterator[NDArray[np.uint8]]:
    """A copy of each frame: the engine draws all of them into one array."""
    video = Animatic().render(of, lambda _: None, lambda: False)
    return (frame.copy() for frame in video.frames)


def first(of: Shot) -> NDArray[np.uint8]:
    return next(frames(of))


@pytest.mark.parametrize("aspect_ratio", ["16:9", "9:16", "1:1", "4:5"])
def test_it_draws_the_frames_it_is_asked_for(aspect_ratio: AspectRatio) -> None:
    wanted = shot(aspect_ratio, num_frames=9)
    drawn = list(frames(wanted))
    assert len(drawn) == 9
    assert {(frame.shape, frame.dtype.name) for frame in drawn} == {
        ((wanted.height, wanted.width, 3), "uint8")
    }


def test_the_same_shot_is_the_same_film() -> None:
    wanted = shot(
        move=CameraMove.HANDHELD, video_prompt="rain on the street", setting=Setting.STREET
    )
    assert all(np.array_equal(a, b) for a, b in zip(frames(wanted), frames(wanted), strict=True))


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("size", ShotSize),
        ("angle", Angle),
        ("setting", Setting),
        ("time_of_day", TimeOfDay),
        ("direction", ScreenDirection),
    ],
)
def test_every_word_of_the_vocabulary_looks_different(field: str, terms: Any) -> None:
    pictures = {term: first(shot(**{field: term})) for term in terms}
    for term, picture in pictures.items():
        for other, another in pictures.items():
            assert term is other or not np.array_equal(picture, another), (term, other)


def test_every_form_of_product_looks_different() -> None:
    pictures = {
        form: first(shot(shows=(goods(form),), setting=Setting.STUDIO)) for form in ProductForm
    }
    seen = {picture.tobytes() for picture in pictures.values()}
    assert len(seen) == len(ProductForm)


def test_from_above_everything_can_be_seen_on_its_ground() -> None:
    for form in [*ProductForm][::6]:
        for shows in ((goods(form),), (WOMAN, goods(form)), (WOMAN, MAN)):
            for size in (ShotSize.CU, ShotSize.LS):
                assert first(shot(angle=Angle.TOP, shows=shows, size=size)).std() > 8, form
    grounds = {
        setting: first(shot(angle=Angle.TOP, shows=(), setting=setting))
        for setting in (Setting.CAFE, Setting.KITCHEN, Setting.ROAD, Setting.STREET, Setting.SEA,
                        Setting.PARK, Setting.FIELD, Setting.FACTORY, Setting.STUDIO)
    }  # fmt: skip
    assert len({picture.tobytes() for picture in grounds.values()}) == len(grounds)


def test_at_a_low_angle_what_stands_on_the_ground_does_not_hang_in_the_sky() -> None:
    bicycle = (goods(ProductForm.BICYCLE),)
    wide = {"size": ShotSize.MLS, "angle": Angle.LOW, "setting": Setting.FIELD}
    picture = first(shot("9:16", shows=bicycle, **wide)).astype(int)
    is_sky = picture[:, 0, 2] - picture[:, 0, 0] > 20  # bluer than red, at the edge
    is_inked = picture[:, 30:114].sum(axis=2).min(axis=1) < 120
    stands_at = int(np.flatnonzero(is_inked)[-1])
    assert not is_sky[stands_at], f"row {stands_at}, above the ground"


@pytest.mark.parametrize("move", [CameraMove.DOLLY_IN, CameraMove.CRANE_UP])
def test_even_the_smallest_product_fills_a_close_up(move: CameraMove) -> None:
    for form in sorted(ProductForm, key=HEADS.__getitem__)[:29]:
        for setting in (Setting.STUDIO, Setting.CAFE):
            near = shot(
                shows=(goods(form),), setting=setting, size=ShotSize.ECU, move=move, num_frames=3
            )
            assert len(list(frames(near))) == 3
            assert first(near).std() > 8, (form, setting)


@pytest.mark.parametrize("move", CameraMove)
def test_every_move_moves_and_only_a_static_camera_stands(move: CameraMove) -> None:
    camera = Camera(x=0, y=500, near=1.4)
    places = {moved(camera, move, share, share * 4, 7) for share in (0.0, 0.5, 1.0)}
    assert (len(places) == 1) == (move is CameraMove.STATIC)


def test_a_dolly_moves_what_is_near_more_than_what_is_far_and_a_zoom_does_not() -> None:
    camera = Camera(x=0, y=500, near=1.4)

    def growth(move: CameraMove, depth: float) -> float:
        start, end = (moved(camera, move, share, 0, 7).scale(depth) for share in (0.0, 1.0))
        assert start and end
        return end / start

    assert growth(CameraMove.DOLLY_IN, 1.0) > 1.1 * growth(CameraMove.DOLLY_IN, 0.3)
    assert growth(CameraMove.ZOOM_IN, 1.0) == pytest.approx(growth(CameraMove.ZOOM_IN, 0.3))


def test_a_track_leaves_the_background_behind_and_a_pan_takes_it_along() -> None:
    camera = Camera(x=0, y=500, near=1.4)

    def way(move: CameraMove, depth: float) -> float:
        matrices = (moved(camera, move, s, 0, 7).matrix(depth, 1280, 720) for s in (0.0, 1.0))
        start, end = (matrix.getTranslateX() for matrix in matrices if matrix is not None)
        return end - start

    assert abs(way(CameraMove.TRACK_RIGHT, 0.3)) < 0.5 * abs(way(CameraMove.TRACK_RIGHT, 1.0))
    assert way(CameraMove.PAN_RIGHT, 0.3) == pytest.approx(way(CameraMove.PAN_RIGHT, 1.0))


def test_a_move_starts_and_ends_slowly() -> None:
    steps = np.diff([eased(share) for share in np.linspace(0, 1, 50)])
    assert steps[0] < steps[24] / 5
    assert steps[-1] < steps[24] / 5
    assert (steps > 0).all()


def test_a_person_looks_alike_in_every_cut_and_unlike_another() -> None:
    face = first(shot(size=ShotSize.CU))
    red = np.array([0xC2, 0x4B, 0x45])

    def redness(picture: NDArray[np.uint8]) -> int:
        return int((np.abs(picture.astype(int) - red).sum(axis=2) < 60).sum())

    dressed = first(shot(size=ShotSize.FS, setting=Setting.PARK))
    assert redness(dressed) > redness(
        first(shot(size=ShotSize.FS, setting=Setting.PARK, shows=(MAN,)))
    )
    assert not np.array_equal(face, first(shot(size=ShotSize.CU, shows=(MAN,))))


def test_a_still_camera_on_a_person_still_lives() -> None:
    drawn = list(frames(shot(num_frames=12)))
    assert not np.array_equal(drawn[0], drawn[-1])


def test_what_somebody_does_is_read_from_the_prompt() -> None:
    prompts = ("stands", "sits", "walks", "runs", "sleeps in bed", "drives", "drinks", "cheers",
               "works at the desk", "points", "cooks", "is cycling", "thinks", "scrolls")  # fmt: skip
    seen = {
        first(shot(size=ShotSize.FS, video_prompt=f"the woman {prompt}")).tobytes()
        for prompt in prompts
    }
    assert len(seen) == len(prompts)


def test_rain_falls_where_the_prompt_says_so() -> None:
    dry = first(shot(setting=Setting.STREET))
    wet = first(shot(setting=Setting.STREET, video_prompt="the woman walks in heavy rain"))
    assert not np.array_equal(dry, wet)


def test_a_stop_is_heard_before_the_next_frame() -> None:
    stop = False
    video = Animatic().render(shot(num_frames=50), lambda _: None, lambda: stop)
    drawing = iter(video.frames)
    next(drawing)
    stop = True
    with pytest.raises(Cancelled):
        next(drawing)


def test_progress_is_told_frame_by_frame() -> None:
    steps: list[float] = []
    video = Animatic().render(shot(num_frames=4), steps.append, lambda: False)
    for _ in video.frames:
        pass
    assert steps == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(
    ("form", "change"),
    [
        (ProductForm.BOTTLE, {"setting": Setting.STUDIO, "video_prompt": "a product hero shot"}),
        (ProductForm.CUP, {"video_prompt": "a cup on a table"}),
        (ProductForm.CAR, {"setting": Setting.ROAD, "video_prompt": "rain on a road"}),
        (ProductForm.BOTTLE, {"angle": Angle.TOP, "video_prompt": "a bottle"}),
        (ProductForm.BOTTLE, {"shows": (WOMAN, goods()), "angle": Angle.DUTCH}),
    ],
)
def test_what_stands_still_is_drawn_once_and_looks_as_if_it_were_drawn_in_every_frame(
    form: ProductForm, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    values: dict[str, Any] = {"shows": (goods(form),), "num_frames": 30} | change
    of = shot(**values)
    once = list(frames(of))
    draw_all_anew(monkeypatch)
    for drawn, anew in zip(once, frames(of), strict=True):
        # Equal but for rounding.
        assert error_of(drawn, anew) < 255**2 / 10**5


def error_of(shown: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> float:
    """Return the mean square of the difference."""
    return float(np.mean((shown.astype(np.int16) - wanted) ** 2))


def draw_all_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_is_still(placed: Sequence[Placed]) -> tuple[Sequence[Placed], Sequence[Placed]]:
        return (), placed

    monkeypatch.setattr(panel, "_divided", nothing_is_still)


@pytest.mark.parametrize("angle", [Angle.EYE_LEVEL, Angle.LOW, Angle.DUTCH, Angle.TOP])
@pytest.mark.parametrize("move", list(CameraMove))
def test_what_stands_still_moves_with_the_camera_as_if_it_were_drawn_in_every_frame(
    move: CameraMove, angle: Angle, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = shot(
        shows=(goods(ProductForm.CAR),),
        setting=Setting.ROAD,
        video_prompt="rain on a road",
        move=move,
        angle=angle,
        num_frames=12,
        width=640,
        height=360,
    )
    once = list(frames(of))
    draw_all_anew(monkeypatch)
    for drawn, anew in zip(once, frames(of), strict=True):
        # A shift by a whole pixel is at 25 dB.
        assert error_of(drawn, anew) < 255**2 / 10**3.4
