from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from itertools import count, islice

import pytest

from sentinel.cli.progress import Progress
from tests.shared import ROOT


def test_everything_passes_in_order_and_lazily() -> None:
    assert list(islice(Progress(quiet=False).track("Reading", count()), 200)) == list(range(200))
    assert list(islice(Progress(quiet=True).track("Reading", count()), 3)) == [0, 1, 2]


def test_work_without_a_count_is_let_through_also_when_it_fails() -> None:
    done = []
    for quiet in (True, False):
        with suppress(KeyError), Progress(quiet=quiet).busy("Loading"):
            done.append(quiet)
            raise KeyError

    assert done == [True, False]


def test_where_nobody_looks_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(quiet=False)
    with progress.busy("Loading"):
        list(progress.track("Reading", range(3)))

    assert capsys.readouterr().err == ""


def test_on_a_terminal_the_count_is_shown_after_two_seconds_and_nothing_before() -> None:
    script = (
        "import time\n"
        "from sentinel.cli.progress import Progress\n"
        "for n in Progress(quiet=False).track('Reading', range(%d)):\n"
        "    time.sleep(0.01)\n"
    )

    assert "so far" in on_terminal(script % 320)
    assert "so far" not in on_terminal(script % 64)


def test_what_is_long_in_coming_is_shown_before_its_first_item() -> None:
    script = (
        "import time\n"
        "from sentinel.cli.progress import Progress\n"
        "list(Progress(quiet=False).track('Preparing', map(time.sleep, [%s])))\n"
    )

    assert "Preparing" in on_terminal(script % 2.5)
    assert "Preparing" not in on_terminal(script % 0.1)


def on_terminal(script: str) -> str:
    """Run Python with a terminal of its own as stderr, and return what it showed there."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, stderr=theirs, env={**os.environ, "TERM": "xterm"}, check=True
        )
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # a terminal without its other end reads as an error, not as an end
            while part := screen.read(65536):
                shown += part
    return shown.decode(errors="replace")
