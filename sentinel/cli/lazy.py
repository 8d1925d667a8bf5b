"""A group of commands that imports each one only when it is asked for, so that `rules check` starts at once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """A click group whose commands are named by `places`: `module:attribute` by the word that calls them.

    Where there are `sections`, help lists these, a line a command under each heading, and imports none of them.
    """

    places: Mapping[str, str] = {}
    sections: Mapping[str, Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, imported or not."""
        return sorted({*super().list_commands(ctx), *self.places})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and return it; None where there is no such command."""
        if cmd_name in self.places and cmd_name not in self.commands:
            module, _, attribute = self.places[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), attribute), cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section; without sections, as click does."""
        if not self.sections:
            super().format_commands(ctx, formatter)
        for heading, lines in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl(list(lines.items()))
