"""Promoted weights come to the machine that serves them: in ranges, once, into a bounded folder."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from graphs.replicas.renderer import Renderer
from serve.registry.files import MAKING, Broken
from serve.registry.promoted import Promoted
from serve.registry.weights_cache import Held, WeightsCache
from serve.settings import ClipSettings, Settings, VaultSettings, WeightsCacheSettings
from serve.vault import Missing, Vault
from serve.vault.vault import RANGES_AT_ONCE
from tests.object_stores import ACCESS_KEY, BUCKET, SECRET_KEY

KIB = 1024


@pytest.fixture(params=["moto", "rclone"])
def vault(request: pytest.FixtureRequest) -> Vault:
    return s3(request.getfixturevalue(f"{request.param}_url"))


def s3(endpoint: str) -> Vault:
    prefix = f"s3://{BUCKET}/{uuid4().hex}"
    return Vault.open(prefix, endpoint, "kr-standard", ACCESS_KEY, SECRET_KEY)


def published(vault: Vault, size: int = 100 * KIB) -> dict[str, str]:
    """The files of an entry, the larger one of `size` bytes."""
    found: dict[str, str] = {}
    for name, data in (("part/model.safetensors", os.urandom(size)), ("config.json", b"{}")):
        key = found[name] = f"models/{hashlib.sha256(data).hexdigest()}.bin"
        asyncio.run(vault.publish_bytes(key, data))
    return found


def held(cache: WeightsCache, vault: Vault, entry: str, files: dict[str, str]) -> Held:
    return asyncio.run(cache.hold(vault, entry, files))


class CountingVault(Vault):
    """Counts the ranges of each key, and the most of them that were under way at once."""

    def __init__(self, vault: Vault) -> None:
        super().__init__(vault._shelf)  # pyright: ignore[reportPrivateUsage]
        self.asked: Counter[str] = Counter()
        self.most_at_once = self._now = 0

    async def stream(self, key: str, start: int = 0, end: int | None = None):
        self.asked[key] += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        await asyncio.sleep(0)
        try:
            async for chunk in super().stream(key, start, end):
                yield chunk
        finally:
            self._now -= 1


def test_a_file_comes_in_eight_ranges_at_once(vault: Vault, tmp_path: Path) -> None:
    data = os.urandom(100 * KIB + 7)
    key = f"models/{hashlib.sha256(data).hexdigest()}.bin"
    counting = CountingVault(vault)
    asyncio.run(vault.publish_bytes(key, data))
    asyncio.run(counting.download(key, tmp_path / "copy", range_bytes=8 * KIB))
    assert (tmp_path / "copy").read_bytes() == data
    assert counting.asked[key] == 13
    assert counting.most_at_once == RANGES_AT_ONCE == 8


def test_an_empty_file_is_copied_and_a_missing_one_is_said(vault: Vault, tmp_path: Path) -> None:
    empty = f"models/{hashlib.sha256(b'').hexdigest()}.bin"
    asyncio.run(vault.publish_bytes(empty, b""))
    asyncio.run(vault.download(empty, tmp_path / "empty"))
    assert (tmp_path / "empty").read_bytes() == b""
    with pytest.raises(Missing):
        asyncio.run(vault.download(f"models/{'0' * 64}.bin", tmp_path / "none"))


def test_replicas_of_one_machine_fetch_an_entry_once(moto_url: str, tmp_path: Path) -> None:
    counting = CountingVault(s3(moto_url))
    files = published(counting)

    def replica(_: int) -> Path:
        return held(WeightsCache(tmp_path, 1 << 30), counting, "video-model-1", files).folder

    with ThreadPoolExecutor(4) as replicas:
        folders = set(replicas.map(replica, range(4)))
    assert folders == {tmp_path / "video-model-1"}
    assert counting.asked == dict.fromkeys(files.values(), 1)
    assert all((tmp_path / "video-model-1" / name).is_file() for name in files)


def test_the_least_recently_used_entry_goes_and_what_is_loaded_stays(
    moto_url: str, tmp_path: Path
) -> None:
    vault, cache = s3(moto_url), WeightsCache(tmp_path, 250 * KIB)
    files = [published(vault) for _ in range(4)]
    for number in (0, 1):
        held(cache, vault, f"m{number}", files[number]).release()
        os.utime(tmp_path / ".locks" / f"m{number}", (number, number))
    loaded = held(cache, vault, "m0", files[0])
    held(cache, vault, "m2", files[2]).release()
    assert names(tmp_path) == {"m0", "m2"}, "m1 was used before m0"
    os.utime(tmp_path / ".locks" / "m0", (0, 0))
    held(cache, vault, "m3", files[3]).release()
    assert names(tmp_path) == {"m0", "m3"}, "m0 is older than m2, and loaded"
    loaded.release()
    os.utime(tmp_path / ".locks" / "m0", (0, 0))
    held(cache, vault, "m2", files[2]).release()
    assert names(tmp_path) == {"m2", "m3"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != ".locks"}


def test_other_bytes_than_were_registered_are_refused_and_leave_nothing(
    moto_url: str, tmp_path: Path
) -> None:
    vault = s3(moto_url)
    files = published(vault)
    asyncio.run(vault.publish_bytes(f"models/{'a' * 64}.bin", b"other bytes"))
    files["config.json"] = f"models/{'a' * 64}.bin"
    with pytest.raises(Broken, match=r"config\.json"):
        held(WeightsCache(tmp_path, 1 << 30), vault, "m", files)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in left if path.parent.name != ".locks"]


FETCHING = """
import asyncio, os, sys
from pathlib import Path
from serve.registry.weights_cache import WeightsCache
from serve.vault import Vault

class Stuck(Vault):
    async def stream(self, key, start=0, end=None):
        print("begun", flush=True)
        await asyncio.sleep(3600)
        yield b""

url, folder, key = sys.argv[1:]
vault = Stuck(Vault.open(url)._shelf)
asyncio.run(WeightsCache(Path(folder), 1 << 30).hold(vault, "m", {"model": key}))
"""


def test_a_fetch_that_was_killed_is_begun_anew_by_the_next(tmp_path: Path) -> None:
    store, cache = tmp_path / "vault", tmp_path / "cache"
    vault = Vault.open(str(store))
    files = published(vault)
    command = [sys.executable, "-c", FETCHING, str(store), str(cache), files["config.json"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.kill(process.pid, signal.SIGKILL)
    assert [path for path in cache.iterdir() if path.name.startswith(MAKING)]
    folder = held(WeightsCache(cache, 1 << 30), vault, "m", files).folder
    assert (folder / "config.json").read_text() == "{}"
    assert names(cache) == {"m"}


def test_a_renderer_has_its_weights_before_its_engine_is_loaded(
    moto_url: str, tmp_path: Path
) -> None:
    vault = f"s3://{BUCKET}/{uuid4().hex}"
    keys = VaultSettings.model_validate(
        {"url": vault, "endpoint": moto_url, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
    )
    files = published(Vault.open(vault, moto_url, "kr-standard", ACCESS_KEY, SECRET_KEY))
    settings = Settings(
        home=tmp_path,
        vault=keys,
        final=ClipSettings.model_validate(
            {"engine": "animatic", "diffusers": {"checkpoint": "registry/video-model-1"}}
        ),
        weights=WeightsCacheSettings(files={"video-model-1": files}),
    ).at_home()
    Renderer(settings, "final")
    assert (tmp_path / "registry/video-model-1/part/model.safetensors").stat().st_size == 100 * KIB


async def test_weights_come_while_an_event_loop_runs(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path / "vault"))
    data = b"weights"
    key = f"models/{hashlib.sha256(data).hexdigest()}.bin"
    await vault.publish_bytes(key, data)
    promoted = Promoted({"m": {"model": key}}, 1 << 30, str(tmp_path / "vault"), VaultSettings())
    promoted.hold([str(tmp_path / "own"), str(tmp_path / "registry/m")])
    assert (tmp_path / "registry/m/model").read_bytes() == data
    assert not (tmp_path / "own").exists()
