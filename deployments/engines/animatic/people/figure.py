"""Figure: draws a dressed person at a moment. Parts are recorded once and posed every frame."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import skia

from deployments.engines.animatic.colour import lighter
from deployments.engines.animatic.pen import Pen, smooth
from deployments.engines.animatic.people import hair
from deployments.engines.animatic.people.clothes import draw_torso, sleeve_length
from deployments.engines.animatic.people.head import head_pictures
from deployments.engines.animatic.people.look import PersonLook
from deployments.engines.animatic.people.lying import BACK, ON_PILLOW, draw_lying
from deployments.engines.animatic.people.poses import SEATED, XY, Body, Carry, Stance, stance
from deployments.engines.animatic.people.seats import draw_bicycle, draw_chair
from deployments.engines.animatic.reading import Mood, Pose


@dataclass(frozen=True)
class Part:
    """A person's pose, mood and movement in the shot."""

    pose: Pose
    mood: Mood
    facing: float
    phase: float
    item: skia.Picture | None = None
    item_scale: float = 1.0
    detail: bool = False
    hides_legs: bool = False
    carry: Carry = ""
    seat: Literal["chair", "floor", "none"] = "chair"
    """What a seated figure draws itself; "none": a sofa is drawn under it.

    A figure that lies draws a bed where this is "chair".
    """
    sits: bool = False
    """True: seated, in a pose that is also possible standing."""
    away: bool = False
    """True: seen from behind."""
    product: tuple[float, float] | None = None
    """Width and height of `item` in hundredths of a head, if it is the product."""
    near: float | None = None
    """Distance to the person in front of the gaze, in hundredths of a head; None: nobody."""
    below: float = 0.0
    """y of that person's chin, below which a hand that reaches out touches them."""


class Figure:
    """Draws a person with the middle of the feet at (0, 0), a head 100 high."""

    def __init__(self, pen: Pen, look: PersonLook, part: Part) -> None:
        self.look, self.part, self.body = look, part, Body(look.heads)
        self._pen = Pen(pen.canvas, pen.light, pen.ink, pen.line)
        f, sits = part.facing, part.pose in SEATED or part.sits
        self._awake, self._blink = head_pictures(pen, look, f, part.mood, part.detail)
        self._hair = self._recorded(lambda p: hair.draw_back(p, look, f))
        self._back = self._recorded(lambda p: hair.draw_from_behind(p, look))
        self._torso = self._recorded(lambda p: draw_torso(p, look, self.body, f, seated=sits))

    def _recorded(self, draw: Callable[[Pen], None]) -> skia.Picture:
        recorder = skia.PictureRecorder()
        canvas = recorder.beginRecording(skia.Rect.MakeLTRB(-400, -400, 400, 600))
        draw(Pen(canvas, self._pen.light, self._pen.ink, self._pen.line))
        return recorder.finishRecordingAsPicture()

    @property
    def lies_bare(self) -> bool:
        """Return whether the figure lies outstretched on a floor or a sofa, and not covered in a
        bed."""
        return self.part.pose == "lie" and self.part.seat != "chair"

    def stance(self, t: float) -> Stance:
        part = self.part
        return stance(
            self.body,
            "stand" if self.lies_bare else part.pose,
            part.facing,
            t,
            part.item is not None,
            part.phase,
            part.carry,
            part.seat == "floor",
            part.sits,
            None if part.near is None else (part.near, part.below),
        )

    def face(self, t: float) -> skia.Rect:
        """Return the head's box at a moment."""
        now = self.stance(t)
        x, y = now.neck[0] + 2 * now.facing, now.neck[1] - 52
        if self.part.pose == "lie":
            way = now.facing or 1.0
            x, y = ((self.body.height - 90 + y) * way, -BACK) if self.lies_bare else (
                ON_PILLOW[0] * way, ON_PILLOW[1])  # fmt: skip
        return skia.Rect.MakeLTRB(x - 46, y - 62, x + 46, y + 52)

    def goods(self, t: float) -> skia.Rect | None:
        """Return the box of the product in the hand; None: there is none."""
        item, size = self.stance(t).item, self.part.product
        if item is None or size is None:
            return None
        half, tall = size[0] / 2, size[1] / 2
        return skia.Rect.MakeLTRB(item[0] - half, item[1] - tall, item[0] + half, item[1] + tall)

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        pen, part = self._pen, self.part
        pen.canvas = canvas
        now = self.stance(t)
        if self.lies_bare:
            way = now.facing or 1.0
            canvas.save()
            # The head comes to lie where the one on a pillow does; the back is down.
            canvas.translate((self.body.height - 90) * way, -BACK * self.look.build)
            canvas.rotate(-90 * way)
            self._draw(canvas, now, t)
            canvas.restore()
        elif part.pose == "lie":
            draw_lying(pen, self.look, now.facing or 1.0, t, lambda: self._head_alone(t))
        else:
            self._draw(canvas, now, t)

    def _draw(self, canvas: skia.Canvas, now: Stance, t: float) -> None:
        pen, part = self._pen, self.part
        head_at = (now.neck[0] + 2 * now.facing, now.neck[1] - 5)
        if part.pose == "cycle":
            draw_bicycle(pen, self.look.trim, now, t)
        elif now.seated and part.pose != "drive" and part.seat == "chair":
            draw_chair(pen, now)
        self._play(self._hair, head_at, now.head_tilt)
        if not now.arms_before:
            self._arm(now.far_arm, shaded=True)
        # The lap of a person who sits facing the camera is in front of the body.
        lap = now.seated and not now.facing and part.pose != "drive"
        if not lap:
            self._legs(now)
        self._neck(now.neck, head_at)
        lean = now.neck[0] - now.hip[0]
        canvas.save()
        canvas.concat(skia.Matrix.MakeAll(1, -lean / self.body.torso, now.hip[0], 0,
                                          (now.hip[1] - now.neck[1]) / self.body.torso,
                                          now.hip[1], 0, 0, 1))  # fmt: skip
        canvas.drawPicture(self._torso)
        canvas.restore()
        if lap:
            self._legs(now)
        self._play(self._face(t), head_at, now.head_tilt)
        if now.arms_before:
            self._arm(now.far_arm, shaded=True)
        if now.item is not None and part.item is not None:
            canvas.save()
            canvas.translate(*now.item)
            canvas.scale(part.item_scale, part.item_scale)
            canvas.drawPicture(part.item)
            canvas.restore()
        self._arm(now.near_arm, shaded=False)

    def _legs(self, now: Stance) -> None:
        if not self.part.hides_legs:
            self._leg(now.far_leg, now.facing, shaded=True)
            self._leg(now.near_leg, now.facing, shaded=False)

    def _face(self, t: float) -> skia.Picture:
        if self.part.away:
            return self._back
        return self._blink if (t + self.part.phase * 3.1) % 3.3 > 3.17 else self._awake

    def _head_alone(self, t: float) -> None:
        self._pen.canvas.drawPicture(self._hair)
        self._pen.canvas.drawPicture(self._face(t))

    def _play(self, picture: skia.Picture, at: XY, tilt: float) -> None:
        canvas = self._pen.canvas
        canvas.save()
        canvas.translate(*at)
        canvas.rotate(tilt)
        canvas.drawPicture(picture)
        canvas.restore()

    def _neck(self, neck: XY, head: XY) -> None:
        pen, look = self._pen, self.look
        w = 14.0 * look.build
        x, y = neck
        pen.poly(
            [(x - w, y + 12), (x + w, y + 12), (head[0] + w * 0.92, y - 24),
             (head[0] - w * 0.92, y - 24)], look.skin_dark,
        )  # fmt: skip
        pen.stroke([(x - w, y + 11), (head[0] - w * 0.92, y - 12)], pen.line * 0.9, pen.ink)
        pen.stroke([(x + w, y + 11), (head[0] + w * 0.92, y - 12)], pen.line * 0.9, pen.ink)

    def _limb(
        self, joints: tuple[XY, XY, XY], widths: tuple[float, float, float], colour: str
    ) -> None:
        """Draw a tapered tube through root, bend and end, inked along its sides."""
        a, b, _ = joints
        pen = self._pen
        left, right = _offsets(joints, widths)
        path = smooth([*left, *right[::-1]], tension=0.8)
        pen.oval(a[0], a[1], widths[0] * 0.5, widths[0] * 0.5, colour, ink=1)
        pen.path(path, colour, ink=1)
        pen.oval(a[0], a[1], widths[0] * 0.48, widths[0] * 0.48, colour)
        pen.oval(b[0], b[1], widths[1] * 0.46, widths[1] * 0.46, colour)

    def _arm(self, joints: tuple[XY, XY, XY], *, shaded: bool) -> None:
        pen, look = self._pen, self.look
        cloth = look.top_dark if shaded else look.top
        if look.outfit == "apron":
            cloth = "#e9e4da" if not shaded else "#d6d0c4"
        skin = look.skin_dark if shaded else look.skin
        w = (24 if look.female else 28) * look.build * (0.86 if look.heads < 5.6 else 1.0)
        a, b, c = joints
        hand = (c[0] + (c[0] - b[0]) * 0.09, c[1] + (c[1] - b[1]) * 0.09)
        if sleeve_length(look) == "long":
            pen.oval(*hand, w * 0.40, w * 0.44, skin, ink=1)
            cuff = (b[0] + (c[0] - b[0]) * 0.93, b[1] + (c[1] - b[1]) * 0.93)
            self._limb((a, b, cuff), (w * 1.06, w * 0.92, w * 0.74), cloth)
        else:
            pen.oval(*hand, w * 0.40, w * 0.44, skin, ink=1)
            self._limb(joints, (w * 0.8, w * 0.72, w * 0.52), skin)
            half = (a[0] + (b[0] - a[0]) * 0.72, a[1] + (b[1] - a[1]) * 0.72)
            middle = ((a[0] + half[0]) / 2, (a[1] + half[1]) / 2)
            self._limb((a, middle, half), (w * 1.06, w * 1.08, w * 1.04), cloth)

    def _leg(self, joints: tuple[XY, XY, XY], facing: float, *, shaded: bool) -> None:
        pen, look = self._pen, self.look
        colour = look.bottom
        bare = look.outfit == "dress"
        if bare:
            colour = look.skin_dark if shaded else look.skin
        elif shaded:
            colour = lighter(look.bottom, -0.07)
        w = (37 if not bare else 25) * look.build * (0.84 if look.heads < 5.6 else 1.0)
        foot = joints[2]
        toe = 17 * facing
        if facing:
            shoe = smooth(
                [(foot[0] - 10 * facing, foot[1] - 15), (foot[0] + 9 * facing, foot[1] - 15),
                 (foot[0] + toe + 11 * facing, foot[1] - 3), (foot[0] + toe, foot[1] + 3),
                 (foot[0] - 12 * facing, foot[1] + 3)], tension=0.7,
            )  # fmt: skip
        else:
            shoe = smooth(
                [(foot[0] - 13, foot[1] - 4), (foot[0], foot[1] - 15), (foot[0] + 13, foot[1] - 4),
                 (foot[0], foot[1] + 4)], tension=0.9,
            )  # fmt: skip
        pen.path(shoe, look.shoes, ink=1)
        ankle = (foot[0], foot[1] - 14)
        if bare and self.part.pose in SEATED:
            # The skirt covers the thigh.
            cloth = look.top_dark if shaded else look.top
            hip, knee = joints[0], joints[1]
            over = ((hip[0] + knee[0]) / 2, (hip[1] + knee[1]) / 2)
            past = (knee[0] + (knee[0] - hip[0]) * 0.1, knee[1] + 8)
            end = w * 0.5
            self._limb((joints[1], ((joints[1][0] + ankle[0]) / 2, (joints[1][1] + ankle[1]) / 2),
                        ankle), (w * 0.8, w * 0.78, end), colour)  # fmt: skip
            self._limb((hip, over, past), (w * 1.7, w * 1.6, w * 1.3), cloth)
            return
        end = w * (0.62 if not bare else 0.5)
        self._limb((joints[0], joints[1], ankle), (w, w * 0.84, end), colour)


def _offsets(
    joints: tuple[XY, XY, XY], widths: tuple[float, float, float]
) -> tuple[list[XY], list[XY]]:
    """Return the points along both sides of a limb: root, before, at and after the bend, end."""
    (ax, ay), (bx, by), (cx, cy) = joints
    ul, ll = math.hypot(bx - ax, by - ay) or 1.0, math.hypot(cx - bx, cy - by) or 1.0
    ux, uy, lx, ly = (bx - ax) / ul, (by - ay) / ul, (cx - bx) / ll, (cy - by) / ll
    mx, my = ux + lx, uy + ly
    ml = math.hypot(mx, my) or 1.0
    mx, my = mx / ml, my / ml
    w0, w1, w2 = widths
    rows = (
        (ax, ay, ux, uy, w0),
        ((ax + bx) / 2, (ay + by) / 2, ux, uy, (w0 + w1) / 2),
        (bx, by, mx, my, w1),
        ((bx + cx) / 2, (by + cy) / 2, lx, ly, (w1 + w2) / 2),
        (cx, cy, lx, ly, w2),
    )
    left = [(x - dy * w / 2, y + dx * w / 2) for x, y, dx, dy, w in rows]
    right = [(x + dy * w / 2, y - dx * w / 2) for x, y, dx, dy, w in rows]
    return left, right
