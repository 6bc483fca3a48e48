"""Every setting of the vocabulary, and every spot within one, with its stage."""

from conte.clip import Shot
from conte.vocabulary import Setting
from deployments.engines.animatic.outdoors.stages import OUTDOORS_SETS
from deployments.engines.animatic.players import Played
from deployments.engines.animatic.reading import Reading
from deployments.engines.animatic.rooms.spots import SPOTS
from deployments.engines.animatic.rooms.stages import ROOMS
from deployments.engines.animatic.stage import Stage

SETS: dict[Setting, Stage] = {**ROOMS, **OUTDOORS_SETS}


def stage_of(shot: Shot, reading: Reading) -> Stage:
    """Return the spot's stage where staging names a spot, else the setting's."""
    if isinstance(reading, Played) and reading.spot is not None:
        return SPOTS[reading.spot]
    return SETS[shot.setting]
