"""`sentinel alerts`: what the store holds of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.certified import certified_in, standing_of
from sentinel.cli.detect import LOGS, loaded, logs_of
from sentinel.cli.explanations import called
from sentinel.cli.lazy import LazyGroup
from sentinel.cli.options import LEVELS, RULES, Asked, asks
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.placeholders import PLACEHOLDERS
from sentinel.cli.writing import export
from sentinel.detect.reproduce import Today, reproduce, reproduce_from
from sentinel.detect.routes import load_routes
from sentinel.model.alerts import Alert
from sentinel.model.records import Record, hit_record, record_of
from sentinel.model.reproduction import Outcome, Reproduction
from sentinel.model.severity import Severity
from sentinel.model.text import counted
from sentinel.store.store import Store


def _status(hit: Record) -> str:
    """Say how often an alert was amended, and whether another took its place; nothing where neither happened."""
    if hit["revision"] == 1:
        return ""
    amended = f"{hit['status']}, revision {hit['revision']}"
    return f"{amended}, now {hit['superseded_by'][:12]}" if hit["superseded_by"] else amended


ALERTS = (
    Column("id", lambda hit: hit["id"][:12]),
    Column("time (UTC)", lambda hit: (hit["event"]["time"] or "–")[:19]),
    Column("level", lambda hit: hit["rule"]["level"]),
    Column("rule", lambda hit: hit["rule"]["title"], grow=True),
    Column("source", lambda hit: f"{hit['event']['source']}:{hit['event']['record']}", grow=True),
    Column("status", _status, grow=True),
)
REPRODUCED = (
    Column("alert", lambda told: told["alert"]),
    Column("outcome", lambda told: told["outcome"]),
    Column("reason", lambda told: told["reason"], grow=True),
    Column("differences", lambda told: ", ".join(one["what"] for one in told["differences"]), grow=True),
)
OUTCOMES: Mapping[Outcome, ExitCode] = {
    "same": ExitCode.CLEAN,
    "differs": ExitCode.FOUND,
    "silent": ExitCode.FOUND,
    "unknown": ExitCode.PARTIAL,
}
SENTENCES: Mapping[Outcome, str] = {
    "same": "the same alert again",
    "differs": "an alert, but not the same one",
    "silent": "the rule does not fire on this event any more",
    "unknown": "could not be tried",
}
at_least_option = click.option("--at-least", type=LEVELS, default="informational", help="Leave out what is less grave.")


@click.group(cls=LazyGroup)
def alerts() -> None:
    """Alerts that detections raised."""


alerts.places = {"mirror": "sentinel.cli.mirror:mirror"}  # what only lists alerts must not wait for the client


@alerts.command("list", epilog="Example: sentinel alerts list --at-least high")
@at_least_option
@click.option("--rule", metavar="ID", help="Only those of one rule.")
@asks("store", "form", "fail_on")
def list_alerts(asked: Asked, at_least: str, rule: str | None) -> int:
    """List alerts, the gravest first, then the newest."""
    found = list(asked.open_store().alerts(Severity(at_least), rule))
    emit(map(hit_record, found), ALERTS, asked.form)
    return asked.exit_code(alert.rule.level for alert in found if alert.status == "current")


@alerts.command("show", epilog="Example: sentinel alerts show 3fa9")
@click.argument("alert_id", metavar="ID")
@asks("store", "content")
def show_alert(asked: Asked, alert_id: str) -> int:
    """Show one alert whole: its rule with its certificate, what matched, and the event. Its id's start is enough."""
    store = asked.open_store()
    alert = _one(store, alert_id)
    emit([{**hit_record(alert), "certificate": standing_of(certified_in(store, asked), alert.rule)}], (), "json")
    return ExitCode.CLEAN


@alerts.command("reproduce", epilog="Example: sentinel alerts reproduce 3fa9 --rules sigma/rules")
@click.argument("alert_id", metavar="ID")
@click.option("--log", "logs", multiple=True, type=LOGS, help="Raise it from this log or folder instead; repeatable.")
@RULES
@PLACEHOLDERS
@asks("store", "content", "form", "no_cache", "quiet")
def reproduce_alert(
    asked: Asked, alert_id: str, logs: tuple[Path, ...], rules: tuple[Path, ...], placeholders: tuple[str, ...]
) -> int:
    """Raise an alert again from the event it kept, or from logs, with today's rules and engine.

    Of a correlation the hits behind it are seldom kept: name the logs. Exit 0: the same alert. Exit 1: another alert,
    or none; what differs is told. Exit 3: it could not be tried, or the logs do not give it.
    """
    store = asked.open_store()
    found, today = _one(store, alert_id), Today(loaded(asked, rules, placeholders), load_routes(asked.content_folder()))
    if logs:
        told = reproduce_from(found, today, logs_of(logs), asked.progress.track)
    else:
        told = reproduce(found, today.ruleset, today.routes, lambda rule: store.alerts(rule=rule))
    if asked.form == "table":
        click.echo("\n".join(map(clean, _told(told))))
    else:
        emit([record_of(told)], REPRODUCED, asked.form)
    return OUTCOMES[told.outcome]


@alerts.command(
    "export", epilog="Example: sentinel alerts export --write timesketch=alerts.csv --write html=alerts.html"
)
@at_least_option
@RULES
@asks("store", "content", "no_cache", "writes")
def export_alerts(asked: Asked, at_least: str, rules: tuple[Path, ...]) -> int:
    """Write alerts to files that other programs read. Rules give the titles of those that a correlation counts."""
    if not asked.writes:
        raise click.UsageError("say what to write: --write FORMAT=FILE")
    names = called(loaded(asked, rules, ()))
    export(asked, asked.open_store().alerts(Severity(at_least)), names)
    return ExitCode.CLEAN


def _one(store: Store, start: str) -> Alert:
    found = store.alert(start)
    if len(found) != 1:
        raise click.UsageError(f"{counted(len(found), 'alert has', 'alerts have')} an id that begins with '{start}'")
    return found[0]


def _told(told: Reproduction) -> Iterator[str]:
    yield f"{told.alert[:12]}: {SENTENCES[told.outcome]}"
    if told.reason:
        yield f"  {told.reason}"
    for one in told.differences:
        yield f"  {one.what}: then {one.then}, now {one.now}"
