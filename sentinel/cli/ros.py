"""`sentinel ros`: an organisation's assessment of risk, from a fresh file to what may be shared."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

import click

from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, emit
from sentinel.cli.ros_told import say_missing, say_risks
from sentinel.cli.signed import sign_written
from sentinel.cli.summary import say, say_all, say_people
from sentinel.cli.writing import must_be_free, save
from sentinel.comply.dpia.taking import to_ros
from sentinel.comply.ros.library import ALWAYS_THERE
from sentinel.comply.ros.sharing import read_shared, redacted, suggestions
from sentinel.comply.ros.writing import entries_yaml, fresh_file
from sentinel.impacts import beside_risks
from sentinel.model.records import Record, record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.ros.files import write_ros
from sentinel.risks import assess_risks, ground, read_file, shared_ground
from sentinel.settings import read_site

RESULT = click.option(
    "--result", type=FILES, help="A result.json of `sentinel run`: what it measured is laid beside the risks."
)
OUT = click.option("--out", metavar="FILE", help="Write to this file (default: standard output).")


def _level(record: Record, when: str) -> str:
    judged = record[when]
    if judged is None:
        return "not assessed" if when == "before" else "–"
    if record["stale"]:
        return "too old"
    if judged["missing"]:
        return "not whole"
    gravest = max(rating["consequence"] for rating in judged["ratings"])
    hoped = " hoped for" if when == "after" and not record["reached"] else ""
    return f"{judged['worst']} {judged['likelihood']}×{gravest}{hoped}"


RISKS = (
    Column("id", lambda item: item["id"]),
    Column("state", lambda item: item["state"]),
    Column("before", lambda item: _level(item, "before")),
    Column("after", lambda item: _level(item, "after")),
    Column("risk", lambda item: item["title"]["nb"], grow=True),
)


@click.group()
def ros() -> None:
    """Assess risk and vulnerability (ROS): scenarios, acceptance, measures, and what may be shared."""


@ros.command("start", epilog="Example: sentinel ros start site.toml --out ros.yml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--matrix", default="4x4", show_default=True, help="The matrix to use: 4x4 or 5x5.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True, help="Of the comments.")
@OUT
@asks("content")
def start(asked: Asked, site_file: Path, matrix: str, language: str, out: str | None) -> int:
    """Make a fresh file with the scenarios that fit: nothing in it is assessed, and suppliers always stand in it."""
    site = read_site(site_file)
    known = ground(site, asked.content_folder(site))
    if matrix not in known.against.matrices:
        raise click.UsageError(f"--matrix takes one of {', '.join(sorted(known.against.matrices))}, not '{matrix}'")
    if out and Path(out).exists():
        raise click.UsageError(f"{out}: is there already, and would be lost")
    fitting = sorted(known.library.fitting(known.about.facts), key=lambda scenario: scenario.kind != ALWAYS_THERE)
    chosen = known.against.matrices[matrix]
    _write("".join(fresh_file(known.about.name, chosen, fitting, known.library, cast("Language", language))), out)
    return asked.exit_code(())


@ros.command("check", epilog="Example: sentinel ros check examples/clinic/site.toml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@RESULT
@AS_OF
@asks("content")
def check(asked: Asked, site_file: Path, result: Path | None, as_of: datetime | None) -> int:
    """Tell every fault of the file, or what is still missing.

    Exit code 0: every risk is assessed and within what may be left, or accepted. 1: something is not. 2: faults.
    """
    site = read_site(site_file)
    assessed = assess_risks(site, asked.content_folder(site), day_of(as_of, site), result)
    say_people(site)
    return 1 if say_missing(assessed) else 0


@ros.command("show", epilog="Example: sentinel ros show examples/clinic/site.toml --format json")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@RESULT
@AS_OF
@asks("content", "form")
def show(asked: Asked, site_file: Path, result: Path | None, as_of: datetime | None) -> int:
    """Show the risks, gravest first: a table, or the whole assessment as JSON."""
    site = read_site(site_file)
    assessed = assess_risks(site, asked.content_folder(site), day_of(as_of, site), result)
    if asked.form == "json":
        emit([record_of(assessed)], (), "json")
    else:
        emit(map(record_of, assessed.risks), RISKS, asked.form)
    say_risks(assessed)
    return asked.exit_code(())


@ros.command("report", epilog="Example: sentinel ros report examples/clinic/site.toml --out out/clinic")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--out", metavar="DIR", default="out", show_default=True, help="Where the documents go.")
@RESULT
@AS_OF
@asks("content", "sign")
def report(asked: Asked, site_file: Path, out: str, result: Path | None, as_of: datetime | None) -> int:
    """Write the document of risk: ros.json, and a page and a paper in each language of the site.

    Both matrices, every risk, measures, acceptances, and what nobody assessed.
    """
    site = read_site(site_file)
    folder = asked.content_folder(site)
    assessed = assess_risks(site, folder, day_of(as_of, site), result)
    wanted = site.file.report
    written = write_ros(assessed, wanted.tlp, Path(out), wanted.languages, folder)
    say_all(f"wrote {path}" for path in written)
    sign_written(asked, written, Path(out), assessed.as_of)
    say_risks(assessed)
    return asked.exit_code(())


@ros.command("export", epilog="Example: sentinel ros export examples/clinic/site.toml --redacted --out shared.yml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--redacted", "agreed", is_flag=True, help="Say that you know what leaves; nothing else can be made.")
@OUT
@AS_OF
@asks("content")
def export(asked: Asked, site_file: Path, agreed: bool, out: str | None, as_of: datetime | None) -> int:  # noqa: FBT001 -- click passes every option by name
    """Make a file for others: scenarios, consequences and kinds of measures, and where each scenario comes from.

    No name, machine, address, text, likelihood, or state of a measure is in it.
    """
    if not agreed:
        raise click.UsageError("only a redacted file can be made: say --redacted")
    site = read_site(site_file)
    assessed, common = assess_risks(site, asked.content_folder(site), day_of(as_of, site)), shared_ground(site)
    _write(redacted(assessed, common.about.kind, common.against.matrices, common.library), out)
    return asked.exit_code(())


@ros.command("import", epilog="Example: sentinel ros import shared.yml site.toml >> ros.yml")
@click.argument("shared", metavar="SHARED.yml", type=FILES)
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@OUT
@AS_OF
@asks("content")
def import_risks(asked: Asked, shared: Path, site_file: Path, out: str | None, as_of: datetime | None) -> int:
    """Make entries out of what others shared: suggestions to read, never assessments."""
    site = read_site(site_file)
    known = ground(site, asked.content_folder(site))
    file, _ = read_file(site, known, day_of(as_of, site))
    found = suggestions(read_shared(shared), known.library, known.about.facts, file.risks)
    _write(entries_yaml(found.entries), out)
    say_all(f"{name}: passed over, {why}" for name, why in found.skipped)
    say(f"{len(found.entries)} suggested, {len(found.skipped)} passed over; none of it is assessed")
    return asked.exit_code(())


@ros.command("take", epilog="Example: sentinel ros take examples/clinic/site.toml examples/clinic/dpia.yml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.argument("file", metavar="DPIA.yml", type=FILES)
@OUT
@AS_OF
@asks("content")
def take(asked: Asked, site_file: Path, file: Path, out: str | None, as_of: datetime | None) -> int:
    """Make risks out of what a DPIA fears: linked with it, with its measures, and judged by nobody yet.

    The entries are to be put below `risks:`. What is linked already is never made twice.
    """
    site = read_site(site_file)
    folder = asked.content_folder(site)
    found, dpia = beside_risks(site, folder, file, day_of(as_of, site))
    made = to_ros(found, dpia, ground(site, folder).library.measures)
    _write(entries_yaml(made.entries), out)
    say_all(f"{name}: passed over, {why}" for name, why in made.passed)
    say(f"{len(made.entries)} taken; none of it is assessed")
    return asked.exit_code(())


def _write(text: str, out: str | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        must_be_free([out])
        save(Path(out), [text])
