"""`sentinel watch rules`: what rules take in a watch, and those that were set aside."""

from __future__ import annotations

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.model.records import Record, record_of
from sentinel.model.text import counted

SHOWN = 12
"""Letters of an id in a table; the beginning is enough to put a rule back."""


def _aside(item: Record) -> str:
    """Return since when a rule is not looked at, and why."""
    return f"since {item['aside'][:16]}: {item['reason']}".replace("T", " ") if item["aside"] else ""


RULES = (
    Column("id", lambda item: item["rule"][:SHOWN]),
    Column("rule", lambda item: item["title"], grow=True),
    Column("site", lambda item: item["site"]),
    Column("asked", lambda item: f"{item['asked']:,}"),
    Column("seconds", lambda item: f"{item['seconds']:,.2f}"),
    Column("hits", lambda item: f"{item['hits']:,}"),
    Column("set aside (UTC)", _aside, grow=True),
)
ASIDE = click.option("--set-aside", "only", is_flag=True, help="Only those that are not looked at any more.")
RELEASE = click.option("--release", metavar="ID", help="Put a rule back, and owe again the windows it missed.")


@click.command("rules", epilog="Example: sentinel watch rules --set-aside")
@ASIDE
@RELEASE
@asks("store", "form")
def watch_rules(asked: Asked, only: bool, release: str | None) -> int:  # noqa: FBT001 -- click's flag
    """List what each rule took in every watch, the costliest first. The exit code is 3 where any is set aside.

    A rule that in three windows, one after the other, broke without finding anything, or took more than half of the
    window's length (and ten seconds), is set aside: it is not looked at until `--release` puts it back.
    """
    if release is not None:
        return _release(asked, release)
    found = list(asked.open_store().all_watch_rules())
    aside = sum(one.aside is not None for one in found)
    emit((record_of(one) for one in found if one.aside or not only), RULES, asked.form)
    say(f"{counted(len(found), 'rule')} asked, {aside:,} set aside")
    return ExitCode.PARTIAL if aside else ExitCode.CLEAN


def _release(asked: Asked, start: str) -> int:
    store = asked.open_store()
    found = {one.rule for one in store.all_watch_rules() if one.aside and one.rule.startswith(start)}
    if len(found) != 1:
        raise click.UsageError(
            f"{counted(len(found), 'rule')} with an id that begins with '{start}' set aside, not one"
        )
    _, owed = store.release(found.pop())
    say(f"put back; {counted(owed, 'window')} will be looked at again by the next run of the watch")
    return ExitCode.CLEAN
