"""Sixty files that no editor sends: bombs, entities, depths, numbers, lies. Made, never stored."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

HUGE = 10**18


def hostile() -> Iterator[tuple[str, bytes]]:
    """Yield what each is, and its bytes."""
    yield from _xml()
    yield from _json()
    yield from _zips()
    yield from _edls()


def _xml() -> Iterator[tuple[str, bytes]]:
    lol = b"".join(b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, 10))
    bodies = {
        "a billion laughs": b'<!DOCTYPE fcpxml [<!ENTITY l0 "lol">' + lol + b"]><fcpxml>&l9;</fcpxml>",
        "a quadratic entity": b'<!DOCTYPE fcpxml [<!ENTITY a "' + b"a" * 50_000 + b'">]><fcpxml>'
        + b"&a;" * 5000 + b"</fcpxml>",
        "a file as an entity": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xmeml>&f;</xmeml>',
        "a net entity": b'<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:9/x">]><xmeml>&f;</xmeml>',
        "an external DTD": b'<!DOCTYPE fcpxml SYSTEM "http://127.0.0.1:9/f.dtd"><fcpxml/>',
        "a public DTD": b'<!DOCTYPE fcpxml PUBLIC "-//A" "f.dtd"><fcpxml/>',
        "a parameter entity": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]><fcpxml/>',
        "an attribute list": b"<!DOCTYPE x [<!ATTLIST a b CDATA 'c'>]><fcpxml/>",
        "a DTD in capitals and small": b'<!doctype x [<!entity a "b">]><fcpxml/>',
        "two DTDs": b"<!DOCTYPE fcpxml><!DOCTYPE fcpxml [<!ENTITY a 'b'>]><fcpxml/>",
        "depth": b"<fcpxml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</fcpxml>",
        "depth with quotes": b"<fcpxml>" + b'<a b="/>">' * 5000 + b"</fcpxml>",
        "elements": b"<fcpxml>" + b"<a/>" * 210_000 + b"</fcpxml>",
        "attributes": b"<fcpxml " + b" ".join(b'a%d="b"' % at for at in range(50_000)) + b"/>",
        "a long name": b"<" + b"a" * 5_000_000 + b"/>",
        "unclosed": b"<fcpxml><resources>",
        "open quotes": b'<fcpxml a="' * 20_000,
        "open comments": b"<!--" * 2000,
        "no sequence": b"<fcpxml version='1.10'><resources/></fcpxml>",
        "another root": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "an inclusion": b'<fcpxml xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></fcpxml>',
        "a stylesheet": b'<?xml-stylesheet href="http://127.0.0.1:9/"?><fcpxml/>',
        "a NUL": b"<fcpxml>\0</fcpxml>",
        "not UTF-8": b"<fcpxml>\xff\xfe</fcpxml>",
        "UTF-16": "<fcpxml/>".encode("utf-16"),
        "UTF-7 declared": b'<?xml version="1.0" encoding="UTF-7"?><fcpxml/>',
        "a sequence of no rate": _fcp("0"), "a rate below zero": _fcp("-25"),
        "a rate beyond numbers": _fcp("9" * 400), "no picture": _fcp("25"),
        "a frame of no time": _fcpx("0/1s"), "a frame of a division by zero": _fcpx("1/0s"),
        "a frame of a year": _fcpx("31536000s"), "a frame of words": _fcpx("often"),
        "many clips": _fcpx("1/25s", b'<asset-clip offset="0s" duration="1s"/>' * 2000),
    }  # fmt: skip
    yield from bodies.items()


def _fcp(timebase: str) -> bytes:
    rate = f"<rate><timebase>{timebase}</timebase></rate>"
    return f"<xmeml version='5'><sequence>{rate}<media/></sequence></xmeml>".encode()


def _fcpx(duration: str, clips: bytes = b"") -> bytes:
    head = f'<fcpxml><resources><format id="r1" frameDuration="{duration}"/></resources>'
    project = b'<library><event><project><sequence format="r1"><spine>' + clips
    return head.encode() + project + b"</spine></sequence></project></event></library></fcpxml>"


def _json() -> Iterator[tuple[str, bytes]]:
    yield "deep lists", b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    yield "deep objects", b'{"a":' * 30_000 + b"1" + b"}" * 30_000
    yield "many values", b'{"a":[' + b"[]," * 210_000 + b"[]]}"
    yield "no timeline", b'{"OTIO_SCHEMA": "Clip.1"}'
    yield "a collection", b'{"OTIO_SCHEMA": "SerializableCollection.1", "children": []}'
    yield "no tracks", _otio([])
    yield (
        "tracks that are numbers",
        json.dumps({"OTIO_SCHEMA": "Timeline.1", "tracks": 5, "metadata": [1]}).encode(),
    )
    yield "a huge integer", b'{"a":' + b"9" * 100_000 + b"}"
    yield "a broken text", b'{"a": "\\ud8'
    yield "a list", b"[" * 3
    yield "many clips in JSON", _otio([_clip(10)] * 100)
    yield "lone surrogates", _otio([_clip(10, name="\ud800")])
    yield "no JSON", b"{'a': 1}"


def _otio(clips: list[dict[str, Any]]) -> bytes:
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": clips}
    stack = {"OTIO_SCHEMA": "Stack.1", "children": [track]}
    return json.dumps({"OTIO_SCHEMA": "Timeline.1", "tracks": stack}).encode()


def _clip(frames: Any, name: str = "") -> dict[str, Any]:
    time = {"value": frames, "rate": 25}
    range_ = {"start_time": {"value": 0, "rate": 25}, "duration": time}
    return {"OTIO_SCHEMA": "Clip.2", "name": name, "source_range": range_}


def _zips() -> Iterator[tuple[str, bytes]]:
    yield "a bomb", _zip({"content.otio": b"{" + b" " * 30_000_000})
    yield "a bomb within bounds of size", _zip({"content.otio": b" " * 7_000_000})
    yield "many entries", _zip({"content.otio": b"{}"} | {f"media/{at}": b"" for at in range(5000)})
    yield "a ZIP of no timeline", _zip({"evil/../../content.otio": b"{}"})
    whole = _zip({"content.otio": b"{}", "version.txt": b"1.0.0"})
    yield "a ZIP cut short", whole[: len(whole) // 2]
    yield "a ZIP of another kind of entry", whole.replace(b"\x08\x00", b"\x63\x00")
    yield "a ZIP that lies of its sizes", whole.replace(b"\x02\x00\x00\x00", b"\xff\xff\xff\x7f")
    yield "an encrypted entry", _encrypted(whole)


def _zip(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return made.getvalue()


def _encrypted(whole: bytes) -> bytes:
    central = whole.index(b"PK\x01\x02")
    flagged = bytearray(whole)
    flagged[6] |= 1
    flagged[central + 8] |= 1
    return bytes(flagged)


def _edls() -> Iterator[tuple[str, bytes]]:
    event = "001  AX V     C        {0} {0} {0} {0}"
    yield "an EDL of no events", b"TITLE: x\r\nFCM: DROP FRAME\r\n"
    yield "frames beyond the rate", f"TITLE: x\n{event.format('00:00:00:99')}".encode()
    yield "many lines", b"TITLE: x\n" + b"*\n" * 50_000
    yield "not UTF-8 in an EDL", b"TITLE: \xff\xfe"
    yield "many events", ("TITLE: x\n" + f"{event.format('00:00:01:00')}\n" * 3000).encode()
    yield "nothing", b""
    yield "something else", b"%PDF-1.7"
