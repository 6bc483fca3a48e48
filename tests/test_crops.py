"""Films of clips that are cropped, or of several sizes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skia
from av import VideoFrame
from numpy.typing import NDArray
from pydantic import ValidationError

from conte.brief import AspectRatio, Brief
from conte.checks.timefit import Rates
from conte.clip import Clip, EngineId, Film, Shot, frame_size
from conte.conte import CastMember, Conte
from conte.cut import Cut
from conte.formats.format import Format
from conte.formats.plan import picture_of, plan
from conte.formats.subjects import product_of, subject_of
from conte.revision.working import Working
from conte.staging import Staging
from conte.vocabulary import CameraMove, ProductForm, ScreenDirection, ShotSize, TimeOfDay
from conte.window import Window
from deployments.clip_renderer import ClipRenderer
from deployments.cutting_room import FilmOrder
from deployments.encoding import frame_at, frames_of, planes_of, rgb_of, size_of
from deployments.engines.animatic.camera import moved
from deployments.engines.animatic.colour import ON_PEOPLE
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.reading import read
from deployments.engines.animatic.scheme import scheme_of
from deployments.engines.animatic.staging import staged
from deployments.engines.animatic.subjects import Goods, Person
from deployments.engines.protocols import RenderError
from deployments.film_editor import FilmEditor, keys
from deployments.film_size import film_size
from deployments.fitting import fitted
from deployments.overlays import CAPTION_SIZE, caption
from deployments.pieces import piece_key
from deployments.safe_area import SafeArea
from deployments.start_frame import start_frame
from graphs.shots import following
from serve.settings import FilmSettings
from serve.vault import Vault
from tests.fake_video import FakeVideoEngine, conte_and_brief, read_index, rendered
from tests.sound_conte import a_brief, a_conte

PLAIN = FilmSettings(label_ai=False, crf=3, burn_captions=False)
MIDDLE = Window(left=0.5 - 9 * 9 / 256 / 2, top=0, width=9 * 9 / 256, height=1)


def grey(width: int, height: int) -> VideoFrame:
    """A frame that grows lighter from left to right, and colder from top to bottom."""
    frame = VideoFrame(width, height, "yuv420p")
    for plane, axis in zip(planes_of(frame), (1, 0, 1), strict=True):
        steps = np.linspace(40, 200, plane.shape[axis], dtype=np.float32)
        plane[...] = np.broadcast_to(steps if axis else steps[:, None], plane.shape)
    return frame


def column(frame: VideoFrame, share: float) -> float:
    luma = planes_of(frame)[0]
    return float(luma[:, int(share * (luma.shape[1] - 1))].mean())


def test_a_window_is_cut_out_where_it_lies() -> None:
    frame = grey(256, 144)
    window = Window(left=0.25, top=0.5, width=0.5, height=0.5)
    made = fitted(frame, (64, 36), window)
    assert (made.width, made.height) == (64, 36)
    assert column(made, 0) == pytest.approx(column(frame, 0.25), abs=3)
    assert column(made, 1) == pytest.approx(column(frame, 0.75), abs=3)
    cold = planes_of(made)[1]
    assert cold[0].mean() == pytest.approx(120, abs=5)
    assert cold[-1].mean() == pytest.approx(200, abs=5)


def test_a_frame_that_fits_is_not_copied() -> None:
    frame = grey(256, 144)
    assert fitted(frame, (256, 144), None) is frame
    assert fitted(frame, (128, 72), None) is not frame


async def film_of(
    vault: Vault, conte: Conte, brief: Brief, clips: tuple[Clip, ...], version: int = 1
) -> Film:
    film = None
    async for step in FilmEditor(vault, PLAIN, Rates()).join(conte, brief, clips, version):
        film = step
    assert isinstance(film, Film)
    return film


async def some(vault: Vault, short_side: int = 144, **fields: Any) -> tuple[
    Conte, Brief, tuple[Clip, ...]
]:  # fmt: skip
    conte, brief = conte_and_brief(**fields)
    clips = await rendered(
        ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief, short_side
    )
    return conte, brief, clips


def tall(brief: Brief) -> Brief:
    return brief.model_copy(update={"aspect_ratio": "9:16"})


async def test_wide_clips_make_a_tall_film_of_their_windows(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path))
    conte, brief, clips = await some(vault, transitions=("cut", "dissolve", "fade", "cut"))
    cropped = tuple(clip.model_copy(update={"window": MIDDLE}) for clip in clips)
    film = await film_of(vault, conte, tall(brief), cropped)
    # The window is 80 pixels wide; a film of 120 enlarges it by a half.
    assert (film.width, film.height) == frame_size("9:16", 120)
    assert size_of(tmp_path / film.key) == (film.width, film.height)
    assert sum(1 for _ in frames_of(tmp_path / film.key)) == brief.num_frames
    shown = frame_at(tmp_path / film.key, 10)
    whole = frame_at(tmp_path / clips[0].key, 10)
    assert shown is not None
    assert whole is not None
    got, wanted = rgb_of(shown), rgb_of(fitted(whole, (film.width, film.height), MIDDLE))
    assert np.abs(got.astype(int) - wanted).mean() < 2


async def test_clips_of_several_sizes_make_a_film_of_the_largest(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path))
    conte, brief, small = await some(vault, 96)
    _, _, large = await some(vault, 144)
    mixed = (large[0], *small[1:])
    film = await film_of(vault, conte, brief, mixed)
    assert (film.width, film.height) == (256, 144)
    numbers = [read_index(frame) for frame in frames_of(tmp_path / film.key)]
    assert numbers == [(cut.number, i) for cut in conte.cuts for i in range(cut.num_frames)]


async def test_clips_stored_without_their_size_are_measured(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path))
    conte, brief, small = await some(vault, 96)
    _, _, large = await some(vault, 144)
    old = tuple(
        clip.model_copy(update={"width": 0, "height": 0}) for clip in (small[0], *large[1:])
    )
    film = await film_of(vault, conte, brief, old)
    assert (film.width, film.height) == (256, 144)


async def test_a_whole_clip_of_another_ratio_is_refused(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path))
    conte, brief, clips = await some(vault)
    with pytest.raises(RenderError, match="the clip of cut 1 is 256x144, wanted 144x256 for 9:16"):
        await film_of(vault, conte, tall(brief), clips)


async def test_a_window_makes_another_film_and_another_piece(tmp_path: Path) -> None:
    conte, brief, clips = await some(Vault.open(str(tmp_path)), 96)
    aside = MIDDLE.model_copy(update={"left": 0.1})

    def order(size: tuple[int, int] | None, *windows: Window | None) -> FilmOrder:
        shown = tuple(
            clip.model_copy(update={"window": window})
            for clip, window in zip(clips, windows, strict=True)
        )
        return FilmOrder(conte, brief, shown, ((),) * 4, PLAIN, (), size)

    size = clips[0].width, clips[0].height
    plain, native = order(None, *[None] * 4), order(size, *[None] * 4)
    assert piece_key(plain, 0) == piece_key(native, 0)
    one = order(size, MIDDLE, None, None, None)
    other = order(size, aside, None, None, None)
    assert len({piece_key(one, 0), piece_key(other, 0), piece_key(plain, 0)}) == 3
    assert piece_key(one, 1) == piece_key(plain, 1)
    assert piece_key(order((256, 144), *[None] * 4), 0) != piece_key(plain, 0)
    assert len({keys(one, 1).film, keys(other, 1).film, keys(plain, 1).film}) == 3


def test_a_film_of_crops_is_as_large_as_its_smallest_window_allows() -> None:
    clip = Clip.model_validate(
        {
            "cut": 1, "tier": "final", "key": "k", "num_frames": 30, "seed": 1, "render_s": 0,
            "reused": False, "engine": {"name": "a", "revision": "1", "label": "a"},
            "width": 1920, "height": 1080,
        }
    )  # fmt: skip
    window = Window(left=0, top=0, width=81 / 256, height=1)
    crop = clip.model_copy(update={"window": window})
    assert film_size([clip], "16:9") == (1920, 1080)
    assert film_size([crop], "9:16") == (720, 1280)
    upright = clip.model_copy(update={"width": 1080, "height": 1920})
    assert film_size([crop, upright], "9:16") == (720, 1280)


Pixels = NDArray[np.uint8]
_SIZES = [size for size in ShotSize if size is not ShotSize.ECU]


@pytest.mark.parametrize("form", [ProductForm.BOTTLE, ProductForm.TIRE, ProductForm.JAR])
@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("shows", [("driver",), ("tire",), ("driver", "friend")])
def test_where_a_crop_keeps_its_subject_the_animatic_draws_it_there(
    form: ProductForm, size: ShotSize, shows: tuple[str, ...]
) -> None:
    """The heads of people, and a product from its foot to its top, by the animatic's own staging."""
    conte = a_conte()
    sheet = tuple(
        entry.model_copy(update={"form": form}) if entry.kind == "product" else entry
        for entry in conte.sheet
    )
    friend = CastMember(id="friend", name="친구", description="", prompt="a man of 40")
    treatment = conte.treatment.model_copy(update={"sheet": (*sheet, friend)})
    cut = conte.cuts[0].model_copy(
        update={"size": size, "shows": shows, "move": CameraMove.STATIC,
                "direction": ScreenDirection.RIGHT, "action": "서 있다", "video_prompt": "a person"}
    )  # fmt: skip
    shot = Shot.of(cut, treatment, a_brief(), 7, 720)
    scheme = scheme_of(shot.look, shot.time_of_day)
    scene = staged(shot, read(shot), scheme, _pen(), 930.0)
    box = subject_of(cut, treatment.sheet, 16 / 9)
    assert box is not None
    matrix = scene.camera.matrix(1.0, 1280, 720)
    assert matrix is not None
    for placed in scene.placed:
        if isinstance(placed.subject, Person):
            head = placed.subject.figure.stance(0.0).neck[1] - 52
            point = matrix.mapXY(placed.x, placed.y + head * HEAD / 100)
            assert box.left - 0.02 <= point.x() / 1280 <= box.right + 0.02
            assert box.top - 0.05 <= point.y() / 720 <= box.bottom + 0.05
        elif isinstance(placed.subject, Goods):
            goods = placed.subject
            for x in (-goods.width / 2, goods.width / 2):
                point = matrix.mapXY(placed.x + x, placed.y - goods.stands - goods.height / 2)
                assert box.left - 0.02 <= point.x() / 1280 <= box.right + 0.02
                assert box.top <= point.y() / 720 <= box.bottom


def drawn(cut: Cut, num_frames: int) -> Clip:
    return Clip.model_validate(
        {
            "cut": cut.number, "tier": "draft", "key": "k", "num_frames": num_frames, "seed": 1,
            "render_s": 0, "reused": False, "cut_id": cut.id, "width": 1280, "height": 720,
            "engine": {"name": "animatic", "revision": "1", "label": "animatic"},
        }
    )  # fmt: skip


def swept(move: CameraMove, **changes: Any) -> tuple[Working, Cut]:
    """A conte whose second cut, a driver in a wide shot, is panned or tracked."""
    conte = a_conte("ko", cut_2={"move": move, "size": ShotSize.MS, **changes}).born(7)
    return Working(conte=conte, brief=a_brief()), conte.cuts[1]


UPRIGHT = Format(duration_s=20, aspect_ratio="9:16")
SWEEPS = (CameraMove.PAN_LEFT, CameraMove.PAN_RIGHT, CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT)


@pytest.mark.parametrize("move", SWEEPS)
def test_a_window_goes_with_the_subject_that_a_pan_or_a_track_carries(move: CameraMove) -> None:
    working, cut = swept(move)
    how, why, window = picture_of(working, cut, cut, drawn(cut, cut.num_frames), UPRIGHT)
    assert (how, why) == ("crop", "subject_followed")
    assert window is not None
    shot = Shot.of(cut, working.conte.treatment, working.brief, 7, 720)
    scheme = scheme_of(shot.look, shot.time_of_day)
    scene = staged(shot, read(shot), scheme, _pen(), 930.0)
    middles: list[float] = []
    for share in (0.0, 0.2, 0.5, 0.8, 1.0):
        camera = moved(scene.camera, shot.move, share, 0.0, 7)
        matrix = camera.matrix(1.0, 1280, 720)
        assert matrix is not None
        person = scene.placed[0]
        x = matrix.mapXY(person.x, person.y).x() / 1280
        part = window.at(share)
        middles.append((x - part.left) / part.width)
    # It stays where it is in the film, while the picture goes past it.
    assert max(middles) - min(middles) < 0.03
    assert 0.2 < min(middles) < 0.8
    assert window.at(0.0).left != window.at(1.0).left


def test_a_window_follows_the_part_of_the_move_that_the_film_shows() -> None:
    working, cut = swept(CameraMove.PAN_RIGHT)
    short = cut.model_copy(update={"start": cut.start + 30, "num_frames": 60})
    _, _, whole = picture_of(working, cut, cut, drawn(cut, cut.num_frames), UPRIGHT)
    _, why, part = picture_of(working, short, cut, drawn(cut, cut.num_frames), UPRIGHT)
    assert whole is not None and part is not None and why == "subject_followed"
    for frame in (0, 20, 59):
        was = whole.at((30 + frame) / cut.num_frames)
        assert part.at(frame / 60).left == pytest.approx(was.left, abs=0.01)


def test_what_a_video_model_rendered_is_not_followed_for_it_is_not_known_where_it_is() -> None:
    working, cut = swept(CameraMove.TRACK_RIGHT)
    engine = EngineId(name="diffusers", revision="1", label="d")
    clip = drawn(cut, cut.num_frames).model_copy(update={"engine": engine})
    assert picture_of(working, cut, cut, clip, UPRIGHT)[:2] == ("render", "subject_too_large")


@pytest.mark.parametrize("size", [ShotSize.MS, ShotSize.FS, ShotSize.LS])
@pytest.mark.parametrize(
    "staged_", [None, Staging(), Staging.model_validate({"who": ["woman walk"]})]
)
def test_what_no_one_drew_is_cropped_only_with_room_for_where_it_may_be(
    size: ShotSize, staged_: Staging | None
) -> None:
    shows = () if staged_ is not None else ("driver",)
    changes = {"shows": shows, "staging": staged_}
    working, cut = swept(CameraMove.STATIC, size=size, **changes)
    clip = drawn(cut, cut.num_frames)
    engine = EngineId(name="diffusers", revision="1", label="d")
    made = clip.model_copy(update={"engine": engine})
    brought = clip.model_copy(update={"source": "uploaded"})
    how = [picture_of(working, cut, cut, one, UPRIGHT)[:2] for one in (clip, made, brought)]
    empty = staged_ is not None and not staged_.who
    assert how[0] == ("crop", "no_subject" if empty else "subject_fits")
    sure = empty or size is not ShotSize.MS
    assert how[1] == (how[0] if sure else ("render", "subject_unsure"))
    assert how[2] == ("render", "uploaded")
    same = Format(duration_s=20, aspect_ratio="16:9")
    for one in (made, brought):
        assert picture_of(working, cut, cut, one, same)[0] == "whole"


def test_where_nothing_says_what_a_model_was_asked_for_the_middle_is_not_taken() -> None:
    working, cut = swept(CameraMove.STATIC, shows=())
    engine = EngineId(name="diffusers", revision="1", label="d")
    clip = drawn(cut, cut.num_frames).model_copy(update={"engine": engine})
    assert picture_of(working, cut, cut, clip, UPRIGHT)[:2] == ("render", "subject_unsure")


@pytest.mark.parametrize("who", [["woman stand", "man stand", "boy stand"], ["family walk"]])
def test_people_who_are_staged_are_seen_though_the_sheet_has_none_of_them(who: list[str]) -> None:
    staging = Staging.model_validate({"who": who})
    working, cut = swept(CameraMove.STATIC, shows=(), staging=staging)
    found = picture_of(working, cut, cut, drawn(cut, cut.num_frames), UPRIGHT)
    assert found[:2] == ("render", "subject_too_large")


def test_a_window_that_moves_is_cut_out_where_it_is_by_parts_of_a_pixel() -> None:
    frame = grey(256, 144)
    window = Window(left=0.0, top=0, width=0.5, height=1, to=(0.5, 0.0))
    firsts = [column(fitted(frame, (128, 144), window, share), 0) for share in (0.0, 0.5, 1.0)]
    wanted = [column(frame, window.at(share).left) for share in (0.0, 0.5, 1.0)]
    assert firsts == pytest.approx(wanted, abs=2)
    with pytest.raises(ValidationError, match="wanted at most 1, 1"):
        Window(left=0, top=0, width=0.5, height=1, to=(0.6, 0.0))


async def test_a_cut_that_continues_a_cropped_one_starts_from_what_the_film_shows(
    tmp_path: Path,
) -> None:
    conte, brief = conte_and_brief()
    vault = Vault.open(f"file://{tmp_path}")
    renderer = ClipRenderer(FakeVideoEngine(), vault, "draft")
    clip, *_ = await rendered(renderer, conte, brief)
    window = Window(left=0.25, top=0, width=0.25, height=1, to=(0.5, 0.0))
    shot = Shot.of(conte.cuts[1], conte.treatment, brief, 7, 144)
    whole = following(shot, conte.cuts[0], clip)
    cropped = following(shot, conte.cuts[0], clip.model_copy(update={"window": window}))
    assert whole.follows_window is None
    assert whole.key(clip.engine) != cropped.key(clip.engine)
    frame, part = await start_frame(vault, whole), await start_frame(vault, cropped)
    assert frame is not None and part is not None
    left = frame.shape[1] // 2
    assert (part == frame[:, left : left + part.shape[1]]).all()
    assert part.shape[1] == pytest.approx(frame.shape[1] / 4, abs=2)


@pytest.mark.parametrize("size", [ShotSize.MCU, ShotSize.MS, ShotSize.MLS, ShotSize.FS])
def test_a_caption_of_an_upright_film_stands_clear_of_the_product(size: ShotSize) -> None:
    conte = a_conte(
        "ko",
        cut_3={"size": size, "move": CameraMove.STATIC, "shows": ("tire",), "caption": "멈추는 힘"},
    )
    brief = a_brief(aspect_ratio="9:16")
    clips = tuple(
        drawn(cut, cut.num_frames).model_copy(update={"width": 720, "height": 1280})
        for cut in conte.cuts
    )
    captions = tuple((("멈추는 힘",) if cut.caption else ()) for cut in conte.cuts)
    order = FilmOrder(conte, brief, clips, captions, FilmSettings())
    words = order.words(2)
    area = SafeArea.of(720, 1280)
    box = product_of(conte.cuts[2], conte.sheet, 9 / 16)
    assert box is not None
    laid = caption(words.caption, CAPTION_SIZE * 720, area, high=words.high)
    top, bottom = laid.y / 1280, (laid.y + laid.pixels.shape[0]) / 1280
    assert min(bottom, box.bottom) - max(top, box.top) < 0.03
    # A person's caption stays where captions are read.
    assert not order.words(1).high
    level = FilmOrder(conte, a_brief(), clips, captions, FilmSettings())
    assert not level.words(2).high


def _pen() -> Pen:
    return Pen(skia.Canvas(), ON_PEOPLE[TimeOfDay.DAY], "#000000")


@pytest.mark.parametrize("ratio", ["9:16", "1:1", "4:5"])
def test_the_plans_windows_make_films_of_the_plans_ratio(ratio: AspectRatio) -> None:
    conte, brief = a_conte().born(7), a_brief()
    clips = {
        cut.id: Clip.model_validate(
            {
                "cut": cut.number, "tier": "final", "key": "k", "num_frames": cut.num_frames,
                "seed": 1, "render_s": 0, "reused": False, "cut_id": cut.id,
                "engine": {"name": "animatic", "revision": "1", "label": "a"},
                "width": 1280, "height": 720,
            }
        )
        for cut in conte.cuts
    }  # fmt: skip
    made = plan(
        Working(conte=conte, brief=brief),
        Format(duration_s=15, aspect_ratio=ratio),
        clips,
        Rates(),
    )
    shown = [
        clips[one.cut].model_copy(update={"window": one.window, "cut": one.number})
        for one in made.cuts
        if one.how != "render"
    ]
    assert shown
    assert film_size(shown, ratio) == frame_size(ratio, 540 if ratio == "9:16" else 720)
