"""`sentinel search`: Sigma rules over what Elasticsearch holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.clusters import From, reads_from
from sentinel.cli.detect import compiled_rules, tell_alerts
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.placeholders import PLACEHOLDERS
from sentinel.cli.summary import say
from sentinel.detect.narrow.plan import Plan, make_plan
from sentinel.detect.routes import load_routes
from sentinel.elastic.mappings import mappings
from sentinel.model.records import record_of
from sentinel.model.text import counted
from sentinel.narrowing.grades import grades
from sentinel.searching import unmarked

COLUMNS = (
    Column("rule", lambda one: one["title"], grow=True),
    Column("is asked", lambda one: f"{one['how']}{': ' * bool(one['why'])}{one['why']}"),
    Column(
        "a query by hand finds",
        lambda one: "; ".join(what.partition(":")[0] for what in one["hidden"]) or "all",
        grow=True,
    ),
)


@click.command(epilog="Example: sentinel search --from https://elastic.example:9200 --since 2026-11-20T00:00")
@reads_from
@RULES
@PLACEHOLDERS
@click.option("--plan", "shows", is_flag=True, help="Search nothing: show how each rule would be asked, and why.")
@asks("explain", "store", "content", "form", "fail_on", "no_cache", "quiet", "writes", "ledger", "save")
def search(asked: Asked, source: From, rules: tuple[Path, ...], placeholders: tuple[str, ...], *, shows: bool) -> int:
    """Apply Sigma rules to the records of Elasticsearch indices: ours, or those of any shipper of JSON.

    Every record that a rule may be about is judged as on one machine. Of records that `sentinel ingest` wrote, the
    index says which these are; of all others every one is read, so that no mapping can hide one. A search that did
    not come to its end is told, and the exit code is then 3.
    """
    source.search()  # a wrong span is told before rules are loaded
    compiled = compiled_rules(asked, rules, placeholders)
    plan = make_plan(compiled.ruleset, load_routes(asked.content_folder()))
    if shows:
        return _show(asked, source, plan)
    return tell_alerts(asked, compiled, [source.feed(plan)], rules)


def _show(asked: Asked, source: From, plan: Plan | None) -> int:
    """Print how each rule is asked of the index; nothing of a record is read."""
    if plan is None:
        raise click.UsageError("the log sources of these content folders cannot be told by words: all is read in full")
    reader, search = source.reader(), source.search()
    missing = unmarked(reader, search, plan)
    found = list(grades(plan, mappings(reader.client, search.target), missing))
    emit(map(record_of, found), COLUMNS, asked.form)
    ways = Counter(one.how for one in found)
    say(", ".join(f"{counted(number, 'rule')} {how}" for how, number in sorted(ways.items())))
    say(f"{missing:,} of {reader.count(search.target, search.span.query()):,} records have no words of ours")
    return ExitCode.CLEAN
