"""`sentinel scan`: captures and results of other tools to assets and findings; what sends stands in scan_active.py."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.lazy import LazyGroup
from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.scan_passive import passive
from sentinel.cli.scanned import SAVE, SHOW, scanned


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


@scan.command("import", epilog="Example: sentinel scan import nmap.xml --format jsonl")
@click.argument("files", nargs=-1, required=True, type=FILES)
@SHOW
@SAVE
@asks("store", "content", "form", "fail_on", "quiet")
def import_(asked: Asked, files: tuple[Path, ...], show: str, site: str | None) -> int:
    """Read nmap XML (nmap -oX), of any size."""
    return scanned(asked, flows.Material(imports=files), show, site)


scan.add_command(passive)
