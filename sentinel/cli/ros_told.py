"""Says on stderr how an assessment of risk stands, and on stdout what is missing in it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from sentinel.cli.output import clean
from sentinel.cli.summary import say
from sentinel.model.risks import Risk, Ros
from sentinel.model.text import counted

UNSETTLED = {"open", "disputed", "not_assessed"}


def say_risks(ros: Ros) -> None:
    """Tell the figures that belong together, and what was laid beside."""
    figures = ros.figures
    worst = figures.worst_case or "–"
    say(
        f"{counted(figures.applies, 'risk')}: {figures.assessed} assessed, {figures.settled} settled, "
        f"{figures.unsettled} not; worst case {worst}"
    )
    if ros.left_out:
        fitting = counted(len(ros.left_out), "scenario")
        say(f"{fitting} of the library fit and are not in the file: {', '.join(one.id for one in ros.left_out)}")
    if not ros.measured:
        say("Nothing that was measured is laid beside (--result).")


def say_missing(ros: Ros) -> bool:
    """Tell what is missing, one line each, and the figures; return whether anything is."""
    lines = [line for risk in ros.risks for line in _missing(risk)]
    for line in lines:
        click.echo(clean(line))
    say_risks(ros)
    return bool(lines)


def _missing(risk: Risk) -> Iterator[str]:
    if risk.state in UNSETTLED:
        yield f"{risk.id}: {risk.state.replace('_', ' ')}: {risk.reason.en}"
    for measure in risk.measures:
        if measure.overdue:
            yield f"{risk.id}: measure '{measure.id}' was due {measure.due} ({measure.owner})"
    waiting = any(measure.state in {"planned", "started"} for measure in risk.measures)
    if risk.state in UNSETTLED and risk.now and not waiting:
        yield f"{risk.id}: no measure is planned"
