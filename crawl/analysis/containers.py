"""Detects a file's container by its first bytes, and names the demuxer that may read it, if any.

FFmpeg itself guesses among some 350 demuxers, also by the file's name; several of them open other
files and addresses that the file names (playlists, concat scripts, SDP). Here each file has one
permitted demuxer, out of those for video in a single file.
"""

from serve.bounded import Unusable


class UnreadableVideo(Unusable):
    """The file will never be a video that can be read; the message says why."""


class Encrypted(UnreadableVideo):
    """The stream is encrypted."""


HEAD_BYTES = 1024
"""Bytes that are read to detect a container: a GIF's animation follows its palette of 768 bytes."""

_MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""First boxes of MP4 and QuickTime files; QuickTime files older than `ftyp` have another one."""
_TS_PACKET = 188

_BEGINNINGS = (
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"OggS", "ogg"),
)
# Listed only so that the reason names them.
_OTHERS = (
    (b"GIF8", "a GIF, which is a picture"),
    (b"\x89PNG", "a PNG, which is a picture"),
    (b"\xff\xd8\xff", "a JPEG, which is a picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"%PDF", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "sound without video"),
    (b"fLaC", "sound without video"),
    (b"#EXTM3U", "a playlist, which names other files"),
    (b"ffconcat", "a playlist, which names other files"),
    (b"[playlist]", "a playlist, which names other files"),
    (b"WEBVTT", "subtitles"),
)
_ANIMATED = ((b"GIF8", "GIF"), (b"\x89PNG", "PNG"), (b"RIFF", "WebP"))
_TEXTS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<smil", "a playlist, which names other files"),
    (b"<mpd", "a playlist, which names other files"),
    (b"<svg", "an SVG, which is a picture"),
    (b"<?xml", "an XML document"),
    (b"v=0", "a playlist, which names other files"),
)


def demuxer_of(head: bytes) -> str:
    """Return FFmpeg's name of the only demuxer that may read a file with this beginning.

    Args:
        head: the first `HEAD_BYTES` of the file, or all of a shorter one.

    Raises:
        UnreadableVideo: if no demuxer may read it; the message says what the file is, if known.
    """
    if not head:
        raise UnreadableVideo("the file is empty")
    for beginning, kind in _ANIMATED:
        if head.startswith(beginning) and _is_animation(head):
            raise UnreadableVideo(f"an animated {kind}; wanted a video, such as an MP4 made of it")
    if head[4:8] in _MP4_BOXES:
        # Pictures (HEIC, AVIF) come in the same boxes.
        if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"avis"):
            raise UnreadableVideo(f"not a video: {head[8:12].decode()}, which is a picture")
        return "mp4"
    if head.startswith(b"RIFF"):
        return _riff(head)
    for beginning, demuxer in _BEGINNINGS:
        if head.startswith(beginning):
            return demuxer
    # A packet every 188 bytes, or every 192 with a time before each (Blu-ray).
    for offset, step in ((0, _TS_PACKET), (4, _TS_PACKET + 4)):
        if head[offset::step][:3] == b"GGG":
            return "mpegts"
    raise UnreadableVideo(f"not a video: {_guess(head)}")


def _riff(head: bytes) -> str:
    if head[8:12] == b"AVI ":
        return "avi"
    known = {b"WEBP": "a WebP, which is a picture", b"WAVE": "sound without video"}
    raise UnreadableVideo(f"not a video: {known.get(head[8:12], 'RIFF of another kind')}")


def _is_animation(head: bytes) -> bool:
    """Return whether it is a GIF that repeats (the extension that browsers follow), an APNG or an
    animated WebP."""
    match head[:4]:
        case b"GIF8":
            return b"NETSCAPE2.0" in head or b"ANIMEXTS1.0" in head
        case b"\x89PNG":
            return b"acTL" in head
        case _:
            return head[12:16] == b"VP8X" and bool(head[20:21]) and bool(head[20] & 2)


def _guess(head: bytes) -> str:
    for beginning, what in _OTHERS:
        if head.startswith(beginning):
            return what
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, what in _TEXTS:
        if text.startswith(beginning):
            return what
    if all(byte >= 32 or byte in b"\t\n\r\f" for byte in head):
        return f"text ({head[:40].decode('utf-8', 'replace')!r} ...)"
    return f"a file that begins with '{head[:16].hex(' ')}'"
