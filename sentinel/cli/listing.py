"""Columns in which assets and findings are listed, and the option that leaves out what is less grave."""

from __future__ import annotations

import click

from sentinel.cli.options import LEVELS
from sentinel.cli.output import Column

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
OUTCOMES = (
    Column("state", lambda found: found["state"]),
    Column("asset", lambda found: found["asset_name"]),
    Column("product", lambda found: f"{found['vendor']} {found['product']} {found['version']}".strip(), grow=True),
    Column("likely", lambda found: str(found["likely"])),
    Column("possible", lambda found: str(found["possible"])),
    Column("mended", lambda found: str(len(found["mended"]))),
    Column("cleared", lambda found: str(len(found["cleared"]))),
    Column("unsettled", lambda found: str(found["unsettled"])),
)
AT_LEAST = click.option("--at-least", type=LEVELS, default="informational", help="Leave out what is less grave.")
