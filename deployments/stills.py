"""Pictures that an editor remembers from one film to the next: the middle frame of each cut, and
posters.

A version shows most cuts as the one before did. Forgotten pictures are decoded and drawn again.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.encoding import rgb_of
from deployments.fitting import Size
from deployments.footage import Footage
from deployments.recent import Recent

Picture = NDArray[np.uint8]
"""[height, width, 3] uint8, sRGB."""
LARGEST = 400, 300
"""Largest width and height of a still, in pixels."""
STILLS, POSTERS = 256, 16
"""Largest numbers of remembered stills, 270 kB each at 16:9, and posters, about 500 kB each."""


class Stills:
    def __init__(self) -> None:
        self._stills, self._posters = Recent[Picture](STILLS), Recent[bytes](POSTERS)

    def of(self, footage: Footage, size: Size) -> Picture:
        """Return the still of a cut without lettering, shrunk to `LARGEST`.

        `size`: the film's. Raises as `Footage.middle` does.
        """
        clip = footage.clip
        window = clip.window and clip.window.model_dump_json()
        key = clip.key, footage.middle_index, window, size
        return self._stills.get(key, lambda: _shrunk(rgb_of(footage.middle(size))))

    def poster(self, piece: str, draw: Callable[[], bytes]) -> bytes:
        """Return the poster of a film, as PNG. `piece`: vault key of the piece that the poster
        shows, which identifies its pixels.
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
