"""Cuts the sections of a report to the room it has; whatever is cut away is counted, and said where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sentinel.report.pages import Section, Table
from sentinel.report.tables import Room
from sentinel.report.text import Catalogue

FULL = Room(2000, "more.rows")
"""Room of a table in a report that is to hold everything."""


def cut(section: Section, rooms: Mapping[str, Room], catalogue: Catalogue) -> Section:
    """Keep the tables that `rooms` names, without `table-`, each with as many rows as it has room for."""
    kept = ((table, rooms.get(table.id.removeprefix("table-"))) for table in section.tables)
    return replace(section, tables=tuple(_fitted(table, room, catalogue) for table, room in kept if room))


def cut_all(section: Section, catalogue: Catalogue, room: Room = FULL) -> Section:
    """Keep every table, none with more rows than there is room for."""
    return replace(section, tables=tuple(_fitted(table, room, catalogue) for table in section.tables))


def _fitted(table: Table, room: Room, catalogue: Catalogue) -> Table:
    left = 0 if room.most is None else len(table.rows) - room.most
    return replace(table, rows=table.rows[: room.most], more=catalogue.count(room.rest, left)) if left > 0 else table
