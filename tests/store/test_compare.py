from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sentinel.model.assets import Claim, Service
from sentinel.model.history import Detail
from sentinel.store.compare import details, said
from tests.store.test_store import ASSET, TIME

CLAIM = Claim("os", "Windows", "r", 3, "e", TIME, TIME)


def test_times_and_evidence_are_no_change() -> None:
    before = replace(ASSET, claims=(CLAIM,))
    later = replace(CLAIM, evidence="other", last_seen=TIME + timedelta(days=1))

    assert said(before) == said(replace(before, claims=(later,), last_seen=None))
    assert said(before) != said(replace(before, claims=(replace(CLAIM, value="Linux"),)))


def test_each_difference_is_told_once() -> None:
    before = replace(ASSET, services=(Service("tcp", 22, "ssh"), Service("udp", 161, "snmp")))
    after = replace(ASSET, services=(Service("tcp", 22, "ssh", "OpenSSH", "9"),), macs=("m",), vendor="V")

    assert details(before, after) == (
        Detail("vendor", "", "V"),
        Detail("macs", "", "m"),
        Detail("tcp/22", "ssh", "ssh OpenSSH 9"),
        Detail("udp/161", "snmp", ""),
    )
    assert details(before, before) == ()
