from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner

from sentinel.cli.clusters import From, Into, reads_from, takes_in


def test_options_come_as_one_noun() -> None:
    seen: list[Into | From] = []

    @click.command()
    @takes_in
    def take(into: Into) -> int:
        seen.append(into)
        return 0

    @click.command()
    @reads_from
    def read(source: From) -> int:
        seen.append(source)
        return 0

    CliRunner().invoke(take, ["--to", "http://a", "--keep-days", "30", "--replicas", "1"], catch_exceptions=False)
    CliRunner().invoke(read, ["--since", "2026-10-24T12:00", "--index", "x-*"], catch_exceptions=False)

    assert seen == [
        Into("http://a", "default", 30, 1),
        From(None, "x-*", datetime(2026, 10, 24, 10, tzinfo=UTC), None, "@timestamp"),
    ]


def test_without_a_cluster_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTINEL_ELASTICSEARCH_URL", raising=False)
    with pytest.raises(Exception, match="set SENTINEL_ELASTICSEARCH_URL"):
        Into(None, "default", None, None).open()
