"""Ports of tests: outside the kernel's own, and given once among all processes."""

import subprocess
import sys
from pathlib import Path

from tests.ports import free_port


def test_a_port_is_not_one_that_the_kernel_gives_to_connections() -> None:
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    assert first <= 20000 or not first <= free_port() <= last


def test_a_port_is_given_once_among_all_test_processes() -> None:
    given = [free_port(), free_port()]
    asking = [sys.executable, "-c", "from tests.ports import free_port; print(free_port())"]
    elsewhere = int(subprocess.run(asking, capture_output=True, text=True, check=True).stdout)
    assert len({*given, elsewhere}) == 3
