"""Binds a one-machine cluster to loopback. Runs first in every worker.

Ray's own processes listen on loopback when their node is 127.0.0.1, but each Serve replica opens
its gRPC port on every interface, and accepts pickles there from any caller.
"""

from typing import Any

_EVERYWHERE = ("[::]:", "0.0.0.0:")


def bind_to_loopback() -> None:
    """Make this process's gRPC servers listen on 127.0.0.1 where they would listen everywhere."""
    # Imported here because the command line does not need it. The public `grpc.aio.Server` is this
    # class.
    from grpc.aio._server import Server

    original: Any = Server.add_insecure_port

    def add_insecure_port(self: Server, address: str) -> int:
        for prefix in _EVERYWHERE:
            if address.startswith(prefix):
                address = "127.0.0.1:" + address.removeprefix(prefix)
        return original(self, address)

    Server.add_insecure_port = add_insecure_port
