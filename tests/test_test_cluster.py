"""What the tests of a real cluster read of its processes."""

import os
import signal
import subprocess
from pathlib import Path

from serve.cluster.address import Running
from tests.cluster import TestCluster

TITLE = "ray::ServeReplica:film:ConteWriter"


def test_a_process_that_a_replica_has_just_forked_is_no_replica(tmp_path: Path) -> None:
    forks = "(echo forked; sleep 600; :) & wait"
    with subprocess.Popen(
        ["bash", "-c", f"exec -a {TITLE} bash -c '{forks}'"],
        stdout=subprocess.PIPE,
        env=os.environ | {"SIAN_HOME": str(tmp_path)},
        start_new_session=True,
    ) as replica:
        try:
            assert replica.stdout is not None
            replica.stdout.readline()
            cluster = TestCluster("", tmp_path, Running(0, "", "", ""))
            assert cluster.replicas("ConteWriter") == [replica.pid]
        finally:
            os.killpg(replica.pid, signal.SIGKILL)
