from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from docs.make_commands import PAGE, page
from sentinel.cli import app
from sentinel.cli.app import App
from sentinel.errors import ContentError, Fault, Location, StoreError
from tests.shared import ROOT


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from commands(found, f"{name} {below}".strip())
    else:
        yield name, command


COMMANDS = list(commands(app, ""))


@pytest.fixture
def failing() -> App:
    @click.group(cls=App)
    def top() -> None:
        pass

    @top.command()
    @click.argument("how")
    def fail(how: str) -> int:
        raise {
            "content": ContentError([Fault(Location("b.yml", 2), "two"), Fault(Location("a.yml", 1), "one")]),
            "store": StoreError("x.db: is locked"),
            "usage": click.UsageError("no such thing"),
            "interrupt": KeyboardInterrupt(),
        }[how]

    return top


@pytest.mark.parametrize(
    ("how", "code", "told"),
    [
        ("content", 2, "a.yml:1: one\nb.yml:2: two\n"),
        ("store", 2, "x.db: is locked\n"),
        ("usage", 2, "Error: no such thing\n"),
        ("interrupt", 130, "Interrupted; what was found so far is kept.\n"),
    ],
)
def test_each_kind_of_failure_has_its_code_and_words(failing: App, how: str, code: int, told: str) -> None:
    done = CliRunner().invoke(failing, ["fail", how])

    assert done.exit_code == code
    assert done.stderr.endswith(told)
    assert done.stdout == ""


def test_an_unknown_command_is_wrong_use() -> None:
    assert CliRunner().invoke(app, ["nonsense"]).exit_code == 2


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_has_help_with_an_example(name: str, flag: str) -> None:
    done = CliRunner().invoke(app, [*name.split(), flag])

    assert done.exit_code == 0
    assert f"Example: {'eval' if name == 'completion' else 'sentinel'}" in done.output


def test_every_command_is_thin() -> None:
    import inspect

    thick = {}
    for name, command in COMMANDS:
        body = inspect.getsource(inspect.unwrap(command.callback or app)).split('"""')[-1]
        lines = [line for line in body.splitlines() if line.strip()]
        if len(lines) > 15:
            thick[name] = len(lines)

    assert thick == {}


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"a": 1}\n' * 200_000)
    script = (
        f"{sys.executable} -m sentinel detect {log} --rules rules --format jsonl | head -n 1; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607 -- bash of the machine

    assert "Traceback" not in done.stderr


def test_an_interrupt_ends_with_130_and_keeps_what_was_printed(tmp_path: Path) -> None:
    log = tmp_path / "long.jsonl"
    hit = (ROOT / "rules/windows/windows_whoami_all.match.jsonl").read_text(encoding="utf-8").splitlines()[0]
    log.write_text(hit + "\n" + '{"a": 1}\n' * 3_000_000, encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-u", "-m", "sentinel", "detect", str(log), "--format", "jsonl", "--quiet"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    first = running.stdout.readline()
    os.kill(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=60)

    assert '"schema":"sentinel.hit/1"' in first
    assert running.returncode == 130
    assert told.strip() == "Interrupted; what was found so far is kept."


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is in use stays there")
def test_a_folder_that_is_gone_below_ones_feet_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    script = "import os, sys; os.rmdir(os.getcwd()); from sentinel.cli import main; sys.argv[1:] = ['doctor']; main()"
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, cwd=tmp_path / "here", capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "The folder that you stand in is gone; change into another.\n"
