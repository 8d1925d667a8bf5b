from __future__ import annotations

from pathlib import Path

import pytest

from tests.scan.imports.samples import NETSH, WINDOWS_DHCP, WINDOWS_DHCP_CONSOLE, WINDOWS_DHCP_CONSOLE_EN, read


@pytest.mark.parametrize(
    ("text", "name", "skipped"),
    [
        (WINDOWS_DHCP, "LV-RØNTGEN", {"not-active": 1}),
        (WINDOWS_DHCP_CONSOLE, "LV-RØNTGEN", {}),
        (WINDOWS_DHCP_CONSOLE_EN, "LV-RONTGEN", {}),
        (NETSH, "LV-RONTGEN", {"not-active": 1}),
    ],
)
def test_each_export_tells_the_same_lease(tmp_path: Path, text: str, name: str, skipped: dict[str, int]) -> None:
    seen, tally = read(tmp_path, text)

    assert [(one.kind, one.address, one.mac, one.facts) for one in seen] == [
        ("dhcp.lease", "10.20.30.20", "00:10:19:aa:bb:cc", {"hostname": name})
    ]
    assert (tally.handled, dict(tally.skipped)) == (1, skipped)
