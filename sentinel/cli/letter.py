"""`sentinel findings letter`: a letter to a maker or supplier about known vulnerabilities, or the end of support."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked, asks
from sentinel.cli.summary import say
from sentinel.cli.writing import must_be_free, save
from sentinel.model.assets import Finding
from sentinel.model.history import Tracked
from sentinel.model.text import LANGUAGES, counted
from sentinel.report.letters import Letter, is_asked, write_letter
from sentinel.scan.weakness.aliases import Aliases, load_aliases


@click.command("letter", epilog="Example: sentinel findings letter 3fa9 --sender «Lyngvik tannklinikk»")
@click.argument("finding", metavar="[ID]", default="")
@click.option("--vendor", metavar="NAME", default="", help="About all that stands open of one maker's products.")
@click.option("--site", default="", help="Only those of one site.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True, help="Which language.")
@click.option("--to", default="", metavar="NAME", help="Whom it is to (default: the maker).")
@click.option("--sender", default="", metavar="NAME", help="Who asks; a line to fill in where it is left out.")
@click.option("--with-addresses", "addresses", is_flag=True, help="Name our machines and their addresses too.")
@click.option("--out", metavar="FILE", help="Write it here instead of printing it.")
@asks("store", "content")
def letter(asked: Asked, finding: str, vendor: str, site: str, **how: Any) -> int:  # noqa: ANN401 -- options that go together
    """Write a letter (Markdown) that asks what a maker must answer. No patient, and no address unless asked for."""
    if bool(finding) == bool(vendor):
        raise click.UsageError("name one finding, or --vendor")
    today = datetime.now(UTC).astimezone().date()
    known = asked.open_store().tracked(today, site=site)
    aliases = load_aliases(asked.content_folder())
    found = [one.finding for one in known if one.state == "open" and _wanted(one, finding, vendor, aliases)]
    _must_be_clear(found, finding, vendor)
    about = Letter(found, how["to"] or _maker(found), how["sender"], today, how["addresses"])
    text = write_letter(about, how["language"], asked.content_folder())
    _hand_over(text, how["out"])
    return ExitCode.CLEAN


def _wanted(one: Tracked, start: str, vendor: str, aliases: Aliases) -> bool:
    """Say whether a finding is meant: by its id, or as one of a maker's with something to ask about."""
    if start:
        return one.finding.id.startswith(start)
    return is_asked(one.finding) and aliases.same_maker(one.finding.facts.get("vendor", ""), vendor)


def _must_be_clear(found: list[Finding], start: str, vendor: str) -> None:
    if start and len(found) != 1:
        many = counted(len(found), "open finding has", "open findings have")
        raise click.UsageError(f"{many} an id that begins with '{start}'")
    if not found:
        raise click.UsageError(f"no open finding about known vulnerabilities or the end of support is of '{vendor}'")
    if not is_asked(found[0]):
        what = "no known vulnerability and no end of support"
        raise click.UsageError(f"{found[0].id[:12]} is about {what}: there is nothing to ask its maker")


def _maker(found: list[Finding]) -> str:
    return next((one.facts["vendor"] for one in found if one.facts.get("vendor")), "")


def _hand_over(text: str, out: str | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    must_be_free([out])
    save(Path(out), [text])
    say(f"wrote {out}")
