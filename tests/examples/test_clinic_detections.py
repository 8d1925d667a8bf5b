"""Our rules over the example clinic's month: every planted event is found, and nothing on the quiet days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sentinel.detect.engine import Engine
from sentinel.detect.readers import read_log
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.shared import ROOT

LOGS = ROOT / "examples" / "clinic" / "logs"
OSLO = ZoneInfo("Europe/Oslo")
QUIET = {1, 2, *range(4, 14), 18, *range(20, 32)}

# Rule → day of October (local time) → hits.
EXPECTED: dict[str, dict[int, int]] = {
    "remote_firewall_narrowed_again": {19: 1},
    "remote_firewall_opened_for_all": {3: 1},
    "remote_failed_logon_from_outside": {14: 117},
    "remote_logon_as_supplier_from_outside": {14: 1},
    "remote_rdp_onto_domain_controller": {14: 1},
    "remote_session_resumed_from_outside": {15: 1, 17: 1},
    "windows_whoami_all": {14: 1},
    "windows_domain_admins_listed": {14: 1},
    "windows_encoded_powershell": {14: 1},
    "windows_powershell_download": {14: 1},
    "windows_powershell_to_outside": {14: 1},
    "windows_defender_disabled": {14: 1},
    "windows_defender_disabled_by_command": {14: 1},
    "windows_lsass_dump_comsvcs": {14: 1},
    "windows_lsass_access": {14: 1},
    "windows_new_local_user": {14: 1},
    "windows_local_admin_added": {14: 1},
    "windows_account_made_by_command": {14: 2},
    "windows_service_from_unusual_path": {14: 1},
    "windows_program_in_public_folder": {14: 1},
    "windows_scheduled_task_with_hidden_command": {14: 1},
    "windows_security_log_cleared": {14: 1},
    "windows_log_cleared_by_command": {14: 1},
    "windows_shadow_copies_deleted": {17: 1},
    "windows_backup_catalog_deleted": {17: 1},
    "epj_access_without_relation": {15: 37},
    "epj_export_by_supplier": {15: 12},
    "epj_emergency_access_outside_acute": {15: 1},
    "epj_blocked_record_attempt": {15: 1},
    "epj_access_by_supplier_at_night": {15: 50},
    "epj_colleague_record": {16: 1},
    "epj_own_record": {16: 1},
    "web_sqlmap_agent": {16: 140},
    "web_sql_injection": {16: 140},
    "web_path_traversal": {16: 4},
    "web_jsp_uploaded": {16: 1},
    "web_webshell_command": {16: 5},
}

# What was planted → the rules that find it, each with a value that its event must hold.
PLANTED: dict[str, dict[str, tuple[str, str]]] = {
    "firewall rule opened for all": {"remote_firewall_opened_for_all": ("rule", "fjernhjelp")},
    "firewall rule narrowed again": {"remote_firewall_narrowed_again": ("rule", "fjernhjelp")},
    "failed logons from outside": {"remote_failed_logon_from_outside": ("IpAddress", "203.0.113.77")},
    "logon as the supplier from outside": {"remote_logon_as_supplier_from_outside": ("TargetUserName", "fjordnett")},
    "session taken up again": {"remote_session_resumed_from_outside": ("ClientAddress", "203.0.113.77")},
    "whoami /all": {"windows_whoami_all": ("CommandLine", "whoami  /all")},
    "domain admins listed": {"windows_domain_admins_listed": ("CommandLine", 'net  group "Domain Admins" /domain')},
    "encoded PowerShell": {"windows_encoded_powershell": ("ParentImage", r"C:\Windows\System32\cmd.exe")},
    "download": {
        "windows_powershell_download": ("ParentImage", r"C:\Windows\System32\cmd.exe"),
        "windows_powershell_to_outside": ("DestinationIp", "203.0.113.77"),
    },
    "LSASS dump": {
        "windows_lsass_dump_comsvcs": ("Image", r"C:\Windows\System32\rundll32.exe"),
        "windows_lsass_access": ("SourceImage", r"C:\Windows\System32\rundll32.exe"),
    },
    "Defender off": {
        "windows_defender_disabled": ("Details", "DWORD (0x00000001)"),
        "windows_defender_disabled_by_command": ("User", r"LYNGVIK\fjordnett"),
    },
    "local user made": {"windows_new_local_user": ("TargetUserName", "svc_backup2")},
    "local user made administrator": {"windows_local_admin_added": ("TargetSid", "S-1-5-32-544")},
    "service installed": {"windows_service_from_unusual_path": ("ServiceName", "WinHelpUpd")},
    "scheduled task made": {
        "windows_scheduled_task_with_hidden_command": ("TaskName", r"\Microsoft\Windows\Hjelp\OppdaterHjelp")
    },
    "remote desktop onto the domain controller": {
        "remote_rdp_onto_domain_controller": ("Computer", "LV-DC01.lyngvik.example")
    },
    "Security log cleared": {
        "windows_security_log_cleared": ("Computer", "LV-DC01.lyngvik.example"),
        "windows_log_cleared_by_command": ("CommandLine", "wevtutil  cl Security"),
    },
    "records opened without relation": {"epj_access_without_relation": ("user.name", "fjordnett")},
    "records exported": {"epj_export_by_supplier": ("event.action", "export")},
    "emergency access": {"epj_emergency_access_outside_acute": ("helse.access.basis", "BLAALYS")},
    "refused at a blocked record": {"epj_blocked_record_attempt": ("event.action", "denied")},
    "colleague's record": {"epj_colleague_record": ("user.name", "siv.odegaard")},
    "own record": {"epj_own_record": ("user.name", "kaare.nygaard")},
    "sqlmap": {"web_sqlmap_agent": ("c-ip", "203.0.113.140"), "web_sql_injection": ("c-ip", "203.0.113.140")},
    "path traversal": {"web_path_traversal": ("c-ip", "203.0.113.140")},
    "PUT of bilde.jsp": {"web_jsp_uploaded": ("cs-uri-stem", "/bilder/bilde.jsp")},
    "web shell": {"web_webshell_command": ("cs-uri-stem", "/bilder/bilde.jsp")},
    "shadow copies deleted": {"windows_shadow_copies_deleted": ("CommandLine", "vssadmin  delete shadows /all /quiet")},
    "backup catalogue deleted": {"windows_backup_catalog_deleted": ("CommandLine", "wbadmin  delete catalog -quiet")},
}

# What looks alike and is not → a field and a text in it; it must be in the logs, and no rule may fire on it.
NEAR_MISSES: dict[str, dict[str, str]] = {
    "agreed logon of the supplier": {"EventID": "4624", "LogonType": "10", "IpAddress": "198.51.100.10"},
    "supplier mistypes": {"EventID": "4625", "IpAddress": "198.51.100.10"},
    "staff mistype": {"EventID": "4625", "IpAddress": "10.20.30.5"},
    "supplier goes on to the domain controller": {"EventID": "4624", "LogonType": "3", "TargetUserName": "fjordnett"},
    "backup starts": {"CommandLine": "wbadmin  start backup"},
    "shadow copies listed": {"CommandLine": "vssadmin  list shadows"},
    "log is queried": {"CommandLine": "wevtutil  qe Security"},
    "script with a policy": {"CommandLine": "-ExecutionPolicy RemoteSigned"},
    "control panel by rundll32": {"CommandLine": "shell32.dll,Control_RunDLL"},
    "Defender on again": {"TargetObject": "DisableRealtimeMonitoring", "Details": "DWORD (0x00000000)"},
    "Defender looks at LSASS": {"TargetImage": "lsass.exe", "SourceImage": "MsMpEng.exe"},
    "driver that Defender installs": {"EventID": "7045", "ServiceName": "MpKsl"},
    "harmless firewall change": {"change": "comment:"},
    "traffic turned away": {"action": "deny", "dst_port": "3389"},
    "page not found": {"sc-status": "404", "cs-uri-stem": "favicon"},
    "calendar put back": {"cs-method": "PUT", "cs-uri-stem": ".ics"},
    "search for union and select": {"cs-uri-query": "union%20og%20select"},
    "odd browser": {"cs-user-agent": "Lynx"},
    "planned export": {"event.action": "export", "user.name": "aase.lyngvik"},
    "prints at lunch": {"event.action": "print", "user.name": "kaare.nygaard"},
    "reading up in the evening": {"user.name": "bjorn.saether", "helse.access.explicit": "true"},
}


class Month:
    """The hits of the month by rule, and what the near-misses met."""

    def __init__(self) -> None:
        self.hits: dict[str, list[Hit]] = defaultdict(list)
        self.near: Counter[str] = Counter()
        self.fired_on: Counter[str] = Counter()
        self.ledger: dict[str, LedgerEntry] = {}
        self.refused = 0

    def note(self, event: Event, *, fired: bool) -> None:
        for name in near_misses(event):
            self.near[name] += 1
            self.fired_on[name] += fired


def near_misses(event: Event) -> Iterator[str]:
    for name, wanted in NEAR_MISSES.items():
        if all(text.casefold() in str(event.fields.get(field, "")).casefold() for field, text in wanted.items()):
            yield name


@pytest.fixture(scope="module")
def month() -> Month:
    found = Month()
    ruleset = load_rules([ROOT / "rules"], ROOT)
    stems = {rule.ref.id: Path(rule.location.path).stem for rule in ruleset.rules}
    engine = Engine(ruleset, load_routes(ROOT))
    for path in sorted(LOGS.iterdir()):
        for event in read_log(path, path.name, Tally(path.name)):
            hits = [hit for hit in engine.run([event]) if hit.rule.id not in ruleset.silent]
            found.note(event, fired=bool(hits))
            for hit in hits:
                found.hits[stems[hit.rule.id]].append(hit)
    found.ledger = {stems[entry.rule]: entry for entry in engine.ledger() if entry.rule}
    found.refused = len(ruleset.refused)
    return found


def day(hit: Hit) -> int:
    assert hit.event.time is not None
    return hit.event.time.astimezone(OSLO).day


def test_each_rule_fires_on_its_days_and_as_often_as_planted(month: Month) -> None:
    assert {stem: dict(Counter(map(day, hits))) for stem, hits in month.hits.items()} == EXPECTED


def test_nothing_fires_on_the_quiet_days(month: Month) -> None:
    noise = {stem: sorted(days) for stem, hits in month.hits.items() if (days := set(map(day, hits)) & QUIET)}

    assert noise == {}
    assert QUIET & {day for days in EXPECTED.values() for day in days} == set()
    assert [stem for stem, days in EXPECTED.items() if 19 in days] == ["remote_firewall_narrowed_again"]


@pytest.mark.parametrize("what", PLANTED)
def test_what_was_planted_is_found_by_name(month: Month, what: str) -> None:
    for stem, (field, value) in PLANTED[what].items():
        assert {str(hit.event.fields.get(field)) for hit in month.hits[stem]} == {value}


@pytest.mark.parametrize("what", NEAR_MISSES)
def test_what_only_looks_alike_is_there_and_left_alone(month: Month, what: str) -> None:
    assert month.near[what] > 0
    assert month.fired_on[what] == 0


def test_every_expected_rule_belongs_to_something_planted() -> None:
    more = {
        "windows_account_made_by_command": "the commands behind the new user and administrator",
        "windows_program_in_public_folder": "the program behind the service",
        "epj_access_by_supplier_at_night": "the same look-ups, by role and hour",
    }

    assert {stem for rules in PLANTED.values() for stem in rules} | set(more) == set(EXPECTED)


def test_thirty_seven_patients_were_opened_and_twelve_exported(month: Month) -> None:
    opened = {hit.event.fields["helse.patient.pseud"] for hit in month.hits["epj_access_without_relation"]}
    exported = {hit.event.fields["helse.patient.pseud"] for hit in month.hits["epj_export_by_supplier"]}

    assert (len(opened), len(exported)) == (37, 12)
    assert exported < opened


CROSSINGS = (
    "network_device_calls_internet",
    "network_device_in_new_zone",
    "network_device_managed_from_new_zone",
    "network_device_reached_from_internet",
)
"""Rules for what `sentinel scan passive --crossings-out` writes, which the clinic has no log of."""


def test_the_ledger_says_which_rule_had_no_log_to_look_at(month: Month) -> None:
    assert month.refused == 0
    assert {stem: entry.state for stem, entry in month.ledger.items() if entry.state != "evaluated"} == {
        "windows_defender_reports_off": "source-absent",
        **dict.fromkeys(CROSSINGS, "source-absent"),
    }
