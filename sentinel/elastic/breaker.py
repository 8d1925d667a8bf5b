"""Stops asking a cluster that is in trouble, so that it can recover: for a growing time, then by one small request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentinel.elastic.cluster import ClusterBusyError
from sentinel.errors import StoreError

PATIENCE = 3
"""Troubles one after the other until nothing more is asked; what makes one was tried again several times itself."""
FIRST, LONGEST = timedelta(seconds=10), timedelta(minutes=10)


@dataclass(slots=True)
class Breaker:
    """Closed while the cluster answers, open after some troubles in a row; `say` is told when that changes.

    Trouble is what may pass: a cluster that is busy (429, 503), does not answer in time, or cannot be reached. Any
    other refusal is an answer.
    """

    say: Callable[[str], None]
    troubles: int = 0
    pause: timedelta = FIRST
    until: datetime | None = None
    told: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing may be asked, but for the one small request."""
        return self.until is not None

    def note(self, error: BaseException | None, now: datetime) -> None:
        """Take in how something that was asked for ended; None: well."""
        if not isinstance(error, ClusterBusyError):
            self._close()
            return
        self.troubles += 1
        if self.until is not None or self.troubles < PATIENCE:
            return
        if self.told:
            self.pause = min(2 * self.pause, LONGEST)
        else:
            self.say(f"asks nothing more for now, and looks again after a growing pause: {error}")
        self.told, self.until = True, now + self.pause

    def may_ask(self, ask: Callable[[], object], clock: Callable[[], datetime]) -> bool:
        """Say whether the cluster may be asked; after a pause `ask`, one small request, decides.

        That it goes well is not the end: the next trouble opens it again, for longer.
        """
        if self.until is None:
            return True
        if clock() < self.until:
            return False
        try:
            ask()
        except ClusterBusyError:
            self.pause = min(2 * self.pause, LONGEST)
            self.until = clock() + self.pause
            return False
        except StoreError:
            pass  # an answer all the same: what it says is told by who asks next
        self.until, self.troubles = None, PATIENCE - 1
        return True

    def _close(self) -> None:
        if self.told:
            self.say("the cluster answers again")
        self.troubles, self.pause, self.until, self.told = 0, FIRST, None, False
