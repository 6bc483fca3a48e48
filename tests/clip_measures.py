"""Measures of clips: one that nothing is special about, and any that can be measured."""

from typing import Any

from hypothesis import strategies as st

from conte.measures import Bars, CameraMotion, Measures
from deployments.engines.protocols import Footage

STILL = CameraMotion(pan_per_s=0.001, tilt_per_s=-0.002, zoom_per_s=0.0, shake=0.002)


def a_camera(**changes: float) -> CameraMotion:
    return STILL.model_copy(update=changes)


def some_measures(**changes: Any) -> Measures:
    """A still camera in front of an evenly lit scene, with the changes."""
    made = Measures(
        motion=0.02,
        camera=STILL,
        brightness=0.5,
        contrast=0.2,
        colourfulness=35,
        colours=("#2f6fb0", "#f4f4f2", "#7a7d80"),
        sharpness=180,
        black=0,
        text_area=0,
        bars=Bars(),
        dhashes=("0f0f0f0f0f0f0f0f",),
    )
    return made.model_copy(update=changes)


def footage(*frames: bytes, **changes: Any) -> Footage:
    return Footage(
        frames=frames or (b"\xff\xd8\xff\xe0one", b"\xff\xd8\xff\xe0two"),
        measures=some_measures(**changes),
        width=640,
        height=360,
        duration_s=3.2,
    )


def _around_zero(most: float) -> st.SearchStrategy[float]:
    return st.floats(-most, most, allow_nan=False)


any_measures = st.builds(
    Measures,
    motion=st.floats(0, 2),
    camera=st.builds(
        CameraMotion,
        pan_per_s=_around_zero(3),
        tilt_per_s=_around_zero(3),
        zoom_per_s=_around_zero(3),
        shake=st.floats(0, 1),
    ),
    brightness=st.floats(0, 1),
    contrast=st.floats(0, 1),
    colourfulness=st.floats(0, 200),
    colours=st.lists(st.from_regex(r"\A#[0-9a-f]{6}\Z"), max_size=3).map(tuple),
    sharpness=st.floats(0, 5000),
    black=st.floats(0, 1),
    text_area=st.floats(0, 1),
    bars=st.just(Bars()),
    dhashes=st.just(()),
)
