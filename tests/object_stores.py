"""S3-speaking servers on loopback: moto (a mock that knows conditional writes, ranges and parts,
and takes any signature) and rclone (real files, real signatures, no conditional writes).
"""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.last_will import child_ends_with_us
from tests.ports import free_port

BUCKET = "films"
ACCESS_KEY = "sian-test-access-key"
SECRET_KEY = "sian-test-secret-key-of-some-length"
_START_S = 300


@contextmanager
def moto() -> Generator[str]:
    """The endpoint of a mock S3 with the bucket `BUCKET`."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _served(command, port) as url:
        put = urllib.request.Request(f"{url}/{BUCKET}", method="PUT")
        urllib.request.urlopen(put).read()
        yield url


@contextmanager
def rclone(folder: Path) -> Generator[str]:
    """The endpoint of an S3 whose bucket `BUCKET` is a folder of real files."""
    (folder / BUCKET).mkdir()
    port = free_port()
    program = str(Path(sys.executable).parent / "rclone")
    keys = f"{ACCESS_KEY},{SECRET_KEY}"
    command = [
        program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", keys, str(folder)
    ]  # fmt: skip
    with _served(command, port) as url:
        yield url


@contextmanager
def _served(command: list[str], port: int) -> Generator[str]:
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    child_ends_with_us(server.pid)
    try:
        _wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no server on port {port} after {_START_S} s")
