"""Files and folders that are whole or not there, whatever interrupts their writer."""

import errno
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawl.videos.channel_hash import secret_in
from serve.whole import new_file, publish_folder, whole_file, write_whole

ROOT = Path(__file__).parents[1]


class Disk:
    """What reaches the disk, in its order: the paths synced and renamed."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.done: list[tuple[str, str]] = []
        fsync, replace, rename = os.fsync, os.replace, os.rename

        def synced(descriptor: int) -> None:
            self.done.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink().name))
            fsync(descriptor)

        def named(real: Callable[..., None]) -> Callable[..., None]:
            def recorded(source: object, target: object) -> None:
                self.done.append(("name", Path(str(target)).name))
                real(source, target)

            return recorded

        patched.setattr(os, "fsync", synced)
        patched.setattr(os, "replace", named(replace))
        patched.setattr(os, "rename", named(rename))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_the_bytes_are_on_the_disk_before_the_name_and_then_the_name_is(
    tmp_path: Path, disk: Disk
) -> None:
    write_whole(tmp_path / "state.json", "시안")
    assert (tmp_path / "state.json").read_text("utf-8") == "시안"
    (first, aside), *rest = disk.done
    assert first == "sync" and aside.startswith(".state.json.")
    assert rest == [("name", "state.json"), ("sync", tmp_path.name)]
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_folder_gets_its_name_after_everything_in_it_is_on_the_disk(
    tmp_path: Path, disk: Disk
) -> None:
    making = tmp_path / "making"
    (making / "part").mkdir(parents=True)
    (making / "part" / "weights").write_bytes(b"w")
    assert publish_folder(making, tmp_path / "model")
    assert set(disk.done[:3]) == {("sync", "weights"), ("sync", "part"), ("sync", "making")}
    assert disk.done[3:] == [("name", "model"), ("sync", tmp_path.name)]


def test_the_first_folder_of_a_name_stays(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    assert publish_folder(tmp_path / "first", tmp_path / "model")
    assert not publish_folder(tmp_path / "second", tmp_path / "model")
    assert (tmp_path / "model" / "file").read_text() == "first"
    assert (tmp_path / "second" / "file").exists()


def test_a_writer_that_fails_leaves_the_file_of_before_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "state.json"
    write_whole(place, "before")
    with pytest.raises(LookupError), whole_file(place) as aside:
        _write_half(aside)
    assert place.read_text() == "before"
    assert os.listdir(tmp_path) == ["state.json"]


def _write_half(aside: Path) -> None:
    aside.write_text("ha")
    raise LookupError


def test_a_disk_that_is_full_at_the_sync_leaves_the_file_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "state.json"
    write_whole(place, "before")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(place, "after")
    assert place.read_text() == "before"
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_disk_that_cannot_sync_folders_takes_files_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def files_only(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_dir():
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    write_whole(tmp_path / "state.json", "after")
    assert (tmp_path / "state.json").read_text() == "after"


def test_a_new_file_replaces_none(tmp_path: Path) -> None:
    place = tmp_path / "clip.mp4"
    with new_file(place) as aside:
        aside.write_text("first")
    with pytest.raises(FileExistsError), new_file(place) as aside:
        aside.write_text("second")
    assert place.read_text() == "first"
    assert os.listdir(tmp_path) == ["clip.mp4"]


def test_a_disk_without_hard_links_takes_new_files_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: object, target: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    test_a_new_file_replaces_none(tmp_path)


def test_a_name_of_full_length_can_be_written(tmp_path: Path) -> None:
    write_whole(tmp_path / ("가" * 85), "255 bytes")
    assert os.listdir(tmp_path) == ["가" * 85]


_KILLED = """
import os, sys
from pathlib import Path
from serve.whole import write_whole

def step(real):
    def stepped(*given):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return real(*given)
    return stepped

os.fsync, os.replace, os.open, os.close = map(step, (os.fsync, os.replace, os.open, os.close))
for n in range(100):
    place = Path(sys.argv[1], f"{n}.txt")
    left = 1000
    write_whole(place, "before")
    child = os.fork()
    if not child:
        left = n
        write_whole(place, "after")
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(code, place.read_text())
    if code == 0:
        break
"""


def test_a_writer_that_is_killed_at_any_step_leaves_the_old_file_or_the_new(
    tmp_path: Path,
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)], capture_output=True, text=True, check=True
    )
    told = killed.stdout.splitlines()
    assert told[0] == "9 before" and told[-1] == "0 after"
    assert set(told[:-1]) == {"9 before", "9 after"}
    assert told == sorted(told, key=lambda line: line.endswith("after"))


def test_a_secret_that_was_half_written_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "channel-secret"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            secret_in(file)
    assert len(secret_in(file)) == 32
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_other_code_replaces_files_by_hand() -> None:
    """Others: the vault's check of its disk, lines appended to a file, a FIFO's name, and a folder
    that is put aside to be removed.
    """
    # With one argument: that of a string has two, that of a date a keyword.
    by_hand = re.compile(r"os\.(replace|rename|fsync)\(|\.(replace|rename)\([^,=()]+\)")
    found = {
        str(path.relative_to(ROOT))
        for room in ("conte", "serve", "deployments", "graphs", "crawl", "training")
        for path in (ROOT / room).rglob("*.py")
        if by_hand.search(path.read_text("utf-8"))
    }
    assert found == {
        "serve/whole.py",
        "serve/database/wake_fifo.py",
        "serve/registry/weights_cache.py",
        "serve/vault/folder.py",
        "training/preferences/own_answers.py",
    }
