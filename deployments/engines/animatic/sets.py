"""Every setting of the vocabulary and the stage that is built for it."""

from conte.vocabulary import Setting
from deployments.engines.animatic.outdoors.stages import OUTDOORS_SETS
from deployments.engines.animatic.rooms.stages import ROOMS
from deployments.engines.animatic.stage import Stage

SETS: dict[Setting, Stage] = {**ROOMS, **OUTDOORS_SETS}
