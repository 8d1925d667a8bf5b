"""`sentinel scan`: captures and results of other tools to assets and findings; what sends stands in scan_active.py."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.lazy import LazyGroup
from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.output import emit
from sentinel.cli.stored import ASSETS, FINDINGS
from sentinel.cli.summary import say, say_all, say_sources
from sentinel.model.records import asset_record, finding_record
from sentinel.model.text import counted

CAPTURES = click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)
SHOWN = click.Choice(["assets", "findings"])
_SHOW = click.option("--show", type=SHOWN, default="assets", show_default=True, help="What to print.")
_SAVE = click.option(
    "--save",
    "site",
    metavar="SITE",
    help="Keep the result under this name of a site; one of today takes the place of an earlier one.",
)


@click.group(cls=LazyGroup)
def scan() -> None:
    """See what is on a network: without sending a packet, or gently and only where a signed scope file says so."""


scan.places = {  # who only listens never loads what can send
    "nmap": "sentinel.cli.scan_active:nmap",
    "plan": "sentinel.cli.scan_active:plan",
    "run": "sentinel.cli.scan_active:run",
    "scope": "sentinel.cli.scan_scope:scope",
    "verify-log": "sentinel.cli.scan_active:verify_log",
}


@scan.command(epilog="Example: sentinel scan passive monday.pcap --show findings")
@click.argument("files", nargs=-1, required=True, type=CAPTURES)
@_SHOW
@_SAVE
@asks("store", "content", "form", "fail_on", "quiet")
def passive(asked: Asked, files: tuple[Path, ...], show: str, site: str | None) -> int:
    """Read captures (pcap, pcapng, also .gz and .zst): who is there and what it runs. `-` is standard input.

    No payload and no patient data is kept.
    """
    return _scan(asked, files, (), show, site)


@scan.command("import", epilog="Example: sentinel scan import nmap.xml --format jsonl")
@click.argument("files", nargs=-1, required=True, type=FILES)
@_SHOW
@_SAVE
@asks("store", "content", "form", "fail_on", "quiet")
def import_(asked: Asked, files: tuple[Path, ...], show: str, site: str | None) -> int:
    """Read nmap XML (nmap -oX), of any size."""
    return _scan(asked, (), files, show, site)


def _scan(asked: Asked, captures: tuple[Path, ...], imports: tuple[Path, ...], show: str, site: str | None) -> int:
    today = datetime.now(UTC).astimezone().date()
    material = flows.Material(captures, imports, site=site or "")
    found = flows.scan(material, asked.content_folder(), today, asked.progress.track, asked.rule_cache())
    if site:  # kept apart by way of looking: one of today must not take the other's place
        way = "passive" if captures else "import"
        asked.open_store().save_scan(f"{site}/{way}", today, found.assets, found.findings)
    if show == "assets":
        emit(map(asset_record, found.assets), ASSETS, asked.form)
    else:
        emit(map(finding_record, found.findings), FINDINGS, asked.form)
    say_all(found.troubles)
    skipped = say_sources(found.sources)
    silent = [address for source in found.sources for address in source.silent]
    if silent:
        say(f"did not answer: {', '.join(silent)}")
    assets, findings = counted(len(found.assets), "asset"), counted(len(found.findings), "finding")
    say(f"{assets}, {findings}, knowledge as of {found.knowledge_date}")
    return asked.exit_code((finding.severity for finding in found.findings), partial=bool(skipped))
