from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.breach.case import a_moment, not_null, yes_or_no


def test_yes_and_no_are_what_yaml_makes_of_them() -> None:
    assert [yes_or_no(value) for value in (True, False, "unknown", 1, None)] == ["yes", "no", "unknown", 1, None]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-20T14:05", datetime(2026, 11, 20, 13, 5, tzinfo=UTC)),
        ("2026-07-20 14:05", datetime(2026, 7, 20, 12, 5, tzinfo=UTC)),
        ("2026-11-20T14:05+00:00", datetime(2026, 11, 20, 14, 5, tzinfo=UTC)),
        (datetime.fromisoformat("2026-11-20T14:05:09"), datetime(2026, 11, 20, 13, 5, 9, tzinfo=UTC)),
        ("unknown", "unknown"),
        ("ongoing", "ongoing"),
        (None, None),
    ],
)
def test_a_moment_is_read_as_clocks_in_oslo_show_it(written: object, meant: object) -> None:
    assert a_moment(written) == meant


@given(st.text() | st.integers() | st.dates() | st.lists(st.integers()) | st.dictionaries(st.text(), st.text()))
def test_anything_else_is_refused(value: object) -> None:
    with suppress(ValueError):
        found = a_moment(value)

        assert isinstance(found, datetime) or found in {"unknown", "ongoing"}


def test_a_text_that_was_left_open_is_empty() -> None:
    assert (not_null(None), not_null("x")) == ("", "x")
