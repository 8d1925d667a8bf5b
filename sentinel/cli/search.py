"""`sentinel search`: Sigma rules over what Elasticsearch holds."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel.cli.clusters import From, reads_from
from sentinel.cli.detect import compiled_rules, tell_alerts
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.placeholders import PLACEHOLDERS


@click.command(epilog="Example: sentinel search --from https://elastic.example:9200 --since 2026-11-20T00:00")
@reads_from
@RULES
@PLACEHOLDERS
@asks("explain", "store", "content", "form", "fail_on", "no_cache", "quiet", "writes", "ledger", "save")
def search(asked: Asked, source: From, rules: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """Apply Sigma rules to the records of Elasticsearch indices: ours, or those of any shipper of JSON.

    Every record of the span is read and judged as on one machine, so that no mapping of an index can hide one. A
    search that did not come to its end is told, and the exit code is then 3.
    """
    log = source.feed()
    return tell_alerts(asked, compiled_rules(asked, rules, placeholders), [log], rules)
