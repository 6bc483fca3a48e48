"""The vault: files appear once and whole, on a folder and on S3, and are read with ranges."""

import asyncio
import errno
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from serve.vault import BadKey, Missing, Vault, VaultFull, VaultUnavailable, content_type
from serve.vault.bucket import Bucket
from tests.loopback import answering
from tests.object_stores import ACCESS_KEY, BUCKET, SECRET_KEY

KEY = f"clips/{'a' * 64}.mp4"
OTHER = f"clips/{'b' * 64}.mp4"
DATA = bytes(range(256)) * 4096


def s3(endpoint: str, secret_key: str = SECRET_KEY) -> Vault:
    """A vault under a prefix of its own."""
    prefix = f"s3://{BUCKET}/{uuid4().hex}"
    return Vault.open(prefix, endpoint, "kr-standard", ACCESS_KEY, secret_key)


@pytest.fixture(params=["folder", "moto", "rclone"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    if request.param == "folder":
        return Vault.open(str(tmp_path / "vault"))
    return s3(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["folder", "moto"])
def conditional_vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """rclone is left out: it ignores If-None-Match."""
    if request.param == "folder":
        return Vault.open(str(tmp_path / "vault"))
    return s3(request.getfixturevalue("moto_url"))


async def read(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_what_is_published_is_read_back_whole(vault: Vault) -> None:
    assert await vault.publish_bytes(KEY, DATA)
    assert await read(vault.stream(KEY)) == DATA
    assert (await vault.stat(KEY)).size == len(DATA)


async def test_a_file_is_published_once_and_then_never_changes(
    vault: Vault, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.mp4", tmp_path / "2.mp4"
    first.write_bytes(DATA)
    second.write_bytes(b"something else")
    assert await vault.publish(KEY, first)
    before = await vault.stat(KEY)
    assert not await vault.publish(KEY, second)
    assert not await vault.publish_bytes(KEY, b"something else")
    assert await vault.stat(KEY) == before
    assert await read(vault.stream(KEY)) == DATA


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (3, 7), (0, len(DATA)), (1000, None), (len(DATA) - 5, None), (5, 10**9), (7, 7)],
)
async def test_a_range_is_exactly_the_bytes_asked_for(
    vault: Vault, start: int, end: int | None
) -> None:
    await vault.publish_bytes(KEY, DATA)
    assert await read(vault.stream(KEY, start, end)) == DATA[start:end]


async def test_a_range_that_runs_backwards_is_refused(vault: Vault) -> None:
    with pytest.raises(ValueError, match="no range"):
        await read(vault.stream(KEY, 5, 3))


async def test_a_stream_comes_in_chunks(vault: Vault) -> None:
    await vault.publish_bytes(KEY, DATA)
    chunks = [len(chunk) async for chunk in vault.stream(KEY)]
    assert len(chunks) > 1 and sum(chunks) == len(DATA)


async def test_what_is_not_there_is_missing(vault: Vault) -> None:
    assert not await vault.has(OTHER)
    with pytest.raises(Missing, match=OTHER):
        await vault.stat(OTHER)
    with pytest.raises(Missing, match=OTHER):
        await read(vault.stream(OTHER))
    with pytest.raises(Missing, match=OTHER):
        async with vault.local(OTHER):
            pass


async def test_what_is_removed_is_gone_and_can_be_published_anew(vault: Vault) -> None:
    await vault.publish_bytes(KEY, DATA)
    await vault.publish_bytes(OTHER, b"another's")
    await vault.remove(KEY)
    assert not await vault.has(KEY)
    with pytest.raises(Missing):
        await read(vault.stream(KEY))
    assert await read(vault.stream(OTHER)) == b"another's"
    assert await vault.publish_bytes(KEY, b"new")
    assert await read(vault.stream(KEY)) == b"new"


async def test_what_is_not_there_is_removed_already(vault: Vault) -> None:
    await vault.remove(KEY)
    await vault.remove(KEY)
    assert not await vault.has(KEY)


async def test_what_may_lie_there_still_is_not_told_to_be_removed(
    rclone_url: str, moto_url: str, tmp_path: Path
) -> None:
    with pytest.raises(VaultUnavailable, match="403"):
        await s3(rclone_url, secret_key="not-the-secret-that-was-given").remove(KEY)
    nowhere = Vault.open("s3://no-such-bucket", moto_url, "kr-standard", ACCESS_KEY, SECRET_KEY)
    with pytest.raises(VaultUnavailable, match="no such bucket"):
        await nowhere.remove(KEY)
    (tmp_path / "clips").mkdir()
    (tmp_path / KEY).mkdir()  # no file: unlink refuses
    with pytest.raises(VaultUnavailable, match="cannot be used"):
        await Vault.open(str(tmp_path)).remove(KEY)


async def test_who_reads_a_file_that_is_removed_reads_on(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path))
    await vault.publish_bytes(KEY, DATA)
    chunks = vault.stream(KEY)
    first = await anext(chunks)
    await vault.remove(KEY)
    assert first + await read(chunks) == DATA


async def test_local_gives_a_path_with_the_bytes(vault: Vault) -> None:
    await vault.publish_bytes(KEY, DATA)
    async with vault.local(KEY) as path:
        assert path.read_bytes() == DATA
        assert path.suffix == ".mp4"


async def test_a_folder_gives_the_file_itself_and_a_bucket_leaves_no_copy(
    tmp_path: Path, moto_url: str
) -> None:
    folder, bucket = Vault.open(str(tmp_path)), s3(moto_url)
    for vault in (folder, bucket):
        await vault.publish_bytes(KEY, DATA)
    async with folder.local(KEY) as itself, bucket.local(KEY) as copy:
        assert itself == tmp_path / KEY
    assert itself.exists() and not copy.exists()


async def test_content_lies_under_its_own_hash(vault: Vault) -> None:
    key = await vault.publish_content("sheets", b"{}", ".json")
    assert key == "sheets/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.json"
    assert await vault.publish_content("sheets", b"{}", ".json") == key
    assert await read(vault.stream(key)) == b"{}"


@pytest.mark.parametrize(
    "key",
    [
        "", "readyz", "../../etc/passwd", f"clips/../{'a' * 64}.mp4", f"/clips/{'a' * 64}.mp4",
        f"clips/{'a' * 63}.mp4", f"clips/{'A' * 64}.mp4", f"clips/{'a' * 64}", KEY + "\n",
        f"clips/{'a' * 64}.mp4/x", f".new/{'a' * 64}.mp4",
    ],
)  # fmt: skip
async def test_what_is_no_key_is_refused_before_anything_is_touched(
    key: str, tmp_path: Path
) -> None:
    vault = Vault.open(str(tmp_path))
    with pytest.raises(BadKey):
        await vault.has(key)
    with pytest.raises(BadKey):
        await vault.publish_bytes(key, b"x")
    with pytest.raises(BadKey):
        await vault.remove(key)
    with pytest.raises(BadKey):
        await read(vault.stream(key))
    with pytest.raises(BadKey):
        async with vault.local(key):
            pass


async def test_of_32_that_publish_one_key_one_wins(conditional_vault: Vault) -> None:
    vault = conditional_vault
    given = [f"publisher {n}".encode() * 1000 for n in range(32)]
    won = await asyncio.gather(*(vault.publish_bytes(KEY, data) for data in given))
    assert won.count(True) == 1
    assert await read(vault.stream(KEY)) == given[won.index(True)]


async def test_a_large_file_goes_up_in_parts_and_is_whole(moto_url: str, tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    large.write_bytes(DATA * 40)
    bucket = Bucket(
        f"s3://{BUCKET}/parts", moto_url, "kr-standard", ACCESS_KEY, SECRET_KEY, 1024 * 1024
    )
    vault = Vault(bucket)
    assert await vault.publish(KEY, large)
    etag = (await vault.stat(KEY)).etag
    assert etag.strip('"').endswith("-3")  # how S3 marks what came in three parts
    assert await read(vault.stream(KEY)) == DATA * 40
    assert not await vault.publish(KEY, large)


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("Error performing GET in 507.12ms - status code: 403 Forbidden", False),
        ("Error performing PUT in 12.1ms - status code: 507 Insufficient Storage", True),
        ("PUT: <Code>QuotaExceeded</Code>", True),
    ],
)
def test_a_bucket_is_full_by_its_status_and_not_by_the_time_a_request_took(
    moto_url: str, said: str, full: bool
) -> None:
    bucket = Bucket(f"s3://{BUCKET}/x", moto_url, "kr-standard", ACCESS_KEY, SECRET_KEY)
    assert isinstance(bucket.refusal(KEY, RuntimeError(said)), VaultFull) is full


async def test_a_wrong_secret_is_refused_in_one_line(rclone_url: str) -> None:
    vault = s3(rclone_url, secret_key="not-the-secret-that-was-given")
    for attempt in (
        vault.reachable(), vault.has(KEY), vault.publish_bytes(KEY, b"x"), read(vault.stream(KEY))
    ):  # fmt: skip
        with pytest.raises(VaultUnavailable, match="403") as refused:
            await attempt
        assert "\n" not in str(refused.value)


async def test_a_vault_is_reachable_or_says_why_not(vault: Vault) -> None:
    assert await vault.reachable()


async def test_a_bucket_that_is_not_there_is_unavailable_not_missing(moto_url: str) -> None:
    vault = Vault.open("s3://no-such-bucket", moto_url, "kr-standard", ACCESS_KEY, SECRET_KEY)
    with pytest.raises(VaultUnavailable, match="no such bucket"):
        await vault.publish_bytes(KEY, b"x")
    with pytest.raises(VaultUnavailable, match="no such bucket"):
        await vault.reachable()


async def test_a_file_that_is_not_there_is_not_published(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await vault.publish(KEY, tmp_path / "nowhere.mp4")


@pytest.mark.parametrize("url", ["s3://", "ftp://host/folder"])
def test_a_url_that_is_no_vault_is_refused_at_once(url: str) -> None:
    with pytest.raises(VaultUnavailable):
        Vault.open(url)


def test_half_a_pair_of_keys_is_refused_at_once() -> None:
    with pytest.raises(VaultUnavailable, match="both"):
        Vault.open(f"s3://{BUCKET}", access_key="given")


@contextmanager
def _deaf_to_ranges() -> Generator[str]:
    """A server that answers every request with the whole file and 200, as some do."""

    class Deaf(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(DATA)))
            self.send_header("ETag", '"1"')
            self.send_header("Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT")
            self.end_headers()
            self.wfile.write(DATA)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with answering(Deaf) as url:
        yield url


@contextmanager
def _breaking_off(after: int) -> Generator[str]:
    """A server of DATA that closes the connection after so many bytes of every answer."""

    class Brittle(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            first, _, last = self.headers.get("Range", "bytes=0-")[6:].partition("-")
            start, end = int(first), min(int(last or len(DATA)) + 1, len(DATA))
            self.send_response(206 if "Range" in self.headers else 200)
            self.send_header("Content-Length", str(end - start))
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(DATA)}")
            self.send_header("ETag", '"1"')
            self.send_header("Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT")
            self.end_headers()
            self.wfile.write(DATA[start : min(start + after, end)])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with answering(Brittle) as url:
        yield url


async def test_a_file_comes_whole_however_often_the_bucket_breaks_off() -> None:
    with _breaking_off(after=100_000) as url:
        vault = s3(url)
        assert await read(vault.stream(KEY)) == DATA
        assert await read(vault.stream(KEY, 3, 700_000)) == DATA[3:700_000]


async def test_a_bucket_that_gives_nothing_is_not_asked_for_ever() -> None:
    with _breaking_off(after=0) as url, pytest.raises(VaultUnavailable):
        await read(s3(url).stream(KEY))


async def test_a_link_gives_a_bucket_s_file_to_anyone_and_no_other(rclone_url: str) -> None:
    vault = s3(rclone_url)
    await vault.publish_bytes(KEY, DATA)
    link = await vault.link(KEY, 60)
    assert link is not None
    async with httpx.AsyncClient(timeout=300) as anyone:
        assert (await anyone.get(link)).content == DATA
        assert (await anyone.get(link.replace("a" * 64, "b" * 64))).status_code == 403
        assert (await anyone.get(link.partition("?")[0])).is_error
        seen = await anyone.head(str(await vault.link(KEY, 60, "HEAD")))
    assert int(seen.headers["content-length"]) == len(DATA)


async def test_a_folder_has_no_links(tmp_path: Path) -> None:
    vault = Vault.open(str(tmp_path))
    await vault.publish_bytes(KEY, DATA)
    assert await vault.link(KEY, 60) is None


async def test_a_server_that_ignores_ranges_is_cut_to_size_here() -> None:
    with _deaf_to_ranges() as url:
        vault = s3(url)
        assert await read(vault.stream(KEY, 300_000, 300_010)) == DATA[300_000:300_010]
        assert await read(vault.stream(KEY, 1_000_000)) == DATA[1_000_000:]


async def test_a_full_disk_is_said_in_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault.open(str(tmp_path))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VaultFull, match=r"is full: free some space$"):
        await vault.publish_bytes(KEY, DATA)
    monkeypatch.undo()
    assert not await vault.has(KEY)
    assert list((tmp_path / ".new").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VaultUnavailable, match="cannot be used"):
        Vault.open(str(tmp_path / "file" / "vault"))


_HALF = """
import asyncio, os, sys
from pathlib import Path
from serve.vault import Vault
from serve.vault import folder

def stop(fd):  # all bytes are written, nothing is published yet
    print("half way", flush=True)
    sys.stdin.read()

os.fsync = stop
asyncio.run(Vault.open(sys.argv[1]).publish_bytes(sys.argv[2], b"x" * 1_000_000))
"""


async def test_a_publisher_that_is_killed_leaves_nothing_to_be_seen(tmp_path: Path) -> None:
    publisher = subprocess.Popen(  # noqa: ASYNC220  # the test waits for it, and does nothing else
        [sys.executable, "-c", _HALF, str(tmp_path), KEY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert publisher.stdout is not None
    assert publisher.stdout.readline() == b"half way\n"
    publisher.kill()
    publisher.wait()
    vault = Vault.open(str(tmp_path))
    assert not await vault.has(KEY)
    left = list((tmp_path / ".new").iterdir())
    assert len(left) == 1  # fresh, so perhaps somebody still writes it
    assert await vault.publish_bytes(KEY, DATA)
    assert await read(vault.stream(KEY)) == DATA
    day_and_more = time.time() - 25 * 3600
    os.utime(left[0], (day_and_more, day_and_more))
    Vault.open(str(tmp_path))
    assert list((tmp_path / ".new").iterdir()) == []


def test_the_media_type_comes_from_the_suffix() -> None:
    assert content_type(KEY) == "video/mp4"
    assert content_type(f"sheets/{'0' * 64}.png") == "image/png"
    assert content_type(f"other/{'0' * 64}.bin") == "application/octet-stream"
