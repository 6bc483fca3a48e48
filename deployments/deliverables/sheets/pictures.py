"""A cut's still -> a picture of the size that a page or a cell shows. OpenCV, no files."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from serve.bounded import Unusable

QUALITY = 86


def shown(still: Path, width: int, height: int, quality: int = QUALITY) -> bytes:
    """Return the still as JPEG, cropped to `width` x `height` pixels. It is never enlarged.

    Raises:
        Unusable: if it cannot be read.
    """
    cv2.setNumThreads(1)
    pixels: Any = cv2.imdecode(np.fromfile(still, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise Unusable(f"the picture {still.name} cannot be read")
    down, across = pixels.shape[:2]
    # The largest part of that shape, about the centre.
    part = min(across / width, down / height)
    wide, high = round(part * width), round(part * height)
    left, top = (across - wide) // 2, (down - high) // 2
    pixels = pixels[top : top + high, left : left + wide]
    if wide > width:
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
