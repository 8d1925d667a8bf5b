from __future__ import annotations

from sentinel.model.severity import Severity


def test_levels_rank_as_sigma_orders_them() -> None:
    assert sorted(Severity, key=lambda level: level.rank) == [
        Severity.INFORMATIONAL,
        Severity.LOW,
        Severity.MEDIUM,
        Severity.HIGH,
        Severity.CRITICAL,
    ]
