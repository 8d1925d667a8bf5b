"""`sentinel report`: one report of a site, between two runs; and whether what was written is still what was signed."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.certified import certified, with_certificates
from sentinel.cli.known import known
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.signed import sign_written, verify
from sentinel.cli.summary import say_people, say_result
from sentinel.journeys import Aids
from sentinel.report.files import write_kinds
from sentinel.report.kinds import chosen
from sentinel.report.placing import Place
from sentinel.settings import read_site, resolve


class Reports(click.Group):
    """A group in which `write` is meant where no command is named: `report nsm SITE.toml` is the common call."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; what is neither a command nor asks for help is what `write` is told."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=Reports,
    subcommand_metavar="KIND SITE.toml | verify FILES...",
    epilog="Example: sentinel report auditor examples/clinic/site.toml --out out/clinic",
)
def report() -> None:
    """Write one report of a site, or verify who signed one. `report KIND SITE.toml` is short for `report write`."""


@report.command(epilog="Example: sentinel report auditor examples/clinic/site.toml --out out/clinic")
@click.argument("kind")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--out", metavar="DIR", help="Where the report goes (default: out).")
@AS_OF
@asks("store", "content", "knowledge", "no_cache", "sign", "quiet")
def write(asked: Asked, kind: str, site_file: Path, out: str | None, as_of: datetime | None) -> int:
    """Write one report of a site and nothing else; nothing is kept in the store.

    KIND is management, self-check, technical, inventory, ros, or an extract: auditor, supplier, datatilsynet, nhn, nsm.
    """
    site = read_site(site_file)
    content, day = asked.content_folder(site), day_of(as_of, site)
    wanted = chosen([kind], content)
    say_people(site)
    aids = Aids(asked.rule_cache(), known(asked, site))
    result = with_certificates(flows.look(site, content, day, asked.progress.track, aids), certified(asked, site))
    folder = Path(resolve({"out": out}, os.environ, site).out.value)
    with asked.progress.busy("Writing the report"):
        written = write_kinds(result, Place(folder, site.file.report.languages, content), wanted)
    partial = say_result(result, written)
    sign_written(asked, written, folder, day)
    return asked.exit_code((), partial=partial)


report.add_command(verify)
