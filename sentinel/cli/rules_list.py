"""`sentinel rules list|show`: the rules that are loaded, and where each stands with its certificate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.certified import certified
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.placeholders import PLACEHOLDERS
from sentinel.cli.rules_check import PATHS, desk
from sentinel.cli.summary import say, say_all
from sentinel.detect.correlation import Correlation
from sentinel.detect.rule import Rule, RuleSet
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.certificates import Certified
from sentinel.model.records import Record, record_of
from sentinel.model.rules import ListedRule
from sentinel.model.text import counted

LISTED = (
    Column("id", lambda rule: rule["id"][:13]),
    Column("level", lambda rule: rule["level"]),
    Column("rule", lambda rule: rule["title"], grow=True),
    Column("log source", lambda rule: rule["logsource"], grow=True),
    Column("certificate", lambda rule: rule["certificate"]["told"], grow=True),
)
SHOWN = ("id", "level", "path", "logsource", "hash", "author", "description")


@click.command("list", epilog="Example: sentinel rules list rules/windows")
@PATHS
@PLACEHOLDERS
@asks("store", "content", "form")
def list_rules(asked: Asked, paths: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """List the rules that are loaded, each with what is known of its meaning in Elasticsearch.

    Exit 3 when a rule was refused: it is told on stderr.
    """
    ruleset = desk(asked, paths, placeholders).load()
    emit(map(record_of, _listed(ruleset, certified(asked))), LISTED, asked.form)
    say_all(f"not loaded: {refused.fault}" for refused in ruleset.refused)
    say(f"{counted(len(ruleset.rules) + len(ruleset.correlations), 'rule')}, {len(ruleset.refused):,} not loaded")
    return ExitCode.PARTIAL if ruleset.refused else ExitCode.CLEAN


@click.command("show", epilog="Example: sentinel rules show 5d3a1c9e --with rules")
@click.argument("rule", metavar="ID")
@click.option("--with", "beside", multiple=True, type=click.Path(path_type=Path, exists=True), help="Where rules are.")
@PLACEHOLDERS
@asks("store", "content", "form")
def show_rule(asked: Asked, rule: str, beside: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """Show one rule: what it is, where it stands, and its certificate. The start of its id is enough."""
    listed = _listed(desk(asked, beside, placeholders).load(), certified(asked))
    found = [one for one in listed if one.id.startswith(rule.lower())]
    if len(found) != 1:
        what = counted(len(found), "rule has", "rules have")
        raise ContentError([Fault(Location(rule), f"{what} an id that begins so")])
    record = record_of(found[0])
    if asked.form == "table":
        click.echo("\n".join(map(clean, _shown(record))))
    else:
        emit([record], LISTED, asked.form)
    return ExitCode.CLEAN


def _listed(ruleset: RuleSet, known: Certified) -> Iterator[ListedRule]:
    everything: list[Rule | Correlation] = [*ruleset.rules, *ruleset.correlations]
    for rule in everything:
        ref = rule.ref
        yield ListedRule(
            id=ref.id,
            title=ref.title,
            level=ref.level,
            path=str(rule.location),
            logsource=_source(rule),
            hash=ref.hash,
            author=ref.author,
            tags=ref.tags,
            description=rule.description if isinstance(rule, Rule) else "",
            falsepositives=rule.falsepositives if isinstance(rule, Rule) else (),
            filters=rule.filters if isinstance(rule, Rule) else (),
            certificate=known.standing(ref.id, ref.hash),
        )


def _source(rule: Rule | Correlation) -> str:
    return str(rule.logsource) if isinstance(rule, Rule) else f"correlation of {counted(len(rule.rules), 'rule')}"


def _shown(record: Record) -> Iterator[str]:
    yield str(record["title"])
    for name in SHOWN:
        if record[name]:
            yield f"  {name}: {' '.join(str(record[name]).split())}"
    for name in ("tags", "filters"):
        if record[name]:
            yield f"  {name}: {', '.join(record[name])}"
    yield from certificate_lines(record["certificate"])


def certificate_lines(standing: Record) -> Iterator[str]:
    """Yield where a rule stands, and which events differed, by fingerprint."""
    yield f"  certificate: {standing['told']}"
    one = standing["certificate"]
    if one is None or standing["state"] == "outdated":
        return
    query = one["query"] or {"missing_events": (), "extra_events": ()}
    sides = (
        ("only the files raise", one["only_here"]),
        ("only the cluster raises", one["only_there"]),
        ("the query misses", query["missing_events"]),
        ("the query finds beyond the rule", query["extra_events"]),
    )
    for what, events in sides:
        if events:
            yield f"    {what}: {', '.join(events)}"
