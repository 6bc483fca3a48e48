"""What a clip's file says of itself, from no more of it than is needed."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import pytest

from crawl.dataset import clip_files
from crawl.dataset.clip_files import StoredClip, looked_at
from serve.vault import Vault
from tests.made_videos import write_video


def test_wherever_the_head_breaks_off_the_whole_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_video(tmp_path / "clip.mp4", num_frames=25).read_bytes()
    vault = Vault.open(str(tmp_path / "vault"))
    key = asyncio.run(vault.publish_content("clips", data, ".mp4"))
    index = data.rindex(b"moov") - 4
    for num_bytes in range(index, len(data), 7):
        monkeypatch.setattr(clip_files, "_HEAD_BYTES", num_bytes)
        (found,) = asyncio.run(looked_at(vault, [key]))
        assert isinstance(found, StoredClip), f"{num_bytes} of {len(data)} bytes: {found}"
        told = asdict(found)
        assert (told["num_bytes"], told["num_frames"]) == (len(data), 25), num_bytes
