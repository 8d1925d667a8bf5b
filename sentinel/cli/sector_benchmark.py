"""`sentinel sector benchmark`: figures of groups to publish; `sentinel assess benchmark`: one's own place in them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sentinel.benchmarking import place_in, publish
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, emit
from sentinel.cli.sector import day
from sentinel.cli.summary import say
from sentinel.model.benchmark import Benchmark
from sentinel.model.records import Record, record_of
from sentinel.settings import read_site


def _three(item: Record | None) -> str:
    return f"{item['low']} · {item['middle']} · {item['high']}" if item else "–"


def _told(item: Record, key: str) -> str:
    return _three(item["figures"] and item["figures"][key])


CELLS = (
    Column("group", lambda item: item["group"]),
    Column("shown", lambda item: item["shown"].replace("_", " ")),
    Column("at least", lambda item: str(item["figures"]["members"]) if item["figures"] else "–"),
    Column("score", lambda item: _told(item, "score")),
    Column("coverage", lambda item: _told(item, "coverage")),
    Column("worst case", lambda item: _told(item, "worst_case")),
)
NUMBERS = (
    Column("number", lambda item: item["name"].replace("_", " ")),
    Column("own", lambda item: "–" if item["own"] is None else str(item["own"])),
    Column("quartiles of the group", lambda item: _three(item["group"])),
    Column("own is in", lambda item: f"{item['quarter']} quarter" if item["quarter"] else "–"),
)


@click.command("benchmark", epilog="Example: sentinel sector benchmark --format json > benchmark.json")
@asks("content", "store", "form")
def benchmark(asked: Asked) -> int:
    """Publish figures of groups, of those who agreed: quartiles, never a name, never fewer than five.

    What is published is kept, so that no later release can be subtracted from it. Keep the store.
    """
    store = asked.open_store()
    made = publish(store.sector(), asked.content_folder(), day(None))
    store.close()
    if asked.form == "json":
        emit([record_of(made)], (), "json")
    else:
        emit(record_of(made)["cells"], CELLS, asked.form)
    say_benchmark(made)
    return asked.exit_code(())


@click.command("benchmark", epilog="Example: sentinel assess benchmark site.toml --against benchmark.json")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--against", required=True, type=FILES, help="A published benchmark (sentinel.benchmark/1).")
@AS_OF
@asks("content", "form")
def own_place(asked: Asked, site_file: Path, against: Path, as_of: datetime | None) -> int:
    """Lay your own numbers beside those of similar organisations. Nothing is sent: the file is read here."""
    site = read_site(site_file)
    found = place_in(site, asked.content_folder(site), against, day_of(as_of, site))
    if asked.form == "json":
        emit([record_of(found)], (), "json")
    else:
        emit(record_of(found)["numbers"], NUMBERS, asked.form)
    say(f"{found.title.en}: {found.says.en}")
    return asked.exit_code(())


def say_benchmark(made: Benchmark) -> None:
    """Tell how many groups are shown, and why the others are not."""
    shown = [cell for cell in made.cells if cell.figures]
    say(f"{len(shown)} of {len(made.cells)} groups shown; least {made.least} organisations, counts rounded down")
    for cell in made.cells:
        if cell.shown in {"held_back", "repeated"}:
            say(f"{cell.group}: {cell.because.en}")
