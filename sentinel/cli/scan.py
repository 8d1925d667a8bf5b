"""`sentinel scan`: captures and results of other tools to assets and findings. No packet is sent."""

from __future__ import annotations

import click

from sentinel.cli.scan_import import import_
from sentinel.cli.scan_passive import passive


@click.group()
def scan() -> None:
    """See what is on a network without sending a packet."""


scan.add_command(import_)
scan.add_command(passive)
