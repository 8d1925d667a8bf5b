"""The option that fills in a site's values for `%name%` in rules."""

from __future__ import annotations

from collections.abc import Iterable

import click

PLACEHOLDERS = click.option(
    "--placeholder", "placeholders", multiple=True, metavar="NAME=VALUE", help="Fill in %NAME%; repeatable."
)


def filled(given: Iterable[str]) -> dict[str, list[str]]:
    """Return the values by name; a usage error where one is not NAME=VALUE."""
    values: dict[str, list[str]] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise click.UsageError(f"--placeholder takes NAME=VALUE, not '{pair}'")
        values.setdefault(name.strip("%"), []).append(value)
    return values
