"""The option that fills in a site's values for `%name%` in rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from sentinel.detect.placeholders import PREFIX, fill
from sentinel.settings import Site

if TYPE_CHECKING:
    from sentinel.store.store import Store

PLACEHOLDERS = click.option(
    "--placeholder", "placeholders", multiple=True, metavar="NAME=VALUE", help="Fill in %NAME%; repeatable."
)


def filled(given: Iterable[str]) -> dict[str, list[str]]:
    """Return the values by name; a usage error where one is not NAME=VALUE, or would have to come from a site."""
    values: dict[str, list[str]] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise click.UsageError(f"--placeholder takes NAME=VALUE, not '{pair}'")
        if value.startswith(PREFIX):  # taken as it stands it would be met by nothing, and nobody would know
            raise click.UsageError(f"--placeholder {pair}: only [placeholders] of a site file take from the inventory")
        values.setdefault(name.strip("%"), []).append(value)
    return values


def values_of(site: Site | None, store: Store, key: str, given: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return the values of a site file, with those of its inventory, and what was given, which goes before them."""
    own = fill(site.file.placeholders, store.assets(site=key)) if site else {}
    return {**own, **filled(given)}
