"""What was published of groups of organisations, with who was counted: so that the next release gives nobody away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select

from sentinel.model.benchmark import Brought, Earlier, Figures
from sentinel.store.tables import sector_release_members as members
from sentinel.store.tables import sector_releases as releases

_FIGURES: TypeAdapter[Figures] = TypeAdapter(Figures)


def earlier(connection: Connection) -> list[Earlier]:
    """Return every group that was ever published, the oldest first."""
    brought: dict[tuple[int, str], list[Brought]] = {}
    for row in connection.execute(select(members).order_by(members.c.number)):
        brought.setdefault((row.id, row.cell), []).append(Brought(row.number, row.owner, row.print))
    query = select(releases).order_by(releases.c.id, releases.c.cell)
    return [
        Earlier(row.id, row.cell, _FIGURES.validate_json(row.body), tuple(brought.get((row.id, row.cell), ())))
        for row in connection.execute(query)
    ]


def keep(connection: Connection, day: date, told: Iterable[tuple[str, Figures, tuple[Brought, ...]]]) -> int:
    """Keep groups that are about to be published; return the number of the release.

    Two releases at once take the same number, and the second is refused by the database.
    """
    number = int(connection.execute(select(func.max(releases.c.id))).scalar() or 0) + 1
    for group, figures, brought in told:
        body = _FIGURES.dump_json(figures).decode()
        connection.execute(insert(releases).values(id=number, cell=group, day=day, body=body))
        rows: list[dict[str, Any]] = [
            {"id": number, "cell": group, "number": one.number, "owner": one.owner, "print": one.print}
            for one in brought
        ]
        connection.execute(insert(members), rows)
    return number
