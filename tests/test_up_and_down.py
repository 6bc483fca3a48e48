"""What `up` makes of what it finds in a home, and what `down` leaves; with a holder without Ray."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from serve import cluster
from serve.cli.commands import app
from serve.cluster import address, keeping, processes, starting
from serve.cluster.lifeline import Lifeline
from serve.cluster.machine import check_port
from serve.cluster.readiness import ask
from tests.ports import free_port

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def holder_without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "HOLDER", (sys.executable, "-m", "tests.fake_holder"))
    # Through it nothing on this machine is reached.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    cluster.down(tmp_path / "home")


@pytest.fixture
def port() -> int:
    return free_port()


def graph(home: Path, words: str) -> Path:
    path = home.parent / f"{words.replace(' ', '-')}.graph"
    path.write_text(words)
    return path


def boots(home: Path) -> int:
    return len((home / "booted.txt").read_text())


def killed(running: cluster.Running) -> None:
    os.kill(running.pid, signal.SIGKILL)
    while running.alive:
        time.sleep(0.01)


def test_what_serves_already_is_found_and_not_started_again(home: Path, port: int) -> None:
    first = cluster.start(graph(home, "ready"), home, port)
    second = cluster.start(graph(home, "ready"), home, port)
    assert (first.booted, second.booted) == (True, False)
    assert first.running == second.running == cluster.find(home)
    assert boots(home) == 1


def test_the_command_says_what_it_found_and_what_serves(home: Path, port: int) -> None:
    words = ["up", "--home", str(home), "--port", str(port), "--graph", str(graph(home, "orphan"))]
    first = CliRunner().invoke(app, words)
    assert first.exit_code == 0, first.output
    assert f"serving on http://127.0.0.1:{port}" in first.output.splitlines()
    again = CliRunner().invoke(app, words)
    assert f"already serving {graph(home, 'orphan')} on http://127.0.0.1:{port}" in again.output
    running = cluster.find(home)
    assert running is not None
    killed(running)
    third = CliRunner().invoke(app, words)
    assert (
        "the cluster that ran here has ended; processes that it left, ended now: 1" in third.output
    )
    assert f"serving on http://127.0.0.1:{port}" in third.output.splitlines()


def test_one_that_is_still_starting_is_waited_for(home: Path, port: int) -> None:
    started: list[cluster.Started] = []
    waits: set[str] = set()

    def waited(said: str) -> None:
        waits.add(said)
        if len(waits) == 2:  # one starts it, the other waits for it
            (home / "go").touch()

    def up() -> None:
        started.append(cluster.start(graph(home, "waits"), home, port, waited))

    both = [threading.Thread(target=up) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(one.booted for one in started) == [False, True]
    assert started[0].running == started[1].running
    assert boots(home) == 1
    pid = started[0].running.pid
    assert waits == {
        "starting the cluster",
        f"waiting for the cluster that process {pid} starts here",
    }


def test_a_live_one_that_is_not_ready_is_told_with_its_reason(
    home: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "UNREADY_TIMEOUT_S", 0.3)
    running = cluster.up(graph(home, "ready"), home, port)
    for file, reason in (
        ("unready", "directors: none has been seen lately"),
        ("deaf", "it does not answer"),
    ):
        (home / file).touch()
        with pytest.raises(cluster.BootError, match=f"is not ready: .*{reason}.* sian down"):
            cluster.up(graph(home, "ready"), home, port)
    assert cluster.find(home) == running, "it may be busy: it is not ended unasked"
    for file in ("unready", "deaf"):
        (home / file).unlink()
    assert cluster.up(graph(home, "ready"), home, port) == running


def test_what_a_killed_holder_left_on_the_port_is_ended_before_the_next_starts(
    home: Path, port: int
) -> None:
    first = cluster.start(graph(home, "orphan"), home, port)
    killed(first.running)
    assert ask(first.running.url).ready, "the orphan still answers"
    second = cluster.start(graph(home, "ready"), home, port)
    assert second.booted
    assert (
        second.found == "the cluster that ran here has ended; processes that it left, ended now: 1"
    )
    assert processes.of(home) == [second.running.pid]


def test_another_home_s_processes_are_left_alone(home: Path, port: int, tmp_path: Path) -> None:
    other = tmp_path / "home-2"
    there = cluster.up(graph(home, "ready"), other, free_port())
    try:
        killed(cluster.up(graph(home, "orphan"), home, port))
        assert cluster.down(home)
        assert processes.of(home) == []
        assert there.alive and ask(there.url).ready
    finally:
        cluster.down(other)


def test_a_pid_that_is_somebody_else_s_by_now_is_neither_found_nor_ended(
    home: Path, port: int
) -> None:
    somebody = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        home.mkdir()
        began = processes.began(somebody.pid)
        assert began
        stale = cluster.Running(somebody.pid, f"http://127.0.0.1:{port}", "g", began=began - 1)
        address.write(home, stale)
        assert cluster.find(home) is None
        assert not cluster.down(home)
        address.write(home, stale)
        started = cluster.start(graph(home, "ready"), home, port)
        assert started.booted and started.found == "the cluster that ran here has ended"
        assert cluster.down(home)
        assert somebody.poll() is None
    finally:
        somebody.kill()
        somebody.wait()


def test_an_address_file_that_cannot_be_read_is_no_cluster(home: Path, port: int) -> None:
    home.mkdir()
    for text in ("", "{", '{"pid": 1}', "[]", json.dumps({"pid": 0, "url": "", "graph": ""})):
        (home / "cluster.json").write_text(text)
        assert cluster.find(home) is None
    assert cluster.start(graph(home, "ready"), home, port).booted


def test_an_address_of_an_earlier_version_is_still_believed(home: Path, port: int) -> None:
    running = cluster.up(graph(home, "ready"), home, port)
    address.write(home, replace(running, began=0))
    assert not cluster.start(graph(home, "ready"), home, port).booted


def test_a_port_is_free_once_the_process_that_was_dying_on_it_is_ended(
    home: Path, port: int
) -> None:
    """Half a gigabyte takes a killed process tens of milliseconds to give back, ports come after."""
    code = (
        "import socket, sys, time\n"
        "at = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
        "held = bytearray(b'1') * (1 << 29)\n"
        "print('there', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(port)],
        env=os.environ | processes.mark(home),
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"there\n"
        process.kill()
        while processes.of(home):
            time.sleep(0.001)
        processes.end(home)
        check_port(port)


def test_a_graph_that_cannot_start_leaves_nothing(home: Path, port: int) -> None:
    with pytest.raises(cluster.BootError, match="no such engine"):
        cluster.up(graph(home, "broken"), home, port)
    assert cluster.find(home) is None
    assert processes.of(home) == []


def test_down_ends_a_cluster_that_does_not_listen(
    home: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "STOP_TIMEOUT_S", 0.2)
    running = cluster.up(graph(home, "stubborn orphan"), home, port)
    assert cluster.down(home)
    assert not running.alive
    assert processes.of(home) == []
    assert not cluster.down(home)


def test_down_makes_no_home(tmp_path: Path) -> None:
    assert not cluster.down(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_ray_s_folder_of_a_killed_holder_is_removed(home: Path, port: int, tmp_path: Path) -> None:
    killed(cluster.up(graph(home, "ready"), home, port))
    folder, mine = tmp_path / "sian-ray-x1", tmp_path / "mine"
    for left in (mine, folder):
        left.mkdir()
        (home / "ray-folder").write_text(str(left))
        cluster.down(home)
    assert not folder.exists()
    assert mine.exists(), "only a folder of that name is"


def test_a_holder_whose_raylet_died_ends_with_all_that_it_started(home: Path, port: int) -> None:
    code = (
        "import pathlib, subprocess, sys, time\n"
        "from serve.cluster.lifeline import Lifeline\n"
        "home, folder = map(pathlib.Path, sys.argv[1:])\n"
        "subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        "Lifeline(home, folder, lambda: ['the raylet (signal 9)'])\n"
        "time.sleep(60)\n"
    )
    folder = home / "sian-ray-x"
    folder.mkdir(parents=True)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home), str(folder)],
        env=os.environ | processes.mark(home),
        start_new_session=True,
    )
    address.write(home, cluster.Running(process.pid, f"http://127.0.0.1:{port}", "g"))
    assert process.wait(timeout=300) == 1
    assert processes.of(home) == []
    assert not folder.exists() and not (home / "cluster.json").exists()
    found = cluster.start(graph(home, "ready"), home, port).found
    assert found == "the cluster that ran here has ended: the raylet (signal 9) died"


def test_a_lifeline_that_was_cut_ends_nothing(home: Path) -> None:
    dead: list[str] = []
    lifeline = Lifeline(home, home, lambda: dead)
    lifeline.cut()
    dead.append("the raylet")  # as when Ray is shut down
    assert not home.exists()


class Kept:
    """A supervisor in a thread, and what it says."""

    def __init__(self, graph: Path, home: Path, port: int) -> None:
        self.lines: list[str] = []
        self.stop = threading.Event()
        self._thread = threading.Thread(
            target=cluster.keep, args=(graph, home, port, self.lines.append, self.stop)
        )
        self._thread.start()

    def says(self, text: str, times: int = 1) -> str:
        while True:
            found = [line for line in list(self.lines) if text in line]
            if len(found) >= times:
                return found[-1]
            assert self._thread.is_alive(), self.lines
            time.sleep(0.02)

    def end(self) -> None:
        self.stop.set()
        self._thread.join()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(keeping, "LONGEST_PAUSE_S", 0.1)


@pytest.mark.usefixtures("quick")
def test_a_kept_cluster_is_started_again_and_each_event_is_a_line(home: Path, port: int) -> None:
    kept = Kept(graph(home, "orphan"), home, port)
    try:
        kept.says("serving on")
        first = cluster.find(home)
        assert first is not None
        killed(first)
        kept.says("serving on", times=2)
        second = cluster.find(home)
        assert second is not None and second.pid != first.pid
        assert ask(second.url).ready
    finally:
        kept.end()
    assert cluster.find(home) is None and processes.of(home) == []
    told = [line.partition(" after ")[0] for line in kept.lines]
    assert told == [
        f"serving on http://127.0.0.1:{port}",
        "the cluster has ended: its holder died; starting again in 0.1 s",
        "the cluster that ran here has ended; processes that it left, ended now: 1",
        f"serving on http://127.0.0.1:{port}",
        "stopping",
    ]


@pytest.mark.usefixtures("quick")
def test_one_that_cannot_start_is_tried_again_until_it_is_stopped(home: Path, port: int) -> None:
    kept = Kept(graph(home, "broken"), home, port)
    kept.says("could not start: the graph could not start: no such engine; trying again", times=2)
    kept.end()
    assert processes.of(home) == []


@pytest.mark.usefixtures("quick")
def test_a_keeper_takes_over_what_runs_already(home: Path, port: int) -> None:
    running = cluster.up(graph(home, "ready"), home, port)
    kept = Kept(graph(home, "ready"), home, port)
    kept.says("already serving on")
    kept.end()
    assert not running.alive
    assert boots(home) == 1


@pytest.mark.usefixtures("quick")
def test_one_that_does_not_answer_any_more_is_started_again(
    home: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "DEAF_S", 0.2)
    kept = Kept(graph(home, "ready"), home, port)
    try:
        kept.says("serving on")
        (home / "unready").touch()
        kept.says("not ready: directors: none has been seen lately")
        (home / "unready").unlink()
        kept.says("ready again")
        assert boots(home) == 1
        (home / "deaf").touch()
        kept.says("did not answer for 0.2 s")
        (home / "deaf").unlink()
        kept.says("serving on", times=2)
    finally:
        kept.end()


def test_down_ends_the_keeper_too_and_a_second_keeper_is_refused(home: Path, port: int) -> None:
    command = [sys.executable, "-c", KEEPER, str(graph(home, "ready")), str(home), str(port)]
    keeper = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert keeper.stdout is not None
        assert keeper.stdout.readline().startswith("serving on")
        with pytest.raises(cluster.BootError, match=f"process {keeper.pid} keeps the cluster here"):
            cluster.keep(graph(home, "ready"), home, port, print, threading.Event())
        assert cluster.down(home)
        assert keeper.wait(timeout=300) == 0
        assert keeper.stdout.read() == "stopping\n"
        assert cluster.find(home) is None and processes.of(home) == []
    finally:
        keeper.kill()
        keeper.wait()


KEEPER = """
import pathlib, sys
from serve.cluster import keep, starting
from serve.cluster.signals import stopped_by_signals
starting.HOLDER = (sys.executable, "-m", "tests.fake_holder")
graph, home, port = sys.argv[1:]
with stopped_by_signals() as stop:
    say = lambda line: print(line, flush=True)
    keep(pathlib.Path(graph), pathlib.Path(home), int(port), say, stop)
"""
