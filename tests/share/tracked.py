"""Findings with lives, made by hand: open, accepted and mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sentinel.model.assets import Finding, Impact
from sentinel.model.history import Tracked
from sentinel.model.severity import Severity
from sentinel.model.text import Text

DAY = date(2026, 11, 21)
MADE = datetime(2026, 11, 21, 12, tzinfo=UTC)
FINDING = Finding(
    id="f1",
    asset="a1",
    asset_name="LV-PACS",
    check="telnet-open",
    claim="sure",
    severity=Severity.HIGH,
    impact=Impact(3, 3, 2, 2),
    title=Text("LV-PACS kan styres med Telnet", "LV-PACS can be controlled by Telnet"),
    advice=Text("Slå av Telnet.", "Switch Telnet off."),
    evidence=Text("Sett.", "Seen."),
    knowledge_date=DAY,
    seen=MADE,
    facts={"address": "10.20.30.21", "service": "tcp/23"},
)
CVES = replace(
    FINDING,
    id="f2",
    check="nessus:1",
    claim="likely",
    severity=Severity.CRITICAL,
    cves=("CVE-2019-0708", "CVE-2020-1"),
    sources=("Nessus 1 (a.nessus)",),
)
OPEN = Tracked("s", FINDING, "open", DAY, DAY, owner="=cmd", controls=("Eget nett",))
ACCEPTED = Tracked(
    "s", CVES, "accepted", DAY, date(2026, 11, 22), accepted_until=date(2027, 1, 1), accepted_by="Kari", reason="Byttes"
)
FIXED = Tracked("s", replace(FINDING, id="f3", asset="a2"), "fixed", DAY, DAY, fixed=date(2026, 11, 30))
ALL = (OPEN, ACCEPTED, FIXED)
