"""A test process that is killed leaves no cluster and no server behind."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KILLED = """
import subprocess, sys, time
from pathlib import Path
from serve.cluster import processes
from tests.last_will import child_ends_with_us, ends_with_us
import os

home = Path(sys.argv[1])
ends_with_us(home)
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
far = {**os.environ, **processes.mark(home)}
# As Ray's: a session of its own, and no child of ours.
twice = "import os, subprocess, sys; print(subprocess.Popen(sys.argv[1:], start_new_session=True, stdout=2).pid)"
ray = int(subprocess.check_output([sys.executable, "-c", twice, *sleep], env=far))
server = subprocess.Popen(sleep)
child_ends_with_us(server.pid)
other = subprocess.Popen(sleep, start_new_session=True)
print(ray, server.pid, other.pid, flush=True)
time.sleep(600)
"""


def test_what_a_killed_test_process_has_started_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as test:
        assert test.stdout is not None
        ray, server, other = map(int, test.stdout.readline().split())
        watched = [os.pidfd_open(pid) for pid in (ray, server)]
        test.send_signal(signal.SIGKILL)
    try:
        for descriptor in watched:
            ended, _, _ = select.select([descriptor], [], [], 60)
            assert ended, "it lives on"
        os.kill(other, 0)
    finally:
        os.kill(other, signal.SIGKILL)
        for descriptor in watched:
            os.close(descriptor)
