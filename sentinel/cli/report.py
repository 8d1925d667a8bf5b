"""`sentinel report`: one report of a site, between two runs."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.known import known
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.summary import say_people, say_result
from sentinel.journeys import Aids
from sentinel.report.files import Place, write_kinds
from sentinel.report.kinds import chosen
from sentinel.settings import read_site, resolve


@click.command(epilog="Example: sentinel report auditor examples/clinic/site.toml --out out/clinic")
@click.argument("kind")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--out", metavar="DIR", help="Where the report goes (default: out).")
@AS_OF
@asks("content", "knowledge", "no_cache", "quiet")
def report(asked: Asked, kind: str, site_file: Path, out: str | None, as_of: datetime | None) -> int:
    """Write one report of a site and nothing else; nothing is kept in the store.

    KIND is management, self-check, technical, inventory, ros, or an extract: auditor, supplier, datatilsynet, nhn, nsm.
    """
    site = read_site(site_file)
    content = asked.content_folder(site)
    wanted = chosen([kind], content)
    say_people(site)
    aids = Aids(asked.rule_cache(), known(asked, site))
    result = flows.look(site, content, day_of(as_of, site), asked.progress.track, aids)
    folder = Path(resolve({"out": out}, os.environ, site).out.value)
    with asked.progress.busy("Writing the report"):
        written = write_kinds(result, Place(folder, site.file.report.languages, content), wanted)
    return asked.exit_code((), partial=say_result(result, written))
