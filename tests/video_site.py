"""A site of videos on loopback: lists, pages and real media, with a log of what it was asked."""

import io
import re
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

import av
import numpy as np

from tests.local_site import Answers, Asked, Page, Site, local_site


@cache
def film(seed: int = 0, height: int = 120, num_frames: int = 12, audio: bool = False) -> bytes:
    """A real mp4, H.264; different bytes for each seed."""
    out = io.BytesIO()
    width = height * 16 // 9 // 2 * 2
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "threads": "1"}
        sound = container.add_stream("aac", rate=16000, layout="mono") if audio else None
        for number in range(num_frames):
            rng = np.random.default_rng(seed * 1000 + number)
            picture = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode())
        if sound is not None:
            silence = np.zeros((1, 1024), dtype=np.float32)
            for number in range(16):
                frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
                frame.sample_rate, frame.pts = 16000, number * 1024
                container.mux(sound.encode(frame))
            container.mux(sound.encode())
    return out.getvalue()


def media(data: bytes, etag: str = '"1"') -> Answers:
    """A file that may be asked for in parts, as web servers serve them."""

    def answer(asked: Asked) -> Page:
        same = asked.headers.get("if-range", etag) == etag
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.headers.get("range", ""))
        if wanted is None or not same:
            return Page(data, "video/mp4", headers={"Accept-Ranges": "bytes"}, etag=etag)
        start, end = int(wanted[1]), int(wanted[2] or len(data) - 1)
        if start >= len(data):
            unsatisfied = {"Content-Range": f"bytes */{len(data)}"}
            return Page(b"", "video/mp4", 416, unsatisfied)
        part = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
        return Page(data[start : end + 1], "video/mp4", 206, part, etag=etag)

    return answer


def watch_page(*sources: tuple[str, int], title: str = "film") -> Page:
    """A page with a player, and its renditions: URL and lines."""
    told = "".join(
        f'<source src="{url}" type="video/mp4" label="{lines}p">' for url, lines in sources
    )
    body = f"<html><head><title>{title}</title></head><body><video>{told}</video></body></html>"
    return Page(body.encode())


def feed(*entries: tuple[str, str]) -> Page:
    """An RSS feed: URL and title of each video."""
    items = "".join(
        f"<item><title>{title}</title><link>{url}</link></item>" for url, title in entries
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>list</title>{items}</channel></rss>'
    return Page(text.encode(), "application/rss+xml")


@contextmanager
def video_site() -> Generator[Site]:
    with local_site() as site:
        yield site
