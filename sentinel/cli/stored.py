"""`sentinel alerts|assets|findings`: what the store holds."""

from __future__ import annotations

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.options import LEVELS, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.model.records import Record, asset_record, finding_record, hit_record
from sentinel.model.severity import Severity


def _status(hit: Record) -> str:
    """Say how often an alert was amended, and whether another took its place."""
    amended = f"{hit['status']}, revision {hit['revision']}" if hit["revision"] > 1 else hit["status"]
    return f"{amended}, now {hit['superseded_by'][:12]}" if hit["superseded_by"] else amended


ALERTS = (
    Column("id", lambda hit: hit["id"][:12]),
    Column("time (UTC)", lambda hit: (hit["event"]["time"] or "–")[:19]),
    Column("level", lambda hit: hit["rule"]["level"]),
    Column("rule", lambda hit: hit["rule"]["title"], grow=True),
    Column("source", lambda hit: f"{hit['event']['source']}:{hit['event']['record']}"),
    Column("status", _status, grow=True),
)
ASSETS = (
    Column("address", lambda asset: " ".join(asset["addresses"])),
    Column("name", lambda asset: " ".join(asset["names"])),
    Column("class", lambda asset: asset["device_class"]),
    Column("product", lambda asset: f"{asset['product']} {asset['version']}".strip(), grow=True),
    Column("ports", lambda asset: " ".join(str(service["port"]) for service in asset["services"]), grow=True),
)
FINDINGS = (
    Column("severity", lambda finding: finding["severity"]),
    Column("claim", lambda finding: finding["claim"]),
    Column("asset", lambda finding: finding["asset_name"]),
    Column("finding", lambda finding: finding["title"]["en"], grow=True),
)
at_least_option = click.option("--at-least", type=LEVELS, default="informational", help="Leave out what is less grave.")


@click.group()
def alerts() -> None:
    """Alerts that detections raised."""


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
@asks("store")
def show_alert(asked: Asked, alert_id: str) -> int:
    """Show one alert whole: its rule, what matched, and the event as evidence. The start of its id is enough."""
    found = asked.open_store().alert(alert_id)
    if len(found) != 1:
        raise click.UsageError(f"{len(found)} alerts have an id that begins with '{alert_id}'")
    emit([hit_record(found[0])], (), "json")
    return ExitCode.CLEAN


@click.group()
def assets() -> None:
    """Machines and devices of the newest scan."""


@assets.command("list", epilog="Example: sentinel assets list --format csv")
@asks("store", "form")
def list_assets(asked: Asked) -> int:
    """List the assets of each site's newest scan."""
    emit(map(asset_record, asked.open_store().assets()), ASSETS, asked.form)
    return ExitCode.CLEAN


@click.group()
def findings() -> None:
    """Weak points of the newest scan."""


@findings.command("list", epilog="Example: sentinel findings list --fail-on high")
@at_least_option
@asks("store", "form", "fail_on")
def list_findings(asked: Asked, at_least: str) -> int:
    """List the findings of each site's newest scan, the gravest first."""
    found = list(asked.open_store().findings(Severity(at_least)))
    emit(map(finding_record, found), FINDINGS, asked.form)
    return asked.exit_code(finding.severity for finding in found)
