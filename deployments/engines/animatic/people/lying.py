"""A person in bed: pillow, head and cover. Coordinates are those of poses.py."""

import math
from collections.abc import Callable

from deployments.engines.animatic.colour import lighter, lightness
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.people.look import PersonLook

HEAD_UP = 2.05
"""Height of the head's middle on a pillow, in heads above the floor."""
ON_PILLOW = 12.0, -201.0
"""Middle of the head on a pillow."""
BACK = 40.0
"""Distance from the middle of a lying figure to the surface under its back, in hundredths of a
head."""
_WOOD, _WOOD_DARK, _LINEN, _BLUE = "#a87f5c", "#86624a", "#f3eee5", "#8fa3bf"


def draw_lying(pen: Pen, look: PersonLook, way: float, t: float, head: Callable[[], None]) -> None:
    """Draw a person in bed. `head`: draws the head upright with its pivot at (0, 0); it is rotated
    here.
    """
    canvas = pen.canvas
    breath = math.sin(2 * math.pi * t / 4.2) * 5
    cover = look.trim if lightness(look.trim) < 0.85 else _BLUE
    shade = lighter(cover, -0.1)
    canvas.save()
    canvas.scale(way, 1)
    pen.rect(-176, -318, 34, 318, _WOOD, r=14, ink=1)
    pen.rect(590, -190, 30, 190, _WOOD, r=12, ink=1)
    pen.rect(-150, -104, 748, 56, _WOOD_DARK, ink=1)
    pen.rect(-142, -164, 734, 66, _LINEN, r=22, ink=1)
    pen.blob([(-136, -170), (-118, -216), (-20, -226), (58, -206), (64, -164), (-40, -156)],
             "#ffffff", ink=1)  # fmt: skip
    canvas.restore()
    canvas.save()
    canvas.translate(58 * way, -190)
    canvas.rotate(-76 * way)
    head()
    canvas.restore()
    canvas.save()
    canvas.scale(way, 1)
    pen.blob([(54, -196), (96, -232 - breath * 0.4), (150, -230), (150, -160), (60, -160)],
             look.top, ink=1, tension=0.7)  # fmt: skip
    top = -262 - breath
    pen.blob([(104, -236 + breath * 0.3), (190, top), (330, -238 - breath * 0.4), (430, -252),
              (545, -226), (598, -176), (600, -76), (330, -66), (98, -72), (92, -160)],
             cover, ink=1, tension=0.62)  # fmt: skip
    pen.blob([(104, -234 + breath * 0.3), (136, -246 - breath * 0.5), (142, -160), (136, -72),
              (98, -72), (92, -160)], _LINEN, ink=0.8, tension=0.55)  # fmt: skip
    for x in (240, 350, 470):
        pen.stroke([(x, -216), (x - 14, -150), (x - 4, -92)], 3, shade, curved=True)
    arm = [(110, -214), (168, -258 - breath), (226, -250 - breath)]
    pen.stroke(arm, 27 + pen.line * 2, pen.ink, curved=True)
    pen.stroke(arm, 27, look.top, curved=True)
    pen.oval(244, -247 - breath, 14, 11, look.skin, ink=1)
    canvas.restore()
