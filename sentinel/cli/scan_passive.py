"""`sentinel scan passive`: captures and interfaces to assets, findings and talks. No packet is sent."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.inventory_page import PAGE
from sentinel.cli.options import Asked, asks
from sentinel.cli.scanned import SAVE, scanned
from sentinel.cli.talks import SHOWN
from sentinel.journeys import Material
from sentinel.model.talks import Flow
from sentinel.scan.known_flows import read_flows

CAPTURES = click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,6})([smhd])")


class Span(click.ParamType[float]):
    """A span of time: `90s`, `10m`, `2h`, `1d`; in seconds."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds."""
        found = _SPAN.fullmatch(str(value))
        if found is None or int(found[1]) == 0:
            self.fail(f"'{value}' is no span of time; write 90s, 10m, 2h or 1d", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


_SHOW = click.option(
    "--show",
    type=click.Choice(["assets", "findings", "looked", *SHOWN]),
    default="assets",
    show_default=True,
    help="What to print. Looked is how far known vulnerabilities were looked for. Flows are who talks to whom, titles "
    "and associations are those of DICOM, and crossings are devices in care that talk to the internet, or "
    "(with --known) to a part of the network that is new to them.",
)
_INTERFACE = click.option(
    "--interface", "interfaces", multiple=True, metavar="NAME", help="Listen on this interface. No packet is sent."
)
_FOR = click.option(
    "--for", "seconds", type=Span(), metavar="SPAN", help="How long to listen: 90s, 10m, 2h (default: until Ctrl-C)."
)

_BUFFER = click.option(
    "--buffer",
    type=click.IntRange(1, 2_000),
    default=64,
    show_default=True,
    metavar="MB",
    help="Room in the kernel for packets that wait while listening. What finds none is counted as dropped.",
)


_KNOWN = click.option(
    "--known",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Flows of an earlier time (--show flows --format jsonl): a device in care that talks to a part of the network "
    "it never talked to then is a crossing too.",
)
_CROSSINGS = click.option(
    "--crossings-out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write crossings to this file as events, which `sentinel detect` reads.",
)


@click.command(epilog="Example: sentinel scan passive monday.pcap --show findings")
@click.argument("files", nargs=-1, type=CAPTURES)
@_INTERFACE
@_FOR
@_BUFFER
@_SHOW
@_KNOWN
@_CROSSINGS
@SAVE
@PAGE
@asks("store", "content", "form", "fail_on", "knowledge", "quiet")
def passive(asked: Asked, files: tuple[Path, ...], site: str | None, show: str, **more: Any) -> int:  # noqa: ANN401 -- options that go together
    """Read captures (pcap, pcapng, .gz, .zst; `-` is standard input), or listen: who is there and what it runs.

    No payload and no patient data is kept.
    """
    interfaces, seconds, events, page = (more[name] for name in ("interfaces", "seconds", "crossings_out", "page"))
    if bool(files) == bool(interfaces) or len(interfaces) > 1 or (seconds and not interfaces):
        raise click.UsageError("name capture files, or one --interface (and --for how long)")
    material = Material(captures=files, interfaces=interfaces, buffer=more["buffer"] << 20)
    material = replace(material, known=_known(more["known"], wanted=show == "crossings" or events is not None))
    if files:
        return scanned(asked, material, show, site, events, page)
    with _until(seconds) as ending:
        code = scanned(asked, replace(material, over=ending.over), show, site, events, page)
    return ExitCode.INTERRUPTED if ending.asked and seconds else code


def _known(path: Path | None, *, wanted: bool) -> tuple[Flow, ...]:
    """Return the flows of an earlier time."""
    if path is None:
        return ()
    if not wanted:
        raise click.UsageError("--known is about crossings: add --show crossings or --crossings-out FILE")
    return read_flows(path, path.name)


@dataclass(slots=True)
class Ending:
    """When listening is over: at a moment of the monotonic clock, or as soon as somebody asked for it."""

    at: float
    asked: bool = False

    def ask(self, *_: object) -> None:
        """Have it be over."""
        self.asked = True

    def over(self) -> bool:
        """Say whether it is over."""
        return self.asked or time.monotonic() >= self.at


@contextmanager
def _until(seconds: float | None) -> Iterator[Ending]:
    """Let Ctrl-C and SIGTERM end the listening and nothing else: what was heard is told."""
    ending = Ending(time.monotonic() + seconds if seconds else float("inf"))
    before = {one: signal.signal(one, ending.ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ending
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
