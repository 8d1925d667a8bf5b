"""The tables. A noun's own form is kept whole as JSON; the columns beside it are what is looked up and sorted by."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Text

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

correlation_groups = Table(
    "correlation_groups",
    metadata,
    Column("site", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("meaning", String, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("useless_after", BigInteger, nullable=True),
    Column("body", Text, nullable=False),
    Index("ix_correlation_groups_waiting", "site", "rule", "waiting"),
)

correlation_runs = Table(
    "correlation_runs",
    metadata,
    Column("site", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("line", BigInteger, nullable=True),
)
