"""The `sentinel` command: reads the request, calls a flow, shows the result. Only here is printed and ended.

Exit codes: 0 nothing to act on · 1 findings at or above `--fail-on` · 2 wrong use, bad content or unreachable ·
3 partial result, and said so · 130 interrupted (what was found is kept).
"""

from __future__ import annotations

from sentinel.cli.app import app

__all__ = ["app", "main"]

app.places = {
    "alerts": "sentinel.cli.stored:alerts",
    "assess": "sentinel.cli.assess:assess",
    "assets": "sentinel.cli.assets:assets",
    "breach": "sentinel.cli.breach:breach",
    "clocks": "sentinel.cli.clocks:clocks",
    "completion": "sentinel.cli.completion:completion",
    "content": "sentinel.cli.content:content",
    "detect": "sentinel.cli.detect:detect",
    "doctor": "sentinel.cli.doctor:doctor",
    "findings": "sentinel.cli.findings:findings",
    "group": "sentinel.cli.group:group",
    "knowledge": "sentinel.cli.knowledge:knowledge",
    "packs": "sentinel.cli.packs:packs",
    "ros": "sentinel.cli.ros:ros",
    "rules": "sentinel.cli.rules:rules",
    "run": "sentinel.cli.run:run",
    "scan": "sentinel.cli.scan:scan",
}


def main() -> None:
    """Run the command line and end the process with its exit code."""
    app.main(prog_name="sentinel")
