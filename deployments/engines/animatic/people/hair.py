"""Hair behind the head and around the face. Coordinates are those of head.py."""

from deployments.engines.animatic.colour import lighter, mix
from deployments.engines.animatic.pen import Pen, Point, smooth
from deployments.engines.animatic.people.look import PersonLook


def draw_back(pen: Pen, look: PersonLook, f: float) -> None:
    """Draw the hair that falls behind the neck, before body and face."""
    colour = lighter(look.hair_colour, -0.03)
    back = -f * 9
    shapes: dict[str, list[Point]] = {
        "bob": [(-41, -62), (-46, -30), (-40, -4), (-14, 4), (14, 4), (40, -4), (46, -30),
                (41, -62), (0, -104)],
        "long": [(-41, -62), (-47, -20), (-50, 34), (-40, 76), (0, 66), (40, 76), (50, 34),
                 (47, -20), (41, -62), (0, -104)],
        "curly": [(-44, -70), (-54, -46), (-48, -22), (-40, -4), (0, 2), (40, -4), (48, -22),
                  (54, -46), (44, -70), (0, -112)],
    }  # fmt: skip
    if look.hair in shapes:
        pen.blob([(x + back, y) for x, y in shapes[look.hair]], colour, ink=1)
    elif look.hair == "ponytail":
        x = back * 2.4 if f else 30.0
        side = -1 if f > 0 else 1
        pen.blob(
            [
                (x, -84),
                (x + side * 30, -70),
                (x + side * 36, -26),
                (x + side * 22, 14),
                (x + side * 14, -24),
                (x + side * 2, -58),
            ],
            colour,
            ink=1,
        )
    elif look.hair == "bun":
        pen.oval(back * 1.6, -106, 21, 19, colour, ink=1)


def draw_front(pen: Pen, look: PersonLook, f: float) -> None:
    """Draw the hair over the skull, with its hairline."""
    colour, s = look.hair_colour, f * 8
    shine = mix(colour, "#ffffff", 0.16)
    if look.hair == "bald":
        if look.old:
            pen.blob([(-39, -58), (-35, -74), (-29, -58), (-34, -42)], colour, ink=0.8)
            pen.blob([(39, -58), (35, -74), (29, -58), (34, -42)], colour, ink=0.8)
        return
    crown: list[Point] = [(-41, -52), (-43, -76), (-30, -101), (-2 - f * 3, -109), (29, -102),
                          (43, -77), (41, -52)]  # fmt: skip
    lines: dict[str, list[Point]] = {
        "short": [(34 + s * 0.4, -62), (27 + s, -76), (8 + s, -73), (-8 + s, -79), (-24 + s, -72),
                  (-34 + s * 0.4, -60)],
        "crew": [(35 + s * 0.4, -66), (26 + s, -84), (0 + s, -88), (-26 + s, -84),
                 (-35 + s * 0.4, -66)],
        "side": [(34 + s * 0.4, -62), (29 + s, -78), (10 + s, -86), (-12 + s, -83), (-22 + s, -76),
                 (-34 + s * 0.4, -60)],
        "bob": [(36 + s * 0.4, -30), (31 + s, -58), (22 + s, -70), (4 + s, -68), (-18 + s, -68),
                (-31 + s, -58), (-36 + s * 0.4, -30)],
        "long": [(36 + s * 0.4, -20), (32 + s, -56), (16 + s, -82), (-2 + s, -88), (-20 + s, -76),
                 (-32 + s, -56), (-37 + s * 0.4, -20)],
        "ponytail": [(35 + s * 0.4, -60), (24 + s, -80), (2 + s, -86), (-20 + s, -80),
                     (-35 + s * 0.4, -60)],
        "bun": [(35 + s * 0.4, -58), (24 + s, -78), (6 + s, -88), (-18 + s, -80),
                (-35 + s * 0.4, -58)],
        "curly": [(37 + s * 0.4, -46), (30 + s, -70), (14 + s, -76), (-2 + s, -71), (-18 + s, -77),
                  (-31 + s, -69), (-37 + s * 0.4, -46)],
    }  # fmt: skip
    line = lines[look.hair]
    if abs(f) > 0.5:  # the far temple is turned away
        far = 0 if f > 0 else -1
        line[far] = (line[far][0] - f * 2, min(line[far][1], -60.0))
    path = smooth([*crown, *line], tension=0.85)
    pen.path(path, colour, ink=1)
    if look.hair == "curly":
        for x, y, r in ((-32, -92, 15), (-12, -106, 16), (12, -107, 16), (33, -92, 15)):
            pen.oval(x, y, r, r * 0.9, colour)
    pen.stroke(
        [(-22 - f * 6, -93), (-8 - f * 6, -100), (9 - f * 6, -99)], 3.2, shine, curved=True,
        alpha=0.7,
    )  # fmt: skip


def draw_from_behind(pen: Pen, look: PersonLook) -> None:
    """Draw the whole head of a person who faces away from the camera."""
    colour, dark = look.hair_colour, lighter(look.hair_colour, -0.06)
    for x in (-37, 37):
        pen.oval(x, -47, 7, 11, look.skin, ink=1)
    if look.hair in ("bald",):
        pen.oval(0, -52, 38, 51, look.skin, ink=1)
        return
    low = {"long": 70, "bob": 6, "curly": 2, "ponytail": -6, "bun": -10}.get(look.hair, -14)
    pen.blob([(-40, -58), (-30, -94), (0, -105), (30, -94), (40, -58), (38, low - 8), (0, low),
              (-38, low - 8)], colour, ink=1, tension=0.8)  # fmt: skip
    for x in (-16, 2, 18):
        pen.stroke([(x * 0.5, -96), (x, -56), (x * 1.1, low - 12)], 1.6, dark, curved=True)
    if look.hair == "ponytail":
        pen.blob([(-12, -76), (12, -76), (17, -20), (0, 26), (-17, -20)], colour, ink=1)
    elif look.hair == "bun":
        pen.oval(0, -98, 21, 19, colour, ink=1)
