"""Writes docs/commands.md from the commands' own help; `make docs` runs it and a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from sentinel.cli import app

PAGE = Path(__file__).parent / "commands.md"
HEAD = "# Commands\n\nWritten from the commands' own help by `make docs`.\n"


def page() -> str:
    """Return the page."""
    parts = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in helps(app, "sentinel", None)]
    return "\n".join([HEAD, *parts])


def helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    """Yield the name and help of a command and of all below it."""
    context = click.Context(
        command, info_name=name.rsplit(" ", 1)[-1], parent=parent, terminal_width=100, **command.context_settings
    )
    yield name, command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                yield from helps(found, f"{name} {below}", context)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
