from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.scan.imports.samples import DHCPD, DNSMASQ, read


def test_dnsmasq_tells_names_and_hardware_and_no_time(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, DNSMASQ)

    assert [(one.kind, one.address, one.mac, one.facts, one.time) for one in seen] == [
        ("dhcp.lease", "10.20.30.20", "00:10:19:aa:bb:cc", {"hostname": "LV-RONTGEN"}, None),
        ("dhcp.lease", "10.20.30.51", "00:15:5d:00:00:51", {}, None),
    ]
    assert (tally.handled, dict(tally.skipped)) == (2, {"not-understood": 1})


def test_the_last_word_on_an_address_counts(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, DHCPD)

    assert [(one.address, one.mac, one.facts, one.time) for one in seen] == [
        (
            "10.20.30.20",
            "00:10:19:aa:bb:cc",
            {"hostname": "LV-RONTGEN", "vendor_class": "MSFT 5.0"},
            datetime(2026, 10, 14, 8, tzinfo=UTC),
        )
    ]
    assert (tally.handled, dict(tally.skipped)) == (1, {"superseded": 1, "not-active": 1, "truncated": 1})
