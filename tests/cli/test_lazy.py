from __future__ import annotations

import subprocess
import sys

import click
import pytest

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


HEAVY = {"sqlalchemy", "alembic", "typst", "elasticsearch"}


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["rules", "check"], {"univers", "cryptography"}),
        (["rules", "test"], {"univers", "cryptography"}),
        (["detect"], {"univers", "cryptography", "sigma"}),
        (["scan", "passive"], {"sigma", "jinja2"}),
    ],
)
def test_what_an_editor_and_an_analyst_call_all_day_waits_for_nothing_heavy(words: list[str], more: set[str]) -> None:
    script = (
        "import sys; from sentinel.cli import main\n"
        "try: main()\nfinally: print(*(name for name in sys.modules if '.' not in name), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *words, "--help"], capture_output=True, text=True, check=True)

    assert "sentinel" in done.stderr.split()
    assert (HEAVY | more) & set(done.stderr.split()) == set()
