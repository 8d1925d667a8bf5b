"""`sentinel rules`: write, check, explain, convert and bring in Sigma rules."""

from __future__ import annotations

import click

from sentinel.cli.lazy import LazyGroup


@click.group(cls=LazyGroup)
def rules() -> None:
    """List, check, test, explain, convert, import, back-test and certify Sigma rules."""


# Each command in a file of its own; what an editor calls must not wait for what the others import.
rules.places = {
    "backtest": "sentinel.cli.rules_backtest:backtest",
    "certify": "sentinel.cli.rules_certify:certify",
    "check": "sentinel.cli.rules_check:check",
    "convert": "sentinel.cli.rules_convert:convert",
    "coverage": "sentinel.cli.coverage:coverage",
    "explain": "sentinel.cli.rules_explain:explain",
    "import": "sentinel.cli.rules_import:import_rules",
    "list": "sentinel.cli.rules_list:list_rules",
    "show": "sentinel.cli.rules_list:show_rule",
    "test": "sentinel.cli.rules_check:test",
}
