"""Tells when nothing more comes for a while, to whoever waits for a stream that is still being written."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")
QUIET = 0.5
"""Seconds without anything new after which what came so far must do."""
MOST_AHEAD = 2_000
"""Items that are read before the ones before them were asked for."""
_LOOK_UP = 1.0
"""Seconds after which a reader with no room looks whether anybody is still there."""


@dataclass(frozen=True, slots=True)
class _End:
    """What comes behind the last item: the error that ended it, if one did."""

    error: BaseException | None = None


def with_pauses(items: Iterator[T], quiet: float = QUIET) -> Generator[T | None, None, None]:
    """Yield items in order, and None once where none came for `quiet` seconds.

    They are read in a thread of its own: no reader can say that it waits while it waits. What reading raises is raised
    here, behind the items that came before it.
    """
    reading = _Reading(items)
    Thread(target=reading.read, daemon=True).start()
    try:
        while True:
            try:
                found = reading.queue.get(timeout=quiet)
            except Empty:
                yield None
                found = reading.queue.get()
            if isinstance(found, _End):
                if found.error is not None:
                    raise found.error
                return
            yield found
    finally:
        reading.left.set()


class _Reading(Generic[T]):
    """Reading under way; `left` is set once nobody asks for more."""

    def __init__(self, items: Iterator[T]) -> None:
        self.queue: Queue[T | _End] = Queue(MOST_AHEAD)
        self.left = Event()
        self._items = items

    def read(self) -> None:
        """Put every item into the queue, and behind them how they ended."""
        end = _End()
        try:
            for item in self._items:
                self._put(item)
                if self.left.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 -- it is raised where the items are asked for
            end = _End(error)
        self._put(end)

    def _put(self, item: T | _End) -> None:
        while not self.left.is_set():
            with suppress(Full):
                self.queue.put(item, timeout=_LOOK_UP)
                return
