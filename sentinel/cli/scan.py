"""`sentinel scan`: captures and results of other tools to assets and findings. No packet is sent."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.scan_import import import_
from sentinel.cli.scanned import SAVE, SHOW, scanned


@click.group()
def scan() -> None:
    """See what is on a network without sending a packet."""


@scan.command(epilog="Example: sentinel scan passive monday.pcap --show findings")
@click.argument("files", nargs=-1, required=True, type=FILES)
@SHOW
@SAVE
@asks("store", "content", "form", "fail_on", "quiet")
def passive(asked: Asked, files: tuple[Path, ...], show: str, site: str | None) -> int:
    """Read captures (pcap, pcapng): who is there and what it runs. No payload and no patient data is kept."""
    return scanned(asked, flows.Material(captures=files), show, site)


scan.add_command(import_)
