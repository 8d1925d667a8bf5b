"""Keeps certificates of rules; what differed over some events is not forgotten because others agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, delete, insert, select

from sentinel.model.certificates import Certificate
from sentinel.store.tables import certificates as table

_CERTIFICATE: TypeAdapter[Certificate] = TypeAdapter(Certificate)


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of a store; `transaction` opens one on its database."""

    transaction: Callable[[], AbstractContextManager[Connection]]

    def save(self, found: Iterable[Certificate]) -> None:
        """Keep certificates, each in place of the one over the same events; all of them or none.

        What is known of a converted query stays, where this time it was not asked.
        """
        with self.transaction() as connection:
            for one in found:
                here = and_(table.c.rule == one.rule, table.c.hash == one.hash, table.c.data == one.data)
                row = connection.execute(select(table.c.body).where(here)).first()
                new = _with_query(one, _CERTIFICATE.validate_json(row.body)) if row else one
                connection.execute(delete(table).where(here))
                values = {"rule": one.rule, "hash": one.hash, "data": one.data}
                connection.execute(insert(table).values(**values, body=_CERTIFICATE.dump_json(new).decode()))

    def all(self) -> list[Certificate]:
        """Return every certificate that is kept, also those that hold no more."""
        with self.transaction() as connection:
            rows = connection.execute(select(table.c.body).order_by(table.c.rule, table.c.hash, table.c.data)).all()
        return [_CERTIFICATE.validate_json(row.body) for row in rows]


def _with_query(new: Certificate, old: Certificate) -> Certificate:
    same = (new.engine, new.mapping) == (old.engine, old.mapping)
    return replace(new, query=old.query) if new.query is None and same else new
