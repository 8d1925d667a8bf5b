"""`sentinel alerts mirror`: kept alerts in an index too, for those who look at them in Kibana."""

from __future__ import annotations

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.clusters import Into, takes_in
from sentinel.cli.options import Asked, asks
from sentinel.cli.summary import say
from sentinel.errors import StoreError
from sentinel.mirroring import Followed, Follower
from sentinel.model.text import counted


@click.command(epilog="Example: sentinel alerts mirror --to https://elastic.example:9200")
@takes_in
@asks("store")
def mirror(asked: Asked, into: Into) -> int:
    """Bring the data stream alerts-sentinel-NAMESPACE up to the store, with the names of the Elastic Common Schema.

    What is there already is not written twice, and an alert that was amended comes as a further document. What could
    not be written stays owed and is told, and the exit code is then 3: run it again.
    """
    whole = follow(into.follower(asked.open_store()), also_nothing=True)
    return ExitCode.CLEAN if whole else ExitCode.PARTIAL


def follow(follower: Follower, *, also_nothing: bool = False) -> bool:
    """Bring a mirror up to the store, tell what came of it, and return whether nothing is owed."""
    try:
        done = follower.follow()
    except StoreError as error:
        say(f"not mirrored: {error}")
        return False
    if done == Followed() and not also_nothing:
        return True
    owed = f", {done.owed:,} owed: {done.reason or 'written meanwhile'}" if done.owed else ""
    say(f"{counted(done.created, 'alert')} mirrored, {done.there:,} there already{owed}")
    return not done.owed
