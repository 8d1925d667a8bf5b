"""`sentinel rules explain`: why a rule hit an event, or did not."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from sentinel import authoring
from sentinel.authoring import Desk
from sentinel.cli.app import ExitCode
from sentinel.cli.certified import certified
from sentinel.cli.explanations import tree
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.placeholders import PLACEHOLDERS, filled
from sentinel.cli.rules_check import is_below
from sentinel.cli.summary import say_all
from sentinel.detect.correlation import Correlation
from sentinel.detect.pick import pick_from_json, pick_from_log
from sentinel.detect.rule import Rule, RuleSet
from sentinel.errors import ContentError, Fault, InputError, Location
from sentinel.model.events import Event
from sentinel.model.records import record_of

VERDICTS = (
    Column("verdict", lambda told: told["verdict"]),
    Column("rule", lambda told: told["title"], grow=True),
    Column("event", lambda told: f"{told['source']}:{told['record']}"),
    Column("reason", lambda told: told["reason"], grow=True),
)


@click.command(
    epilog="Example: sentinel rules explain rules/web/web_path_traversal.yml --event access.jsonl --record 17"
)
@click.argument("rule")
@click.option("--event", required=True, metavar="JSON|FILE|-", help="One event as JSON, a log file, or - for stdin.")
@click.option("--record", metavar="NUMBER", help="Which record of the log; needed where it holds several.")
@RULES
@PLACEHOLDERS
@asks("store", "content", "form")
def explain(
    asked: Asked, rule: str, event: str, record: str | None, rules: tuple[Path, ...], placeholders: tuple[str, ...]
) -> int:
    """Explain RULE over one event. RULE is one rule file, or the id of a rule in --rules.

    A hit shows which text met which test; a miss shows which part of the condition was false first, and what the
    field held. An event that is not of the rule's log source is told apart from both. Of a file with several rules
    each is explained, of a folder none: name the one that is meant. Filters count where --rules holds them.
    """
    content, asked_for = asked.content_folder(), one_event(event, record)
    desk = _desk(Path(rule), rules, content, filled(placeholders))
    chosen = _chosen(desk.load(), rule)
    known = certified(asked)
    explained = [
        replace(one, certificate=known.standing(one.rule, one.hash))
        for one in authoring.explain_rules(desk, chosen, asked_for)
    ]
    if asked.form == "table":
        click.echo("\n\n".join(clean_lines(tree(one)) for one in explained))
    else:
        emit(map(record_of, explained), VERDICTS, asked.form)
    return ExitCode.CLEAN


def clean_lines(lines: list[str]) -> str:
    """Join lines that hold log text so that it cannot steer a terminal."""
    return "\n".join(map(clean, lines))


def one_event(given: str, record: str | None) -> Event:
    """Return the one event that was named: JSON text, `-` for JSON on stdin, or a log file."""
    if given == "-":
        return pick_from_json(sys.stdin.buffer.read(), "stdin", record)
    if given.lstrip().startswith("{"):
        return pick_from_json(given.encode("utf-8", "surrogateescape"), "event", record)
    if not Path(given).is_file():
        raise InputError(Location(given), "is neither JSON, which begins with '{', nor a file")
    return pick_from_log(Path(given), record)


def _desk(path: Path, rules: tuple[Path, ...], content: Path, values: dict[str, list[str]]) -> Desk:
    """Return what is loaded: the rule's file and `--rules`, or without either the content."""
    if path.is_dir():
        raise click.UsageError(f"{path} is a folder; name one rule file in it, or the id of a rule and --rules {path}")
    paths = [path, *rules] if path.exists() else list(rules)
    return Desk(paths, Path.cwd(), content, values) if paths else Desk([content / "rules"], content, content, values)


def _chosen(ruleset: RuleSet, rule: str) -> list[Rule]:
    """Return the rules of the file, or the one with this id, and say what of the file is not explained.

    ContentError where no rule is loaded.
    """
    named = Path(rule).exists()
    found = [one for one in ruleset.rules if _is_meant(one, rule, named=named)]
    wrong = [one.fault for one in ruleset.refused if named and is_below(one.fault.location.path, [Path(rule)])]
    wrong += [
        Fault(one.location, f"is a correlation of many events; explain one of its rules: {', '.join(one.rules)}")
        for one in ruleset.correlations
        if _is_meant(one, rule, named=named)
    ]
    if found:
        say_all(f"not explained: {fault}" for fault in wrong)
        return found
    nothing = "holds no rule" if named else "is neither a file nor the id of a rule that is loaded"
    raise ContentError(wrong or [Fault(Location(rule), nothing)])


def _is_meant(one: Rule | Correlation, rule: str, *, named: bool) -> bool:
    return is_below(one.location.path, [Path(rule)]) if named else one.ref.id == rule.lower()
