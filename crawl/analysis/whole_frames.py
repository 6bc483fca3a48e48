"""A stream's packets -> its intact frames, and a record of the damage. Analysis and cutting both
count these frames, so that a frame has the same number in both."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from av import Packet, VideoFrame
from av.container import InputContainer
from av.video.stream import VideoStream

from crawl.analysis.containers import Encrypted, UnreadableVideo
from crawl.analysis.opening import packets_of, readable


@dataclass
class Damage:
    """Damage that was found in the stream so far."""

    packets: int = 0
    lost: int = 0
    """Packets whose frames are lost."""
    ended: str = ""
    """Why reading ended before the file's end."""
    holes: list[int] = field(default_factory=list)
    """Frames before which others may be missing, ascending."""

    def remark(self, num_frames: int) -> str:
        """Describe the damage; empty if all frames were read."""
        parts: list[str] = []
        if self.lost:
            parts.append(f"damaged: {self.lost} of {self.packets} packets were left out")
        if self.ended:
            parts.append(f"breaks off after {num_frames} frames: {self.ended}")
        return "; ".join(parts)


def whole_frames(
    container: InputContainer, stream: VideoStream, damage: Damage
) -> Iterator[VideoFrame]:
    """Yield the intact frames. After a packet that cannot be decoded, it continues at the next key
    frame, because the frames in between refer to the lost ones.

    Raises:
        UnreadableVideo: if not one frame can be decoded.
        Encrypted: as soon as a packet needs a key.
    """
    packets, number, skipping = packets_of(container, stream), 0, False
    while True:
        try:
            with readable():
                packet = next(packets, None)
        except Encrypted:
            raise  # a video with an encrypted part is refused as a whole
        except UnreadableVideo as error:
            if not number:
                raise
            damage.ended = str(error)
            packet = None
        if packet is None:
            break
        damage.packets += bool(packet.size)
        if skipping:
            if packet.size and not packet.is_keyframe:
                damage.lost += 1
                continue
            skipping = False
            damage.holes.append(number)
        try:
            with readable():
                frames = stream.decode(packet)
        except UnreadableVideo:
            frames = []
            # A recorded broadcast begins in mid-stream: errors before the first frame are no
            # damage.
            if number:
                damage.lost += 1
                damage.holes.append(number)
                # Frames that the decoder held for reordering may be missing, too.
                frames, skipping = _drained(stream), True
        number += len(frames)
        yield from frames
    if damage.ended:
        yield from (rest := _drained(stream))
        number += len(rest)
    if not number:
        raise UnreadableVideo("not one of its frames can be decoded")


def _drained(stream: VideoStream) -> list[VideoFrame]:
    """Drain the frames that the decoder holds for reordering, and reset it."""
    frames: list[VideoFrame] = []
    last = Packet()  # an empty one; without a stream's units its frames would have no times
    last.stream, last.time_base = stream, stream.time_base or Fraction(1, 90_000)
    try:
        with readable():
            frames = stream.decode(last)
    except UnreadableVideo:
        pass
    stream.codec_context.flush_buffers()
    return [frame for frame in frames if not frame.is_corrupt]
