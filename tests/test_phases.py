"""The phases that the tests run in: every file in one, and what they found put together."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.__main__ import Waiting, environment_of
from tests.memory_watch import MemoryWatch
from tests.phases import (
    LIGHT,
    LONGEST,
    ORDER,
    PHASES,
    TESTS,
    TORCH,
    arguments_of,
    files_of,
    may_begin,
    place_of,
)
from tests.results import Results, results_in

JUNIT = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_one" time="0.5"/>
<testcase classname="tests.test_a" name="test_two" time="2.0"><failure message="no"/></testcase>
<testcase classname="tests.test_b" name="test_three" time="1.0"><error message="boom"/></testcase>
<testcase classname="tests.test_b" name="test_four" time="0.0"><skipped/></testcase>
<testcase classname="tests.test_b" name="test_five" time="9.0"/>
</testsuite></testsuites>"""


def test_every_file_is_in_one_phase_and_every_phase_is_of_files_that_are_there() -> None:
    ran = [path for phase in (LIGHT, *PHASES) for path in files_of(phase)]
    assert sorted(ran) == sorted(TESTS.glob("test_*.py"))


def test_the_longest_light_files_are_begun_first() -> None:
    assert [path.name for path in files_of(LIGHT)][: len(LONGEST)] == list(LONGEST)


def test_the_light_phase_is_the_folder_without_the_files_of_the_others() -> None:
    folder, *left_out = arguments_of(LIGHT)
    names = {Path(argument.removeprefix("--ignore=")).name for argument in left_out}
    there = sorted((TESTS.parent / folder).glob("test_*.py"))
    light = [path for path in there if path.name not in names]
    assert sorted(light, key=place_of) == files_of(LIGHT)


def test_every_phase_has_one_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted([LIGHT, *PHASES])


def test_the_models_run_beside_nothing_that_films_and_all_phases_come_to_their_turn() -> None:
    waiting, held = Waiting(list(ORDER)), threading.Event()
    begun, beside = list[str](), dict[str, set[str]]()
    running: set[str] = set()

    def lane() -> None:
        while True:
            with waiting.next() as phase:
                if not phase:
                    return
                begun.append(phase)
                running.add(phase)
                for one in list(running):
                    beside.setdefault(one, set()).update(running)
                if phase == LIGHT:
                    held.wait(300)
                running.discard(phase)
                if phase == "loop":
                    held.set()

    with ThreadPoolExecutor(2) as lanes:
        for ended in [lanes.submit(lane) for _ in range(2)]:
            ended.result()
    assert sorted(begun) == sorted(ORDER)
    assert begun[0] == LIGHT
    assert not beside["models"] & {LIGHT, "loop", "film", "graphs"}
    assert not may_begin("models", ["loop"]) and not may_begin("film", ["models"])
    assert may_begin("models", [TORCH]) and may_begin(TORCH, ["models"]) and may_begin("loop", [])


def test_a_tensor_s_memory_is_kept_where_no_cluster_would_hold_it_for_nothing() -> None:
    assert "MALLOC_TRIM_THRESHOLD_" in environment_of(TORCH)
    for phase in (LIGHT, "models"):
        assert "MALLOC_TRIM_THRESHOLD_" not in environment_of(phase)
        assert environment_of(phase)["RAY_worker_niceness"] == "0"


def test_outcomes_of_a_phase_are_counted_and_its_slowest_tests_named(tmp_path: Path) -> None:
    report = tmp_path / "light.xml"
    report.write_text(JUNIT)
    found = Results()
    found += results_in(report)
    assert (found.passed, found.failed, found.skipped) == (2, 2, 1)
    assert found.slowest(2) == [(9.0, "tests.test_b::test_five"), (2.0, "tests.test_a::test_two")]


def test_a_phase_that_came_to_no_end_counts_nothing(tmp_path: Path) -> None:
    assert results_in(tmp_path / "none.xml") == Results()


def test_the_peak_of_memory_names_the_phases_that_ran_then() -> None:
    watch = MemoryWatch()
    with watch.during("models"):
        with watch.during("film"):
            watch.note(watch.before_gib + 9)
        watch.note(watch.before_gib + 8)
    assert (round(watch.peak_gib, 6), watch.at_peak) == (9, ("models", "film"))
