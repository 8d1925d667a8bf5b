from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest

from sentinel.cli.moments import GRAVE, a_moment, or_now

CTX, OPTION = click.Context(click.Command("x")), click.Option(["--at"])


def test_a_moment_is_one_of_oslo_unless_it_says_otherwise() -> None:
    assert a_moment(CTX, OPTION, "2026-11-20T14:05") == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
    assert a_moment(CTX, OPTION, "2026-11-20T14:05Z") == datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
    assert a_moment(CTX, OPTION, None) is None


@pytest.mark.parametrize("value", ["snart", "1999-12-31T10:00", "2101-01-01T10:00", "2026-13-01T10:00"])
def test_anything_else_is_wrong_use(value: str) -> None:
    with pytest.raises(click.BadParameter):
        a_moment(CTX, OPTION, value)


def test_no_moment_is_this_one() -> None:
    before = datetime.now(UTC)

    assert before <= or_now(None) <= datetime.now(UTC)
    assert or_now(before) == before


def test_what_has_passed_is_at_least_as_grave_as_what_is_near() -> None:
    assert GRAVE[None] < GRAVE["passed"] < GRAVE["near"]
