"""Every indoor setting with its stage."""

from conte.vocabulary import Setting
from deployments.engines.animatic.rooms import home, public, vehicle, work
from deployments.engines.animatic.rooms.factory import factory_far, factory_front, factory_mid
from deployments.engines.animatic.rooms.gym import gym_far, gym_front, gym_mid
from deployments.engines.animatic.rooms.studio import studio_far, studio_front, studio_mid
from deployments.engines.animatic.stage import Stage

ROOMS: dict[Setting, Stage] = {
    Setting.STUDIO: Stage(studio_far, studio_mid, studio_front),
    Setting.KITCHEN: Stage(home.kitchen_far, home.kitchen_mid, home.kitchen_front),
    Setting.LIVING_ROOM: Stage(home.living_far, home.living_mid, home.living_front),
    Setting.BEDROOM: Stage(home.bedroom_far, home.bedroom_mid, home.bedroom_front),
    Setting.BATHROOM: Stage(home.bathroom_far, home.bathroom_mid, home.bathroom_front),
    Setting.OFFICE: Stage(work.office_far, work.office_mid, work.office_front),
    Setting.SCHOOL: Stage(work.school_far, work.school_mid, work.school_front),
    Setting.SHOP: Stage(public.shop_far, public.shop_mid, public.shop_front),
    Setting.CAFE: Stage(public.cafe_far, public.cafe_mid, public.cafe_front),
    Setting.RESTAURANT: Stage(
        public.restaurant_far, public.restaurant_mid, public.restaurant_front
    ),
    Setting.GYM: Stage(gym_far, gym_mid, gym_front),
    Setting.HOSPITAL: Stage(work.hospital_far, work.hospital_mid, work.hospital_front),
    Setting.FACTORY: Stage(factory_far, factory_mid, factory_front),
    Setting.VEHICLE: Stage(vehicle.cabin_far, vehicle.cabin_mid, vehicle.cabin_front),
}
