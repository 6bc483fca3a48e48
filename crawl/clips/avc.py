"""Reads and writes H.264 as MP4 stores it: parameter sets in `avcC` (ISO/IEC 14496-15, 5.3.3), and
units with lengths.

One stream can hold the pictures of two encoders if each refers to its own parameter sets: the
encoder gets an id that the source does not use, and both kinds of sets are written into `avcC`.
"""

from dataclasses import dataclass, replace

from crawl.clips.access_points import annex_b_units

_SPS, _PPS, _SEI, _DELIMITER = 7, 8, 6, 9
HIGHEST_ID = 31
"""Highest id of a sequence parameter set; ids begin at 0."""


class NotAvc(Exception):
    """The bytes are no valid `avcC`, or it has no free id."""


@dataclass(frozen=True)
class ParameterSets:
    head: bytes
    """Version, profile, compatibility, level, and the size of lengths."""
    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]
    tail: bytes
    """Bytes that High profiles append."""

    @classmethod
    def read(cls, avcc: bytes) -> "ParameterSets":
        """Parse an `avcC` box.

        Raises:
            NotAvc: if it is invalid, or has no parameter sets.
        """
        if len(avcc) < 7 or avcc[0] != 1:
            raise NotAvc
        place = 6
        sps, place = _units(avcc, place, avcc[5] & 0x1F)
        if place >= len(avcc):
            raise NotAvc
        pps, place = _units(avcc, place + 1, avcc[place])
        if not sps or not pps:
            raise NotAvc
        return cls(avcc[:5], sps, pps, avcc[place:])

    @property
    def length_size(self) -> int:
        return (self.head[4] & 3) + 1

    def free_id(self) -> int:
        """Return the highest id that no parameter set of either kind has.

        Raises:
            NotAvc: if all ids are taken.
        """
        taken = {exp_golomb(sps[4:]) for sps in self.sps} | {
            exp_golomb(pps[1:]) for pps in self.pps
        }
        for number in range(HIGHEST_ID, -1, -1):
            if number not in taken:
                return number
        raise NotAvc

    def joined(self, other: "ParameterSets") -> "ParameterSets":
        return replace(self, sps=self.sps + other.sps, pps=self.pps + other.pps)

    def written(self) -> bytes:
        out = bytearray(self.head)
        out.append(0xE0 | len(self.sps))
        for unit in self.sps:
            out += len(unit).to_bytes(2, "big") + unit
        out.append(len(self.pps))
        for unit in self.pps:
            out += len(unit).to_bytes(2, "big") + unit
        return bytes(out) + self.tail


def parameter_sets(annex_b: bytes) -> ParameterSets:
    """Return the parameter sets that an encoder emits before its first packet.

    Raises:
        NotAvc: if there are none.
    """
    units = [bytes(unit) for unit in annex_b_units(memoryview(annex_b))]
    sps = tuple(unit for unit in units if unit[0] & 0x1F == _SPS)
    pps = tuple(unit for unit in units if unit[0] & 0x1F == _PPS)
    if not sps or not pps:
        raise NotAvc
    return ParameterSets(b"\x01" + sps[0][1:4] + b"\xff", sps, pps, b"")


def with_lengths(annex_b: bytes, size: int) -> bytes:
    """Convert a packet's slices to length-prefixed units, without the sets, which are in `avcC`."""
    out = bytearray()
    for unit in annex_b_units(memoryview(annex_b)):
        if unit[0] & 0x1F not in (_SPS, _PPS, _SEI, _DELIMITER):
            out += len(unit).to_bytes(size, "big") + unit
    return bytes(out)


def exp_golomb(data: bytes) -> int:
    """Decode the unsigned number at the beginning (ue(v), ITU-T H.264, 9.1)."""
    bits = "".join(f"{byte:08b}" for byte in data[:8])
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1] or "0", 2) - 1


def _units(avcc: bytes, place: int, count: int) -> tuple[tuple[bytes, ...], int]:
    units: list[bytes] = []
    for _ in range(count):
        length = int.from_bytes(avcc[place : place + 2], "big")
        unit = avcc[place + 2 : place + 2 + length]
        if not length or len(unit) < length:
            raise NotAvc
        units.append(unit)
        place += 2 + length
    return tuple(units), place
