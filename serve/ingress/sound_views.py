"""Uploaded recordings as JSON. The client reads the same types; no HTTP here."""

from datetime import datetime
from typing import Self

from conte.sound import RATE, Recording
from serve.ingress.views import View, time_of

SOUNDS = "/v1/sounds"


class SoundView(View):
    """A recording that `place_sound` may name."""

    upload: str
    """Name for the field `upload` of a sound."""
    name: str
    duration_s: float
    num_samples: int
    """Samples at 48 kHz, the rate at which every recording is stored."""
    created_at: datetime

    @classmethod
    def of(cls, recording: Recording) -> Self:
        return cls(
            upload=recording.key,
            name=recording.name,
            duration_s=round(recording.num_samples / RATE, 3),
            num_samples=recording.num_samples,
            created_at=time_of(recording.created_at),
        )


class UploadedSoundView(SoundView):
    """A recording that was just uploaded, with the properties of its file."""

    channels: int
    sample_rate: int


class SoundsView(View):
    """Recordings, the newest first, at most 100."""

    sounds: tuple[SoundView, ...]
