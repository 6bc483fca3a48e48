"""Rooms: the indoor settings, each a wall, a floor, a window and what tells the place."""

from collections.abc import Callable

from conte.vocabulary import Setting
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.sets_stage import Stage

Draw = Callable[[Pen, Scheme], None]


def _shell(window: bool = True, tiled: bool = False) -> Draw:
    def draw(p: Pen, s: Scheme) -> None:
        p.rect(-1900, -700, 3800, 1345, s.wall)
        p.rect(-1900, 640, 3800, 1100, s.floor)
        p.rect(-1900, 622, 3800, 20, s.pale, ink=0.6)
        for k in range(-19, 20):
            p.stroke([(k * 60, 642), (k * 190, 1700)], 1.6, s.floor_dark)
        if tiled:
            for k in range(-24, 24):
                p.stroke([(k * 80, -700), (k * 80, 620)], 1.2, s.wall_dark)
            for k in range(-8, 8):
                p.stroke([(-1900, k * 80), (1900, k * 80)], 1.2, s.wall_dark)
        if window:
            _window(p, s, -560, 130, 330, 330)

    return draw


def _window(p: Pen, s: Scheme, x: float, y: float, w: float, h: float) -> None:
    p.rect(x - 14, y - 14, w + 28, h + 28, s.pale, ink=1)
    for k, band in enumerate(s.sky):
        p.rect(x, y + h * k / 5, w, h / 5 + 1, band, lit=False)
    if s.night:
        p.oval(x + w * 0.7, y + h * 0.25, 22, 22, "#f5efd8", lit=False)
    p.stroke([(x + w / 2, y), (x + w / 2, y + h)], 9, s.pale)
    p.stroke([(x, y + h / 2), (x + w, y + h / 2)], 9, s.pale)


def _lamp(p: Pen, s: Scheme, x: float, y: float) -> None:
    p.stroke([(x, -700), (x, y)], 4, s.ink)
    p.poly([(x - 46, y + 50), (x + 46, y + 50), (x + 22, y), (x - 22, y)], s.accent, ink=1)
    if s.lamps_on:
        p.glow(x, y + 60, 210, s.lamp)
        p.oval(x, y + 52, 30, 10, s.lamp, lit=False)


def _shelf(p: Pen, s: Scheme, x: float, y: float, w: float, goods: int = 5) -> None:
    p.rect(x, y, w, 16, s.wood, ink=1)
    colours = (s.accent, s.cloth, s.pale, s.leaf, s.accent_pale)
    for k in range(goods):
        step = w / goods
        h = 44 + (k * 37 % 40)
        p.rect(x + 10 + k * step, y - h, step * 0.62, h, colours[k % 5], r=4, ink=0.7)


def _plant(p: Pen, s: Scheme, x: float, y: float, k: float = 1.0) -> None:
    for dx, dy in ((-50, -150), (0, -190), (52, -140), (-26, -110), (30, -100)):
        p.blob([(x, y - 60 * k), (x + dx * k * 0.8 - 20 * k, y + dy * k * 0.7), (x + dx * k,
               y + dy * k),
                (x + dx * k * 0.6 + 20 * k, y + dy * k * 0.6)], s.leaf, ink=0.8)  # fmt: skip
    p.poly([(x - 40 * k, y - 70 * k), (x + 40 * k, y - 70 * k), (x + 30 * k, y), (x - 30 * k, y)],
           s.accent_pale, ink=1)  # fmt: skip


def _desk(p: Pen, s: Scheme, x: float, y: float, w: float, h: float) -> None:
    p.rect(x, y, w, 18, s.wood, ink=1)
    p.rect(x + 12, y + 18, 16, h, s.wood_dark, ink=1)
    p.rect(x + w - 28, y + 18, 16, h, s.wood_dark, ink=1)


def _monitor(p: Pen, s: Scheme, x: float, y: float) -> None:
    p.rect(x - 70, y - 110, 140, 88, s.ink, r=5)
    p.rect(x - 63, y - 103, 126, 74, s.sky[2], lit=False)
    p.rect(x - 8, y - 22, 16, 22, s.metal, ink=1)


def _chair(p: Pen, s: Scheme, x: float, y: float) -> None:
    p.rect(x - 42, y - 190, 84, 96, s.cloth, r=14, ink=1)
    p.rect(x - 50, y - 92, 100, 20, s.cloth_dark, r=8, ink=1)
    for dx in (-40, 34):
        p.rect(x + dx, y - 72, 8, 72, s.wood_dark, ink=0.8)


def _kitchen(p: Pen, s: Scheme) -> None:
    p.rect(-900, 520, 1800, 22, s.pale, ink=1)
    p.rect(-900, 542, 1800, 220, s.wood, ink=1)
    for k in range(-6, 7):
        p.stroke([(k * 145, 546), (k * 145, 760)], 2.4, s.wood_dark)
        p.rect(k * 145 + 60, 570, 30, 7, s.metal, r=3)
    p.rect(250, 60, 380, 170, s.wood, ink=1)
    p.stroke([(440, 64), (440, 228)], 2.4, s.wood_dark)
    p.poly([(-150, 60), (-20, 60), (30, 190), (-200, 190)], s.metal, ink=1)
    p.rect(-170, 504, 180, 16, s.ink, r=4)
    p.rect(-120, 440, 90, 62, s.accent, r=10, ink=1)
    p.rect(640, 120, 250, 640, s.metal, r=10, ink=1)
    p.stroke([(640, 360), (890, 360)], 3, s.ink)
    _shelf(p, s, 250, 330, 330)


def _living(p: Pen, s: Scheme) -> None:
    p.rect(60, 500, 620, 170, s.cloth, r=30, ink=1)
    p.rect(30, 540, 80, 210, s.cloth_dark, r=28, ink=1)
    p.rect(630, 540, 80, 210, s.cloth_dark, r=28, ink=1)
    p.rect(90, 610, 560, 90, s.cloth, r=20, ink=1)
    p.rect(160, 540, 110, 90, s.accent, r=18, ink=1)
    p.rect(220, 150, 300, 200, s.pale, ink=1)
    p.blob([(240, 330), (330, 230), (400, 290), (450, 220), (500, 330)], s.accent_pale, ink=0.8)
    _plant(p, s, -160, 760, 1.2)
    _lamp(p, s, -420, 60)


def _bedroom(p: Pen, s: Scheme) -> None:
    p.rect(60, 400, 640, 260, s.wood, r=18, ink=1)
    p.rect(90, 540, 580, 110, s.pale, r=30, ink=1)
    p.rect(120, 520, 200, 80, s.pale, r=24, ink=1)
    p.rect(80, 610, 600, 170, s.accent_pale, r=20, ink=1)
    p.rect(-180, 600, 150, 150, s.wood, ink=1)
    p.poly([(-140, 520), (-70, 520), (-54, 590), (-156, 590)], s.accent, ink=1)
    if s.lamps_on:
        p.glow(-105, 570, 190, s.lamp)


def _bathroom(p: Pen, s: Scheme) -> None:
    p.oval(330, 280, 130, 160, s.sky[3], ink=1)
    p.rect(160, 500, 360, 30, s.pale, ink=1)
    p.blob([(220, 530), (460, 530), (430, 610), (250, 610)], s.pale, ink=1)
    p.rect(325, 440, 16, 62, s.metal, ink=1)
    p.rect(-620, 580, 420, 170, s.pale, r=50, ink=1)
    p.rect(-120, 330, 12, 260, s.metal, ink=0.6)
    p.rect(-170, 350, 110, 170, s.accent, r=8, ink=1)


def _office(p: Pen, s: Scheme) -> None:
    for x in (-640, 190, 640):
        _desk(p, s, x, 600, 400, 170)
        _monitor(p, s, x + 200, 600)
        _chair(p, s, x + 90, 840)
    _shelf(p, s, 200, 240, 420, 7)


def _school(p: Pen, s: Scheme) -> None:
    p.rect(-330, 130, 900, 330, s.wood, ink=1)
    p.rect(-315, 145, 870, 300, s.leaf_dark)
    p.stroke([(-250, 240), (-60, 210), (60, 260), (240, 200)], 5, s.pale, curved=True, alpha=0.8)
    for x in (-520, 220, 560):
        _desk(p, s, x, 640, 260, 140)
        _chair(p, s, x + 130, 880)


def _shop(p: Pen, s: Scheme) -> None:
    for y in (220, 370, 520):
        _shelf(p, s, -700, y, 460, 7)
        _shelf(p, s, 190, y, 560, 8)
    p.rect(210, 620, 420, 150, s.accent, ink=1)
    p.rect(190, 600, 460, 24, s.pale, ink=1)
    _lamp(p, s, 0, 40)


def _cafe(p: Pen, s: Scheme) -> None:
    p.rect(140, 540, 620, 220, s.wood, ink=1)
    p.rect(120, 520, 660, 24, s.pale, ink=1)
    p.rect(480, 400, 170, 120, s.metal, r=12, ink=1)
    p.rect(510, 430, 110, 30, s.ink, r=6)
    _shelf(p, s, 180, 260, 440, 8)
    for x in (-280, 60, 420):
        _lamp(p, s, x, 30)
    p.oval(-300, 640, 130, 20, s.wood, ink=1)
    p.rect(-308, 650, 16, 150, s.ink)
    _plant(p, s, -560, 800, 1.2)


def _restaurant(p: Pen, s: Scheme) -> None:
    for x in (-420, 400):
        _chair(p, s, x - 130, 880)
        _chair(p, s, x + 130, 880)
        p.rect(x - 150, 640, 300, 22, s.pale, ink=1)
        p.rect(x - 10, 662, 20, 200, s.wood_dark, ink=1)
        p.oval(x, 632, 60, 10, s.pale, ink=0.8)
        _lamp(p, s, x, 150)
    p.rect(140, 160, 180, 220, s.accent_pale, ink=1)


def _gym(p: Pen, s: Scheme) -> None:
    p.rect(160, 100, 640, 380, s.sky[3], ink=1)
    for x in (260, 520):
        p.rect(x, 740, 280, 40, s.ink, r=10)
        p.stroke([(x + 250, 740), (x + 280, 470)], 16, s.metal)
        p.rect(x + 230, 430, 90, 50, s.ink, r=8)
    p.rect(-640, 560, 420, 16, s.metal, ink=1)
    for k in range(4):
        x = -600 + k * 105
        p.stroke([(x, 536), (x + 60, 536)], 10, s.ink)
        p.oval(x, 536, 20, 26, s.accent, ink=1)
        p.oval(x + 60, 536, 20, 26, s.accent, ink=1)


def _hospital(p: Pen, s: Scheme) -> None:
    p.rect(170, 560, 520, 70, s.pale, r=16, ink=1)
    p.rect(170, 590, 520, 60, s.sky[3], r=10, ink=1)
    p.rect(660, 470, 20, 300, s.metal, ink=1)
    p.rect(-150, 180, 10, 560, s.metal, ink=0.6)
    p.rect(-185, 200, 60, 100, s.sky[3], r=10, ink=1)
    p.rect(290, 180, 130, 130, s.pale, r=14, ink=1)
    p.rect(338, 200, 34, 90, s.accent)
    p.rect(310, 228, 90, 34, s.accent)


def _factory(p: Pen, s: Scheme) -> None:
    for x in (-760, -240, 280, 800):
        p.rect(x, -700, 40, 1350, s.metal, ink=1)
    p.rect(-1900, 60, 3800, 30, s.metal, ink=1)
    p.rect(-1900, 660, 3800, 50, s.ink)
    for k in range(-12, 13):
        p.oval(k * 150, 720, 26, 26, s.metal, ink=1)
        p.rect(k * 150 + 20, 590, 80, 70, s.accent if k % 2 else s.accent_pale, r=6, ink=1)
    p.stroke([(420, 300), (300, 400), (340, 540)], 34, s.accent)
    p.oval(420, 300, 36, 36, s.stone_dark, ink=1)


def _cabin_far(p: Pen, s: Scheme) -> None:
    for k, band in enumerate(s.sky):
        p.rect(-1900, -700 + k * 270, 3800, 272, band, lit=False)
    p.rect(-1900, 560, 3800, 1200, s.ground)
    for k in range(-8, 9):
        p.blob(
            [(k * 240 - 130, 570), (k * 240, 430 + k * 31 % 60), (k * 240 + 130, 570)], s.leaf_dark
        )
    p.rect(-1900, 610, 3800, 60, s.stone_dark)


def _cabin(p: Pen, s: Scheme) -> None:
    p.rect(-1900, -700, 3800, 790, s.ink)
    p.rect(-1900, 600, 3800, 1200, s.ink)
    for x in (-640, 480):
        p.poly([(x, 80), (x + 90, 80), (x + 150, 610), (x + 50, 610)], s.ink)
    p.rect(-260, 330, 300, 900, s.cloth_dark, r=60, ink=1)
    p.rect(-180, 190, 150, 130, s.cloth_dark, r=40, ink=1)
    p.rect(-1900, 600, 3800, 24, s.stone_dark)


def _studio(p: Pen, s: Scheme) -> None:
    p.rect(-1900, -700, 3800, 2400, s.accent_pale)
    p.oval(0, 420, 1100, 620, s.pale, alpha=0.5)
    p.oval(0, 420, 700, 420, s.pale, alpha=0.5)
    p.blob(
        [(-1900, 760), (0, 720), (1900, 760), (1900, 1700), (-1900, 1700)], s.wall_dark, alpha=0.5
    )


def _nothing(p: Pen, s: Scheme) -> None:
    """A studio is empty but for what stands in it."""


def _corner(p: Pen, s: Scheme) -> None:
    _plant(p, s, -760, 1120, 2.4)


ROOMS: dict[Setting, Stage] = {
    Setting.STUDIO: Stage(_studio, _nothing),
    Setting.KITCHEN: Stage(_shell(tiled=True), _kitchen, _corner),
    Setting.LIVING_ROOM: Stage(_shell(), _living, _corner),
    Setting.BEDROOM: Stage(_shell(), _bedroom),
    Setting.BATHROOM: Stage(_shell(window=False, tiled=True), _bathroom),
    Setting.OFFICE: Stage(_shell(), _office, _corner),
    Setting.SCHOOL: Stage(_shell(), _school),
    Setting.SHOP: Stage(_shell(window=False), _shop),
    Setting.CAFE: Stage(_shell(), _cafe, _corner),
    Setting.RESTAURANT: Stage(_shell(), _restaurant),
    Setting.GYM: Stage(_shell(), _gym),
    Setting.HOSPITAL: Stage(_shell(), _hospital),
    Setting.FACTORY: Stage(_shell(window=False), _factory),
    Setting.VEHICLE: Stage(_cabin_far, _cabin),
}
