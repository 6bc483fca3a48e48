"""Collects sampled frames of the current shot and closes the shot when its final joint is known.

Samples are thinned, so that an hour needs no more memory than a minute. Light, colour and text are
measured only in key frames, because that costs more than all the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

from conte.measures import Bars, CameraMotion, Measures
from crawl.analysis.analysis import DetectedShot, FrameSpan, Joint
from crawl.analysis.flow import Flow, flow
from crawl.analysis.looks import FrameLook, look_at, main_colours
from crawl.analysis.picture import Picture
from crawl.analysis.settings import AnalysisSettings

MOST_SAMPLES = 64
_COLOUR_SAMPLES = 8
_LEAST_FLOWS = 4
"""Flows measured in a short shot; a long shot has one a second."""


@dataclass(frozen=True)
class SampledFrame:
    """A candidate for a key frame, with the next frame, to measure motion."""

    number: int
    at_s: float
    picture: Picture
    narrow: NDArray[np.uint8]
    """[?, 192] uint8 luma, for `flow`."""
    next_narrow: NDArray[np.uint8] | None = None
    frame_s: float = 0.0
    """Seconds to the next frame."""


@dataclass(frozen=True)
class FoundShot:
    shot: DetectedShot
    pictures: tuple[bytes, ...]
    """JPEGs of the shot's key frames."""

    def within(self, span: FrameSpan) -> "FoundShot":
        """Return a part of the shot with the shot's measures and the key frames within the part."""
        shot = self.shot
        mine = [n for n, key in enumerate(shot.key_frames) if span.start <= key < span.end]
        hashes = tuple(shot.measures.dhashes[n] for n in mine)
        part = shot.model_copy(
            update={
                "span": span,
                "opens": shot.opens if span.start == shot.span.start else "within",
                "closes": shot.closes if span.end == shot.span.end else "within",
                "key_frames": tuple(shot.key_frames[n] for n in mine),
                "measures": shot.measures.model_copy(update={"dhashes": hashes}),
            }
        )
        return FoundShot(part, tuple(self.pictures[n] for n in mine))


class ShotKeeper:
    """Collects samples, and returns the shot of each span between two joints."""

    def __init__(self, settings: AnalysisSettings) -> None:
        self._settings = settings
        self._samples: list[SampledFrame] = []

    def add(self, sample: SampledFrame) -> None:
        self._samples.append(sample)
        if len(self._samples) > 2 * MOST_SAMPLES:
            # Drop every other one of the older half; newer samples may belong to the next shot.
            half = len(self._samples) // 2
            self._samples[:half] = self._samples[:half:2]

    def shot(self, span: FrameSpan, opens: Joint, closes: Joint, black: float) -> FoundShot:
        """Return the shot of a span, and drop its samples and all before them."""
        mine = [sample for sample in self._samples if span.start <= sample.number < span.end]
        self._samples = [sample for sample in self._samples if sample.number >= span.end]
        chosen = self._chosen(mine, span)
        shot = DetectedShot(
            span=span,
            opens=opens,
            closes=closes,
            measures=_measures([s.picture for s in chosen], self._flows(mine, span), black),
            key_frames=tuple(sample.number for sample in chosen),
        )
        return FoundShot(shot, tuple(sample.picture.jpeg() for sample in chosen))

    def _chosen(self, samples: Sequence[SampledFrame], span: FrameSpan) -> list[SampledFrame]:
        settings, length_s = self._settings, span.end_s - span.start_s
        wanted = min(settings.key_frames + int(length_s / settings.key_frame_s), MOST_SAMPLES)
        return _spread(samples, span, wanted)

    def _flows(self, samples: Sequence[SampledFrame], span: FrameSpan) -> list[tuple[Flow, float]]:
        """Return the flows within the shot, each with the seconds between its two frames."""
        # The flow of the last frame leads into the next shot, so it is left out.
        within = [s for s in samples if s.next_narrow is not None and s.number + 1 < span.end]
        wanted = min(max(_LEAST_FLOWS, round(span.end_s - span.start_s)), MOST_SAMPLES)
        found: list[tuple[Flow, float]] = []
        for sample in _spread(within, span, wanted):
            if sample.next_narrow is not None and sample.frame_s > 0:
                moved = flow(sample.narrow, sample.next_narrow)
                if moved is not None:
                    found.append((moved, sample.frame_s))
        return found


def _spread(samples: Sequence[SampledFrame], span: FrameSpan, wanted: int) -> list[SampledFrame]:
    """Return about `wanted` samples: those nearest to evenly spread times within the span."""
    if len(samples) <= wanted:
        return list(samples)
    length_s = span.end_s - span.start_s
    moments = [span.start_s + length_s * (i + 0.5) / wanted for i in range(wanted)]
    nearest = {min(samples, key=lambda s: abs(s.at_s - moment)).number for moment in moments}
    return [sample for sample in samples if sample.number in nearest]


def _measures(
    pictures: Sequence[Picture], flows: Sequence[tuple[Flow, float]], black: float
) -> Measures:
    looks = [look_at(picture.luma(), picture.rgb()) for picture in pictures]
    spread = looks[:: max(1, len(looks) // _COLOUR_SAMPLES)]
    return Measures(
        motion=median(f.rest / dt for f, dt in flows) if flows else 0.0,
        camera=_camera(flows),
        brightness=_mean([look.brightness for look in looks]),
        contrast=_mean([look.contrast for look in looks]),
        colourfulness=_mean([look.colourfulness for look in looks]),
        colours=main_colours([look.rgb for look in spread]) if spread else (),
        sharpness=median(look.sharpness for look in looks) if looks else 0.0,
        black=black,
        text_area=median(look.text_area for look in looks) if looks else 0.0,
        bars=_bars(looks),
        dhashes=tuple(f"{look.dhash:016x}" for look in looks),
    )


def _camera(flows: Sequence[tuple[Flow, float]]) -> CameraMotion:
    if not flows:
        return CameraMotion(pan_per_s=0, tilt_per_s=0, zoom_per_s=0, shake=0)
    pans = [f.pan / dt for f, dt in flows]
    tilts = [f.tilt / dt for f, dt in flows]
    pan, tilt = median(pans), median(tilts)
    return CameraMotion(
        pan_per_s=pan,
        tilt_per_s=tilt,
        zoom_per_s=median(f.zoom / dt for f, dt in flows),
        shake=median(float(np.hypot(p - pan, t - tilt)) for p, t in zip(pans, tilts, strict=True)),
    )


def _bars(looks: Sequence[FrameLook]) -> Bars:
    """Black bars that all frames with a picture have in common."""
    seen = [look.bars for look in looks if look.brightness > 0.03]
    if not seen:
        return Bars()
    return Bars(
        top=min(bars.top for bars in seen),
        bottom=min(bars.bottom for bars in seen),
        left=min(bars.left for bars in seen),
        right=min(bars.right for bars in seen),
    )


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0
