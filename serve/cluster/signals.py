"""SIGTERM and Ctrl-C as an event that a loop can wait for."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager


def stop_at_signals(stop: threading.Event | None = None) -> threading.Event:
    """Return the event, a new one by default. Again after `ray.init`, which replaces handlers."""
    stop = stop or threading.Event()

    def told(*_: object) -> None:
        # In a thread: a handler interrupts the thread that may hold the event's lock.
        threading.Thread(target=stop.set, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    return stop


@contextmanager
def stopped_by_signals() -> Generator[threading.Event]:
    """Yield the event of `stop_at_signals`; restore the former handlers at the end."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop_at_signals()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
