"""Every outdoor setting with its stage."""

from conte.vocabulary import Setting
from deployments.engines.animatic.outdoors import (
    forest,
    house,
    mountain,
    nature,
    road,
    sea,
    skyline,
    street,
)
from deployments.engines.animatic.stage import Stage

OUTDOORS_SETS: dict[Setting, Stage] = {
    Setting.STREET: Stage(street.street_far, street.street_mid, street.street_front, indoors=False),
    Setting.SKYLINE: Stage(
        skyline.skyline_far, skyline.skyline_mid, skyline.skyline_front, indoors=False
    ),
    Setting.ROAD: Stage(road.road_far, road.road_mid, road.road_front, indoors=False),
    Setting.HOME_EXTERIOR: Stage(
        house.house_far, house.house_mid, house.house_front, indoors=False
    ),
    Setting.PARK: Stage(nature.park_far, nature.park_mid, nature.park_front, indoors=False),
    Setting.FIELD: Stage(nature.field_far, nature.field_mid, nature.field_front, indoors=False),
    Setting.FOREST: Stage(forest.forest_far, forest.forest_mid, forest.forest_front, indoors=False),
    Setting.MOUNTAIN: Stage(
        mountain.mountain_far, mountain.mountain_mid, mountain.mountain_front, indoors=False
    ),
    Setting.SEA: Stage(sea.sea_far, sea.sea_mid, sea.sea_front, indoors=False),
}
