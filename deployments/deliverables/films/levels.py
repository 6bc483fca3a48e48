"""An export with sound -> its levels, measured in the delivered file."""

import json
import zipfile
from pathlib import Path

import av
import numpy as np

from conte.sound import Levels
from deployments.deliverables.films.stems import LEVELS, MIX
from deployments.sound.metering import levels_of
from deployments.sound.signals import RATE, Stereo
from serve.bounded.outcome import FunctionResult


def levels_in(path: str, suffix: str) -> Levels | None:
    """Return the levels of a film, or of the mix of stems; None for silence and without sound."""
    if suffix == ".mp4":
        heard = _decoded(Path(path))
        return None if heard is None else levels_of(heard)
    with zipfile.ZipFile(path) as archive:
        found = json.loads(archive.read(LEVELS))["levels"][MIX]
    return None if found is None else Levels.model_validate(found)


def measured(path: str, suffix: str) -> FunctionResult:
    """Return `levels_in` as JSON, for the bounded child; "" for None."""
    found = levels_in(path, suffix)
    return FunctionResult("" if found is None else found.model_dump_json())


def _decoded(path: Path) -> Stereo | None:
    with av.open(path) as source:
        if not source.streams.audio:
            return None
        stream = source.streams.audio[0]
        assert stream.rate == RATE
        parts = [frame.to_ndarray() for frame in source.decode(stream)]
    return np.concatenate(parts, axis=1).astype(np.float32) if parts else None
