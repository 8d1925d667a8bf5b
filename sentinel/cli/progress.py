"""Progress on stderr for what takes more than two seconds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

T = TypeVar("T")
PATIENCE = 2.0
EVERY = 0.2


class Progress:
    """Shows on a terminal what is under way: a bar with the count so far and the time; elsewhere nothing.

    How much is still to come is not known before a log or capture has been read, so the bar moves without an end.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._shown = self._console.is_terminal and not quiet

    def track(self, label: str, items: Iterable[T]) -> Iterator[T]:
        """Pass items on, and show `label`, with a count as they come, once it has taken PATIENCE seconds."""
        if not self._shown:
            yield from items
            return
        with self._bar(label) as bar:
            (task,) = bar.task_ids
            shown = time.monotonic()
            for count, item in enumerate(items, 1):
                yield item
                now = time.monotonic() if count % 64 == 0 else shown
                if now - shown > EVERY:
                    shown = now
                    bar.update(task, count=f"{count:,} so far")

    @contextmanager
    def busy(self, label: str) -> Iterator[None]:
        """Show `label` while work without a count goes on, once it has taken PATIENCE seconds."""
        if not self._shown:
            yield
            return
        with self._bar(label):
            yield

    @contextmanager
    def _bar(self, label: str) -> Iterator[Bar]:
        """Yield a bar with one task, which is shown after PATIENCE seconds, and take it away at the end."""
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[count]}"))
        bar = Bar(*columns, TimeElapsedColumn(), console=self._console, transient=True)
        bar.add_task(label, total=None, count="")
        timer = Timer(PATIENCE, bar.start)  # the first item may be long in coming
        timer.daemon = True
        timer.start()
        try:
            yield bar
        finally:
            timer.cancel()
            timer.join()
            bar.stop()
