"""`--save SITE`: alerts, and what correlations remember, kept in the store under the name of a site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.cli.options import Asked
from sentinel.cli.summary import say
from sentinel.model.alerts import Alert
from sentinel.model.correlations import Learnt
from sentinel.model.text import counted

if TYPE_CHECKING:
    from sentinel.store.memory import Memory
    from sentinel.store.store import Store


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where one call keeps what it finds; `memory` is what correlations remember of earlier ones."""

    store: Store
    site: str
    memory: Memory

    def save(self, found: Iterable[Alert], learnt: Learnt | None) -> None:
        """Keep alerts, with what correlations learnt; of a call that was cut off (None) the alerts alone."""
        if learnt is None:
            new = self.store.save_alerts(self.site, found)
        else:
            new = self.store.save_watch(self.site, found, self.memory, learnt)
        say(f"{counted(new, 'new alert')} kept for {self.site}")


def keeping(asked: Asked) -> Keeping | None:
    """Return where to keep what is found, if that was asked for; opened before anything is read."""
    if not asked.save:
        return None
    store = asked.open_store()
    return Keeping(store, asked.save, store.memory(asked.save))
