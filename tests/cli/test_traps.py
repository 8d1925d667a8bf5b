"""Traps of scanning that only the whole command shows; the list of all is in tests/scan/test_traps.py."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.scan.passive.craft import Connection, association, frame, pcap

HOSTILE = b"\x1b]0;x\x07=cmd|'/c calc'!A1 <script>alert(\"x\")</script>"


def test_openssh_that_hides_its_revision_is_not_called_old(run: Run, tmp_path: Path) -> None:
    """A distributor mends old versions: only where it names itself is there something to be said."""

    def told(banner: bytes) -> list[tuple[str, str]]:
        path = tmp_path / "net.pcap"
        path.write_bytes(pcap([frame(packet) for packet in Connection(server_port=22).talk([("server", banner)])]))
        lines = run("scan", "passive", path, "--show", "findings", "--format", "jsonl", "-q").stdout.splitlines()
        return [(one["check"], one["claim"]) for one in map(json.loads, lines)]

    assert told(b"SSH-2.0-OpenSSH_7.4p1 Debian-10+deb9u7\r\n") == [("product-unsupported", "likely")]
    assert told(b"SSH-2.0-OpenSSH_7.4p1\r\n") == []


def test_banners_with_escapes_formulas_and_scripts_come_out_as_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.pcap"
    talks = [
        Connection(server_port=22).talk([("server", b"SSH-2.0-" + HOSTILE[:60] + b"\r\n")]),
        Connection(server_port=21, client_port=40_001).talk([("server", b"220 " + HOSTILE + b"\r\n")]),
        Connection(server_port=104, client_port=40_002).talk(
            [("client", association(1, calling="=1+1")), ("server", association(2, called="\x1b[31m@x"))]
        ),
    ]
    path.write_bytes(pcap([frame(packet) for talk in talks for packet in talk]))
    for form in ("table", "csv", "json", "jsonl"):
        for show in ("assets", "findings", "titles", "associations"):
            out = run("scan", "passive", path, "--show", show, "--format", form, "-q").stdout
            assert "\x1b" not in out
            assert "\\u001b" not in out
            if form == "csv":
                cells = [cell for line in out.splitlines() for cell in line.split(",")]
                assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "@", "+"))]
