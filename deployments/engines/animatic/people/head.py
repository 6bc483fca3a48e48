"""A head with its face, front or turned, awake or blinking, in a mood.

Head space: the pivot (0, 0) is under the chin, the crown at y = -104, a head is 100 high.
"""

import skia

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen, Point, smooth
from deployments.engines.animatic.people import hair
from deployments.engines.animatic.people.look import PersonLook
from deployments.engines.animatic.reading import Mood

_BROWS: dict[Mood, tuple[float, float]] = {  # height, inner end up
    "smile": (0, 0),
    "joy": (-4, 1),
    "calm": (0, 0),
    "worry": (-2, -6),
    "surprise": (-9, 0),
    "focus": (3, 4),
    "rest": (2, 0),
}


def outline(f: float) -> skia.Path:
    """Return the outline of the face: a skull with a soft jaw, the chin shifted in the gaze's
    direction.
    """
    nose = 5 * abs(f)
    points: list[Point] = [
        (0, -103),
        (29, -94),
        (38, -68),
        (37 + (nose if f > 0 else 0), -46),
        (33 + (3 * f if f > 0 else 0), -24),
        (19 + 9 * f, -5),
        (0 + 9 * f, -0.5),
        (-19 + 9 * f, -5),
        (-33 + (3 * f if f < 0 else 0), -24),
        (-37 - (nose if f < 0 else 0), -46),
        (-38, -68),
        (-29, -94),
    ]
    return smooth(points, tension=0.95)


def draw_head(
    pen: Pen, look: PersonLook, f: float, mood: Mood, *, blink: bool, detail: bool
) -> None:
    skin, dark = look.skin, look.skin_dark
    ear_x = 36.0
    for side in (-1, 1):
        if f * side < 0.3 or abs(f) < 0.5:
            if abs(f) > 0.5:
                continue
            x = side * ear_x - f * 13
            pen.oval(x, -47, 7, 11, skin, ink=1)
            pen.stroke([(x - side * 1, -53), (x + side * 2.5, -47), (x, -42)], 1.8, dark)
    face = outline(f)
    pen.path(face, skin)
    shade = skia.Path(face)
    shade.offset(-9 if f >= 0 else 9, -5)
    pen.path(skia.Op(face, shade, skia.kDifference_PathOp), dark, alpha=0.55)
    pen.path(face, skin, alpha=0.0, ink=1)
    if abs(f) > 0.5 and look.hair not in ("bob", "long", "curly"):  # the ear on our side
        x = -f * 25
        pen.oval(x, -46, 7.5, 11, skin, ink=0.9)
        pen.stroke([(x + f * 2, -53), (x - f * 2.5, -47), (x + f, -42)], 1.8, dark)
    _face(pen, look, f, mood, blink, detail)
    hair.draw_front(pen, look, f)
    if look.glasses:
        _glasses(pen, f)


def _face(pen: Pen, look: PersonLook, f: float, mood: Mood, blink: bool, detail: bool) -> None:
    dx, brow_colour = f * 15, mix(look.hair_colour, "#3a2c2c", 0.4)
    up, slant = _BROWS[mood]
    blush = mix(look.skin, "#e2665f", 0.5)
    for side in (-1, 1):
        turned = side * f  # 1 for the eye on the far side of a turned head
        gap = 16.5 - (3.5 if turned > 0 else -1.0) * abs(f)
        x, squeeze = dx + side * gap, 1 - (0.24 * abs(f) if turned > 0 else 0.0)
        pen.oval(x + side * 6, -29, 8.5 * squeeze, 5.5, blush, alpha=0.34)
        if blink or mood == "rest":
            pen.stroke([(x - 7 * squeeze, -48), (x, -45), (x + 7 * squeeze, -48)], 2.8, pen.ink,
                       curved=True)  # fmt: skip
        elif mood == "joy":
            pen.stroke([(x - 7 * squeeze, -46), (x, -51.5), (x + 7 * squeeze, -46)], 3.0, pen.ink,
                       curved=True)  # fmt: skip
        else:
            _eye(pen, look, x, side, squeeze, f, wide=mood == "surprise", detail=detail)
        inner, outer = x - side * 7.5 * squeeze, x + side * 9 * squeeze
        pen.stroke(
            [(inner, -63 + up + slant), (x + side, -66.5 + up), (outer, -62 + up)],
            3.2 if not look.female else 2.1,
            brow_colour,
            curved=True,
        )
    nose_x = dx + f * 7
    pen.stroke(
        [
            (nose_x + 1.2 * (f or 1), -44),
            (nose_x + 4 * (f or 1), -33),
            (nose_x - 1 * (f or 1), -31),
        ],
        2.0,
        mix(look.skin_dark, pen.ink, 0.35),
        curved=True,
    )
    _mouth(pen, look, dx + f * 3, mood, squeeze=1 - 0.2 * abs(f))
    if look.beard:
        pen.blob([(dx - 22, -26), (dx - 16, -6), (dx, 0), (dx + 16, -6), (dx + 22, -26), (dx, -12)],
                 look.hair_colour, alpha=0.3)  # fmt: skip
    if look.old:
        for side in (-1, 1):
            pen.stroke([(dx + side * 17, -30), (dx + side * 19, -22)], 1.5, look.skin_dark)
            pen.stroke([(dx + side * 24, -43), (dx + side * 28, -41)], 1.4, look.skin_dark)


def _eye(
    pen: Pen,
    look: PersonLook,
    x: float,
    side: int,
    squeeze: float,
    f: float,
    *,
    wide: bool,
    detail: bool,
) -> None:
    tall = 8.2 if wide else 6.6
    if not detail:
        pen.oval(x, -49, 4.0 * squeeze, tall * 0.84, pen.ink)
        pen.oval(x + 1.3, -51.4, 1.4, 1.6, "#ffffff")
        return
    w = 9.4 * squeeze
    white = smooth([(x - w, -48), (x - w * 0.2, -48 - tall), (x + w, -49), (x, -48 + tall * 0.62)])
    pen.path(white, "#fbf8f4")
    iris = skia.Path()
    iris.addCircle(x + f * 1.6, -49.2, 6.1 if not wide else 5.4)
    pen.path(skia.Op(iris, white, skia.kIntersect_PathOp), "#5a3d2e")
    pupil = skia.Path()
    pupil.addCircle(x + f * 1.6, -49.2, 3.2)
    pen.path(skia.Op(pupil, white, skia.kIntersect_PathOp), "#1f1a1e")
    pen.oval(x + f * 1.6 + 2, -51.6, 1.7, 1.7, "#ffffff")
    lash = [(x - w - 0.5, -48), (x - w * 0.2, -48.6 - tall), (x + w + 0.5, -49.4)]
    pen.stroke(lash, 2.6 if look.female else 2.0, pen.ink, curved=True)
    if look.female:
        pen.stroke([(x + side * w, -49.5), (x + side * (w + 3.6), -53)], 2.2, pen.ink)
    pen.stroke(
        [(x - w * 0.8, -54.5 - tall * 0.5), (x, -52.5 - tall), (x + w * 0.8, -55 - tall * 0.5)],
        1.0,
        look.skin_dark,
        curved=True,
    )
    pen.stroke(
        [(x - w * 0.6, -45.5), (x, -43.6), (x + w * 0.6, -45.8)], 1.0, look.skin_dark, curved=True
    )


def _mouth(pen: Pen, look: PersonLook, x: float, mood: Mood, squeeze: float) -> None:
    lip = mix(look.skin, "#b8443f", 0.62 if look.female else 0.42)
    w = 11 * squeeze
    if mood == "joy":
        mouth = smooth([(x - w - 2, -22), (x, -20), (x + w + 2, -22), (x + 7, -11), (x - 7, -11)],
                       tension=0.9)  # fmt: skip
        pen.path(mouth, "#8e3a3c", ink=0.8)
        pen.poly([(x - w, -21.4), (x + w, -21.4), (x + w * 0.8, -17.6), (x - w * 0.8, -17.6)],
                 "#fffaf4")  # fmt: skip
    elif mood == "surprise":
        pen.oval(x, -15.5, 5.6 * squeeze, 6.6, "#8e3a3c", ink=0.8)
    elif mood == "worry":
        pen.stroke([(x - w * 0.7, -14), (x, -17.5), (x + w * 0.7, -14.5)], 2.6, lip, curved=True)
    elif mood in ("focus", "calm", "rest"):
        pen.stroke([(x - w * 0.6, -16.5), (x, -16), (x + w * 0.6, -16.5)], 2.6, lip, curved=True)
    else:
        pen.stroke([(x - w, -19.5), (x, -13.6), (x + w, -19.5)], 2.8, lip, curved=True)
        pen.stroke([(x - 4, -9.2), (x + 4, -9.2)], 1.6, look.skin_dark)


def _glasses(pen: Pen, f: float) -> None:
    for side in (-1, 1):
        x = f * 15 + side * 16
        box = skia.Rect.MakeLTRB(x - 13, -60, x + 13, -38)
        pen.canvas.drawRoundRect(box, 9, 9, pen.paint(pen.ink, 1.0, 2.6))
    pen.stroke([(f * 15 - 3, -51), (f * 15 + 3, -51)], 2.6, pen.ink)


def head_pictures(pen_like: Pen, look: PersonLook, f: float, mood: Mood, detail: bool) -> tuple[
    skia.Picture, skia.Picture
]:  # fmt: skip
    """Record the head twice: with open eyes, and with closed eyes."""
    made: list[skia.Picture] = []
    for blink in (False, True):
        recorder = skia.PictureRecorder()
        canvas = recorder.beginRecording(skia.Rect.MakeLTRB(-90, -150, 90, 120))
        pen = Pen(canvas, pen_like.light, pen_like.ink, pen_like.line)
        draw_head(pen, look, f, mood, blink=blink, detail=detail)
        made.append(recorder.finishRecordingAsPicture())
    return made[0], made[1]
