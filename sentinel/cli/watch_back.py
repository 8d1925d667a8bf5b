"""`sentinel watch changes|back`: what changed in the rules of a watch, and what it would have changed in the past."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from sentinel import backsearching
from sentinel.cli.app import ExitCode
from sentinel.cli.back_call import BackCall, Place, counts_of, load_set, owed_lines, say_changes
from sentinel.cli.clusters import CLUSTER
from sentinel.cli.detect import LOGS
from sentinel.cli.moments import a_moment
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.placeholders import PLACEHOLDERS
from sentinel.cli.summary import say, say_all
from sentinel.detect.rule import RuleSet
from sentinel.elastic.template import STREAMS
from sentinel.errors import ContentError, StoreError
from sentinel.model.records import record_of

CHANGED = (
    Column("change", lambda one: one["change"]),
    Column("rule", lambda one: one["title"], grow=True),
    Column("what", lambda one: ", ".join(one["what"]), grow=True),
)
_AGO = re.compile(r"([1-9][0-9]{0,4})([dh])")


def _since(ctx: click.Context, option: click.Parameter, value: str) -> datetime:
    """Return a moment: days or hours ago, or as a clock in Oslo shows it."""
    if ago := _AGO.fullmatch(value):
        number = int(ago[1])
        return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=number * (24 if ago[2] == "d" else 1))
    found = a_moment(ctx, option, value)
    if found is None or found >= datetime.now(UTC):
        raise click.BadParameter(f"'{value}' is no moment of the past, as 30d, 12h or 2026-11-20T14:05")
    return found


def _placed(command: Any) -> Any:  # noqa: ANN401 -- click decorates what it is given
    @functools.wraps(command)
    def gathered(*words: object, **given: Any) -> int:  # noqa: ANN401 -- click passes every option by name
        until = datetime.now(UTC) - timedelta(seconds=given.pop("delay"))
        place = Place(until=until, **{key: given.pop(key) for key in Place.__dataclass_fields__ if key != "until"})
        if place.url and place.logs:
            raise click.UsageError("name a cluster with --from, or files with --logs")
        return int(command(*words, **given, place=place))

    for option in reversed(_PLACE):
        gathered = option(gathered)
    return gathered


_PLACE = (
    click.option("--save", "site", metavar="SITE", required=True, help="Whose watch: its name in the store."),
    click.option("--from", "url", metavar="URL", help=CLUSTER),
    click.option("--index", default=STREAMS, show_default=True, help="Index, data stream or pattern of the watch."),
    click.option("--time-field", default="event.ingested", show_default=True, help="When a record came in."),
    click.option(
        "--delay",
        type=click.FloatRange(0, 86_400),
        default=90,
        show_default=True,
        help="Seconds until records are seen.",
    ),
    click.option("--logs", multiple=True, type=LOGS, help="Files and folders instead of a cluster; repeatable."),
)


@click.command("changes", epilog="Example: sentinel watch changes --save klinikken --rules rules")
@_placed
@RULES
@PLACEHOLDERS
@asks("store", "content", "form", "no_cache")
def list_changes(asked: Asked, place: Place, rules: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """List the rules that are new, changed or removed since the set that a watch uses was enabled.

    A rule is changed too where its filters, the mapping of its log source or a placeholder that it names are. Exit 3
    where anything is, or where an earlier change is not searched back to its end.
    """
    back = asked.open_store().back(place.site, place.target)
    wanted = backsearching.wanted(back, load_set(asked, rules, placeholders).kept)
    emit(map(record_of, wanted.changes), CHANGED, asked.form)
    say_changes(wanted, place)
    open_plans = list(owed_lines(back, place, wanted.old))
    say_all(open_plans)
    return ExitCode.PARTIAL if wanted.changes or open_plans else ExitCode.CLEAN


@click.command("back", epilog="Example: sentinel watch back --save klinikken --rules rules --since 30d --enable")
@_placed
@RULES
@PLACEHOLDERS
@click.option("--since", default="30d", show_default=True, callback=_since, help="How far back: 30d, 12h or a moment.")
@click.option("--max-records", type=click.IntRange(0), help="Records to search at most.")
@click.option("--max-minutes", type=click.FloatRange(0, min_open=True), help="Minutes to take at most.")
@click.option("--enable", is_flag=True, help="Use the rules from now on, and keep the alerts that they add.")
@asks("store", "content", "form", "no_cache", "quiet")
def search_back(
    asked: Asked,
    place: Place,
    rules: tuple[Path, ...],
    placeholders: tuple[str, ...],
    **given: Any,  # noqa: ANN401 -- click passes every option by name
) -> int:
    """Search the rules that changed back over what is there, the newest first, and show what comes and what goes.

    Each stretch is settled by itself: a search that is cut off, or whose budget is used up, goes on where it was. What
    is not searched yet is told, and once the rules are enabled it is owed. Exit 3 where anything is.
    """
    if place.logs and Path("-") in place.logs:
        raise click.UsageError("standard input has no past; name files")
    return BackCall(asked, place, load_set(asked, rules, placeholders), given).run()


def say_unsearched(
    asked: Asked, watched: tuple[str, str], rules: tuple[Path, ...], placeholders: tuple[str, ...], ruleset: RuleSet
) -> None:
    """Tell in one line at the start of a watch how its rules differ from those that were searched back and enabled.

    `watched` is whose watch it is, and over what: the site and the target.
    """
    back = asked.open_store().back(*watched)
    try:
        wanted = backsearching.wanted(back, load_set(asked, rules, placeholders, ruleset).kept)
    except (ContentError, StoreError) as error:  # a watch must not fail to begin for want of this
        say(f"{watched[0]}: not known whether these rules were searched back: {error}")
        return
    if not wanted.changes:
        back.begun(datetime.now(UTC))
        return
    since = "since its set was enabled" if wanted.old.rules else "and no set was ever enabled"
    say(f"{watched[0]}: {counts_of(wanted)} {since}: not searched back, see sentinel watch back")
