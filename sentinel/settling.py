"""Settles what a watch saw: kept together with what correlations learnt, whatever others kept meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sentinel.detect.watch import Watch
from sentinel.model.alerts import Alert
from sentinel.store.memory import Memory, OvertakenError

K = TypeVar("K")
TURNS = 20
"""Times that correlations run over what was seen before it is owed again, since others were always quicker."""


def settle(
    watching: Watch,
    alerts: tuple[Alert, ...],
    memory: Memory,
    newer: Callable[[], Memory],
    keep: Callable[[tuple[Alert, ...], Memory], K],
) -> K:
    """Return what `keep` does with the alerts; first looked at together with what another kept in the meantime.

    `memory` is what correlations were run over, and `newer` gives it as it is by now. OvertakenError: others were
    quicker each time, and nothing is kept.
    """
    plain = tuple(alert for alert in alerts if alert.correlation is None)
    for _ in range(TURNS):
        try:
            return keep(alerts, memory)
        except OvertakenError:
            memory = newer()
            alerts = (*plain, *watching.again(memory))
    raise OvertakenError(f"others were quicker {TURNS} times")
