"""Rooms of institutions: office, classroom, hospital."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.rooms.fittings import (
    books,
    chair,
    chair_back,
    cup,
    desk,
    leaves,
    monitor,
    office_chair,
    plant,
)
from deployments.engines.animatic.rooms.shell import (
    blinds,
    ceiling,
    drape,
    floor,
    panel_light,
    skirting,
    wall,
    window,
)
from deployments.engines.animatic.scheme import Scheme


def office_far(p: Pen, s: Scheme) -> None:
    wall(p, s.wall)
    floor(p, s.stone, s.stone_dark, "tiles")
    skirting(p, s)
    ceiling(p, s)
    for x in (-1510, -930, -350, 230, 810, 1390):
        window(p, s, x, 100, 540, 370, panes=(2, 1), city=True)


def office_mid(p: Pen, s: Scheme) -> None:
    for x in (-930, -350, 230, 810):
        blinds(p, s, x, 92, 540, 70 if x == -350 else 130)
    for x in (-420, 0, 420):
        panel_light(p, s, x, 260)
    for x, way in ((-560, 1), (150, -1), (640, -1), (-1050, 1)):
        p.rect(x, 610, 410, 20, s.wood, r=4, ink=1)
        p.rect(x + 16, 630, 14, 200, s.stone_dark, ink=0.9)
        p.rect(x + 380, 630, 14, 200, s.stone_dark, ink=0.9)
        drawers = x + (290 if way < 0 else 30)
        p.rect(drawers, 630, 90, 170, s.pale, ink=1)
        for y in (640, 694, 748):
            p.rect(drawers + 8, y, 74, 46, s.pale, ink=0.6)
            p.rect(drawers + 32, y + 10, 26, 7, s.stone_dark, r=3)
        screen = x + (310 if way > 0 else 100)
        monitor(p, s, screen, 610, 1.0)
        cup(p, s, x + (170 if way > 0 else 236), 609, 0.85, s.accent)
        books(p, s, x + (56 if way > 0 else 288), 609, 96)
        office_chair(p, s, x + (220 if way > 0 else 190), 900)
    plant(p, s, 570, 830, 1.2)


def office_front(p: Pen, s: Scheme) -> None:
    leaves(p, s, -980, 1060, 1)
    p.rect(600, 640, 500, 330, s.ink, r=24, lit=False)
    p.rect(790, 960, 60, 200, s.ink, lit=False)


def school_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, "#fff6dc", 0.4))
    p.rect(-1900, 470, 3800, 170, mix(s.leaf, s.pale, 0.45))
    p.rect(-1900, 462, 3800, 12, s.wood, ink=0.6)
    floor(p, s.wood, s.wood_dark)
    skirting(p, s, s.wood_dark)
    ceiling(p, s)
    for x in (-860, 540, 1000, -1320):
        window(p, s, x, 90, 340, 350, panes=(2, 2))


def school_mid(p: Pen, s: Scheme) -> None:
    p.rect(-420, 140, 840, 300, s.wood, ink=1)
    p.rect(-402, 158, 804, 264, "#3f6b57", ink=0.7)
    p.rect(-430, 434, 860, 16, s.wood_dark, ink=1)
    chalk = "#f4efe6"
    # Geometry in chalk: a triangle and its height, a circle and its radius, a curve.
    p.stroke([(-262, 330), (-150, 330), (-208, 220), (-262, 330)], 4, chalk)
    p.stroke([(-208, 224), (-208, 328)], 3, s.accent_pale)
    p.stroke([(176 + 48, 226), (260, 250), (272, 284), (254, 318), (224, 330), (188, 314),
              (176, 278), (190, 244), (224, 226)], 4, chalk, curved=True)  # fmt: skip
    p.stroke([(224, 278), (262, 252)], 3, s.accent_pale)
    p.stroke([(-370, 380), (-370, 220)], 3, chalk)
    p.stroke([(-380, 366), (-290, 366)], 3, chalk)
    p.stroke([(-370, 360), (-340, 290), (-310, 340), (-290, 240)], 4, s.accent_pale, curved=True)
    for x in (310, 330, 350):
        p.stroke([(x, 230), (x, 330 - (x - 310) * 2)], 7, chalk)
    for x, colour in ((-250, chalk), (-210, s.accent), (230, chalk)):
        p.rect(x, 426, 28, 8, colour, r=3)
    # The clock, a globe on the teacher's desk.
    p.oval(240, 78, 46, 46, s.pale, ink=1.2)
    p.stroke([(240, 78), (240, 48)], 5, s.ink)
    p.stroke([(240, 78), (262, 88)], 5, s.ink)
    p.rect(-330, 560, 230, 16, s.wood, r=3, ink=1)
    p.rect(-318, 576, 206, 130, s.wood, ink=1)
    p.rect(-304, 590, 178, 102, s.wood, ink=0.6)
    p.stroke([(-240, 470), (-196, 492), (-198, 540), (-240, 556)], 6, s.wood_dark, curved=True)
    p.oval(-244, 508, 40, 40, "#6fa8cf", ink=1)
    p.blob([(-268, 490), (-244, 482), (-236, 504), (-254, 524), (-270, 510)], s.leaf, ink=0.5)
    p.rect(-272, 552, 60, 9, s.wood_dark, r=4, ink=0.6)
    books(p, s, -190, 559, 80)
    # Pupils' desks, from behind.
    for x in (-700, -330, 200, 570, 950):
        desk(p, s, x, 700, 240, 150)
        p.rect(x + 20, 718, 200, 44, s.metal, ink=0.8)
        p.poly([(x + 60, 700), (x + 130, 700), (x + 120, 686), (x + 68, 686)], s.accent, ink=0.8)
        chair(p, s, x + 120, 930, 1.05, s.cloth)
    for x in (-480, 480):
        panel_light(p, s, x, 300)


def school_front(p: Pen, s: Scheme) -> None:
    chair_back(p, -720, s.wood, s.wood_dark)
    chair_back(p, 740, s.wood, s.wood_dark)


def hospital_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, "#ffffff", 0.45))
    p.rect(-1900, 440, 3800, 200, mix(s.leaf, s.pale, 0.62))
    p.rect(-1900, 428, 3800, 18, s.wood, ink=0.7)
    floor(p, mix(s.stone, "#ffffff", 0.35), s.stone, "tiles")
    skirting(p, s)
    ceiling(p, s)
    window(p, s, -830, 100, 300, 310)


def hospital_mid(p: Pen, s: Scheme) -> None:
    for x in (-360, 0, 400):
        panel_light(p, s, x, 280)
    # The curtain of the next bed.
    p.stroke([(-1900, 62), (-320, 62)], 8, s.stone_dark)
    drape(p, s, -520, 62, 200, 640, mix(s.leaf, s.pale, 0.45))
    # A drip on its stand.
    p.rect(-226, 150, 10, 660, s.stone_dark, ink=0.7)
    p.stroke([(-264, 166), (-264, 150), (-178, 150), (-178, 166)], 6, s.stone_dark)
    p.rect(-292, 168, 56, 96, "#e6f2f5", r=12, ink=1)
    p.rect(-288, 212, 48, 48, "#9cc9de", r=10)
    p.stroke([(-264, 264), (-264, 300), (-246, 480), (-150, 560), (160, 590)], 3.4, s.stone_dark,
             curved=True)  # fmt: skip
    p.rect(-250, 400, 58, 66, s.pale, r=6, ink=1)
    p.rect(-242, 408, 42, 24, s.leaf_dark, lit=False)
    for dx in (-50, 50):
        p.stroke([(-221, 800), (-221 + dx, 826)], 8, s.stone_dark)
        p.oval(-221 + dx, 832, 9, 9, s.ink)
    # A cross, and the monitor with a pulse on it.
    p.rect(186, 64, 96, 96, s.pale, r=14, ink=1)
    p.rect(222, 78, 24, 68, "#d9483b", r=2)
    p.rect(200, 100, 68, 24, "#d9483b", r=2)
    p.stroke([(330, 300), (300, 300)], 12, s.stone_dark)
    p.rect(154, 226, 156, 122, s.stone, r=10, ink=1)
    p.rect(166, 238, 132, 88, "#14272b", r=4, lit=False)
    pulse = [(170, 284), (200, 284), (212, 256), (224, 312), (236, 284), (292, 284)]
    p.stroke(pulse, 4, "#6fe39a", lit=False)
    p.stroke([(170, 312), (292, 312)], 3, "#f2c94c", lit=False)
    if s.lamps_on:
        p.glow(232, 284, 120, "#9ff0c0", 0.12)
    p.rect(330, 220, 12, 420, s.stone_dark, ink=0.6)
    # The bed.
    p.rect(148, 470, 26, 330, s.metal, r=8, ink=1)
    p.rect(676, 560, 26, 240, s.metal, r=8, ink=1)
    p.rect(160, 640, 530, 24, s.stone_dark, ink=0.8)
    p.poly([(170, 600), (340, 600), (340, 640), (170, 640)], s.pale, ink=1)
    p.blob([(172, 556), (200, 520), (290, 524), (322, 580), (300, 606), (184, 606)], "#ffffff",
           ink=1, tension=0.7)  # fmt: skip
    p.rect(310, 580, 376, 66, mix("#8fc0da", s.pale, 0.25), r=14, ink=1)
    p.rect(310, 576, 60, 72, "#ffffff", r=12, ink=0.8)
    for x in (400, 450, 500, 550):
        p.stroke([(x, 560), (x, 690)], 5, s.metal)
    p.rect(384, 548, 184, 12, s.metal, r=6, ink=0.8)
    p.rect(384, 684, 184, 12, s.metal, r=6, ink=0.8)
    for x in (190, 664):
        p.oval(x, 812, 17, 17, s.ink, lit=False)
    p.rect(730, 560, 150, 220, s.pale, ink=1)


def hospital_front(p: Pen, s: Scheme) -> None:
    green = mix(s.leaf, s.pale, 0.45)
    p.blob([(-1500, -700), (-700, -700), (-740, 400), (-690, 1700), (-1500, 1700)], green,
           tension=0.4)  # fmt: skip
    p.rect(640, 960, 700, 60, s.metal)
