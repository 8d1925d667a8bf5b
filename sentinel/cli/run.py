"""`sentinel run`: all three journeys for one site, and its reports."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.certified import certified, with_certificates
from sentinel.cli.known import known, severities
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.signed import sign_written
from sentinel.cli.summary import say_people, say_result
from sentinel.journeys import Aids
from sentinel.report.files import write_reports
from sentinel.report.kinds import chosen
from sentinel.settings import read_site, resolve


@click.command(epilog="Example: sentinel run examples/clinic/site.toml --out out/clinic")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--out", metavar="DIR", help="Where the reports go (default: out).")
@click.option(
    "--report", "kinds", multiple=True, metavar="KIND", help="Which reports (default: the site file's); repeatable."
)
@AS_OF
@asks("store", "content", "fail_on", "knowledge", "no_cache", "sign", "quiet")
def run(asked: Asked, site_file: Path, out: str | None, kinds: tuple[str, ...], as_of: datetime | None) -> int:
    """Read a site's logs, captures, scans and answers, and write its reports.

    Leaves result.json in DIR, and each report as .html and .pdf in each language: management, technical, auditor and
    inventory, for a small practice self-check, and ros where the site file names its risks.
    """
    site = read_site(site_file)
    day = day_of(as_of, site)
    say_people(site)
    folder = Path(resolve({"out": out}, os.environ, site).out.value)
    content = asked.content_folder(site)
    wanted = chosen(kinds or site.file.report.kinds, content)
    aids = Aids(asked.rule_cache(), known(asked, site))
    result = flows.run(site, content, asked.open_store(site), day, asked.progress.track, aids)
    result = with_certificates(result, certified(asked, site))
    with asked.progress.busy("Writing the reports"):
        written = write_reports(result, folder, site.file.report.languages, content, wanted)
    partial = say_result(result, written)
    sign_written(asked, written, folder, day)
    levels = [*(alert.rule.level for alert in result.alerts), *severities(result.findings)]
    return asked.exit_code(levels, partial=partial)
