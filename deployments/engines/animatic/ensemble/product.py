"""The product of an ensemble that nobody holds: on the table, or beside the row."""

from conte.staging_vocabulary import Pose
from conte.vocabulary import ProductForm, Setting, ShotSize
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.ensemble.people import NO_HANDS
from deployments.engines.animatic.ensemble.row import Stood, half_of, wears
from deployments.engines.animatic.ensemble.scene import NEAR, Scene, inked_for
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.goods.by_form import BODILESS, HEADS, HELD
from deployments.engines.animatic.props import SHAPES
from deployments.engines.animatic.subjects import SMALL, Goods, Placed, goods_height


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
        return [Placed(Goods(scene.pen, product.form, scene.scheme), camera.x, top + 8)]
    way = row[0].way or 1.0
    return [_beside(scene, product.form, way, row, camera)]


def _beside(
    scene: Scene, form: ProductForm, way: float, row: list[Stood], camera: Camera
) -> Placed:
    shot, seen = scene.shot, 1000 / camera.near
    if shot.size in (*NEAR, ShotSize.MS) or shot.setting is Setting.VEHICLE:
        height = seen * 0.44 * min(1.0, scene.aspect)
        if form in HELD:
            # Nearer than the people, and no giant: a boot is no stool.
            height = min(height, max(1.2 * goods_height(form), 0.15 * seen))
        own = inked_for(scene, camera, height)
        goods = Goods(own, form, scene.scheme, height=height, mirrored=way < 0)
        x = camera.x + way * seen * scene.aspect * 0.28
        return Placed(goods, x, camera.y + seen * 0.46)
    own = inked_for(scene, camera, goods_height(form))
    goods = Goods(own, form, scene.scheme, on_table=HEADS[form] < SMALL, mirrored=way < 0)
    edge = max(stood.x * way + half_of(stood.player) for stood in row)
    return Placed(goods, way * (edge + goods.width * 0.5), scene.floor_y + 10)
