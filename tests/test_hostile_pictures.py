"""Whatever a picture's file is: it is shown right, or refused with a sentence; and nothing is lost."""

import asyncio
import re
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
import pytest_asyncio

from serve.bounded import CallLimits, Unusable
from serve.ingress.decoding import RETRY_AFTER_S, WAITING_EACH, Decoding
from serve.ingress.problems import Problem
from serve.pictures.header import MAX_SCANS, header_of, taken
from serve.pictures.reading import as_png, as_rgb
from tests import bounded_functions as do
from tests import forged_pictures as forge
from tests.front_door import House

BLUE, GREEN, RED, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
PROGRESSIVE = (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
LOSSLESS = (cv2.IMWRITE_WEBP_QUALITY, 101)


def plain(width: int = 48, height: int = 32, level: int = 90) -> Any:
    return np.full((height, width, 3), level, np.uint8)


def shown(data: bytes) -> Any:
    """[height, width, 3] BGR of what is kept of an upload."""
    [png] = as_png(data).blobs
    pixels: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels.dtype == np.uint8 and pixels.shape[2] == 3
    return pixels


def bomb(width: int, height: int, **how: int) -> bytes:
    """A PNG of one row that says that it is as large."""
    return forge.png(width, height, b"\0" * 100, **how)


def webp_that_lies() -> bytes:
    inner = forge.encoded(".webp", plain(800, 600))
    return forge.riff(forge.canvas(16, 16), forge.bitstream(inner))


def parts_of_png(count: int) -> bytes:
    return forge.flat_png(8, 8, b"\1\2\3", *[forge.chunk(b"tEXt", b"a\0b")] * count)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a JPEG of 164,208 scans": (
        lambda: forge.with_scans(forge.encoded(".jpg", plain(), *PROGRESSIVE), 164_208)[: 10 << 20],
        f"got a JPEG of more than {MAX_SCANS} scans",
    ),
    "a PNG of 16 bits": (
        lambda: bomb(6600, 6000, depth=16, colour=forge.RGBA),
        "6600x6000 pixels of 4 channels with 16 bits, 302 MiB of them where 192 are taken",
    ),
    "a PNG of 100,000 x 100,000": (lambda: bomb(100_000, 100_000), "got 100000x100000 pixels"),
    "a PNG of no pixels": (lambda: bomb(0, 10), "got 0x10 pixels"),
    "a PNG of 30,000 chunks": (lambda: parts_of_png(30_000), "a PNG of more than 20000 parts"),
    "a JPEG of 30,000 segments": (
        lambda: forge.jpeg([(0xFE, b"")] * 30_000),
        "a JPEG of more than 20000 parts",
    ),
    "a JPEG that begins again and again": (
        lambda: b"\xff\xd8" * 30_000,
        "a JPEG of more than 20000 parts",
    ),
    "an APNG": (lambda: forge.apng(3), "an animated PNG of 3 pictures"),
    "an animated WebP": (lambda: forge.animated_webp(3), "an animated WebP of 3 pictures"),
    "an animated GIF": (lambda: forge.gif(3), "an animated GIF of 3 pictures"),
    "a GIF": (lambda: forge.gif(1), "got a GIF"),
    "a HEIC": (lambda: b"\0\0\0\x18ftypheic" + bytes(99), "got a HEIC picture"),
    "a video": (lambda: b"\0\0\0\x18ftypisom" + bytes(99), "got a video"),
    "a JPEG of CMYK": (
        lambda: forge.jpeg([(0xC0, forge.start_of_frame(8, 8, 4))]),
        r"the four colours of print \(CMYK\); save it as RGB",
    ),
    "a JPEG of 12 bits": (
        lambda: forge.jpeg([(0xC1, forge.start_of_frame(8, 8, 3, depth=12))]),
        "the picture is broken",
    ),
    "a JPEG whose height comes later": (
        lambda: forge.jpeg([(0xC0, forge.start_of_frame(8, 0, 3))]),
        "got 8x0 pixels",
    ),
    "a WebP that tells two sizes": (webp_that_lies, "16x16 pixels in its header and 800x600 in"),
    "a WebP without a picture": (
        lambda: forge.riff(forge.canvas(8, 8)),
        "the picture is broken",
    ),
    "a PNG in unknown colours": (
        lambda: forge.with_profile(".png", forge.encoded(".png", plain()), forge.profile(())),
        "its colours are of an ICC profile that has tables alone; save it as sRGB",
    ),
    "a JPEG with half a profile": (
        lambda: forge.with_profile(".jpg", forge.encoded(".jpg", plain()), forge.profile()[:180]),
        "its colours are of an ICC profile that cannot be read",
    ),
    "a PNG whose data is damaged": (
        lambda: (whole := forge.encoded(".png", plain()))[:50] + b"\xaa\xbb" + whole[52:],
        "the picture is broken",
    ),
}


def begun(whole: bytes, share: float) -> bytes:
    return whole[: round(len(whole) * share)]


def truncated() -> dict[str, tuple[Callable[[], bytes], str]]:
    made = {
        "PNG": forge.encoded(".png", plain()),
        "JPEG": forge.encoded(".jpg", plain()),
        "progressive JPEG": forge.encoded(".jpg", plain(), *PROGRESSIVE),
        "WebP": forge.encoded(".webp", plain()),
        "lossless WebP": forge.encoded(".webp", plain(), *LOSSLESS),
    }
    return {
        f"{share:.0%} of a {name}": (partial(begun, whole, share), "broken|bytes of something else")
        for name, whole in made.items()
        for share in (0.2, 0.5, 0.9)
    }


@pytest_asyncio.fixture
async def http(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    async with House(tmp_path).client() as client:
        yield client


@pytest.mark.parametrize("what", [*REFUSED, *truncated()])
async def test_what_is_not_taken_is_refused_with_what_is_wanted(
    what: str, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    make, reason = (REFUSED | truncated())[what]
    answer = await http.post("/v1/images", content=make(), headers={"Content-Type": "image/png"})
    error = answer.json()["error"]
    assert (answer.status_code, error["param"]) == (400, "image")
    assert not [*tmp_path.glob("vault/images/*")]  # nothing of it is kept
    told = error["message"]
    assert "wanted a PNG, JPEG or WebP picture of at most 40 megapixels" in told
    assert told.isprintable()
    assert re.search(reason, told), told


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize(
    ("orientation", "first", "last"),
    [
        # Where the stored first row begins, and where it ends, as a person sees it.
        (1, "top left", "top right"),
        (2, "top right", "top left"),
        (3, "bottom right", "bottom left"),
        (4, "bottom left", "bottom right"),
        (5, "top left", "bottom left"),
        (6, "top right", "bottom right"),
        (7, "bottom right", "top right"),
        (8, "bottom left", "top left"),
    ],
)
def test_a_photo_stands_as_it_was_taken(
    suffix: str, orientation: int, first: str, last: str
) -> None:
    stored = plain(64, 48, 255)
    stored[:16, :16], stored[:16, -16:] = RED, GREEN
    how = LOSSLESS if suffix == ".webp" else ()
    seen = shown(forge.with_exif(suffix, forge.encoded(suffix, stored, *how), orientation))
    assert seen.shape[:2] == ((48, 64) if orientation < 5 else (64, 48))
    corners = {"top left": (4, 4), "top right": (4, -4)}
    corners |= {"bottom left": (-4, 4), "bottom right": (-4, -4)}
    for where, colour in ((first, RED), (last, GREEN)):
        assert np.abs(seen[corners[where]].astype(int) - colour).max() < 12


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        (forge.flat_png(8, 8, b"\0\0", depth=16, colour=forge.GREY), (0, 0, 0)),
        (forge.flat_png(8, 8, b"\xff\xff\x80\x80\0\0", depth=16), (0, 128, 255)),
        (forge.flat_png(8, 8, b"\xff\xff\0\0\0\0\x80\x80", depth=16, colour=forge.RGBA), (127, 127, 255)),
        (forge.flat_png(8, 8, b"\x40\x80", colour=forge.GREY_ALPHA), (159, 159, 159)),
        (forge.flat_png(8, 8, b"\0\0\xff\0", colour=forge.RGBA), WHITE),
        # Eight pixels of one bit, or of two bytes, in a palette.
        (forge.png(8, 8, b"\0\xff" * 8, forge.chunk(b"PLTE", bytes(3) + b"\0\0\xff"), depth=1, colour=forge.PALETTE), BLUE),
        (
            forge.png(8, 8, b"\0\xff" * 8, forge.chunk(b"PLTE", bytes(3) + b"\0\0\xff"), forge.chunk(b"tRNS", b"\xff\0"), depth=1, colour=forge.PALETTE),
            WHITE,
        ),
        # Red is not seen.
        (forge.flat_png(8, 8, b"\xff\0\0", forge.chunk(b"tRNS", b"\0\xff\0\0\0\0")), WHITE),
        (forge.flat_png(8, 8, b"\0\xff\0"), GREEN),
        (forge.encoded(".jpg", np.full((8, 8), 128, np.uint8)), (128, 128, 128)),
    ],
    ids=["grey 16", "rgb 16", "rgba 16", "grey alpha", "rgba", "palette", "palette alpha", "key", "rgb", "grey jpeg"],
)  # fmt: skip
def test_every_kind_of_pixel_is_shown_in_its_colours_on_white(
    data: bytes, colour: tuple[int, int, int]
) -> None:
    seen = shown(data)
    assert seen.shape == (8, 8, 3)
    assert np.abs(seen[4, 4].astype(int) - colour).max() <= 1


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_a_profile_s_colours_are_brought_to_srgb(suffix: str) -> None:
    how = LOSSLESS if suffix == ".webp" else ()
    stored = plain()
    stored[:] = (60, 120, 180)
    data = forge.with_profile(suffix, forge.encoded(suffix, stored, *how), forge.profile())
    # (180, 120, 60) of Display P3, by the formulas of both: a phone's orange is no paler.
    assert np.abs(shown(data)[8, 8].astype(int) - (46, 118, 188)).max() <= 3
    linear = forge.profile((), (1.0, 1, 0, 1, 0), b"GRAY")
    grey = forge.encoded(suffix, np.full((32, 48), 55, np.uint8), *how)
    seen = shown(forge.with_profile(suffix, grey, linear))
    assert np.abs(seen[8, 8].astype(int) - 128).max() <= 3


def test_a_profile_of_srgb_changes_nothing() -> None:
    ours = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
    whole = forge.encoded(".png", np.random.default_rng(1).integers(0, 256, (32, 48, 3), np.uint8))
    with_it = forge.with_profile(".png", whole, forge.profile(ours))
    assert np.array_equal(shown(with_it), shown(whole))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_what_else_a_file_holds_is_left_behind(suffix: str) -> None:
    polyglot = forge.encoded(suffix, plain()) + b"PK\x03\x04 <script>alert(1)</script> %PDF-1.7"
    [png] = as_png(polyglot).blobs
    assert shown(polyglot).shape == (32, 48, 3)
    assert b"script" not in png and b"PDF" not in png
    assert taken(polyglot) == taken(forge.encoded(suffix, plain()))


def test_what_tells_more_than_one_picture_without_moving_is_a_picture() -> None:
    # A frame's control without the animation's is nobody's; one of one frame does not move.
    control = forge.chunk(b"fcTL", bytes(26))
    assert header_of(forge.flat_png(8, 8, b"\1\2\3", control)).frames == 1
    assert shown(forge.apng(1)).shape == (8, 8, 3)


def test_a_progressive_photo_of_a_camera_is_taken() -> None:
    data = forge.encoded(".jpg", plain(300, 200), *PROGRESSIVE)
    assert 1 < taken(data).scans <= 12
    assert shown(data).shape == (200, 300, 3)


def test_the_size_counts_of_all_that_a_header_tells() -> None:
    two = [(0xC0, forge.start_of_frame(64, 36, 3)), (0xC0, forge.start_of_frame(1920, 1080, 3))]
    found = header_of(forge.jpeg(two))
    assert (found.width, found.height, found.num_bytes) == (1920, 1080, 1920 * 1080 * 3)


async def test_one_tenant_s_decodes_hold_up_no_other_tenant_s(tmp_path: Path) -> None:
    decoding = Decoding(CallLimits(memory_bytes=256 << 20))
    (tmp_path / "a.png").write_bytes(forge.encoded(".png", plain()))
    held = [asyncio.create_task(decoding.call("a", do.sleep, 600)) for _ in range(4)]
    for _ in range(3):
        told = await decoding.call("b", as_rgb, str(tmp_path / "a.png"))
        assert told.text == "32 48"
    for call in held:
        call.cancel()
    assert {type(end) for end in await asyncio.gather(*held, return_exceptions=True)} == {
        asyncio.CancelledError
    }
    # Nothing is left of it: the place is free.
    assert (await decoding.call("a", do.add, 1)).text == "2"
    decoding.close()


async def test_a_tenant_who_sends_too_many_is_asked_to_come_back() -> None:
    decoding = Decoding()
    held = [asyncio.create_task(decoding.call("a", do.sleep, 600)) for _ in range(WAITING_EACH + 1)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as caught:
        await decoding.call("a", do.add, 1)
    answer = caught.value.answer("/v1/images")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(RETRY_AFTER_S)
    for call in held:
        call.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    decoding.close()


@pytest.mark.parametrize(
    ("function", "args", "reason"),
    [
        (do.burn, (600,), "more than 1 s of processor"),
        (do.hoard, (600,), "more than 64 MiB of memory"),
        (do.crash, (), "it crashes its decoder"),
        (do.refuse, ("no",), "^no$"),
        (do.fail, ("x",), "cannot be decoded: KeyError"),
    ],
)
async def test_a_file_that_takes_too_much_costs_itself(
    function: Callable[..., Any], args: tuple[Any, ...], reason: str
) -> None:
    decoding = Decoding(CallLimits(memory_bytes=64 << 20, cpu_s=1))
    with pytest.raises(Unusable, match=reason):
        await decoding.call("a", function, *args)
    assert (await decoding.call("a", do.add, 1)).text == "2"
    decoding.close()


def test_a_header_of_any_bytes_is_read_or_refused() -> None:
    chance = np.random.default_rng(5)
    seeds = [forge.apng(2), forge.animated_webp(2), forge.encoded(".jpg", plain(), *PROGRESSIVE)]
    seeds += [webp_that_lies(), forge.gif(2), b"\xff\xd8" + struct.pack(">H", 0xFFC0)]
    for _ in range(300):
        data = bytearray(seeds[chance.integers(len(seeds))])
        for place in chance.integers(0, len(data), 6):
            data[place] = chance.integers(256)
        with suppress(Unusable):
            found = header_of(bytes(data[: chance.integers(1, len(data) + 1)]))
            assert found.channels in (1, 3, 4) or found.kind == "JPEG"
