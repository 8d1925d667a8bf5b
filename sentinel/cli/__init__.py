"""The `sentinel` command: reads the request, calls a flow, shows the result. Only here is printed and ended.

Exit codes: 0 nothing to act on · 1 findings at or above `--fail-on` · 2 wrong use, bad content or unreachable ·
3 partial result, and said so · 130 interrupted (what was found is kept).
"""

from __future__ import annotations

from sentinel.cli.app import app
from sentinel.cli.assess import assess
from sentinel.cli.completion import completion
from sentinel.cli.content import content
from sentinel.cli.detect import detect
from sentinel.cli.doctor import doctor
from sentinel.cli.run import run
from sentinel.cli.scan import scan
from sentinel.cli.stored import alerts, assets, findings

__all__ = ["app", "main"]

for command in (run, detect, scan, assess, alerts, assets, findings, content, doctor, completion):
    app.add_command(command)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    app.main(prog_name="sentinel")
