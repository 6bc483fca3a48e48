"""Documents kept on the disk: whole or not there at all, within a bound."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawl.polite.cache import Cache
from crawl.polite.directives import Directives
from crawl.polite.outcome import Document


def a_document(url: str, body: bytes) -> Document:
    return Document(
        url=url,
        final_url=url,
        media_type="text/html",
        charset="euc-kr",
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        etag='"1"',
        last_modified="",
        fetched_at=1.0,
        checked_at=2.0,
        fresh_until=3.0,
        directives=Directives(frozenset({"nofollow"}), 9.0),
    )


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    document = a_document("https://example.kr/표", "타이어\n\0".encode("euc-kr"))
    Cache(tmp_path, 10_000).put(document)
    assert Cache(tmp_path, 10_000).get(document.url) == document
    assert Cache(tmp_path, 10_000).get("https://example.kr/other") is None


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "head"])
def test_a_damaged_document_is_none(tmp_path: Path, damage: str) -> None:
    cache = Cache(tmp_path, 10_000)
    cache.put(a_document("https://example.kr/", b"x" * 500))
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(
        {"cut": whole[:-1], "flip": whole[:-1] + b"y", "empty": b"", "head": b"{}\n"}[damage]
    )
    assert cache.get("https://example.kr/") is None


def test_the_least_used_documents_make_room(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 12_000)
    for n in range(5):
        cache.put(a_document(f"https://example.kr/{n}", bytes(2000)))
    for at, path in enumerate(sorted(files(tmp_path), key=lambda path: path.read_bytes()[:200])):
        os.utime(path, (at, at))
    assert cache.get("https://example.kr/0") is not None  # used just now
    cache.put(a_document("https://example.kr/5", bytes(2000)))
    kept = [n for n in range(6) if cache.get(f"https://example.kr/{n}")]
    assert kept == [0, 3, 4, 5] or kept == [0, 2, 3, 4, 5]
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 12_000


def test_a_document_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    cache.put(a_document("https://example.kr/", b"small"))
    cache.put(a_document("https://example.kr/", bytes(2000)))
    assert cache.get("https://example.kr/") is None


KEEP = """
import sys
from pathlib import Path
from crawl.polite.cache import Cache
from tests.test_polite_cache import a_document

cache = Cache(Path(sys.argv[1]), 1 << 30)
n = 0
while True:
    cache.put(a_document("https://example.kr/", bytes([n % 256]) * 500_000))
    n += 1
    print(n, flush=True)
"""


def test_whoever_is_killed_while_keeping_leaves_a_whole_document(tmp_path: Path) -> None:
    for _ in range(3):
        keeper = subprocess.Popen(
            [sys.executable, "-c", KEEP, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert keeper.stdout is not None
        for _ in range(5):
            keeper.stdout.readline()
        keeper.send_signal(signal.SIGKILL)
        keeper.communicate()
        document = Cache(tmp_path, 1 << 30).get("https://example.kr/")
        assert document is not None
        assert len(set(document.body)) == 1 and len(document.body) == 500_000


def test_what_was_begun_and_never_finished_is_swept_away(tmp_path: Path) -> None:
    Cache(tmp_path, 1000)
    begun = tmp_path / ".new" / "begun"
    begun.write_bytes(b"x")
    Cache(tmp_path, 1000)
    assert begun.exists()  # perhaps somebody is still writing it
    os.utime(begun, (1, 1))
    Cache(tmp_path, 1000)
    assert not begun.exists()
