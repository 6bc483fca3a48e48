"""Operations as callers send them -> as they are stored, with the ids of the cuts they make.

Random values are added only here, once, so that applying an operation again gives the same result.
"""

from collections.abc import Callable

from conte.cut import CutId
from conte.frozen import seed_of
from conte.revision.operations import Add, Borrowed, Operation, PlaceSound, Split


def settled(op: Operation, new_id: Callable[[], CutId]) -> Operation:
    """Return the operation with an id and a seed for the cut that it makes.

    A settled operation is returned unchanged.
    """
    match op:
        case Add():
            born = op.cut.id or new_id()
            seed = seed_of([born]) if op.cut.seed is None else op.cut.seed
            locked = tuple(sorted(set(op.cut.locked)))
            cut = op.cut.model_copy(update={"id": born, "seed": seed, "locked": locked})
            return op.model_copy(update={"cut": cut})
        case Split(into=None):
            return op.model_copy(update={"into": new_id()})
        case PlaceSound() if not op.sound.id:
            named = op.sound.model_copy(update={"id": f"s_{new_id().partition('_')[2]}"})
            return op.model_copy(update={"sound": named})
        case Borrowed():
            written = tuple(
                cut if cut.id else cut.model_copy(update={"id": new_id()}) for cut in op.written
            )
            return op.model_copy(update={"written": written})
        case _:
            return op
