from __future__ import annotations

from sentinel.scan.offered import CONNECT, OFFERED
from sentinel.scan.probes import PROBES
from sentinel.scan.scope import HEALTH


def test_all_probes_are_offered_and_one_that_only_connects() -> None:
    assert set(OFFERED) == {*PROBES, "connect"}
    assert CONNECT.messages == 0
    assert HEALTH not in OFFERED  # nobody can name it: it comes by itself
    assert [name for name, probe in OFFERED.items() if name != probe.name] == []
