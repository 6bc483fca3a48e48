"""Every setting of the vocabulary, and spots within them, and the stage that is built for each."""

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
    """The spot's stage where staging names one, else the setting's."""
    if isinstance(reading, Played) and reading.spot is not None:
        return SPOTS[reading.spot]
    return SETS[shot.setting]
