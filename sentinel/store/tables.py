"""The tables. A noun's own form is kept whole as JSON; the columns beside it are what is looked up and sorted by."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

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

mirrored_alerts = Table(
    "mirrored_alerts",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("target", String, primary_key=True),
)
"""Alerts that a target holds as they stand here; who changes an alert takes its rows away."""

assets = Table(
    "assets",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("place", String, nullable=False),
    Column("address", String, nullable=False),
    Column("name", String, nullable=False),
    Column("device_class", String, nullable=False),
    Column("product", String, nullable=False),
    Column("ports", String, nullable=False),
    Column("search", String, nullable=False),
    Column("first_run", Integer, nullable=False),
    Column("last_run", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("last_seen", DateTime(timezone=False), nullable=True),
    Column("current", Boolean, nullable=False),
    Index("ix_assets_place", "site", "place"),
)
"""The newest state of each asset, narrow enough to be gone through; `place` sorts addresses, `search` is folded.

`last_day` is that of the newest run that met it, `last_seen` the moment that its sources tell, in UTC."""

asset_versions = Table(
    "asset_versions",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Index("ix_asset_versions_run", "site", "run"),
)
"""What an asset was from a run on, until the next version."""

asset_spans = Table(
    "asset_spans",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("first_run", Integer, primary_key=True),
    Column("last_run", Integer, nullable=False),
    Index("ix_asset_spans_last", "site", "last_run"),
)
"""Runs, one after the other, that all saw an asset."""

scan_runs = Table(
    "scan_runs",
    metadata,
    Column("site", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("sources", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("silent", Text, nullable=False),
    Column("assets", Integer, nullable=False),
)
"""`asked` and `silent` are JSON objects: what was asked, and from which moment on, null where nobody knows."""

findings = Table(
    "findings",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("asset", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("fixed", Date, nullable=True),
    Column("body", Text, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("site", String, primary_key=True),
    Column("finding", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("made", DateTime(timezone=False), nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("until", Date, nullable=True),
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

sector_members = Table(
    "sector_members",
    metadata,
    Column("number", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("said", Text, nullable=False),
    Column("owner", String, nullable=False),
    Column("agreed", Boolean, nullable=False),
)
"""Organisations whose answers are kept side by side."""

sector_answers = Table(
    "sector_answers",
    metadata,
    Column("number", String, primary_key=True),
    Column("day", Date, nullable=False),
    Column("checklist", String, nullable=False),
    Column("version", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("body", Text, nullable=False),
)
"""The newest answers of each: states, and the last day of what is not relevant; no person, note or reason."""

sector_standings = Table(
    "sector_standings",
    metadata,
    Column("number", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("part", String, nullable=False),
    Column("version", String, nullable=False),
    Column("ground", String, nullable=False),
    Column("score", Float, nullable=True),
    Column("coverage", Float, nullable=True),
    Column("worst_case", Float, nullable=True),
    Column("level", String, nullable=False),
    Column("states", Text, nullable=False),
    Column("unasked", Integer, nullable=False),
)

sector_releases = Table(
    "sector_releases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("cell", String, primary_key=True),
    Column("day", Date, nullable=False),
    Column("body", Text, nullable=False),
)
"""What was published of each group, so that the next release cannot be subtracted from it."""

sector_release_members = Table(
    "sector_release_members",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("cell", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("print", String, nullable=False),
)
"""Who was counted in it, and a hash of what each brought."""

watch_windows = Table(
    "watch_windows",
    metadata,
    Column("site", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("start", DateTime(timezone=False), primary_key=True),
    Column("end", DateTime(timezone=False), nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=True),
    Column("records", BigInteger, nullable=True),
    Column("alerts", BigInteger, nullable=True),
    Column("rules", Text, nullable=False),
    Column("skipped", Text, nullable=False, server_default="{}"),
    Column("done", DateTime(timezone=False), nullable=True),
    Column("leased", DateTime(timezone=False), nullable=True),
    Column("runner", String, nullable=True),
    Index("ix_watch_windows_state", "site", "target", "state"),
)
"""Stretches of indices; one that is owed is `runner`'s until `leased`, and nobody's before that without a runner."""

watch_rules = Table(
    "watch_rules",
    metadata,
    Column("site", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("meaning", String, nullable=False),
    Column("windows", BigInteger, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("hits", BigInteger, nullable=False),
    Column("strikes", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", DateTime(timezone=False), nullable=True),
    Column("aside", DateTime(timezone=False), nullable=True),
)
"""What rules took and gave over all windows of a watch, and which are set aside."""


certificates = Table(
    "certificates",
    metadata,
    Column("rule", String, primary_key=True),
    Column("hash", String, primary_key=True),
    Column("data", String, primary_key=True),
    Column("body", Text, nullable=False),
)
"""What two engines said of a rule over the same events (`data` is a hash of those)."""

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("id", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Sets of rules with the text of their files, packed; `id` is a hash of what they mean."""

enabled_sets = Table(
    "enabled_sets",
    metadata,
    Column("site", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("set", String, nullable=False),
    Column("at", DateTime(timezone=False), nullable=False),
    Column("started", DateTime(timezone=False), nullable=True),
)
"""The set that a site's watch over a target uses."""

back_plans = Table(
    "back_plans",
    metadata,
    Column("site", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("old", String, primary_key=True),
    Column("new", String, primary_key=True),
    Column("since", DateTime(timezone=False), nullable=False),
    Column("enabled", DateTime(timezone=False), nullable=True),
    Column("upto", DateTime(timezone=False), nullable=True),
)
"""Changes of sets that are searched back; owed once they are enabled."""

back_stretches = Table(
    "back_stretches",
    metadata,
    Column("site", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("old", String, primary_key=True),
    Column("new", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("body", Text, nullable=False),
)
"""What of the past was searched for a change, or is owed."""

back_found = Table(
    "back_found",
    metadata,
    Column("site", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("old", String, primary_key=True),
    Column("new", String, primary_key=True),
    Column("side", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("body", Text, nullable=False),
)
"""Alerts that only one side of a change raises."""


watch_files = Table(
    "watch_files",
    metadata,
    Column("site", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("body", Text, nullable=False),
    Column("seen", LargeBinary, nullable=False),
)
"""How far files are read that a watch follows; `seen` are fingerprints, of files that can only be read whole."""

watch_archive = Table(
    "watch_archive",
    metadata,
    Column("site", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("body", Text, nullable=False),
)

watch_turns = Table(
    "watch_turns",
    metadata,
    Column("site", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""Counts what was kept of files, so that of two watches over the same none keeps what it did not see."""
