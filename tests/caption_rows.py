"""Values for tests of the caption job's rows."""

from conte.measures import Bars, CameraMotion, Measures
from crawl.analysis.analysis import DetectedShot, FrameSpan, Stream
from crawl.caption.manifest import SourceVideo
from crawl.permission import Permission

OWNED = Permission(kind="owned", evidence="tests", at=0)


def a_video(name: str, **fields: object) -> SourceVideo:
    given = {"id": f"test:{name}", "uri": f"/videos/{name}.mp4", "permission": OWNED} | fields
    return SourceVideo.model_validate(given)


def a_stream(num_frames: int = 240) -> Stream:
    return Stream(
        width=640,
        height=360,
        fps=24,
        num_frames=num_frames,
        duration_s=num_frames / 24,
        codec="h264",
        pixel_format="yuv420p",
        bits=8,
        rotation=0,
        variable_rate=False,
        has_audio=False,
        size_bytes=1000,
    )


def some_measures() -> Measures:
    return Measures(
        motion=0.1,
        camera=CameraMotion(pan_per_s=0, tilt_per_s=0, zoom_per_s=0, shake=0),
        brightness=0.5,
        contrast=0.3,
        colourfulness=30,
        colours=("#336699",),
        sharpness=200,
        black=0,
        text_area=0,
        bars=Bars(),
        dhashes=("00ff00ff00ff00ff",),
    )


def a_shot(start: int, end: int) -> DetectedShot:
    return DetectedShot(
        span=FrameSpan(start=start, end=end, start_s=start / 24, end_s=end / 24),
        opens="start" if start == 0 else "cut",
        closes="cut",
        measures=some_measures(),
        key_frames=((start + end) // 2,),
    )
