"""`sentinel scan`: captures and results of other tools to assets and findings; what sends stands in scan_active.py."""

from __future__ import annotations

import click

from sentinel.cli.lazy import LazyGroup
from sentinel.cli.scan_import import import_
from sentinel.cli.scan_passive import passive


@click.group(cls=LazyGroup)
def scan() -> None:
    """See what is on a network: without sending a packet, or gently and only where a signed scope file says so."""


scan.places = {  # who only listens never loads what can send
    "domain": "sentinel.cli.scan_active:domain",
    "nmap": "sentinel.cli.scan_active:nmap",
    "plan": "sentinel.cli.scan_active:plan",
    "run": "sentinel.cli.scan_active:run",
    "scope": "sentinel.cli.scan_scope:scope",
    "verify-log": "sentinel.cli.scan_active:verify_log",
}


scan.add_command(import_)
scan.add_command(passive)
