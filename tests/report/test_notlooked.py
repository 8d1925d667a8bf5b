from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.alerts import LogSource
from sentinel.model.result import NotLooked, ScanSource
from sentinel.model.text import Text
from sentinel.report.notlooked import by_address, hours, not_looked
from tests.report.parts import ledger, logs, scans
from tests.report.sample import EXPECTED, judgements

LOG = LogSource("epj-access.jsonl.zst", "jsonl", ("epj.access",), 10, {}, None, None)
NAMED = [("epj.access", Text("Journalloggen", "The record log"))]


def said(items: tuple[NotLooked, ...], *kinds: str) -> list[str]:
    return [item.what.nb for item in items if item.kind in kinds]


def test_the_clinic_s_blind_spots_are_all_named() -> None:
    found = not_looked(logs(), ledger(), scans(), judgements(), EXPECTED)

    assert [(item.kind, item.what.nb.replace("\u00a0", " ")) for item in found] == [
        ("log", "Loggen fra trådløst nett er ventet, men aldri mottatt"),
        ("gap", "Uke 42: loggen fra journalsystemet mangler i 31 timer"),
        (
            "network",
            "Tre adresser svarte ikke da nettet ble kartlagt: 10.20.30.70, 10.20.30.71, 10.20.30.72",
        ),
        ("requirement", "15 krav er ikke besvart, 2 av dem er sperrer"),
        ("requirement", "2 krav er besvart med «vet ikke»"),
        ("rule", "4 regler ble ikke prøvd, fordi loggene de leser ikke kom"),
        ("rule", "1 regel kunne knapt slå ut, fordi loggen mangler felt den trenger"),
        ("rule", "1 regel ble ikke lastet: den har feil, eller mangler verdier"),
        ("record", "1 linje i loggen i filen lv-dc01-security.xml kunne ikke leses"),
        ("record", "3 linjer i loggen i filen web-access.jsonl.gz kunne ikke leses"),
        ("record", "2 deler av klinikk.pcap kunne ikke leses"),
    ]
    assert all(item.what.en and item.what.en != item.what.nb for item in found)


def test_nothing_read_is_said_to_be_nothing_read() -> None:
    found = not_looked((), (), (), ())

    assert [item.what.nb for item in found] == ["Ingen logger er lest.", "Nettet er ikke kartlagt."]


@pytest.mark.parametrize("source", ["epj.access", "epj-access", "epj-access.jsonl.zst", "in/epj-access.jsonl.zst"])
def test_an_expected_log_is_known_by_dataset_stem_file_or_path(source: str) -> None:
    log = replace(LOG, source="in/epj-access.jsonl.zst") if "/" in source else LOG

    assert said(not_looked([log], (), (), (), [(source, NAMED[0][1])]), "log") == []


def test_never_came_cannot_be_read_and_empty_are_three_things() -> None:
    nothing = replace(LOG, handled=0)
    rubbish = replace(LOG, handled=0, skipped={"not-json": 4})

    assert said(not_looked([nothing], (), (), (), NAMED), "log") == ["Journalloggen er ventet, men aldri mottatt"]
    assert said(not_looked([nothing], (), (), ()), "log") == ["Loggen i filen epj-access.jsonl.zst var tom"]
    assert said(not_looked([rubbish], (), (), (), NAMED), "log", "record") == [
        "Journalloggen kom, men ingen linjer kunne leses"
    ]


def test_a_gap_over_the_change_of_clocks_is_counted_in_hours_that_passed() -> None:
    gap = (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))  # the 25th, all day
    found = not_looked([replace(LOG, gaps=(gap,))], (), (), (), NAMED)

    assert said(found, "gap") == ["Uke 43: journalloggen mangler i 25\u00a0timer"]


def test_many_gaps_become_one_line_with_their_sum() -> None:
    start = datetime(2026, 10, 5, tzinfo=UTC)
    gaps = tuple((start + timedelta(days=n), start + timedelta(days=n, hours=2)) for n in range(5))
    found = not_looked([replace(LOG, gaps=gaps)], (), (), (), NAMED)

    assert said(found, "gap") == ["Fra uke 41: journalloggen har fem hull, til sammen 10\u00a0timer"]


@given(st.integers(0, 10**7))
def test_hours_are_rounded_and_at_least_one(seconds: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    assert abs(hours(start, start + timedelta(seconds=seconds)) - seconds / 3600) <= 1


def test_silent_addresses_are_listed_in_order_and_the_rest_counted() -> None:
    silent = tuple(f"10.0.0.{n}" for n in (20, 3, 100, 4, 5, 6, 7, 8))
    scan = ScanSource("n.xml", "import", 1, {}, 0, silent, None, None)

    (line,) = said(not_looked([LOG], (), [scan, scan], ()), "network")

    assert line == (
        "Åtte adresser svarte ikke da nettet ble kartlagt: "
        "10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6, 10.0.0.7, 10.0.0.8 … og 2\u00a0til"
    )
    one = replace(scan, silent=("10.0.0.9",))
    assert said(not_looked([LOG], (), [one], ()), "network") == [
        "Én adresse svarte ikke da nettet ble kartlagt: 10.0.0.9"
    ]


@given(st.lists(st.text(max_size=20)))
def test_any_addresses_can_be_ordered(addresses: list[str]) -> None:
    assert len(sorted(addresses, key=by_address)) == len(addresses)


def test_requirements_that_do_not_apply_are_not_owed_an_answer() -> None:
    none = tuple(replace(j, answer=None) for j in judgements() if j.state == "not_applicable")

    assert said(not_looked([LOG], (), scans(), none), "requirement") == []


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        (Text("Journalloggen", "The EPJ log"), Text("journalloggen", "the EPJ log")),
        (Text("Sysmon på klientene", "Sysmon on clients"), Text("Sysmon på klientene", "Sysmon on clients")),
        (Text("Loggen fra EPJ", "A log"), Text("loggen fra EPJ", "a log")),
    ],
)
def test_a_log_s_title_stands_well_within_a_sentence(title: Text, inside: Text) -> None:
    gap = (datetime(2026, 10, 12, 18, tzinfo=UTC), datetime(2026, 10, 14, 1, tzinfo=UTC))
    (item,) = not_looked(
        [replace(LOG, gaps=(gap,))],
        (),
        [ScanSource("n", "import", 1, {}, 1, (), None, None)],
        (),
        [("epj.access", title)],
    )

    assert item.what.nb == f"Uke 42: {inside.nb} mangler i 31\u00a0timer"
    assert item.what.en == f"Week 42: {inside.en} is missing for 31\u00a0hours"


def test_a_scan_that_could_not_be_read_is_told_and_frames_that_were_never_for_us_are_not() -> None:
    def scan(handled: int, **skipped: int) -> ScanSource:
        reasons = {reason.replace("_", "-"): count for reason, count in skipped.items()}
        return ScanSource("lv.pcap", "passive", handled, reasons, 1 if handled else 0, (), None, None)

    unreadable = not_looked((), (), [scan(0, unreadable=1)], ())
    partly = not_looked((), (), [scan(9, truncated_file=1, not_ip=300)], ())
    whole = not_looked((), (), [scan(9, not_ip=300)], ())

    assert said(unreadable, "network") == [
        "Nettet er ikke kartlagt.",
        "Filen lv.pcap skulle vise nettet, men kunne ikke leses",
    ]
    assert said(partly, "record") == ["1\u00a0del av lv.pcap kunne ikke leses"]
    assert said(whole, "network", "record") == []


@pytest.mark.parametrize("handled", [0, 1])
def test_addresses_that_nmap_only_counted_were_not_lost(handled: int) -> None:
    scan = ScanSource("lyngvik.xml", "import", handled, {"not-listed": 255}, handled, (), None, None)
    found = not_looked([LOG], (), [scan], ())
    (one,) = not_looked([LOG], (), [replace(scan, skipped={"not-listed": 1})], ())

    assert [(item.kind, item.what.nb, item.what.en) for item in found] == [
        (
            "network",
            "255\u00a0adresser ble bare talt, ikke navngitt, da nettet ble kartlagt",
            "255\u00a0addresses were only counted, not named, when the network was mapped",
        )
    ]
    assert one.what.nb == "1\u00a0adresse ble bare talt, ikke navngitt, da nettet ble kartlagt"


def test_what_was_lost_is_told_beside_what_was_only_counted() -> None:
    scan = ScanSource("n.xml", "import", 1, {"not-listed": 9, "no-address": 2}, 1, (), None, None)

    assert said(not_looked([LOG], (), [scan], ()), "record") == ["2\u00a0deler av n.xml kunne ikke leses"]


def test_parts_that_were_left_out_of_what_was_read_are_told() -> None:
    scan = ScanSource("a.xml", "import", 9, {}, 9, (), None, None, {"too-many-ports": 2, "informational": 7})
    found = not_looked((), (), [scan], ())

    assert said(found, "record") == ["2\u00a0deler av a.xml kunne ikke leses"]
