"""The example clinic's files are what its generators write, are sound for other programs, and tell the story."""

from __future__ import annotations

import gzip
import json
import re
import struct
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
import zstandard
from cryptography import x509
from pynetdicom.pdu import A_ASSOCIATE_AC, A_ASSOCIATE_RQ
from scapy.layers.dhcp import DHCP
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import ICMPv6ND_NS
from scapy.layers.l2 import ARP, Dot1Q
from scapy.utils import PcapReader

ROOT = Path(__file__).resolve().parents[2]
CLINIC = ROOT / "examples" / "clinic"
LOGS, CAPTURE, SCAN = CLINIC / "logs", CLINIC / "capture" / "lyngvik.pcap", CLINIC / "nmap" / "lyngvik.xml"
OSLO = ZoneInfo("Europe/Oslo")
COUNTS = {
    "epj-access.jsonl.zst": 3649,
    "firewall.jsonl.zst": 8159,
    "klienter-sysmon.jsonl.zst": 4730,
    "lv-dc01-security.xml": 1637,
    "lv-epj-security.jsonl.zst": 7087,
    "lv-epj-sysmon.jsonl.gz": 4960,
    "web-access.jsonl.gz": 4083,
}
GAP = (datetime(2026, 10, 12, 18, tzinfo=UTC), datetime(2026, 10, 14, 1, tzinfo=UTC))
WINDOWS = "{http://schemas.microsoft.com/win/2004/08/events/event}"
PATIENT = "KVARTSSTEIN"

Row = dict[str, Any]


def content(path: Path) -> bytes:
    """Return a log's bytes, unpacked."""
    raw = path.read_bytes()
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompress(raw, max_output_size=1 << 28)
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def rows(name: str) -> list[Row]:
    """Return a log's records; those of the XML file with the field names that the JSON files use."""
    if not name.endswith("xml"):
        return [json.loads(line) for line in content(LOGS / name).splitlines()]
    return [windows_row(event) for event in ET.fromstring(content(LOGS / name))]


def windows_row(event: ET.Element) -> Row:
    system = event[0]
    time = system.find(f"{WINDOWS}TimeCreated")
    assert time is not None
    data = {str(item.get("Name")): item.text for item in event.iter(f"{WINDOWS}Data")}
    number = int(system.findtext(f"{WINDOWS}EventID") or 0)
    record = int(system.findtext(f"{WINDOWS}EventRecordID") or 0)
    return {"TimeCreated": time.get("SystemTime"), "EventID": number, "EventRecordID": record, **data}


def time_of(row: Row) -> datetime:
    return datetime.fromisoformat(row.get("@timestamp") or row["TimeCreated"])


def run(*words: str) -> None:
    subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that can be made again without root, made again."""
    folder = tmp_path_factory.mktemp("clinic")
    run("examples.clinic.generate.logs", "--into", str(folder))
    run("examples.clinic.generate.capture", "--out", str(folder / CAPTURE.name))
    return folder


@pytest.fixture(scope="module")
def logs() -> dict[str, list[Row]]:
    return {name: rows(name) for name in COUNTS}


@pytest.fixture(scope="module")
def packets() -> list[Any]:
    with PcapReader(str(CAPTURE)) as reader:
        return list(reader)


def test_the_folder_holds_exactly_the_named_logs() -> None:
    assert {path.name for path in LOGS.iterdir()} == set(COUNTS)


@pytest.mark.parametrize("name", [*COUNTS, CAPTURE.name])
def test_making_a_file_again_gives_the_same_bytes(name: str, remade: Path) -> None:
    kept = CAPTURE if name == CAPTURE.name else LOGS / name
    if name.endswith(".gz"):  # zlib's packing differs between builds of Python; what it packs may not
        assert content(remade / name) == content(kept)
    else:
        assert (remade / name).read_bytes() == kept.read_bytes()


def test_every_log_has_as_many_records_as_it_should(logs: dict[str, list[Row]]) -> None:
    assert {name: len(found) for name, found in logs.items()} == COUNTS


def test_the_xml_is_written_as_windows_exports_it() -> None:
    text = content(LOGS / "lv-dc01-security.xml").decode()
    assert text.startswith("<Events>\n<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>")
    assert text.endswith("</Events>\n")
    assert "æ" in text or "ø" in text or "å" in text


@pytest.mark.parametrize("name", COUNTS)
def test_times_are_in_october_in_oslo_and_in_order(name: str, logs: dict[str, list[Row]]) -> None:
    times = [time_of(row) for row in logs[name]]
    assert times == sorted(times)
    days = {time.astimezone(OSLO).date() for time in times}
    october = {date(2026, 10, day) for day in range(1, 32)}
    assert days == october - ({date(2026, 10, 13)} if name.startswith("epj") else set())


@pytest.mark.parametrize("name", COUNTS)
def test_no_log_is_silent_for_two_hours_but_the_planted_gap(name: str, logs: dict[str, list[Row]]) -> None:
    times = [time_of(row) for row in logs[name]]
    gaps = [(a, b) for a, b in pairwise(times) if b - a > timedelta(hours=2)]
    assert gaps == ([GAP] if name.startswith("epj") else [])


def test_the_planted_gap_is_31_hours_in_week_42() -> None:
    assert GAP[1] - GAP[0] == timedelta(hours=31)
    assert [time.astimezone(OSLO).isocalendar().week for time in GAP] == [42, 42]


def test_record_numbers_grow_by_one_in_every_windows_log(logs: dict[str, list[Row]]) -> None:
    for name in (name for name in COUNTS if name.startswith(("lv-", "klienter"))):
        seen: dict[tuple[Any, Any], int] = {}
        for row in logs[name]:
            key = (row.get("Computer"), row.get("Channel"))
            assert row["EventRecordID"] == seen.get(key, row["EventRecordID"] - 1) + 1
            seen[key] = row["EventRecordID"]


def test_the_attack_on_the_epj_server_is_there(logs: dict[str, list[Row]]) -> None:
    night = [row for row in logs["lv-epj-security.jsonl.zst"] if row.get("IpAddress") == "203.0.113.77"]
    tried = {row["TargetUserName"] for row in night if row["EventID"] == 4625}
    inside = [row for row in night if row["EventID"] == 4624]
    assert len(tried) > 30
    assert [(row["TargetUserName"], row["LogonType"]) for row in inside] == [("fjordnett", 10)]
    assert time_of(inside[0]).astimezone(OSLO).strftime("%d. %H:%M") == "14. 01:41"
    numbers = Counter(row["EventID"] for row in logs["lv-epj-security.jsonl.zst"])
    assert (numbers[4720], numbers[4732], numbers[4698]) == (1, 1, 1)
    commands = " ".join(str(row.get("CommandLine")) for row in logs["lv-epj-sysmon.jsonl.gz"])
    for word in (
        "whoami  /all",
        "Domain Admins",
        " -enc ",
        "comsvcs.dll, MiniDump",
        "-DisableRealtimeMonitoring $true",
    ):
        assert word in commands


def test_the_domain_controller_was_entered_cleared_and_robbed_of_its_copies(logs: dict[str, list[Row]]) -> None:
    found = logs["lv-dc01-security.xml"]
    assert [row["IpAddress"] for row in found if row["EventID"] == 4624 and row["LogonType"] == "10"] == ["10.20.30.11"]
    assert sum(row["EventID"] == 1102 for row in found) == 1
    deleted = [row for row in found if " delete " in str(row.get("CommandLine"))]
    assert [time_of(row).astimezone(OSLO).strftime("%d. %H:%M") for row in deleted] == ["17. 03:05", "17. 03:05"]


def test_the_supplier_opened_37_records_exported_12_and_was_refused_once(logs: dict[str, list[Row]]) -> None:
    mine = [row for row in logs["epj-access.jsonl.zst"] if row["user"]["name"] == "fjordnett"]
    done = Counter(row["event"]["action"] for row in mine)
    assert done == {"read": 38, "export": 12, "denied": 1}
    opened = {row["helse"]["patient"]["pseud"] for row in mine if row["event"]["action"] != "denied"}
    assert len(opened) == 37
    assert sum(row["helse"]["access"]["basis"] == "BLAALYS" for row in mine) == 1
    hours = {time_of(row).astimezone(OSLO).strftime("%d. %H") for row in mine}
    assert hours == {"15. 02"}


def test_quiet_days_hold_no_outside_sign_in_but_the_agreed_ones(logs: dict[str, list[Row]]) -> None:
    remote = [row for row in logs["lv-epj-security.jsonl.zst"] if row.get("LogonType") == 10 and row["EventID"] == 4624]
    where = {(time_of(row).astimezone(OSLO).day, row["IpAddress"]) for row in remote}
    assert where == {(7, "198.51.100.10"), (21, "198.51.100.10"), (14, "203.0.113.77")}


def test_the_web_shell_was_put_there_and_used(logs: dict[str, list[Row]]) -> None:
    shell = [row for row in logs["web-access.jsonl.gz"] if row["cs-uri-stem"].endswith("bilde.jsp")]
    assert [row["cs-method"] for row in shell[:2]] == ["PUT", "GET"]
    assert any(row["cs-uri-query"] == "cmd=whoami" and row["sc-status"] == 200 for row in shell)
    assert {time_of(row).astimezone(OSLO).day for row in shell} == {16}


def test_remote_help_was_opened_on_the_3rd_and_closed_on_the_19th(logs: dict[str, list[Row]]) -> None:
    changes = [row for row in logs["firewall.jsonl.zst"] if row["event"]["dataset"] == "firewall.config"]
    found = [(time_of(row).astimezone(OSLO).day, row["change"]) for row in changes if row["rule"] == "fjernhjelp"]
    assert found == [(3, "src: 198.51.100.10/32 -> any"), (19, "src: any -> 198.51.100.10/32")]


def test_scapy_reads_the_whole_capture(packets: list[Any]) -> None:
    assert len(packets) == 1610
    days = {datetime.fromtimestamp(float(packet.time), UTC).date() for packet in packets}
    assert days == {date(2026, 11, 18)}
    for layer in (ARP, DHCP, Dot1Q, ICMPv6ND_NS):
        assert any(layer in packet for packet in packets), layer


def test_the_capture_is_a_classic_pcap_of_ethernet() -> None:
    magic, major, minor, _, _, _, link = struct.unpack("<IHHiIII", CAPTURE.read_bytes()[:24])
    assert (magic, major, minor, link) == (0xA1B2C3D4, 2, 4, 1)


def test_checksums_are_right(packets: list[Any]) -> None:
    for packet in packets[::10]:
        if TCP in packet:
            again = packet.copy()
            del again[IP].chksum, again[TCP].chksum
            assert bytes(again) == bytes(packet)


def payloads(packets: list[Any], port: int) -> list[bytes]:
    return [bytes(packet[TCP].payload) for packet in packets if TCP in packet and port in _ports(packet)]


def _ports(packet: Any) -> tuple[int, int]:  # noqa: ANN401  # scapy is untyped
    return packet[TCP].sport, packet[TCP].dport


def whole_pdu(raw: bytes, kind: int) -> bool:
    return raw[:2] == bytes([kind, 0]) and struct.unpack("!I", raw[2:6])[0] + 6 == len(raw)


def test_pynetdicom_reads_the_associations(packets: list[Any]) -> None:
    found = payloads(packets, 4242)
    requests, accepts = [], []
    for raw in found:
        if whole_pdu(raw, 1):
            request = A_ASSOCIATE_RQ()
            request.decode(raw)
            requests.append((request.calling_ae_title, request.called_ae_title))
        if whole_pdu(raw, 2):
            accept = A_ASSOCIATE_AC()
            accept.decode(raw)
            accepts.append((str(accept.user_information.implementation_class_uid), raw.count(b"OFFIS_DCMTK_367")))
    assert requests == [("LV_RONTGEN", "LV_PACS"), ("LV_BEH1", "HVASOMHELST")]
    assert accepts == [("1.2.276.0.7230010.3.0.3.6.7", 1)] * 2


def test_the_epj_certificate_in_the_capture_has_run_out_and_signs_itself(packets: list[Any]) -> None:
    stream = b"".join(bytes(packet[TCP].payload) for packet in packets if TCP in packet and packet[TCP].sport == 443)
    start = stream.index(bytes.fromhex("3082"), stream.index(b"\x0b\x00"))
    size = struct.unpack("!H", stream[start + 2 : start + 4])[0] + 4
    certificate = x509.load_der_x509_certificate(stream[start : start + size])
    assert certificate.not_valid_after_utc.date() == date(2025, 6, 30)
    assert certificate.issuer == certificate.subject
    certificate.verify_directly_issued_by(certificate)


def test_the_invented_patient_is_in_the_capture_and_in_no_log() -> None:
    """Other tests look for her in results; that proves something only while she is there to be found."""
    assert PATIENT.encode() in CAPTURE.read_bytes()
    for name in COUNTS:
        assert PATIENT.lower() not in content(LOGS / name).decode().lower()


def test_nmap_heard_four_machines_and_three_silences() -> None:
    states = {}
    for host in ET.parse(SCAN).iter("host"):
        status, address = host.find("status"), host.find("address")
        assert status is not None
        assert address is not None
        states[address.get("addr")] = status.get("state")
    assert {address for address, state in states.items() if state == "up"} == {f"10.20.30.{n}" for n in (1, 21, 30, 40)}
    assert {address for address, state in states.items() if state == "down"} == {f"10.20.30.{n}" for n in (70, 71, 72)}


def test_nmap_names_the_old_web_server_and_the_archive_that_takes_anybody() -> None:
    services = list(ET.parse(SCAN).iter("service"))
    products = {(service.get("product"), service.get("version")) for service in services}
    assert ("Jetty", "6.1.26") in products
    assert {"OpenSSH", "nginx", "Samba smbd", "dnsmasq"} <= {product for product, _ in products}
    assert "Any AET is accepted (Insecure)" in SCAN.read_text()


def test_the_scan_tells_nothing_about_the_machine_it_ran_on() -> None:
    text = SCAN.read_text()
    found = re.findall(r"(?<![\w/])/(?:home|root|tmp|work|srv|mnt)/\S*", text)
    assert found == []
    assert 'args="/usr/bin/nmap -v -sS -sV' in text


def valid_identity_number(digits: str) -> bool:
    """Say whether eleven digits have the two check digits of a Norwegian identity number."""
    numbers = [int(digit) for digit in digits]
    first = -sum(a * b for a, b in zip(numbers, (3, 7, 6, 1, 8, 9, 4, 5, 2), strict=False)) % 11
    second = -sum(a * b for a, b in zip(numbers, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False)) % 11
    return numbers[9:] == [first, second]


def test_no_file_holds_an_identity_number() -> None:
    texts = {path: content(path) for path in sorted(CLINIC.rglob("*")) if path.is_file() and path.suffix != ".pyc"}
    found = [
        (path.name, run.decode())
        for path, raw in texts.items()
        for run in re.findall(rb"(?<![0-9])[0-9]{11}(?![0-9])", raw)
        if valid_identity_number(run.decode())
    ]
    assert found == []


def test_the_check_for_identity_numbers_can_find_one() -> None:
    whole = next(f"010100{n:05d}" for n in range(100_000) if valid_identity_number(f"010100{n:05d}"))
    assert re.findall(rb"(?<![0-9])[0-9]{11}(?![0-9])", f'"{whole}"'.encode())


def test_outside_addresses_are_documentation_addresses(logs: dict[str, list[Row]], packets: list[Any]) -> None:
    seen = {str(value) for found in logs.values() for row in found for key, value in row.items() if key in _ADDRESSES}
    seen |= {address for packet in packets if IP in packet for address in (packet[IP].src, packet[IP].dst)}
    own = ("10.20.30.", "192.0.2.", "198.51.100.", "203.0.113.", "::ffff:10.20.30.")
    local = {"-", "0.0.0.0", "255.255.255.255", "239.255.255.250", "None"}  # noqa: S104  # addresses to compare
    assert {address for address in seen if not address.startswith(own)} <= local


_ADDRESSES = ("IpAddress", "SourceIp", "DestinationIp", "src_ip", "dst_ip", "c-ip", "ClientAddress")


def test_the_whole_folder_stays_small() -> None:
    size = sum(path.stat().st_size for path in CLINIC.rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert size <= 8_000_000
    assert 300_000 <= CAPTURE.stat().st_size <= 2_000_000


def test_the_site_file_names_what_is_there_and_one_log_that_never_came() -> None:
    site = tomllib.loads((CLINIC / "site.toml").read_text())
    missing = [log["name"] for log in site["logs"] if not any(CLINIC.glob(log["paths"][0]))]
    assert missing == ["wifi"]
    for entry in (*site["captures"], *site["scans"]):
        assert (CLINIC / entry["path"]).is_file()
    assert (CLINIC / site["assessment"]["answers"]).is_file()


def test_this_years_answers_leave_some_unsaid_and_last_years_differ() -> None:
    now, then = (yaml.load((CLINIC / name).read_text(), yaml.CSafeLoader)["answers"] for name in _ANSWERS)  # noqa: TID251  # a reading of its own, with a safe loader
    states = Counter(answer["state"] for answer in now.values())
    assert states == {"met": 26, "partly": 15, "not_met": 5, "unknown": 2, "not_applicable": 1}
    assert (then["MED-02"]["state"], now["MED-02"]["state"]) == ("not_met", "met")
    assert (then["LEV-02"]["state"], now["LEV-02"]["state"]) == ("not_met", "met")
    assert now["DRF-05"]["note"] == "Vi oppdaterer alt hver måned."
    assert now["KOM-09"]["note"].startswith("Bare vi og leverandøren har tilgang utenfra")


_ANSWERS = ("answers.yml", "answers-2025.yml")
