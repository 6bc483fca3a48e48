"""Pictures that an editor remembers from one film to the next: the middle of each cut, and posters.

A version shows most cuts as the one before did. What is forgotten is decoded and drawn again.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.encoding import rgb_of
from deployments.fitting import Size
from deployments.footage import Footage

Picture = NDArray[np.uint8]
"""[height, width, 3] uint8, sRGB."""
LARGEST = 400, 300
"""Largest width and height of a still, in pixels."""
STILLS, POSTERS = 256, 16
"""How many are remembered: 270 kB each at 16:9, and about 500 kB each."""

_T = TypeVar("_T")


class Stills:
    def __init__(self) -> None:
        self._stills, self._posters = _Recent[Picture](STILLS), _Recent[bytes](POSTERS)

    def of(self, footage: Footage, size: Size) -> Picture:
        """Return the still of a cut without lettering, shrunk to `LARGEST`. Raises as
        `Footage.middle` does.

        `size`: the film's.
        """
        clip = footage.clip
        window = clip.window and clip.window.model_dump_json()
        key = clip.key, footage.middle_index, window, size
        return self._stills.get(key, lambda: _shrunk(rgb_of(footage.middle(size))))

    def poster(self, piece: str, draw: Callable[[], bytes]) -> bytes:
        """Return the poster of a film, as PNG. `piece`: the vault key of the piece it is taken
        from, which says all that is seen.
        """
        return self._posters.get(piece, draw)


def still_size(width: int, height: int) -> Size:
    """Return the size of a still of a film of this size."""
    scale = min(LARGEST[0] / width, LARGEST[1] / height)
    return round(width * scale), round(height * scale)


def _shrunk(picture: Picture) -> Picture:
    height, width, _ = picture.shape
    across, down = still_size(width, height)
    if across >= width:
        return picture
    shrunk = cv2.resize(picture, (across, down), interpolation=cv2.INTER_AREA)
    return shrunk.astype(np.uint8, copy=False)


class _Recent(Generic[_T]):
    """The values that were asked for last."""

    def __init__(self, kept: int) -> None:
        self._kept, self._values, self._lock = kept, OrderedDict[Hashable, _T](), Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            if len(self._values) > self._kept:
                self._values.popitem(last=False)
        return made
