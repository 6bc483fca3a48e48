"""A holder without Ray, as a process of its own: what the graph says is what it does.

The graph is a line of words: "ready" serves, "waits" until there is a file `go`, "broken" cannot start,
"stubborn" takes no SIGTERM, "orphan" leaves the port to a child. It answers 503 while there is a
file `unready` in its home, and nothing while there is `deaf`.
"""

import argparse
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Door(BaseHTTPRequestHandler):
    home = Path()

    def do_GET(self) -> None:
        if (self.home / "deaf").exists():
            return
        unready = (self.home / "unready").exists()
        body = b'{"detail": "directors: none has been seen lately"}' if unready else b""
        self.send_response(503 if unready else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("graph", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--jobs-port", type=int)
    given = parser.parse_args()
    words = given.graph.read_text().split()
    with (given.home / "booted.txt").open("a") as file:
        file.write("x")
    if "broken" in words:
        (given.home / "boot-error.txt").write_text("the graph could not start: no such engine")
        time.sleep(30)
    if "stubborn" in words:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while "waits" in words and not (given.home / "go").exists():
        time.sleep(0.01)
    if "orphan" in words:
        command = [sys.executable, "-m", "tests.fake_holder", "--home", str(given.home)]
        graph = given.home / "child"
        graph.write_text("ready")
        subprocess.Popen([*command, "--port", str(given.port), str(graph)], start_new_session=True)
    else:
        Door.home = given.home
        server = ThreadingHTTPServer(("127.0.0.1", given.port), Door)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    (given.home / "serving").touch()
    time.sleep(60)


if __name__ == "__main__":
    main()
