"""`sentinel rules`: write, check, explain, convert and bring in Sigma rules."""

from __future__ import annotations

import click

from sentinel.cli.lazy import LazyGroup


@click.group(cls=LazyGroup)
def rules() -> None:
    """Check, test, explain, convert, import and back-test Sigma rules."""


# Each command in a file of its own; what an editor calls must not wait for what the others import.
rules.places = {}
