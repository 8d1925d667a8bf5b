"""Mirrors alerts to an index: the store is the truth, and what the index does not hold yet stays owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sentinel.elastic.mirror import Mirror, Sheet
from sentinel.errors import StoreError
from sentinel.model.ecs import ECS, HELSE
from sentinel.share.ecs import OWN, document_id, ecs_document
from sentinel.store.mirrored import Owed
from sentinel.store.store import Store

TYPES = {**ECS, **HELSE, **OWN}
"""Names and types of what a mirrored alert holds."""


@dataclass(frozen=True, slots=True)
class Followed:
    """How a mirror followed: alerts written, there already, and owed still, with the first reason for that."""

    created: int = 0
    there: int = 0
    owed: int = 0
    reason: str = ""


@dataclass(slots=True)
class Follower:
    """Brings a mirror up to the store, for one site or all. `name` is what the store knows the mirror by."""

    store: Store
    mirror: Mirror
    name: str
    clock: Callable[[], datetime]
    site: str | None = None
    _prepared: bool = False

    def follow(self) -> Followed:
        """Send once all that is owed. No trouble of the cluster is raised; StoreError: our own store has some."""
        held = self.store.mirrored(self.name)
        if not self.owed():
            return Followed()
        created = there = 0
        try:
            self._prepare()
        except StoreError as error:
            return Followed(owed=self.owed(), reason=str(error))
        reason = ""
        for some in held.owed(self.site):
            sheets = {document_id(one.site, one.alert): one for one in some}
            outcome = self.mirror.send([Sheet(name, self._document(one)) for name, one in sheets.items()])
            held.note(sheets[name] for name in (*outcome.created, *outcome.there))
            created, there = created + len(outcome.created), there + len(outcome.there)
            reason = reason or next(iter(outcome.failed.values()), "")
            if outcome.away:
                break
        return Followed(created, there, self.owed(), reason)

    def owed(self) -> int:
        """Return how many alerts the mirror does not hold as they stand in the store."""
        return self.store.mirrored(self.name).count(self.site)

    def _prepare(self) -> None:
        if not self._prepared:
            self.mirror.prepare()
            self._prepared = True

    def _document(self, owed: Owed) -> dict[str, object]:
        return ecs_document(owed.site, owed.alert, self.clock())
