"""Organisations side by side in the database: their answers, where they stand, and what was published of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select

from sentinel.model.benchmark import Brought, Earlier, Figures
from sentinel.model.compliance import State
from sentinel.model.sector import Answered, Member, MemberRow, Standing
from sentinel.store import releases
from sentinel.store.tables import sector_answers as answers
from sentinel.store.tables import sector_members as members
from sentinel.store.tables import sector_standings as standings

PAGE = 500
"""Organisations at a time: so many are scored again when a run is cut off."""

_STATES: TypeAdapter[dict[State, str]] = TypeAdapter(dict[State, str])
_ENDS: TypeAdapter[dict[str, date]] = TypeAdapter(dict[str, date])
_SAID: TypeAdapter[dict[str, bool]] = TypeAdapter(dict[str, bool])


class SectorStore:
    """The part of the store that holds many organisations; `transaction` opens one on its database."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._transaction = transaction

    def save(self, some: Sequence[tuple[Member, Answered]]) -> None:
        """Take in organisations with their answers, all or none; what they had before is replaced, and not scored."""
        numbers = [member.number for member, _ in some]
        if not numbers:
            return
        with self._transaction() as connection:
            for table in (standings, answers, members):
                connection.execute(delete(table).where(table.c.number.in_(numbers)))
            connection.execute(insert(members), [_member_row(member) for member, _ in some])
            connection.execute(insert(answers), [_answers_row(answered) for _, answered in some])

    def waiting(self, as_of: date, ground: str) -> Iterator[list[tuple[Member, Answered]]]:
        """Yield organisations that are not scored for this day and ground, in pages that can be saved one by one."""
        last = ""
        while page := self._page(as_of, ground, last):
            yield page
            last = page[-1][0].number

    def count_waiting(self, as_of: date, ground: str) -> int:
        """Return how many they are."""
        with self._transaction() as connection:
            return int(
                connection.execute(select(func.count()).select_from(_waiting(as_of, ground).subquery())).scalar_one()
            )

    def save_standings(self, some: Sequence[Standing]) -> None:
        """Keep where organisations stand, in the place of what was kept before."""
        if not some:
            return
        with self._transaction() as connection:
            connection.execute(delete(standings).where(standings.c.number.in_([one.number for one in some])))
            connection.execute(insert(standings), [asdict(one) for one in some])

    def forget_standings(self) -> None:
        """Drop all standings, so that everything is scored anew."""
        with self._transaction() as connection:
            connection.execute(delete(standings))

    def remove(self, numbers: Iterable[str]) -> int:
        """Remove organisations with all that is kept of them; return how many there were."""
        gone = list(numbers)
        with self._transaction() as connection:
            for table in (standings, answers):
                connection.execute(delete(table).where(table.c.number.in_(gone)))
            return connection.execute(delete(members).where(members.c.number.in_(gone))).rowcount

    def rows(self, kind: str = "") -> Iterator[MemberRow]:
        """Yield organisations with their standing, by number; of one kind, where one is named."""
        joined = members.outerjoin(answers, answers.c.number == members.c.number)
        joined = joined.outerjoin(standings, standings.c.number == members.c.number)
        query = select(members, answers.c.day.label("answered"), *_labelled()).select_from(joined)
        if kind:
            query = query.where(members.c.kind == kind)
        last = ""
        while page := self._rows(query.where(members.c.number > last).order_by(members.c.number).limit(PAGE)):
            yield from page
            last = page[-1].member.number

    def earlier(self) -> list[Earlier]:
        """Return every group that was ever published, the oldest first, with who was counted."""
        with self._transaction() as connection:
            return releases.earlier(connection)

    def publish(self, day: date, told: Iterable[tuple[str, Figures, tuple[Brought, ...]]]) -> int:
        """Keep groups that are about to be published, all or none; return the number of the release."""
        with self._transaction() as connection:
            return releases.keep(connection, day, told)

    def _rows(self, query: Select[Any]) -> list[MemberRow]:
        with self._transaction() as connection:
            return [MemberRow(_member(row), row.answered, _standing(row)) for row in connection.execute(query)]

    def _page(self, as_of: date, ground: str, last: str) -> list[tuple[Member, Answered]]:
        query = _waiting(as_of, ground).where(members.c.number > last).order_by(members.c.number).limit(PAGE)
        with self._transaction() as connection:
            return [(_member(row), _answered(row)) for row in connection.execute(query)]


def _waiting(as_of: date, ground: str) -> Select[Any]:
    done = and_(standings.c.number == members.c.number, standings.c.as_of == as_of, standings.c.ground == ground)
    joined = members.join(answers, answers.c.number == members.c.number).outerjoin(standings, done)
    kept = [column for column in answers.c if column.name != "number"]
    return select(members, *kept).select_from(joined).where(standings.c.number.is_(None))


def _labelled() -> list[Any]:
    return [column.label(f"standing_{column.name}") for column in standings.c]


def _member_row(member: Member) -> dict[str, object]:
    return {**asdict(member), "said": orjson.dumps(dict(member.said), option=orjson.OPT_SORT_KEYS).decode()}


def _member(row: Row[Any]) -> Member:
    return Member(row.number, row.name, row.kind, _SAID.validate_json(row.said), row.owner, row.agreed)


def _answers_row(answered: Answered) -> dict[str, object]:
    """Return the columns of answers; the body holds the ids below their state, a quarter of what a pair each takes."""
    below: dict[str, list[str]] = {}
    for name, state in answered.states.items():
        below.setdefault(state, []).append(name)
    body = {"states": {state: " ".join(names) for state, names in below.items()}, "ends": dict(answered.ends)}
    row = {name: getattr(answered, name) for name in ("number", "day", "checklist", "version", "hash")}
    return {**row, "body": orjson.dumps(body).decode()}


def _answered(row: Row[Any]) -> Answered:
    body = orjson.loads(row.body)
    states = {name: state for state, names in _STATES.validate_python(body["states"]).items() for name in names.split()}
    ends = _ENDS.validate_python(body["ends"]) if body["ends"] else {}
    return Answered(row.number, row.day, row.checklist, row.version, row.hash, states, ends)


def _standing(row: Row[Any]) -> Standing | None:
    if row.standing_number is None:
        return None
    values = row._mapping  # noqa: SLF001 -- SQLAlchemy's own name for a row as a mapping
    return Standing(**{column.name: values[f"standing_{column.name}"] for column in standings.c})
