"""Spots: places within a setting that need a stage of their own. Far and middle planes."""

from collections.abc import Mapping

import skia

from conte.staging_vocabulary import Spot
from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.outdoors import skyline, street
from deployments.engines.animatic.outdoors.skies import draw_sky
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.rooms import fittings, home, trades, work
from deployments.engines.animatic.rooms.shell import (
    FLOOR,
    ceiling,
    curtains,
    floor,
    outside,
    panel_light,
    shade_lamp,
    skirting,
    wall,
    warmth,
    window,
)
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.stage import Stage


def hotel_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, s.wood, 0.25))
    floor(p, mix(s.accent_pale, s.wood, 0.35), s.wood_dark, "plain")
    skirting(p, s, s.wood_dark)
    warmth(p, s, -200, 200, 900)
    window(p, s, -800, 110, 430, 420, panes=(2, 1), city=True, sill=False)
    curtains(p, s, -800, 110, 430, 470, s.cloth)


def hotel_mid(p: Pen, s: Scheme) -> None:
    """A wide made bed with a padded head, lamps at both sides, a luggage bench."""
    p.rect(-130, 250, 800, 330, s.cloth_dark, r=10, ink=1)
    for k in range(1, 5):
        p.stroke([(-130 + k * 160, 256), (-130 + k * 160, 574)], 2.4, s.ink, alpha=0.5)
    for x in (-230, 770):
        p.rect(x - 70, 520, 140, 180, s.wood_dark, ink=1)
        shade_lamp(p, s, x, 380, 520)
    p.poly([(-110, 540), (650, 540), (720, 760), (-180, 760)], s.pale, ink=1)
    p.poly([(-146, 660), (686, 660), (712, 738), (-172, 738)], s.accent, ink=1)
    p.rect(-180, 760, 900, 60, s.pale, ink=1)
    for x in (-60, 320):
        p.blob([(x, 560), (x + 30, 470), (x + 220, 470), (x + 250, 560)], "#ffffff", ink=1)
    fittings.framed(p, s, 150, 60, 240, 140)


def cabin_far(p: Pen, s: Scheme) -> None:
    """The wall of an aircraft, with its oval windows over a sea of clouds."""
    p.rect(-1900, -700, 3800, 2400, s.pale)
    p.poly([(-1900, -700), (1900, -700), (1900, 60), (-1900, 60)], s.stone)
    p.rect(-1900, 40, 3800, 26, s.stone_dark, ink=0.7)
    for x in range(-1700, 1900, 300):
        p.rect(x - 74, 190, 148, 200, s.stone, r=66, ink=1)
        p.canvas.save()
        path = _pill(x - 58, 206, 116, 168, 56)
        p.canvas.clipPath(path, skia.ClipOp.kIntersect, True)
        for k, band in enumerate(s.sky):
            p.rect(x - 60, 200 + k * 36, 120, 40, band, lit=False)
        for dx, dy in ((-30, 350), (24, 362), (0, 376)):
            p.oval(x + dx, dy, 50, 22, "#ffffff", lit=False)
        p.canvas.restore()
        p.path(path, s.pale, alpha=0.0, ink=1)


def _pill(x: float, y: float, w: float, h: float, r: float) -> skia.Path:
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeXYWH(x, y, w, h), r, r)
    return path


def cabin_mid(p: Pen, s: Scheme) -> None:
    for x in (-900, -560, -220, 120, 460, 800):
        p.rect(x, 380, 220, 600, s.cloth, r=44, ink=1)
        p.rect(x + 30, 350, 160, 120, s.cloth_dark, r=34, ink=1)
        p.rect(x + 44, 360, 132, 70, s.pale, r=18, ink=0.7)
        p.rect(x - 26, 660, 42, 190, s.stone_dark, r=14, ink=1)


def bus_far(p: Pen, s: Scheme) -> None:
    """Windows of a bus or a train, with the city behind."""
    p.rect(-1900, -700, 3800, 2400, s.pale)
    for x in range(-1600, 1800, 420):
        p.rect(x - 12, 108, 384, 404, s.ink, r=26, lit=False)
        outside(p, s, x, 120, 360, 380, True)
    p.rect(-1900, 540, 3800, 160, s.metal, ink=0.8)
    floor(p, s.stone_dark, s.ink, "plain")


def bus_mid(p: Pen, s: Scheme) -> None:
    for x in (-840, -480, 240, 600):
        p.rect(x, 430, 240, 330, s.accent, r=40, ink=1)
        p.rect(x - 12, 690, 264, 90, s.accent_dark, r=24, ink=1)
        p.rect(x + 30, 398, 180, 44, s.stone_dark, r=20, ink=0.9)
    for x in (-520, 180):
        p.rect(x, -700, 14, 1500, "#e3b83c", ink=0.8)
    _straps(p, s)


def _straps(p: Pen, s: Scheme) -> None:
    p.rect(-1900, 46, 3800, 12, s.metal, ink=0.8)
    for x in range(-840, 900, 170):
        p.stroke([(x, 56), (x, 116)], 7, s.stone_dark)
        p.canvas.drawCircle(x, 146, 28, p.paint(p.ink, 1, 13))
        p.canvas.drawCircle(x, 146, 28, p.paint(s.pale, 1, 8))


def subway_mid(p: Pen, s: Scheme) -> None:
    """The long bench of a subway car, doors at both ends."""
    p.rect(-560, 470, 1120, 200, s.accent, r=26, ink=1)
    for k in range(1, 7):
        p.stroke([(-560 + k * 160, 480), (-560 + k * 160, 660)], 2.4, s.accent_dark)
    p.rect(-580, 650, 1160, 90, s.accent_dark, r=22, ink=1)
    for x in (-880, 620):
        p.rect(x, 60, 260, 700, s.metal, r=10, ink=1)
        p.rect(x + 26, 110, 92, 330, s.sky[1], r=16, ink=0.8, lit=False)
        p.rect(x + 142, 110, 92, 330, s.sky[1], r=16, ink=0.8, lit=False)
        p.stroke([(x + 130, 66), (x + 130, 752)], 3, p.ink)
    _straps(p, s)


def clinic_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.pale, "#dfeee8", 0.6))
    floor(p, s.floor, s.floor_dark, "tiles")
    skirting(p, s)
    window(p, s, -880, 120, 330, 360, panes=(2, 1), city=True)


def clinic_mid(p: Pen, s: Scheme) -> None:
    """A doctor's desk with a screen, an eye chart, a couch behind its curtain."""
    p.rect(-400, 96, 150, 230, "#fbf8f0", ink=1)
    for k, w in enumerate((50, 40, 32, 24, 17)):
        p.rect(-325 - w / 2, 116 + k * 40, w, 18, p.ink, lit=False)
    p.rect(430, 480, 470, 50, s.cloth, r=22, ink=1)
    p.rect(430, 520, 470, 34, s.stone, ink=1)
    for x in (460, 850):
        p.rect(x, 554, 16, 190, s.metal, ink=0.8)
    p.rect(430, 440, 130, 60, "#ffffff", r=26, ink=1)
    p.rect(300, 70, 14, 690, s.metal, ink=0.8)
    p.poly([(314, 84), (420, 84), (404, 730), (322, 742)], mix(s.leaf, s.pale, 0.6), ink=1)
    fittings.desk(p, s, -220, 560, 420, 190)
    fittings.monitor(p, s, -40, 560, 0.9)
    fittings.books(p, s, 70, 560, 110)


def counter_far(p: Pen, s: Scheme) -> None:
    wall(p, s.wall)
    p.rect(-1900, 60, 3800, 150, s.accent, ink=0.8)
    floor(p, s.floor, s.floor_dark, "tiles")
    skirting(p, s)


def counter_mid(p: Pen, s: Scheme) -> None:
    """A row of windows with numbers above, screens on the top, glass between."""
    for k, x in enumerate((-640, -60, 520)):
        p.rect(x - 110, 90, 220, 92, s.ink, r=10, lit=False)
        p.oval(x - 60, 136, 24, 24, s.lamp, lit=False)
        for row in range(2):
            p.rect(x - 16, 116 + row * 26, 90 - k * 12, 12, "#cfe4ee", r=5, lit=False)
        fittings.monitor(p, s, x - 40, 540, 0.8)
        p.rect(x + 230, 300, 16, 250, "#cfe0e6", ink=0.9)
        fittings.office_chair(p, s, x + 60, 800)
    p.rect(-1900, 540, 3800, 30, s.pale, ink=1)
    p.rect(-1900, 568, 3800, 250, s.wood, ink=1)
    for x in range(-900, 1000, 290):
        p.stroke([(x, 574), (x, 812)], 2.4, s.wood_dark)


def corridor_far(p: Pen, s: Scheme) -> None:
    """The open walkway of an apartment block: doors on one side, the city over the rail."""
    draw_sky(p, s)
    for k in range(-8, 9):
        up = 190 + k * 53 % 160
        p.rect(k * 150, 560 - up, 126, up + 200, mix(s.stone, s.sky[3], 0.5), ink=0.5)
        for j in range(6):
            p.rect(k * 150 + 16 + j % 2 * 52, 580 - up + j // 2 * 46, 38, 24, s.window, lit=False)
    p.rect(-1900, 600, 3800, 1200, s.stone)
    for k in range(-24, 25):
        p.stroke([(k * 78, 660), (k * 260, 1700)], 1.6, s.stone_dark)


def corridor_mid(p: Pen, s: Scheme) -> None:
    p.rect(-1900, -700, 3800, 760, s.wall_dark, ink=1)
    p.rect(240, -700, 1660, 1430, s.wall, ink=1)
    for x in (330, 760):
        p.rect(x, 180, 250, 550, s.metal, ink=1)
        p.rect(x + 14, 194, 222, 536, s.accent_dark, ink=1)
        p.oval(x + 210, 470, 11, 11, s.lamp, ink=0.8)
        p.rect(x + 84, 236, 82, 40, s.pale, r=4, ink=0.7)
        p.rect(x + 268, 400, 34, 54, s.ink, r=6, lit=False)
    p.rect(-1900, 520, 2140, 26, s.metal, ink=1)
    p.rect(-1900, 546, 2140, 190, s.pale, ink=1)
    for x in range(-900, 240, 190):
        p.stroke([(x, 550), (x, 732)], 2.4, s.stone_dark)
    p.rect(200, -700, 60, 1460, s.stone, ink=1)
    panel_light(p, s, -300, 240)


def lift_far(p: Pen, s: Scheme) -> None:
    wall(p, s.metal)
    floor(p, s.stone_dark, s.ink, "plain")
    ceiling(p, s)


def lift_mid(p: Pen, s: Scheme) -> None:
    """Steel doors between panels, a rail, and the buttons."""
    for x in (-900, 470):
        p.rect(x, 30, 430, 640, mix(s.metal, s.pale, 0.4), ink=1)
        p.rect(x + 20, 430, 390, 16, s.stone_dark, r=8, ink=0.9)
    for x in (-440, 6):
        p.rect(x, 60, 430, 610, s.stone, ink=1)
        for k in range(3):
            p.stroke([(x + 60 + k * 110, 90), (x + 160 + k * 110, 640)], 5, "#ffffff", alpha=0.3)
    p.rect(-140, 0, 280, 50, s.ink, r=8, lit=False)
    p.poly([(0, 10), (16, 36), (-16, 36)], s.lamp, lit=False)
    p.rect(500, 240, 90, 250, s.pale, r=12, ink=1)
    for k in range(8):
        p.oval(524 + k % 2 * 42, 270 + k // 2 * 52, 15, 15, s.lamp if k == 5 else s.metal, ink=0.8)
    panel_light(p, s, 0, 560)


def court_far(p: Pen, s: Scheme) -> None:
    skyline.skyline_far(p, s)
    p.rect(-1900, 600, 3800, 1200, mix("#c4764f", s.ground, 0.25))


def court_mid(p: Pen, s: Scheme) -> None:
    """A hoop on its post, a fence behind, white lines on the ground."""
    for x in range(-960, 1000, 240):
        p.rect(x, 220, 12, 400, s.leaf_dark, ink=0.8)
    for k in range(-28, 29):
        p.stroke([(k * 40, 226), (k * 40 + 380, 606)], 1.6, s.leaf_dark, alpha=0.5)
        p.stroke([(k * 40, 226), (k * 40 - 380, 606)], 1.6, s.leaf_dark, alpha=0.5)
    p.rect(-1900, 214, 3800, 12, s.leaf_dark, ink=0.6)
    p.stroke([(-1900, 660), (1900, 660)], 8, s.pale)
    p.poly([(-250, 668), (250, 668), (420, 1000), (-420, 1000)], s.accent, alpha=0.75)
    for a, b in (((-250, 664), (-420, 1000)), ((250, 664), (420, 1000))):
        p.stroke([a, b], 8, s.pale)
    x = 330.0
    p.rect(x + 130, 120, 28, 540, s.stone_dark, ink=1)
    p.stroke([(x + 144, 170), (x + 40, 150)], 18, s.stone_dark)
    p.rect(x - 120, 20, 240, 170, s.pale, r=6, ink=1)
    p.rect(x - 50, 84, 100, 76, s.pale, ink=1)
    p.stroke([(x - 48, 176), (x + 48, 176)], 9, "#d9552f")
    for k in range(5):
        p.stroke([(x - 42 + k * 21, 180), (x - 26 + k * 13, 250)], 2.6, "#ffffff")


def hall_far(p: Pen, s: Scheme) -> None:
    """A dark auditorium: rows of seats and the lamps above."""
    p.rect(-1900, -700, 3800, 2400, mix(s.ink, "#2a1c2c", 0.5), lit=False)
    for x in (-620, -200, 220, 640):
        p.poly([(x - 20, -40), (x + 20, -40), (x + 260, 720), (x - 260, 720)], s.lamp, alpha=0.1,
               lit=False)  # fmt: skip
    p.rect(-1900, 700, 3800, 1000, s.wood_dark)
    for k in range(-20, 21):
        p.stroke([(k * 90, 704), (k * 260, 1700)], 2, s.ink, alpha=0.5)


def hall_mid(p: Pen, s: Scheme) -> None:
    red = "#9d3340"
    p.rect(-1900, -700, 3800, 760, red, ink=1)
    for k in range(-14, 15):
        p.blob([(k * 80 - 40, 40), (k * 80, 90), (k * 80 + 40, 40)], red, ink=0.8)
    for way in (-1, 1):
        for k in range(5):
            x = way * (900 - k * 66)
            p.poly([(x - 40, -20), (x + 40, -20), (x + 34, 720 - k * 6), (x - 34, 720 - k * 6)],
                   mix(red, "#5d1c28", 0.15 * (k % 2)), ink=0.9)  # fmt: skip
    p.rect(-1900, 690, 3800, 20, s.wood, ink=1)


def gallery_far(p: Pen, s: Scheme) -> None:
    wall(p, "#f6f4f0")
    floor(p, s.stone, s.stone_dark, "plain")
    p.rect(-1900, FLOOR - 8, 3800, 10, s.stone_dark)
    p.poly([(-240, -700), (240, -700), (420, FLOOR), (-420, FLOOR)], "#ffffff", alpha=0.5)


def gallery_mid(p: Pen, s: Scheme) -> None:
    p.rect(-1900, 10, 3800, 14, s.ink)
    for x in (-700, -240, 240, 700):
        p.rect(x - 12, 20, 24, 44, s.ink, r=6)
        p.poly([(x - 12, 64), (x + 12, 64), (x + 150, 520), (x - 150, 520)], s.lamp, alpha=0.14,
               lit=False)  # fmt: skip
    fittings.framed(p, s, -860, 170, 260, 300)
    fittings.framed(p, s, 600, 190, 330, 240)
    for x in (-430, 430):
        p.rect(x - 8, 560, 16, 160, "#c9a24f", ink=0.9)
        p.oval(x, 556, 16, 14, "#c9a24f", ink=0.9)
    p.stroke([(-430, 580), (0, 650), (430, 580)], 12, "#9d3340", curved=True)


def market_mid(p: Pen, s: Scheme) -> None:
    """Stalls under awnings, with crates of fruit and vegetables."""
    for k, x in enumerate((-760, -220, 320)):
        colour = (s.accent, "#c94f3f", s.leaf_dark)[k]
        for post in (x, x + 430):
            p.rect(post, 210, 14, 530, s.stone_dark, ink=0.9)
        for j in range(8):
            p.poly([(x - 30 + j * 62, 150), (x + 32 + j * 62, 150), (x + 24 + j * 66, 270),
                    (x - 42 + j * 66, 270)], colour if j % 2 else s.pale, ink=0.9)  # fmt: skip
        for j in range(3):
            p.rect(x + 20 + j * 140, 560, 124, 70, s.wood, ink=1)
            for i in range(5):
                p.oval(x + 40 + j * 140 + i * 21, 556 - i % 2 * 12, 17, 17,
                       ("#d9793f", "#c94f3f", s.leaf, "#e2b14d")[(j + k) % 4], ink=0.7)  # fmt: skip
        p.rect(x, 630, 440, 130, s.wood_dark, ink=1)


def playground_mid(p: Pen, s: Scheme) -> None:
    """A slide, swings, and a seesaw in the sand."""
    p.oval(0, 770, 760, 90, "#e2cd9c", ink=0.8)
    p.rect(-520, 260, 18, 500, s.accent_dark, ink=1)
    p.rect(-370, 260, 18, 500, s.accent_dark, ink=1)
    p.rect(-540, 400, 210, 20, s.accent, ink=1)
    p.poly([(-560, 270), (-430, 170), (-310, 270)], "#c94f3f", ink=1)
    p.blob([(-350, 400), (-320, 400), (-110, 720), (-40, 740), (-40, 766), (-130, 756)], "#e2b14d",
           ink=1, tension=0.4)  # fmt: skip
    for k in range(6):
        p.stroke([(-524, 470 + k * 50), (-356, 470 + k * 50)], 8, s.pale)
    for a, b in (((180, 760), (240, 220)), ((300, 760), (240, 220)), ((580, 760), (640, 220)),
                 ((700, 760), (640, 220))):  # fmt: skip
        p.stroke([a, b], 18, p.ink)
        p.stroke([a, b], 12, s.accent)
    p.rect(230, 210, 420, 16, s.accent, ink=1)
    for x in (340, 500):
        for dx in (0, 60):
            p.stroke([(x + dx, 224), (x + dx, 600)], 4, s.stone_dark)
        p.rect(x - 10, 596, 80, 16, s.wood_dark, r=4, ink=1)


def bus_stop_mid(p: Pen, s: Scheme) -> None:
    street.street_mid(p, s)
    p.rect(-470, 130, 940, 34, s.accent_dark, r=8, ink=1)
    for x in (-440, 420):
        p.rect(x, 160, 20, 600, s.stone_dark, ink=1)
    p.rect(-420, 190, 840, 380, "#cfe0e6", alpha=0.55, ink=1)
    p.rect(-300, 640, 520, 24, s.wood, r=6, ink=1)
    for x in (-260, 170):
        p.rect(x, 664, 16, 96, s.stone_dark, ink=0.9)
    p.rect(560, 150, 16, 610, s.stone_dark, ink=1)
    p.rect(508, 150, 120, 120, s.accent, r=60, ink=1)
    p.rect(538, 186, 60, 44, s.pale, r=8, ink=0.8)
    p.rect(540, 290, 56, 130, s.pale, r=4, ink=0.9)


def rooftop_mid(p: Pen, s: Scheme) -> None:
    p.rect(-1900, 640, 3800, 1100, mix("#6f9a76", s.stone, 0.45))
    p.rect(-1900, 560, 3800, 90, s.stone, ink=1)
    p.rect(-1900, 548, 3800, 18, s.pale, ink=1)
    p.rect(420, 250, 330, 330, s.wall, ink=1)
    p.rect(400, 236, 370, 24, s.stone_dark, ink=1)
    p.rect(520, 350, 130, 230, s.metal, ink=1)
    p.rect(-760, 330, 190, 220, "#e2b14d", r=26, ink=1)
    for x in (-740, -600):
        p.rect(x, 550, 16, 90, s.stone_dark, ink=0.9)
    p.stroke([(-480, 210), (380, 240)], 3, p.ink)
    for k in range(9):
        p.oval(-470 + k * 104, 224 + abs(4 - k) * -2, 10, 13, s.lamp, ink=0.6, lit=not s.lamps_on)


SPOTS: Mapping[Spot, Stage] = {
    Spot.HOTEL_ROOM: Stage(hotel_far, hotel_mid, home.bedroom_front),
    Spot.CABIN: Stage(cabin_far, cabin_mid),
    Spot.BUS: Stage(bus_far, bus_mid),
    Spot.SUBWAY: Stage(bus_far, subway_mid),
    Spot.CLINIC: Stage(clinic_far, clinic_mid),
    Spot.COUNTER: Stage(counter_far, counter_mid),
    Spot.CLASSROOM: Stage(work.school_far, work.school_mid, work.school_front),
    Spot.CORRIDOR: Stage(corridor_far, corridor_mid, indoors=False),
    Spot.LIFT: Stage(lift_far, lift_mid),
    Spot.COURT: Stage(court_far, court_mid, indoors=False),
    Spot.HALL: Stage(hall_far, hall_mid),
    Spot.GALLERY: Stage(gallery_far, gallery_mid),
    Spot.MARKET: Stage(street.street_far, market_mid, indoors=False),
    Spot.PLAYGROUND: Stage(skyline.skyline_far, playground_mid, indoors=False),
    Spot.ROOFTOP: Stage(skyline.skyline_far, rooftop_mid, indoors=False),
    Spot.BUS_STOP: Stage(street.street_far, bus_stop_mid, street.street_front, indoors=False),
    Spot.LIBRARY: Stage(trades.library_far, trades.library_mid),
    Spot.SALON: Stage(trades.salon_far, trades.salon_mid),
    Spot.BAKERY: Stage(trades.bakery_far, trades.bakery_mid),
    Spot.CONVENIENCE_STORE: Stage(trades.convenience_far, trades.convenience_mid),
    Spot.LAUNDERETTE: Stage(trades.launderette_far, trades.launderette_mid),
    Spot.GARAGE: Stage(trades.garage_far, trades.garage_mid),
    Spot.DOJO: Stage(trades.dojo_far, trades.dojo_mid),
    Spot.FLORIST: Stage(trades.florist_far, trades.florist_mid),
}
