"""The product of an ensemble that nobody holds: on the table, or beside the row."""

from conte.staging_vocabulary import Pose
from conte.vocabulary import ProductForm, Setting, ShotSize
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.ensemble.row import Stood, half_of, head_y, wears
from deployments.engines.animatic.ensemble.scene import NEAR, Scene, inked_for
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.goods.by_form import BODILESS, HEADS, HELD, WIDTH
from deployments.engines.animatic.players import NO_HANDS
from deployments.engines.animatic.props import SHAPES
from deployments.engines.animatic.subjects import SMALL, Goods, Placed, goods_height

_SMALL_ONES = 4.6
"""Height of the head's middle, in heads, below which somebody is hidden by things in front."""
_TALL = 2.2 * HEAD
"""Height from which a product reaches up to the faces of those who sit or crouch."""


def product(scene: Scene, row: list[Stood], camera: Camera) -> list[Placed]:
    """Place a product that nobody holds: on the table if there is one, else in front of the
    gaze.
    """
    product = scene.played.product
    # A product without a body cannot stand beside somebody.
    if product is None or product.form in BODILESS or not row:
        return []
    holder = next((s for s in row if s.player.holds == product), None)
    free = holder is not None and holder.player.drawn not in NO_HANDS
    if free and product.form in HELD:
        return []
    if any(wears(scene, stood.player) for stood in row):
        return []
    bedding = (ProductForm.BED, ProductForm.FURNITURE, ProductForm.QUILT, ProductForm.PILLOW)
    used = {"lie": bedding, "cycle": (ProductForm.BICYCLE,)}
    if any(product.form in used.get(stood.player.drawn, ()) for stood in row):
        return []
    rider = next((s for s in row if s.player.pose is Pose.CYCLE), None)
    if rider is not None and product.form is ProductForm.KICK_SCOOTER:
        own = inked_for(scene, camera, goods_height(product.form))
        goods = Goods(own, product.form, scene.scheme, mirrored=rider.way < 0)
        x = rider.x + (rider.way or 1.0) * 0.2 * HEAD
        return [Placed(goods, x, scene.floor_y + 22)]
    tables = [prop for prop in scene.played.props if SHAPES[prop].stand == "table"]
    if tables and product.form in HELD:
        top = scene.floor_y + 40 - SHAPES[tables[0]].heads * HEAD
        goods = Goods(scene.pen, product.form, scene.scheme)
        return [Placed(goods, camera.x, top + 8, foot=scene.floor_y + 40)]
    way = row[0].way or 1.0
    return [_beside(scene, product.form, way, row, camera)]


def is_behind(form: ProductForm) -> bool:
    """Return whether a product beside people stands behind them: it would cover a face."""
    return goods_height(form) > _TALL


def _hidden(row: list[Stood], x: float, width: float) -> float:
    """Return how much of small ones a product at `x` would hide, in scene units."""
    small = [one for one in row if head_y(one) < _SMALL_ONES]
    apart = (abs(one.x - x) - half_of(one.player) * 0.7 - width / 2 for one in small)
    return sum(max(0.0, -gap) for gap in apart)


def _beside(
    scene: Scene, form: ProductForm, way: float, row: list[Stood], camera: Camera
) -> Placed:
    shot, seen = scene.shot, 1000 / camera.near
    wide, real = seen * scene.aspect, goods_height(form)
    nearer = shot.size in (*NEAR, ShotSize.MS) or shot.setting is Setting.VEHICLE
    if nearer and not is_behind(form):
        low = camera.y + seen * 0.46
        chin = scene.floor_y - (min(map(head_y, row)) - 0.5) * HEAD
        # Nearer than the people, and no giant: a boot is no stool, and nobody's face is behind it.
        height = min(seen * 0.44 * min(1.0, scene.aspect), max(1.2 * real, 0.15 * seen))
        height = min(height, 0.56 * wide / WIDTH[form] * 100, max(low - chin, 0.15 * seen))
        own = inked_for(scene, camera, height)
        goods = Goods(own, form, scene.scheme, height=height, mirrored=way < 0)
        sides = (camera.x + way * wide * 0.28, camera.x - way * wide * 0.28)
        return Placed(goods, min(sides, key=lambda x: _hidden(row, x, goods.width)), low)
    own = inked_for(scene, camera, real)
    goods = Goods(own, form, scene.scheme, on_table=HEADS[form] < SMALL, mirrored=way < 0)
    edge = max(stood.x * way + half_of(stood.player) for stood in row)
    x = way * (edge + goods.width * 0.5)
    if nearer:
        # Most of it is in the frame.
        furthest = wide / 2 - 0.3 * goods.width
        x = camera.x + min(max(x - camera.x, -furthest), furthest)
    return Placed(goods, x, scene.floor_y + (10 if not is_behind(form) else -8))
