"""`sentinel assets`: what is known of machines and devices, and what changed from scan to scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.inventory_page import NETWORKS, TLP, page_of_store, write
from sentinel.cli.listing import ASSETS
from sentinel.cli.options import AS_OF, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.model.assets import Asset
from sentinel.model.history import AssetRow, ScanRun
from sentinel.model.records import Record, asset_change_record, asset_record
from sentinel.store.compare import details
from sentinel.store.store import Store

SHOWN = 1000
ROWS = (
    Column("address", lambda row: row["address"]),
    Column("name", lambda row: row["name"]),
    Column("class", lambda row: row["device_class"]),
    Column("product", lambda row: row["product"], grow=True),
    Column("ports", lambda row: row["ports"], grow=True),
)
CHANGES = (
    Column("change", lambda one: one["kind"]),
    Column("address", lambda one: one["address"]),
    Column("name", lambda one: one["name"], grow=True),
    Column("what", lambda one: "; ".join(map(_told, one["details"])) or _when(one), grow=True),
)
EXPORT = (
    Column("id", lambda asset: asset["id"]),
    *ASSETS[:1],
    Column("mac", lambda asset: " ".join(asset["macs"])),
    *ASSETS[1:3],
    Column("vendor", lambda asset: asset["vendor"]),
    Column("product", lambda asset: asset["product"]),
    Column("version", lambda asset: asset["version"]),
    *ASSETS[4:],
    Column("first seen", lambda asset: asset["first_seen"] or ""),
    Column("last seen", lambda asset: asset["last_seen"] or ""),
    Column("contradictions", lambda asset: "; ".join(asset["contradictions"])),
)
_SITE = click.option("--site", default="", help="Only those of one site.")
_CLASS = click.option("--class", "device_class", default="", help="Only devices of one class, such as patient_monitor.")
_ALL = click.option("--all", "everything", is_flag=True, help="Also what the newest whole scan did not see.")


@click.group()
def assets() -> None:
    """Machines and devices, and what became of them."""


@assets.command("list", epilog="Example: sentinel assets list røntgen --format csv")
@click.argument("words", nargs=-1)
@_CLASS
@_SITE
@_ALL
@click.option("--limit", type=click.IntRange(0), default=SHOWN, show_default=True, help="Most rows of a table; 0: all.")
@asks("store", "form")
def list_assets(
    asked: Asked, words: tuple[str, ...], device_class: str, site: str, limit: int, *, everything: bool
) -> int:
    """List assets whose address, name, hardware address, maker or product holds all of WORDS."""
    store, current, text = asked.open_store(), not everything, " ".join(words)
    if asked.form in {"json", "jsonl"}:
        emit(map(asset_record, store.assets(text, device_class, site, current=current)), ASSETS, asked.form)
        return ExitCode.CLEAN
    most = limit if asked.form == "table" and limit else None
    emit(map(_row, store.asset_rows(text, device_class, site, current=current, most=most)), ROWS, asked.form)
    count = store.count_assets(text, device_class, site, current=current) if most else 0
    if most and count > most:
        say(f"{count - most:,} more; see all with --limit 0")
    return ExitCode.CLEAN


@assets.command("show", epilog="Example: sentinel assets show 10.20.30.21")
@click.argument("wanted", metavar="ID")
@_SITE
@asks("store")
def show_asset(asked: Asked, wanted: str, site: str) -> int:
    """Show an asset whole, by the start of its id or its address: its claims, and what it was before."""
    store = asked.open_store()
    row = _one(store, wanted, site)
    found = store.asset_history(row.site, row.id)
    newest = asset_record(found[-1][1])
    emit([{**newest, "site": row.site, "current": row.current, "history": list(_history(found))}], (), "json")
    return ExitCode.CLEAN


@assets.command("diff", epilog="Example: sentinel assets diff --since 2026-11-01")
@click.argument("before", required=False, type=int)
@click.argument("after", required=False, type=int)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Since the last scan before this day.")
@_SITE
@asks("store", "form")
def diff_assets(asked: Asked, before: int | None, after: int | None, since: datetime | None, site: str) -> int:
    """Tell what came, changed and went between two scans, by their numbers (default: the newest two).

    `gone` was asked again and did not answer; `not-seen` was met by no later scan, and none is known to have asked.
    """
    store = asked.open_store()
    runs = _runs(store, site)
    first, last = _between(runs, before, after, since)
    say(f"{runs[0].site}: {_about(runs, first)} → {_about(runs, last)}")
    emit(map(asset_change_record, store.asset_changes(runs[0].site, first, last)), CHANGES, asked.form)
    return ExitCode.CLEAN


@assets.command("scans", epilog="Example: sentinel assets scans")
@_SITE
@asks("store", "form")
def list_scans(asked: Asked, site: str) -> int:
    """List the scans that are kept, with the numbers that `diff` takes."""
    emit(map(_scan, asked.open_store().scan_runs(site)), SCANS, asked.form)
    return ExitCode.CLEAN


@assets.command("export", epilog="Example: sentinel assets export --format csv > assets.csv")
@_CLASS
@_SITE
@_ALL
@click.option("--format", "form", type=click.Choice(["csv", "json", "jsonl"]), default="csv", show_default=True)
@asks("store")
def export_assets(asked: Asked, device_class: str, site: str, form: str, *, everything: bool) -> int:
    """Write assets for a spreadsheet or another program."""
    found = asked.open_store().assets("", device_class, site, current=not everything)
    emit(map(asset_record, found), EXPORT, form)
    return ExitCode.CLEAN


@assets.command("page", epilog="Example: sentinel assets page --site lyngvik --out out/lyngvik")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where the pages go.")
@_SITE
@NETWORKS
@TLP
@AS_OF
@asks("store", "content", "quiet")
def page_of_assets(
    asked: Asked, out: Path, site: str, networks: tuple[tuple[str, str], ...], tlp: str, as_of: datetime | None
) -> int:
    """Write what is known of a site as pages that a person reads, with a map of its networks, in both languages.

    Who talks to whom is not kept, and the map says so; `scan passive --page` and `run` know it.
    """
    store = asked.open_store()
    runs = _runs(store, site)
    day = as_of.date() if as_of else runs[-1].day
    write(asked, page_of_store(store, runs[0].site, day, networks, tlp), out)
    return ExitCode.CLEAN


SCANS = (
    Column("site", lambda run: run["site"]),
    Column("number", lambda run: str(run["number"])),
    Column("day", lambda run: run["day"]),
    Column("assets", lambda run: str(run["assets"])),
    Column("sources", lambda run: ", ".join(run["sources"]), grow=True),
)


def _scan(run: ScanRun) -> Record:
    return {**asdict(run), "day": run.day.isoformat()}


def _row(row: AssetRow) -> Record:
    return row._asdict()


def _told(detail: Record) -> str:
    return f"{detail['attribute']}: {detail['before'] or '–'} → {detail['after'] or '–'}"


def _when(change: Record) -> str:
    return f"last seen {change['last_day']}" if change["kind"] in {"gone", "not-seen"} else ""


def _one(store: Store, wanted: str, site: str) -> AssetRow:
    rows = list(store.asset_like(wanted, site)) if wanted else []
    if len(rows) != 1:
        raise click.UsageError(f"{len(rows)} assets have the address, or an id that begins with, '{wanted}'")
    return rows[0]


def _history(found: list[tuple[ScanRun, Asset]]) -> Iterator[Record]:
    """Yield what each version changed; the first has nothing before it."""
    before: Asset | None = None
    for run, asset in found:
        changed = [asdict(one) for one in details(before, asset)] if before else []
        yield {"scan": run.number, "day": run.day.isoformat(), "sources": list(run.sources), "details": changed}
        before = asset


def _runs(store: Store, site: str) -> list[ScanRun]:
    runs = store.scan_runs(site)
    sites = sorted({run.site for run in runs})
    if len(sites) != 1:
        names = ", ".join(sites) or "none"
        raise click.UsageError(f"say which site with --site; there are: {names}")
    return runs


def _between(runs: list[ScanRun], before: int | None, after: int | None, since: datetime | None) -> tuple[int, int]:
    newest = runs[-1].number
    if since is not None:
        earlier = [run.number for run in runs if run.day < since.date()]
        return (earlier[-1] if earlier else 0), newest
    first = before if before is not None else max(newest - 1, 0)
    last = after if after is not None else newest
    if not 0 <= first < last <= newest:
        raise click.UsageError(f"the first scan must come before the second, and there are {newest}")
    return first, last


def _about(runs: list[ScanRun], number: int) -> str:
    run = next((run for run in runs if run.number == number), None)
    return f"scan {number} ({run.day}, {', '.join(run.sources) or 'no name'})" if run else "the beginning"
