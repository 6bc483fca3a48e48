"""A road in perspective between guard rails and lamps."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.outdoors.roadside import (
    blurred_grass,
    ground,
    lamp_post,
    ridge,
    scattered,
    tufts,
)
from deployments.engines.animatic.outdoors.skies import BOTTOM, LEFT, RIGHT, draw_sky
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

_VANISHING = 620.0


def road_far(pen: Pen, scheme: Scheme) -> None:
    draw_sky(pen, scheme)
    ridge(pen, scheme, scheme.leaf_dark, 0.6, 600, 240, 3, step=260)
    ridge(pen, scheme, scheme.leaf, 0.34, 625, 130, 9, step=190)
    ground(pen, scheme.ground, 636)


def road_mid(pen: Pen, scheme: Scheme) -> None:
    """A road whose lines all meet at (0, 620)."""
    pen.rect(LEFT, 640, RIGHT - LEFT, BOTTOM - 640, scheme.ground)
    for y, h in ((668, 10), (704, 18), (770, 34), (900, 70), (1160, 130)):
        pen.rect(LEFT, y, RIGHT - LEFT, h, scheme.ground_dark, alpha=0.35)
    tufts(
        pen, scheme.leaf_dark, [spot for spot in scattered(8, 220) if abs(spot[0]) > spot[1] - 500]
    )
    asphalt = mix(scheme.stone_dark, "#50525a", 0.65)

    def across(offset: float, y: float) -> float:
        return offset * (y - _VANISHING) / (BOTTOM - _VANISHING)

    def strip(inner: float, outer: float, colour: str, *, ink: float = 0.0) -> None:
        a, b = 636.0, BOTTOM
        pen.poly(
            [
                (across(inner, a), a),
                (across(outer, a), a),
                (across(outer, b), b),
                (across(inner, b), b),
            ],
            colour,
            ink=ink,
        )

    strip(-1780, 1780, mix(scheme.stone, scheme.ground, 0.3))
    strip(-1560, 1560, asphalt, ink=1)
    for side in (-1, 1):
        strip(side * 1390, side * 1450, scheme.pale)
    y = 640.0
    while y < BOTTOM:
        low = _VANISHING + (y - _VANISHING) * 1.28
        pen.poly(
            [
                (across(-38, y), y),
                (across(38, y), y),
                (across(38, low), low),
                (across(-38, low), low),
            ],
            "#f2c14e",
        )
        y = _VANISHING + (y - _VANISHING) * 1.7
    for side in (-1, 1):
        _rail(pen, scheme, side)
        for near in (0.052, 0.085, 0.15, 0.28, 0.55):
            base = _VANISHING + (BOTTOM - _VANISHING) * near
            x, height = side * 2120 * near, 2900 * near
            lamp_post(pen, scheme, x, base, height, -side * height * 0.17)


def _rail(pen: Pen, scheme: Scheme, side: int) -> None:
    def at(near: float, height: float) -> tuple[float, float]:
        return side * 1860 * near, _VANISHING + (BOTTOM - _VANISHING - height) * near

    for near in (0.05, 0.065, 0.085, 0.11, 0.145, 0.19, 0.25, 0.33, 0.44, 0.6, 0.8):
        pen.stroke([at(near, 0), at(near, 370)], 26 * near + 1.5, scheme.stone_dark)
    far, close = 0.03, 1.0
    pen.poly([at(far, 400), at(close, 400), at(close, 230), at(far, 230)], scheme.metal, ink=0.9)
    pen.poly([at(far, 330), at(close, 330), at(close, 295), at(far, 295)], scheme.stone_dark)


def road_front(pen: Pen, scheme: Scheme) -> None:
    blurred_grass(pen, scheme.leaf_dark, scheme.leaf)
