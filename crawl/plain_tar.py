"""Uncompressed tar files, as WebDataset reads them: each content's position is known beforehand.

A file in such a tar is a header of one block, then its content in whole blocks. The same contents
always give the same bytes.
"""

import io
import tarfile

BLOCK = 512
FORMAT = tarfile.USTAR_FORMAT


def padded(num_bytes: int) -> int:
    """Return how many bytes a file takes: its header, and its content in whole blocks."""
    return BLOCK + -(-num_bytes // BLOCK) * BLOCK


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    # A TarInfo's defaults are the same on every machine: owner 0, mode 0644, time 0.
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
