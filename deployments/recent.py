"""A bounded memory of computed values: the least recently used one is dropped first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Recent(Generic[_T]):
    def __init__(self, kept: int) -> None:
        self._kept, self._values, self._lock = kept, OrderedDict[Hashable, _T](), Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return the value of a key, made by `make` if it is not known.

        `make` runs without the lock: two threads may both make a value that neither has found.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._kept:
                self._values.popitem(last=False)
        return made
