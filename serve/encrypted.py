"""Detects encrypted video, such as copy-protected films (Common Encryption, DRM).

Its packets look intact but decode to nothing; without this check it would count as damaged.
"""

from av import Packet
from av.stream import Stream


def is_encrypted(stream: Stream, packet: Packet) -> bool:
    """Return whether a packet needs a key: MP4 with CENC, or WebM with ContentEncryption."""
    return packet.has_sidedata("encryption_info") or "enc_key_id" in stream.metadata
