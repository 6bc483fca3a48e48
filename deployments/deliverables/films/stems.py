"""Maker of stems: NA, BGM and SE as WAV files of the film's exact length, and their sum."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from conte.sound import SOUND_KINDS, Levels, SoundKind
from deployments.deliverables.maker import Material, Writes
from deployments.deliverables.timelines.archive import Archive
from deployments.sound.metering import levels_of
from deployments.sound.mix import Mix
from deployments.sound.signals import RATE, Stereo
from deployments.sound.wav import write_wav
from serve.bounded import Unusable

FILES: Mapping[SoundKind, str] = {"na": "NA.wav", "bgm": "BGM.wav", "se": "SE.wav"}
MIX, LEVELS = "MIX.wav", "levels.json"


def stems(material: Material) -> Writes:
    """Return the function that writes the ZIP.

    Raises:
        Unusable: if the film is silent.
    """
    heard = material.soundtrack
    if heard is None:
        raise Unusable("the film is silent: place recordings, or set film.audio to all")

    def write(target: Path) -> None:
        mix = heard.mix(material.recordings)
        parts = parts_of(mix)
        told = {
            "preset": heard.loudness,
            "fps": material.edition.brief.fps,
            "num_samples": heard.num_samples,
            "sample_rate": RATE,
            "levels": {
                name: _json(levels_of(part)) for name, part in {MIX: mix.sum, **parts}.items()
            },
        }
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, Archive(target) as archive:
            archive.add(LEVELS, (json.dumps(told, indent=2) + "\n").encode())
            for name, part in {**parts, MIX: mix.sum}.items():
                path = Path(folder) / name
                write_wav(path, [part])
                # Stored: samples of 24 bits do not become smaller.
                archive.add_file(name, path)

    return write


def parts_of(mix: Mix) -> dict[str, Stereo]:
    """Return the stems by file name; a stem without sounds is silent."""
    speech = np.zeros_like(mix.music) if mix.speech is None else mix.speech
    found = {"na": speech, "bgm": mix.music, "se": mix.effects}
    return {FILES[kind]: found[kind] for kind in SOUND_KINDS}


def _json(levels: Levels | None) -> dict[str, float] | None:
    return None if levels is None else levels.model_dump()
