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


def test_help_names_every_command_once_on_one_line_and_imports_none() -> None:
    listed = [name for lines in app.sections.values() for name in lines]
    script = (
        "import sys; from sentinel.cli import main\n"
        "try: main()\nfinally: print(*(name for name in sys.modules if name.startswith('sentinel.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, text=True, check=True)
    below = done.stdout.partition("Everything at once")[2].splitlines()
    rows = [line.split()[0] for line in below if line.startswith("  ") and line[2].islower()]

    assert sorted(listed) == sorted(app.places)
    assert rows == listed
    assert set(done.stderr.split()) == {"sentinel.cli", "sentinel.cli.app", "sentinel.cli.lazy", "sentinel.errors"}


def test_without_sections_help_is_as_click_has_it() -> None:
    assert "warnings" in group().get_help(click.Context(group()))


def test_what_an_editor_calls_waits_for_nothing_heavy() -> None:
    heavy = "{'sqlalchemy', 'typst', 'univers', 'elasticsearch', 'cryptography'}"
    script = (
        "import sys, click; from sentinel.cli import app; c = click.Context(app); app.get_command(c, 'rules'); "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
