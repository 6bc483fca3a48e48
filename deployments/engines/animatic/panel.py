"""Panel: one shot as an animated drawing. Lays the scene out once, then draws any frame of it."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import skia

from conte.clip import Shot
from conte.vocabulary import Angle, CameraMove, ScreenDirection
from deployments.engines.animatic.blocking import Blocking
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.colour import INDOORS, OUTDOORS, Light
from deployments.engines.animatic.layers import Backdrop, Cutout, Draw, Pixels, laid
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.people.look import look_of
from deployments.engines.animatic.players import Played, behind_the_lens
from deployments.engines.animatic.reading import Reading
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.subjects import Beneath, OnTop, PartlyStill, Placed, halo
from deployments.engines.animatic.view import SUBJECT
from deployments.engines.animatic.weather import Air

FAR, MIDDLE, FRONT = 0.3, 0.62, 1.45
_PARTED = (
    CameraMove.TRACK_LEFT,
    CameraMove.TRACK_RIGHT,
    CameraMove.CRANE_UP,
    CameraMove.CRANE_DOWN,
)
"""Moves that show parallax."""
_AS_ONE = (
    CameraMove.STATIC,
    CameraMove.PAN_LEFT,
    CameraMove.PAN_RIGHT,
    CameraMove.TILT_UP,
    CameraMove.TILT_DOWN,
    CameraMove.HANDHELD,
)
"""Moves without parallax: whatever stands still is one picture, which moves as a whole."""
_ZOOMS = (CameraMove.ZOOM_IN, CameraMove.ZOOM_OUT)
"""Moves without parallax, except for a background that the angle shifts."""
_CRANES = (CameraMove.CRANE_UP, CameraMove.CRANE_DOWN)
_PARTED_TO = 1.6
"""Scale up to which parallax is drawn: above it the subject fills the frame."""
_SAMPLES = 9
_BLUR_FROM = 2.0
"""Scale from which the subject's background is out of focus."""


@dataclass(frozen=True)
class Shoulder:
    """Colours of the shoulder in the foreground of an over-the-shoulder shot."""

    cloth: str = "#56607a"
    skin: str = "#c99f84"
    hair: str = "#2f2b31"


def shoulder(shot: Shot, reading: Reading, scheme: Scheme) -> Shoulder | None:
    """Return the shoulder's colours, taken from the second person in the staging if there is one;
    None: no shoulder.
    """
    if shot.angle is not Angle.OVER_SHOULDER:
        return None
    if not isinstance(reading, Played):
        return Shoulder()
    near = behind_the_lens([player for player in reading.players if not player.behind])
    if near is None or near.member is None:
        return None
    look = look_of(near.member, scheme, whole_words=True)
    return Shoulder(cloth=look.top_dark, skin=look.skin_dark, hair=look.hair_colour)


def _divided(placed: Sequence[Placed]) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
    """Divide the subjects, from back to front, into what looks the same at any moment, and the
    rest.
    """
    still: list[Placed] = []
    left = list(placed)
    while left and left[0].along is None and isinstance(subject := left[0].subject, PartlyStill):
        first = left.pop(0)
        still.append(replace(first, subject=Beneath(subject)))
        if subject.moves:
            left.insert(0, replace(first, subject=OnTop(subject)))
            break
    return tuple(still), tuple(left)


class Panel:
    def __init__(self, shot: Shot) -> None:
        blocking = Blocking.of(shot)
        self._shot = shot = blocking.shot
        self._size = shot.width, shot.height
        reading, stage, scheme, scene = (
            blocking.reading, blocking.stage, blocking.scheme, blocking.scene
        )  # fmt: skip
        light = (INDOORS if stage.indoors else OUTDOORS)[shot.time_of_day]
        above = shot.angle is Angle.TOP
        self._shoulder_of = shoulder(shot, reading, scheme)
        self._placed, self._camera, self._view = scene.placed, scene.camera, blocking.view
        self._air = Air(reading.weather if not stage.indoors else "", *self._size, shot.seed)
        self._hex = scheme.ink
        self._dim = Light((0.62, 0.62, 0.68), light.tint, light.share + 0.06)

        def part(draw: Callable[[Pen, Scheme], None]) -> Callable[[skia.Canvas], None]:
            return lambda canvas: draw(Pen(canvas, light, scheme.ink, 2.6), scheme)

        def middle(pen: Pen, scheme: Scheme) -> None:
            stage.mid(pen, scheme)
            if scene.behind is not None:
                scene.behind(pen, scheme)

        parts = [(FAR, part(stage.far)), (MIDDLE, part(middle))]
        if scene.ground is not None:
            parts = [(SUBJECT, part(scene.ground))]
        if scene.hero is not None:
            around, reach = scene.hero, scene.reach
            parts.append((SUBJECT, part(lambda pen, scheme: halo(pen, scheme, around, reach))))
        near = self._camera.near
        blur = 0.0 if above or near < _BLUR_FROM else min(0.016, 0.0035 * near)
        views = [self._at(k / (_SAMPLES - 1)) for k in range(_SAMPLES)]
        parted = len(parts) == 2 and shot.move in _PARTED and near < _PARTED_TO
        self._middle = self._cutout(parts[1], MIDDLE, views, blur) if parted else None
        self._before = None
        if stage.front is not None and not above and 0.9 < near < 3.2:
            self._before = self._cutout((FRONT, part(stage.front)), FRONT, views, 0.011)
        self._still: Cutout | None = None
        still, moving = _divided(scene.placed)
        over: Callable[[skia.Canvas, Camera], None] | None = None
        if self._moves_as_one:
            before, self._before = (None, self._before) if moving else (self._before, None)
            over = partial(self._over, still, before)
            self._placed = moving
        elif still and not (self._view.slant.taper and shot.move in _CRANES):
            drawn = partial(self._together, still, self._camera)
            self._still = self._cutout((SUBJECT, drawn), SUBJECT, views, 0.0, smooth=True)
            if self._still is not None:
                self._placed = moving
        self._behind = self._backdrop(parts[:1] if parted else parts, views, blur, over)

    def draw(self, pixels: Pixels, canvas: skia.Canvas, index: int) -> None:
        """Draw frame `index` of the shot into `pixels`, which `canvas` shares."""
        shot = self._shot
        share = index / max(1, shot.num_frames - 1)
        t = index / shot.fps
        camera = self._at(share)
        backdrop, place = self._behind
        backdrop.draw(pixels, place(camera))
        self._lay(canvas, self._middle, MIDDLE, camera)
        self._lay(canvas, self._still, SUBJECT, camera)
        for one in self._placed:
            with self._at_place(canvas, one, camera, share) as shown:
                if shown:
                    one.subject.draw(canvas, t)
        self._lay(canvas, self._before, FRONT, camera)
        if self._shoulder_of is not None:
            self._shoulder(canvas, share, self._shoulder_of)
        self._air.draw(canvas, t)

    @property
    def _moves_as_one(self) -> bool:
        move = self._shot.move
        return move in _AS_ONE or (move in _ZOOMS and not self._view.slant.drop)

    def _over(
        self,
        still: Sequence[Placed],
        before: Cutout | None,
        canvas: skia.Canvas,
        camera: Camera,
    ) -> None:
        """Draw what moves as one with the background. `before`: drawn over the subjects."""
        if (matrix := camera.matrix(SUBJECT, *self._size)) is not None:
            canvas.save()
            canvas.concat(matrix)
            self._together(still, camera, canvas)
            canvas.restore()
        if before is not None and (view := self._place(FRONT, camera)) is not None:
            canvas.save()
            canvas.concat(view)
            before.onto_layer(canvas)
            canvas.restore()

    def _together(self, placed: Sequence[Placed], camera: Camera, canvas: skia.Canvas) -> None:
        """Draw subjects that stand still. `canvas`: in scene units."""
        for one in placed:
            canvas.save()
            canvas.concat(self._view.in_scene(one, camera, 0.0))
            one.subject.draw(canvas, 0.0)
            canvas.restore()

    @contextmanager
    def _at_place(
        self, canvas: skia.Canvas, placed: Placed, camera: Camera, share: float
    ) -> Generator[bool]:
        """Transform the canvas to a subject's place; False: the camera does not see it."""
        matrix = self._view.onto(placed, camera, share)
        if matrix is None:
            yield False
            return
        canvas.save()
        canvas.concat(matrix)
        yield True
        canvas.restore()

    def _at(self, share: float) -> Camera:
        return self._view.at(share)

    def _drop(self, depth: float) -> float:
        return self._view.slant.drop * (1 - depth) / (1 - FAR)

    def _place(self, depth: float, camera: Camera) -> skia.Matrix | None:
        return camera.matrix(depth, *self._size, self._drop(depth) if depth < 1 else 0.0)

    def _lay(
        self, canvas: skia.Canvas, cutout: Cutout | None, depth: float, camera: Camera
    ) -> None:
        if cutout is not None and (view := self._place(depth, camera)) is not None:
            cutout.draw(canvas, view)

    def _cutout(
        self,
        part: tuple[float, Draw],
        depth: float,
        views: list[Camera],
        blur: float,
        *,
        smooth: bool = False,
    ) -> Cutout | None:
        seen = [m for view in views if (m := self._place(depth, view)) is not None]
        if len(seen) < len(views):
            return None
        found = laid(part[1], seen, *self._size, blur=blur)
        return Cutout(found, smooth=smooth) if found is not None else None

    def _backdrop(
        self,
        parts: list[tuple[float, Draw]],
        views: list[Camera],
        blur: float,
        over: Callable[[skia.Canvas, Camera], None] | None,
    ) -> tuple[Backdrop, Callable[[Camera], skia.Matrix]]:
        """Return the parts as one picture, drawn from the middle of the move and moved as one, with
        `over` on top.

        Used where the parts would shift little against each other (a dolly): it saves half the work
        of every frame.
        """
        base = views[_SAMPLES // 2]
        depths = [depth for depth, _ in parts]
        depth = min(SUBJECT, sum(depths) / len(depths))

        def certainly(depth: float, camera: Camera) -> skia.Matrix:
            found = self._place(depth, camera)
            if found is None:
                raise ValueError(f"a layer at depth {depth} is behind the camera")
            return found

        def all_parts(canvas: skia.Canvas) -> None:
            for own_depth, draw in parts:
                canvas.save()
                canvas.concat(certainly(own_depth, base))
                draw(canvas)
                canvas.restore()

        back = skia.Matrix()
        if not certainly(depth, base).invert(back):
            raise ValueError("the camera sees nothing")

        def place(camera: Camera) -> skia.Matrix:
            return skia.Matrix.Concat(certainly(depth, camera), back)

        seen = [place(view) for view in views]
        on_top: Draw | None = None if over is None else lambda canvas: over(canvas, base)
        found = laid(all_parts, seen, *self._size, blur=blur, solid=True, over=on_top)
        if found is None:
            raise ValueError("the camera sees nothing")
        return Backdrop(found), place

    def _shoulder(self, canvas: skia.Canvas, share: float, of: Shoulder) -> None:
        """Draw the dark back of a person in the near corner, for an over-the-shoulder shot."""
        width, height = self._size
        side = -1 if self._shot.direction is ScreenDirection.LEFT else 1
        unit = min(height, width * 1.2)
        x = width * 0.5 - side * (width * 0.5 - unit * (0.06 - 0.03 * share))
        canvas.save()
        canvas.translate(x, height * 0.5)
        canvas.scale(side * unit / 1000, unit / 1000)
        pen = Pen(canvas, self._dim, self._hex, 3.4)
        pen.blob([(-700, 760), (-470, 300), (-210, 212), (-60, 170), (70, 170), (190, 214),
                  (370, 300), (470, 520), (500, 900)], of.cloth, ink=1, tension=0.7)  # fmt: skip
        pen.poly([(-74, 60), (74, 60), (88, 196), (-88, 196)], of.skin)
        pen.oval(128, -44, 22, 38, of.skin, ink=1)
        pen.blob([(-132, -60), (-118, -190), (0, -252), (118, -190), (132, -60), (104, 66),
                  (0, 102), (-104, 66)], of.hair, ink=1)  # fmt: skip
        canvas.restore()
