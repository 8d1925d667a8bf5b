from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.shared import ROOT

CAPTURE = ROOT / "examples" / "clinic" / "capture" / "lyngvik.pcap"
NMAP = ROOT / "examples" / "clinic" / "nmap" / "lyngvik.xml"
SCAN = """<nmaprun args="nmap {args}" start="1795270000"><scaninfo protocol="tcp" services="1-100"/>
<host><status state="up"/><address addr="10.20.30.40" addrtype="ipv4"/><ports>
<extraports state="closed" count="99"/>{port}</ports></host>
<runstats><finished exit="success"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>"""
TELNET = '<port protocol="tcp" portid="23"><state state="open"/><service name="telnet" method="probed"/></port>'


def scan(folder: Path, name: str, port: str, args: str = "") -> Path:
    path = folder / name
    path.write_text(SCAN.format(port=port, args=args), encoding="utf-8")
    return path


def states(run: Run) -> dict[str, str]:
    listed = json.loads(run("findings", "list", "--state", "all", "--format", "json").stdout)
    return {finding["check"]: finding["life"]["state"] for finding in listed}


def test_a_finding_is_mended_by_a_scan_that_looked_and_by_no_other(run: Run, tmp_path: Path) -> None:
    run("scan", "import", scan(tmp_path, "a.xml", TELNET), "--save", "s", "-q")
    assert states(run) == {"telnet-open": "open"}

    (tmp_path / "arp").write_text("10.20.30.40 dev eth0 lladdr 00:10:19:00:00:01 REACHABLE\n", encoding="utf-8")
    run("scan", "import", tmp_path / "arp", "--save", "s", "-q")
    assert states(run) == {"telnet-open": "open"}

    run("scan", "import", scan(tmp_path, "b.xml", ""), "--save", "s", "-q")
    assert states(run) == {"telnet-open": "fixed"}

    run("scan", "import", scan(tmp_path, "c.xml", TELNET), "--save", "s", "-q")
    assert states(run) == {"telnet-open": "open"}


def test_an_older_file_read_after_a_newer_one_mends_nothing(run: Run, tmp_path: Path) -> None:
    older, newer = scan(tmp_path, "old.xml", ""), scan(tmp_path, "new.xml", TELNET)
    older.write_text(older.read_text().replace('start="1795270000"', 'start="1795000001"'), encoding="utf-8")
    for path in (older, newer, older):
        run("scan", "import", path, "--save", "s", "-q")

    assert states(run) == {"telnet-open": "open"}
    (kept,) = json.loads(run("assets", "list", "--format", "json").stdout)
    assert [one["port"] for one in kept["services"]] == [23]


def test_a_clock_that_ran_ahead_does_not_keep_a_finding_open(run: Run, tmp_path: Path) -> None:
    ahead = scan(tmp_path, "ahead.xml", TELNET)
    ahead.write_text(ahead.read_text().replace('start="1795270000"', 'start="4096000000"'), encoding="utf-8")
    for path in (ahead, scan(tmp_path, "now.xml", "")):
        run("scan", "import", path, "--save", "s", "-q")

    assert states(run) == {"telnet-open": "fixed"}


def test_what_a_scan_asked_again_and_did_not_meet_is_gone(run: Run, tmp_path: Path) -> None:
    run("scan", "import", NMAP, "--save", "s", "-q")
    run("scan", "import", scan(tmp_path, "b.xml", "", "10.20.30.0/27 10.20.30.40"), "--save", "s", "-q")

    told = json.loads(run("assets", "diff", "--format", "json").stdout)
    kinds = {one["address"]: one["kind"] for one in told}
    assert (kinds["10.20.30.21"], kinds["10.20.30.1"]) == ("gone", "gone")
    assert kinds["10.20.30.40"] == "changed"


def test_a_scan_that_is_not_saved_leaves_nothing(run: Run) -> None:
    run("scan", "import", NMAP, "-q")

    assert run("assets", "list").stdout == "Nothing found.\n"


def test_what_was_found_is_told_beside_what_is_printed(run: Run) -> None:
    done = run("scan", "passive", CAPTURE, "-q")

    assert "10 assets" in done.stderr
    assert "10.20.30.21" in done.stdout


def test_what_is_printed_does_not_change_what_is_found(run: Run) -> None:
    for shown in ("assets", "findings", "flows", "titles", "crossings"):
        assert "10 assets, 9 findings" in run("scan", "passive", CAPTURE, "--show", shown, "-q").stderr
