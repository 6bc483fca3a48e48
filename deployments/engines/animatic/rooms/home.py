"""Rooms of a home: kitchen, living room, bedroom, bathroom."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.rooms.fittings import (
    books,
    framed,
    goods,
    leaves,
    plant,
    shelf,
)
from deployments.engines.animatic.rooms.shell import (
    curtains,
    drape,
    floor,
    lamp,
    shade_lamp,
    skirting,
    tiles,
    wall,
    warmth,
    window,
)
from deployments.engines.animatic.scheme import Scheme


def kitchen_far(p: Pen, s: Scheme) -> None:
    wall(p, s.wall)
    tiles(p, s.pale, s.wall_dark, 330, 520, 48)
    floor(p, s.floor, s.floor_dark, "tiles")
    warmth(p, s, 60, 120, 760)
    window(p, s, -740, 110, 330, 300)


def kitchen_mid(p: Pen, s: Scheme) -> None:
    # The hood over the hob.
    p.rect(-268, -700, 76, 840, s.metal, ink=1)
    p.poly([(-268, 140), (-192, 140), (-120, 232), (-340, 232)], s.metal, ink=1)
    p.rect(-346, 230, 232, 24, s.stone_dark, r=3, ink=1)
    if s.lamps_on:
        p.poly([(-320, 254), (-140, 254), (-90, 506), (-370, 506)], s.lamp, alpha=0.2, lit=False)
    # Cupboards, a shelf of jars, a rail of ladles.
    for k in range(3):
        p.rect(150 + k * 142, 30, 140, 190, s.wood, ink=1)
        p.rect(164 + k * 142, 44, 112, 162, s.wood, r=3, ink=0.5)
        p.rect(264 + k * 142, 170, 8, 30, s.metal, r=4, ink=0.5)
    shelf(p, s, 158, 340, 400, 7, 80)
    # Pot and kettle on the hob; tap and board.
    p.rect(-340, 506, 220, 14, s.ink, r=4)
    p.rect(-330, 432, 110, 72, s.accent, r=10, ink=1)
    p.rect(-340, 424, 130, 14, s.accent_dark, r=6, ink=1)
    p.oval(-275, 418, 12, 8, s.ink)
    p.blob([(-198, 504), (-200, 452), (-165, 432), (-130, 452), (-132, 504)], s.metal, ink=1)
    p.stroke([(-196, 450), (-165, 410), (-134, 450)], 6, s.ink, curved=True)
    p.stroke([(232, 516), (232, 428), (262, 404), (290, 428), (290, 448)], 13, s.stone_dark,
             curved=True)  # fmt: skip
    p.rect(420, 410, 110, 106, s.wood, r=12, ink=1)
    p.oval(470, 486, 44, 30, s.accent, ink=1)
    plant(p, s, -470, 520, 0.5)
    # The counter, with an oven in it.
    p.rect(-1900, 516, 2470, 26, s.pale, ink=1)
    p.rect(-1900, 542, 2470, 214, s.cloth, ink=1)
    p.rect(-1900, 738, 2470, 26, s.cloth_dark, ink=1)
    for k in range(-12, 4):
        p.rect(k * 145 + 6, 552, 133, 178, s.cloth, r=4, ink=0.6)
        p.rect(k * 145 + 46, 570, 52, 8, s.metal, r=4, ink=0.4)
    p.rect(-326, 548, 184, 186, s.stone_dark, r=6, ink=1)
    p.rect(-306, 598, 144, 112, s.ink, r=8, ink=0.8)
    p.rect(-296, 580, 124, 8, s.metal, r=4)
    for k in range(4):
        p.oval(-290 + k * 37, 564, 8, 8, s.metal, ink=0.6)
    # The fridge.
    p.rect(576, 90, 260, 680, s.metal, r=14, ink=1)
    p.stroke([(578, 320), (834, 320)], 3, s.ink)
    p.rect(600, 210, 12, 90, s.stone_dark, r=6, ink=0.6)
    p.rect(600, 340, 12, 130, s.stone_dark, r=6, ink=0.6)
    p.rect(850, -700, 1100, 1470, s.wood, ink=1)
    lamp(p, s, 0, -60, s.accent)


def kitchen_front(p: Pen, s: Scheme) -> None:
    leaves(p, s, -960, 1080, 1)
    p.oval(820, 980, 250, 120, s.wood_dark)
    for x, colour in ((690, s.accent), (800, s.leaf), (910, s.accent)):
        p.oval(x, 900, 74, 70, colour)


def living_far(p: Pen, s: Scheme) -> None:
    wall(p, s.wall)
    floor(p, s.floor, s.floor_dark)
    skirting(p, s)
    warmth(p, s, 408, 280, 820)
    window(p, s, -760, 120, 320, 380, sill=False)
    curtains(p, s, -760, 120, 320, 400, s.accent_pale)


def living_mid(p: Pen, s: Scheme) -> None:
    framed(p, s, -268, 110, 150, 190)
    framed(p, s, 140, 90, 190, 130)
    framed(p, s, 160, 250, 130, 100)
    p.oval(40, 860, 620, 96, s.accent_pale, ink=0.8)
    p.oval(40, 860, 540, 76, s.wall_dark, ink=0.4)
    # The sofa.
    for x in (-270, 250):
        p.rect(x, 748, 22, 40, s.wood_dark, ink=0.8)
    p.rect(-300, 450, 600, 250, s.cloth, r=44, ink=1)
    p.stroke([(0, 470), (0, 610)], 2.6, s.ink)
    p.rect(-280, 600, 560, 90, s.cloth, r=22, ink=1)
    p.stroke([(0, 606), (0, 684)], 2.6, s.ink)
    p.rect(-300, 680, 600, 76, s.cloth_dark, r=18, ink=1)
    for x in (-350, 268):
        p.rect(x, 540, 84, 216, s.cloth, r=36, ink=1)
    p.poly([(-258, 520), (-150, 500), (-136, 606), (-244, 624)], s.accent, ink=1)
    p.poly([(160, 504), (262, 520), (248, 622), (146, 606)], s.accent_pale, ink=1)
    # A standing lamp, a bookcase, a plant.
    shade_lamp(p, s, 408, 210, 800)
    p.rect(540, 130, 300, 640, s.wood, ink=1)
    for k in range(4):
        p.rect(556, 146 + k * 154, 268, 140, s.wood_dark, ink=0.7)
        books(p, s, 566, 286 + k * 154, 240 - k % 2 * 70)
    plant(p, s, -420, 800, 1.25)
    p.rect(1000, 300, 300, 470, s.wood, ink=1)


def living_front(p: Pen, s: Scheme) -> None:
    leaves(p, s, 960, 1060, -1)
    p.rect(-1200, 850, 620, 400, s.cloth_dark, r=120)


def bedroom_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, s.accent_pale, 0.35))
    for k in range(-24, 25):
        p.stroke([(k * 79, 400), (k * 79, 620)], 1.6, s.wall_dark)
    p.rect(-1900, 392, 3800, 14, s.pale, ink=0.6)
    floor(p, s.wood, s.wood_dark)
    skirting(p, s)
    warmth(p, s, -212, 430, 760)
    window(p, s, -720, 110, 300, 350, sill=False)
    curtains(p, s, -720, 110, 300, 380, s.cloth)


def bedroom_mid(p: Pen, s: Scheme) -> None:
    framed(p, s, 200, 130, 240, 160)
    p.oval(40, 880, 640, 90, s.pale, ink=0.8)
    # The nightstand.
    shade_lamp(p, s, -212, 380, 576)
    p.rect(-290, 576, 160, 22, s.wood_dark, r=4, ink=1)
    p.rect(-280, 598, 140, 168, s.wood, ink=1)
    p.rect(-268, 612, 116, 62, s.wood, ink=0.7)
    p.rect(-268, 686, 116, 62, s.wood, ink=0.7)
    for y in (643, 717):
        p.oval(-210, y, 8, 8, s.wood_dark, ink=0.7)
    p.rect(-280, 556, 44, 10, s.accent, ink=0.7)
    p.rect(-284, 566, 52, 10, s.pale, ink=0.7)
    # The bed: headboard, pillows, a duvet that comes towards the lens.
    p.rect(-96, 350, 760, 360, s.wood_dark, r=54, ink=1)
    for k in range(5):
        p.rect(-74 + k * 144, 374, 140, 200, s.cloth, r=24, ink=0.8)
    p.rect(-80, 560, 728, 200, s.pale, r=20, ink=1)
    for x in (-52, 310):
        p.blob([(x, 500), (x + 150, 486), (x + 306, 500), (x + 312, 600), (x + 150, 612),
                (x - 6, 600)], s.pale, ink=1, tension=0.7)  # fmt: skip
    p.rect(190, 536, 170, 80, s.accent, r=26, ink=1)
    p.poly([(-90, 606), (656, 606), (740, 850), (-160, 850)], s.accent_pale, ink=1)
    p.poly([(-90, 606), (656, 606), (672, 656), (-104, 656)], s.pale, ink=0.8)
    for x0, x1 in ((90, 60), (330, 350), (520, 580)):
        p.stroke([(x0, 670), (x1, 836)], 2, s.ink, alpha=0.35)
    p.rect(-160, 846, 900, 26, s.wood_dark, r=6, ink=1)
    plant(p, s, -400, 820, 1.0)
    p.rect(790, 70, 900, 710, s.wood, ink=1)
    p.stroke([(940, 74), (940, 776)], 2.6, s.ink)


def bedroom_front(p: Pen, s: Scheme) -> None:
    p.blob([(-1300, 700), (-760, 760), (-640, 1100), (-1300, 1300)], s.cloth_dark)
    leaves(p, s, 980, 1080, -1)


def bathroom_far(p: Pen, s: Scheme) -> None:
    wall(p, s.wall)
    tiles(p, mix(s.wall, "#ffffff", 0.35), s.wall_dark, -700, 640, 78)
    p.rect(-1900, 352, 3800, 26, s.accent_pale, ink=0.6)
    floor(p, s.stone, s.stone_dark, "tiles")
    warmth(p, s, 238, 230, 820)
    window(p, s, -560, 70, 200, 190, panes=(2, 1), city=None)


def bathroom_mid(p: Pen, s: Scheme) -> None:
    # Mirror with its light, over a basin.
    if s.lamps_on:
        p.glow(238, 230, 230, s.lamp, 0.26)
    p.oval(238, 246, 108, 130, s.metal, ink=1)
    p.oval(238, 246, 94, 116, s.sky[3] if not s.lamps_on else "#cfd6d8", ink=0.7, lit=False)
    p.stroke([(190, 300), (270, 170)], 12, "#ffffff", alpha=0.5, lit=False)
    p.stroke([(226, 320), (292, 214)], 6, "#ffffff", alpha=0.5, lit=False)
    p.rect(140, 520, 420, 26, s.pale, r=4, ink=1)
    p.rect(158, 546, 384, 210, s.wood, ink=1)
    p.stroke([(350, 548), (350, 754)], 2.6, s.ink)
    p.blob([(150, 462), (330, 462), (306, 520), (176, 520)], s.pale, ink=1, tension=0.5)
    p.stroke([(240, 458), (240, 412), (262, 400), (284, 424)], 12, s.stone_dark, curved=True)
    goods(p, s, 370, 520, 150, 4, 80)
    p.stroke([(470, 300), (620, 300)], 8, s.stone_dark)
    p.rect(490, 300, 110, 180, s.accent, r=4, ink=1)
    p.rect(490, 440, 110, 16, s.accent_pale)
    # The shower over the tub.
    p.stroke([(-200, 560), (-200, 110), (-222, 80), (-262, 100)], 12, s.stone_dark, curved=True)
    p.poly([(-300, 130), (-230, 96), (-222, 112), (-292, 148)], s.metal, ink=1)
    for k in range(4):
        p.stroke([(-286 + k * 17, 158 - k * 8), (-300 + k * 17, 230)], 3, "#a8d3e6", alpha=0.8)
    p.stroke([(-1900, 60), (-130, 60)], 8, s.stone_dark)
    drape(p, s, -780, 60, 200, 650, s.accent_pale)
    p.blob([(-640, 540), (-400, 540), (-150, 540), (-176, 690), (-240, 762), (-560, 762),
            (-622, 690)], s.pale, ink=1, tension=0.6)  # fmt: skip
    p.rect(-668, 520, 546, 32, s.pale, r=16, ink=1)
    for x, r in ((-470, 34), (-410, 44), (-350, 36), (-300, 28), (-258, 36)):
        p.oval(x, 516, r, r * 0.8, "#ffffff", ink=0.6)
    for x in (-560, -240):
        p.oval(x, 770, 26, 14, s.stone_dark, ink=0.8)
    p.rect(-180, 820, 420, 60, s.accent_pale, r=24, ink=0.8)


def bathroom_front(p: Pen, s: Scheme) -> None:
    p.rect(580, 800, 700, 700, s.pale, r=40)
    p.rect(620, 720, 260, 120, s.accent, r=40)
    leaves(p, s, -980, 1100, 1)
