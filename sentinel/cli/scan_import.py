"""`sentinel scan import`: results of other tools, and lists that people keep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sentinel.cli.inventory_page import PAGE
from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.scanned import SAVE, SHOW, scanned
from sentinel.errors import ContentError, Fault, Location
from sentinel.journeys import Material
from sentinel.scan.imports.columns import read_columns
from sentinel.scan.imports.formats import FORMATS, How, unused_address
from sentinel.scan.imports.values import address

_FORMS = click.option(
    "--as", "kind", type=click.Choice(list(FORMATS)), help="What the files are, instead of what their content says."
)
_COLUMNS = click.option(
    "--columns", type=FILES, help='A file that says which column is what: [columns] address = "Nettadresse".'
)
_FOR = click.option(
    "--for", "machine", metavar="ADDRESS", default="", help="The machine that MDS2 forms and bills of materials are of."
)


def how(command: Callable[..., int]) -> Callable[..., Any]:
    """Give a command the options of an import."""
    return _FORMS(_COLUMNS(_FOR(command)))


@click.command("import", epilog="Example: sentinel scan import nmap.xml --format jsonl")
@click.argument("files", nargs=-1, required=True, type=FILES)
@how
@SHOW
@SAVE
@PAGE
@asks("store", "content", "form", "fail_on", "knowledge", "quiet")
def import_(asked: Asked, files: tuple[Path, ...], show: str, site: str | None, **said: Any) -> int:  # noqa: ANN401 -- what `how` adds
    """Read results of other tools: nmap, Nessus, OpenVAS, Zeek, DHCP leases, ARP tables, inventories and more.

    docs/imports.md lists the formats. Each is known by its content.
    """
    if said["machine"] and not address(said["machine"]):
        raise click.UsageError(f"--for takes an address of one machine, not '{said['machine']}'")
    columns = read_columns(said["columns"]) if said["columns"] else {}
    told = How(said["kind"] or "", columns, address(said["machine"]))
    if unused := [(str(path), why) for path in files if (why := unused_address(path, told))]:
        what = "import it by itself, without --for"
        raise ContentError(Fault(Location(path), f"{why}: {what}") for path, why in unused)
    material = Material(imports=files, hows=[told] * len(files))
    return scanned(asked, material, show, site, page=said["page"])
