from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.scan.imports.samples import CONN, ZEEK_JSON, read, shown


def test_connections_show_servers_that_agreed_and_their_clients(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, CONN)

    assert shown(seen) == [
        ("tcp.open", "10.20.30.21", 4242),
        ("service.named", "10.20.30.21", 4242),
        ("host.seen", "10.20.30.51", None),
    ]
    assert seen[1].facts == {"service": "dicom"}
    assert seen[0].time == datetime(2026, 10, 14, 8, microsecond=500_000, tzinfo=UTC)
    assert (tally.handled, dict(tally.skipped)) == (1, {"nothing-said": 1, "not-understood": 1})


def test_logs_of_json_are_told_apart_with_and_without_their_name(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, ZEEK_JSON)

    assert [(one.kind, one.address, one.facts) for one in seen] == [
        (
            "ssh.banner",
            "10.20.30.30",
            {"software": "OpenSSH_9.2p1", "comment": "Debian-2+deb12u10", "role": "server"},
        ),
        ("tls.server_name", "10.20.30.11", {"server_name": "lv-epj.lyngvik.example"}),
        ("tls.certificate", "10.20.30.11", {"subject": "CN=a", "issuer": "CN=a", "self_signed": "yes"}),
        ("http.server", "10.20.30.30", {"server": "nginx/1.22.1"}),
        ("dhcp.lease", "10.20.30.20", {"hostname": "LV-RONTGEN"}),
        ("dns.name", "10.20.30.21", {"name": "lv-pacs.example"}),
        ("http.server", "10.20.30.30", {"status": "200"}),
        ("tcp.open", "10.20.30.40", {}),
        ("service.named", "10.20.30.40", {"service": "smb"}),
    ]
    assert dict(tally.skipped) == {"nothing-said": 1, "other-log": 1, "not-json": 1}
    assert tally.handled == 7


def test_no_client_of_a_name_is_told(tmp_path: Path) -> None:
    assert "10.20.30.51" not in {one.address for one in read(tmp_path, ZEEK_JSON)[0]}
