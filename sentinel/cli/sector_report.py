"""`sentinel sector report`: a published benchmark as page and paper."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.signed import sign_written
from sentinel.cli.summary import say_all
from sentinel.comply.sector.place import read_benchmark
from sentinel.model.text import LANGUAGES
from sentinel.report.sector.files import write_sector


@click.command("report", epilog="Example: sentinel sector report benchmark.json --by «Utgiveren» --out out")
@click.argument("published", metavar="BENCHMARK.json", type=FILES)
@click.option("--by", default="", help="Who publishes it.")
@click.option("--tlp", type=click.Choice(("CLEAR", "GREEN", "AMBER", "RED")), default="CLEAR", show_default=True)
@click.option("--out", metavar="DIR", default="out", show_default=True, help="Where the report goes.")
@asks("content", "sign")
def report(asked: Asked, published: Path, by: str, tlp: str, out: str) -> int:
    """Write the report of the sector from a published benchmark, and nothing that is not in it."""
    benchmark = read_benchmark(published)
    written = write_sector(benchmark, by, tlp, Path(out), LANGUAGES, asked.content_folder())
    say_all(f"wrote {path}" for path in written)
    sign_written(asked, written, Path(out), benchmark.day)
    return asked.exit_code(())
