"""Every setting of the vocabulary and the stage that is built for it."""

from conte.vocabulary import Setting
from deployments.engines.animatic.outdoors import OUTDOORS_SETS
from deployments.engines.animatic.rooms import ROOMS
from deployments.engines.animatic.sets_stage import Stage

SETS: dict[Setting, Stage] = {**ROOMS, **OUTDOORS_SETS}
