"""The tables. A noun's own form is kept whole as JSON; the columns beside it are what is looked up and sorted by."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Integer, MetaData, String, Table, Text

metadata = MetaData()

alerts = Table(
    "alerts",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("time", DateTime(timezone=False), nullable=True, index=True),
    Column("level", Integer, nullable=False),
    Column("rule", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

assets = Table(
    "assets",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("seen_in_run", Date, nullable=False),
    Column("body", Text, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("severity", Integer, nullable=False),
    Column("seen_in_run", Date, nullable=False),
    Column("body", Text, nullable=False),
)

scans = Table(
    "scans",
    metadata,
    Column("site", String, primary_key=True),
    Column("day", Date, nullable=False),
)

results = Table(
    "results",
    metadata,
    Column("site", String, primary_key=True),
    Column("as_of", Date, primary_key=True),
    Column("body", Text, nullable=False),
)
