"""A bounded call costs itself at most: a crash, a hang, a bomb, a liar, its own parent's death."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from serve.bounded import (
    AwaitedBounded,
    Bounded,
    CallLimits,
    Died,
    NotStarted,
    OverMemory,
    OverSize,
    OverTime,
    Raised,
    Stopped,
    Trouble,
    Unusable,
)
from serve.bounded.limits import MIB
from tests import bounded_functions as do

ROOT = Path(__file__).parent.parent
NEVER_S = 60
"""Longer than anything here takes; who waits for so long hangs."""


@pytest.fixture(scope="module", autouse=True)
def importable() -> Iterator[None]:
    """The child imports from where its parent does; pytest finds the tests in a way of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        yield


@pytest.fixture(scope="module")
def shared() -> Iterator[Bounded]:
    """One child for all that does not ask for limits of its own."""
    with Bounded(CallLimits(memory_bytes=256 * MIB, cpu_s=20, wall_s=NEVER_S)) as child:
        yield child


def ended(pid: int) -> bool:
    """Whether a process has ended. A zombie has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def gone(pid: int) -> bool:
    """Whether it ends within a while."""
    until = time.monotonic() + NEVER_S
    while not ended(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return ended(pid)


def test_what_the_function_tells_comes_back(shared: Bounded) -> None:
    assert shared.call(do.add, 2, b=3).text == "5"
    answer = shared.call(do.blobs, 3, 0, 300_000)
    assert answer.text == "뜻"
    assert answer.blobs == (b"\0" * 3, b"", b"\2" * 300_000)
    assert answer.peak_bytes > MIB


def test_arguments_may_be_larger_than_a_pipe(shared: Bounded) -> None:
    assert shared.call(do.length, b"x" * MIB).text == str(MIB)


def test_the_child_is_warm_from_call_to_call(shared: Bounded) -> None:
    first, second = (shared.call(do.count_calls).text.split() for _ in range(2))
    assert first[0] == second[0]
    assert int(second[1]) == int(first[1]) + 1


def test_a_refusal_says_something_of_the_input_and_spares_the_child(shared: Bounded) -> None:
    shared.call(do.add, 1)
    pid = shared.pid
    with pytest.raises(Unusable, match=r"^영상이 아닙니다$"):
        shared.call(do.refuse, "영상이 아닙니다")
    assert shared.pid == pid


def test_an_error_of_the_function_is_told_by_name(shared: Bounded) -> None:
    with pytest.raises(Raised, match="KeyError: 'width'"):
        shared.call(do.fail, "width")
    with pytest.raises(Raised, match="not_told returned int, not Told"):
        shared.call(do.not_told)


def test_what_cannot_be_sent_is_said_before_anything_starts() -> None:
    with Bounded() as child:
        with pytest.raises(TypeError, match="top of an importable module"):
            child.call(lambda: do.add(1))
        with pytest.raises(TypeError, match="cannot be sent"):
            child.call(do.add, threading.Lock())  # type: ignore[arg-type]
        assert child.pid is None


@pytest.mark.parametrize(
    ("function", "args", "number", "reason"),
    [
        (do.crash, ("[h264] mb_type 92 at 3 5\n",), signal.SIGSEGV, r"SIGSEGV: \[h264\] mb_type"),
        (do.crash, (), signal.SIGSEGV, "ended by SIGSEGV$"),
        (do.kill_self, (signal.SIGKILL,), signal.SIGKILL, "SIGKILL, by the system for want of"),
        (do.kill_self, (signal.SIGFPE,), signal.SIGFPE, "SIGFPE"),
        (do.leave, (), 0, "left with status 7"),
        (do.garble, (), 0, "answer cannot be read"),
    ],
    ids=["segv", "segv_silent", "kill", "fpe", "exit", "garbled"],
)
def test_a_crash_costs_its_call_and_the_next_one_gets_a_fresh_child(
    shared: Bounded,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    number: int,
    reason: str,
) -> None:
    shared.call(do.add, 1)
    pid = shared.pid
    with pytest.raises(Died, match=reason) as caught:
        shared.call(function, *args)
    assert caught.value.signal == number
    assert shared.call(do.add, 1).text == "2"
    assert shared.pid != pid


def test_the_stack_of_a_crash_is_kept_beside_the_reason(shared: Bounded) -> None:
    with pytest.raises(Died) as caught:
        shared.call(do.crash)
    assert "bounded_functions.py" in caught.value.stderr


def test_what_its_parent_holds_is_not_taken_for_the_childs() -> None:
    held = b"\1" * (400 * MIB)
    with Bounded(CallLimits(memory_bytes=256 * MIB)) as child:
        assert child.call(do.add, 1).peak_bytes < len(held)
        with pytest.raises(Died):
            child.call(do.crash)


def test_a_child_that_was_lost_between_calls_is_replaced(shared: Bounded) -> None:
    shared.call(do.add, 1)
    assert shared.pid is not None
    os.kill(shared.pid, signal.SIGKILL)
    assert gone(shared.pid)
    assert shared.call(do.add, 1).text == "2"


def test_memory_is_bounded_beyond_what_the_libraries_take(shared: Bounded) -> None:
    assert shared.call(do.hoard, 128).text == "128"
    for bomb in (do.hoard, do.hoard_in_vain):
        with pytest.raises(OverMemory, match="more than 256 MiB of memory"):
            shared.call(bomb, 300)
    assert shared.call(do.hoard, 128).text == "128"


def test_a_native_abort_for_want_of_memory_is_told_from_a_crash(shared: Bounded) -> None:
    with pytest.raises(OverMemory):
        shared.call(do.abort_without_memory)


def test_an_answer_is_bounded_before_it_is_taken() -> None:
    with Bounded(CallLimits(answer_bytes=MIB)) as child:
        assert len(child.call(do.blobs, MIB - 100).blobs[0]) == MIB - 100
        with pytest.raises(OverSize, match="at most 1048576 are taken"):
            child.call(do.blobs, MIB // 2, MIB // 2)
        # Its head is enough: nobody waits for the rest, or makes room for it.
        with pytest.raises(OverSize, match=str(1 << 62)):
            child.call(do.announce, 1 << 62)


def test_stderr_is_drained_and_only_its_end_is_kept(shared: Bounded) -> None:
    assert shared.call(do.shout, 3).text == "hoarse"
    with pytest.raises(Died) as caught:
        shared.call(do.crash, "x" * 100_000 + "\nthe last line\n")
    assert str(caught.value) == "ended by SIGSEGV: the last line"
    assert len(caught.value.stderr) <= 8192


def test_a_hang_ends_with_its_time_even_if_it_hears_no_signal() -> None:
    with Bounded(CallLimits(wall_s=3)) as child:
        with pytest.raises(OverTime, match=r"no end within 3 s"):
            child.call(do.sleep, 600)
        with pytest.raises(OverTime, match=r"no end within 3 s"):
            child.call(do.deaf)
        assert child.call(do.add, 1).text == "2"


def test_processor_time_is_bounded_by_the_kernel() -> None:
    with Bounded(CallLimits(cpu_s=1, wall_s=NEVER_S)) as child:
        with pytest.raises(OverTime, match="more than 1 s of processor") as caught:
            child.call(do.burn, 100)
        assert 1 <= caught.value.cpu_s < 5


def test_processor_time_is_counted_anew_for_each_call() -> None:
    with Bounded(CallLimits(cpu_s=1, wall_s=NEVER_S)) as child:
        pid = None
        for _ in range(3):
            assert 0.6 <= child.call(do.burn, 0.6).cpu_s < 1.5
            assert pid in (None, child.pid)
            pid = child.pid


def test_a_file_and_the_number_of_files_are_bounded(tmp_path: Path) -> None:
    with Bounded(CallLimits(file_bytes=MIB, open_files=32)) as child:
        child.call(do.grow_file, tmp_path / "small", MIB)
        with pytest.raises(Raised, match="File too large"):
            child.call(do.grow_file, tmp_path / "large", MIB + 1)
        with pytest.raises(Raised, match="Too many open files"):
            child.call(do.open_many, tmp_path / "small", 100)


def test_it_comes_last_dumps_nothing_and_sees_no_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SIAN_VAULT__SECRET_KEY", "hush")
    with Bounded() as child:
        idle, nice, core, own_session, oom, names = child.call(do.surroundings).text.split("\n")
    assert (idle, nice, core, own_session, oom) == ("True", "19", "0", "True", "1000")
    assert "SIAN" not in names


def test_it_reaches_no_network_where_users_may_have_one_of_their_own(shared: Bounded) -> None:
    may = subprocess.run(["unshare", "--user", "--net", "true"], check=False, capture_output=True)
    if may.returncode:
        pytest.skip("this kernel lets users make no network of their own")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(Raised, match="unreachable"),
    ):
        shared.call(do.dial, server.getsockname()[1])


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    with Bounded(CallLimits(wall_s=5)) as child, pytest.raises(OverTime):
        child.call(do.start_another, tmp_path / "pid")
    assert gone(int((tmp_path / "pid").read_text()))


def test_parts_come_one_after_the_other_and_only_as_they_are_taken(shared: Bounded) -> None:
    told = [(answer.text, len(answer.blobs[0])) for answer in shared.stream(do.count_to, 600)]
    assert told == [(str(number), 100_000) for number in range(600)]
    pid = shared.pid
    with pytest.raises(Raised, match="generator, not Told"):
        shared.call(do.count_to, 3)  # type: ignore[arg-type]
    parts = shared.stream(do.count_to, 600)
    assert next(parts).text == "0"
    assert shared.pid == pid
    # Who takes no more of it ends the child: it would wait for ever.
    parts.close()
    assert pid is not None and gone(pid)
    assert shared.call(do.add, 1).text == "2"


def test_a_part_that_does_not_come_ends_with_its_time() -> None:
    with Bounded(CallLimits(wall_s=3)) as child:
        parts = child.stream(do.count_to, 2, sleep_s=600)
        next(parts)
        time.sleep(3.2)  # its caller's own time is no part's
        next(parts)
        with pytest.raises(OverTime):
            next(parts)


def test_a_caller_that_has_to_stop_is_asked_meanwhile() -> None:
    stopped = threading.Event()
    with Bounded(should_stop=stopped.is_set) as child:
        child.call(do.add, 1)
        pid = child.pid
        threading.Timer(0.2, stopped.set).start()
        with pytest.raises(Stopped):
            child.call(do.sleep, 600)
    assert pid is not None and gone(pid)


async def test_a_cancelled_call_has_ended_before_its_caller_goes_on() -> None:
    child = AwaitedBounded(CallLimits())
    assert (await child.call(do.add, 1)).text == "2"
    pid = child.pid
    calls = [asyncio.create_task(child.call(do.sleep, 600)) for _ in range(2)]
    await asyncio.sleep(0.1)
    for call in calls:
        call.cancel()
    assert [type(end) for end in await asyncio.gather(*calls, return_exceptions=True)] == [
        asyncio.CancelledError
    ] * 2
    assert pid is not None and ended(pid)
    assert (await child.call(do.add, 1)).text == "2"
    child.close()


def test_what_libraries_said_comes_with_the_answer(shared: Bounded) -> None:
    assert shared.call(do.say, "[jpeg] Corrupt JPEG data\n").said == "[jpeg] Corrupt JPEG data"
    assert shared.call(do.add, 1).said == ""


def test_a_descriptor_may_be_handed_on_instead_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("뜻")
    with (tmp_path / "file").open("rb") as file, Bounded(inherited=[file.fileno()]) as child:
        assert child.call(do.read_descriptor, file.fileno()).text == "뜻"


def test_a_child_that_somebody_waits_for_does_not_come_last() -> None:
    with Bounded(foreground=True) as child:
        idle, nice, *_ = child.call(do.surroundings).text.split("\n")
    assert (idle, int(nice)) == ("False", os.nice(0))


def test_a_child_that_does_not_start_says_nothing_of_its_input() -> None:
    with Bounded(CallLimits(start_s=0.001)) as child, pytest.raises(NotStarted):
        child.call(do.add, 1)


def test_stop_ends_the_call_and_not_the_next_one() -> None:
    with Bounded() as child:
        assert child.stop() is False
        raised: list[BaseException] = []

        def call() -> None:
            try:
                child.call(do.sleep, 600)
            except Stopped as stopped:
                raised.append(stopped)

        thread = threading.Thread(target=call)
        thread.start()
        while not child.stop():
            time.sleep(0.01)
        thread.join(NEVER_S)
        assert len(raised) == 1
        assert child.call(do.add, 1).text == "2"


def test_close_ends_everything_and_for_good() -> None:
    child = Bounded()
    child.call(do.add, 1)
    pid = child.pid
    assert pid is not None
    child.close()
    child.close()
    assert gone(pid)
    with pytest.raises(Stopped):
        child.call(do.add, 1)


def test_callers_of_several_threads_wait_for_each_other_and_share_a_child() -> None:
    with Bounded() as child:
        answers: list[str] = []
        threads = [
            threading.Thread(target=lambda: answers.append(child.call(do.count_calls).text))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(NEVER_S)
    assert len({answer.split()[0] for answer in answers}) == 1
    assert sorted(int(answer.split()[1]) for answer in answers) == list(range(1, 9))


def test_the_thread_that_called_first_may_end_before_the_child() -> None:
    # The kernel's "parent" is a thread: its end must not be taken for the process's.
    with Bounded() as child:
        thread = threading.Thread(target=child.call, args=(do.add, 1))
        thread.start()
        thread.join(NEVER_S)
        pid = child.pid
        time.sleep(0.1)
        assert child.call(do.add, 1).text == "2"
        assert child.pid == pid


PARENT = """
import sys
from serve.bounded import Bounded
from tests import bounded_functions as do
child = Bounded()
child.call(do.add, 1)
print(child.pid, flush=True)
child.call(getattr(do, sys.argv[1]), *([600] if sys.argv[1] != "deaf" else []))
"""


@pytest.mark.parametrize("doing", ["sleep", "burn", "deaf"])
def test_killing_the_parent_leaves_no_orphan(doing: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, doing], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert parent.stdout is not None
    with parent, parent.stdout as told:
        pid = int(told.readline())
        assert not ended(pid)
        parent.kill()
        parent.wait()
    assert gone(pid)


def test_nothing_is_left_open(shared: Bounded) -> None:
    def open_now() -> int:
        return len(os.listdir("/proc/self/fd"))

    shared.call(do.add, 1)
    before = open_now()
    for _ in range(5):
        shared.call(do.add, 1)
        with pytest.raises(Trouble):
            shared.call(do.leave)
    shared.call(do.add, 1)
    assert open_now() == before


def test_limits_that_allow_nothing_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="memory_bytes: got 0, wanted more than 0"):
        CallLimits(memory_bytes=0)
