from __future__ import annotations

from typing import Any

import pytest

from sentinel.cli.knowledge_tables import FEEDS, LINES, STATEMENTS, WEAKNESSES, versions
from sentinel.model.knowledge import Span, Statement, Weakness
from sentinel.model.known import KnownWeakness
from sentinel.model.records import record_of


def stated(**said: Any) -> str:  # noqa: ANN401 -- what a statement has
    one = Statement("nvd", "CVE-2026-10001", "f5", "nginx", "affected", (), **said)
    return versions(record_of(one))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "not told"),
        ({"every": True}, "all"),
        ({"every": True, "distribution": "Debian:12"}, "all in Debian:12"),
        ({"spans": (Span("1.0", "1.0"), Span("2.0", "", "3.0"))}, "1.0, >= 2.0 < 3.0"),
        ({"spans": (Span(last="3.0", after="2.0"),), "unread": ("up to 4",)}, "> 2.0 <= 3.0, «up to 4» (not read)"),
        ({"spans": tuple(Span(str(n), str(n)) for n in range(5))}, "0, 1, 2 and 2 more"),
    ],
)
def test_versions_in_words(said: dict[str, Any], words: str) -> None:
    assert stated(**said) == words


def test_what_is_not_known_is_empty_and_zero_is_not() -> None:
    values = {column.heading: column.value for column in WEAKNESSES}
    nothing = record_of(KnownWeakness("CVE-2026-10001"))
    zero = record_of(KnownWeakness("CVE-2026-10001", 0.0, epss=0.0, exploitation="poc"))

    assert [values[name](nothing) for name in ("score", "EPSS", "exploited")] == ["", "", ""]
    assert [values[name](zero) for name in ("score", "EPSS", "exploited")] == ["0.0", "0.00%", "poc"]
    assert isinstance(KnownWeakness("CVE-2026-10001"), Weakness)


def test_a_line_without_a_day_says_whether_it_is_over() -> None:
    values = {column.heading: column.value for column in LINES}
    line = {"label": "", "cycle": "1", "ends": None, "over": True, "extended_ends": None, "source": "x"}

    assert (values["line"](line), values["ends"](line)) == ("1", "ended")
    assert values["ends"]({**line, "over": False}) == "no day known"
    assert len(FEEDS) == 7
    assert [column.heading for column in STATEMENTS][:3] == ["source", "product", "status"]
