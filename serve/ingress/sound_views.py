"""Uploaded recordings as JSON. The client reads the same types; no HTTP here."""

from datetime import datetime
from typing import Self

from conte.sound import RATE, Recording
from serve.ingress.views import View, time_of

SOUNDS = "/v1/sounds"


class SoundView(View):
    """A recording that `place_sound` may name."""

    upload: str
    """The name that the `upload` of a sound refers to."""
    name: str
    duration_s: float
    num_samples: int
    """At 48 kHz, the rate that every recording is kept in."""
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
    """A recording that was just taken in, and what its file had."""

    channels: int
    sample_rate: int


class SoundsView(View):
    """The newest first, 100 at most."""

    sounds: tuple[SoundView, ...]
