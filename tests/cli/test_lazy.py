from __future__ import annotations

import subprocess
import sys

import click

from sentinel.cli import app
from sentinel.cli.lazy import LazyGroup
from sentinel.cli.stored import alerts


def group() -> LazyGroup:
    made = LazyGroup("some")
    made.places = {"warnings": "sentinel.cli.stored:alerts"}
    return made


def test_a_command_is_imported_when_it_is_asked_for_and_only_once() -> None:
    some = group()
    context = click.Context(some)

    assert some.list_commands(context) == ["warnings"]
    assert some.commands == {}
    assert some.get_command(context, "warnings") is alerts
    assert some.get_command(context, "warnings") is some.commands["warnings"]
    assert some.get_command(context, "others") is None


def test_every_place_leads_to_a_command() -> None:
    context = click.Context(app)
    groups: list[click.Command | None] = [app]
    for found in groups:
        assert isinstance(found, click.Command)
        if isinstance(found, LazyGroup):
            groups += [found.get_command(context, name) for name in found.list_commands(context)]

    assert len(groups) > len(app.places)


def test_what_an_editor_calls_waits_for_nothing_heavy() -> None:
    heavy = "{'sqlalchemy', 'typst', 'univers', 'elasticsearch', 'cryptography'}"
    script = (
        "import sys, click; from sentinel.cli import app; c = click.Context(app); app.get_command(c, 'rules'); "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
