"""Walks every reference of the requirements: its place, and that nothing is surer than what somebody read."""

from __future__ import annotations

import re

from tests.content.catalogue import rows

# Normen places that somebody read. «2.1» and «5.7.4.2» were read themselves; a chapter alone means its subject was.
READ_IN_NORMEN = {
    "1": {"RIS-12"},
    "2": {"LED-09", "LED-10", "LED-14"},
    "2.1": {"LED-02", "LED-03", "LED-04", "LED-05", "LED-06", "LED-07", "LED-08"},
    "3": {"RIS-01", "RIS-02", "RIS-04", "RIS-05", "RIS-06", "RIS-07", "RIS-09"},
    "4": {"PRV-04", "PRV-06", "PRV-07", "PRV-09", "PRV-10"},
    "5.7": {"LEV-01", "LEV-03", "RIS-08"},
    "5.7.4.2": {"LEV-02"},
}
READ_IN_LAW = {
    ("pasientjournalloven", "§ 22"),
    ("pasientjournalforskriften", "§ 14"),
    ("helsepersonelloven", "§ 21 a"),
    ("helsepersonelloven", "§ 25"),
    ("helsepersonelloven", "§ 25 a"),
    ("helsepersonelloven", "§ 25 b"),
    ("helsepersonelloven", "§ 29 c"),
    ("helsepersonelloven", "§ 45"),
    ("eForvaltningsforskriften", "§ 15"),
    ("digitalsikkerhetsloven", "§ 7"),
    ("digitalsikkerhetsloven", "§ 8"),
    ("digitalsikkerhetsloven", "LOV-2023-12-20-108"),
    ("digitalsikkerhetsforskriften", "§ 1"),
    ("MDR", "Annex I, 17"),
    ("Helsenettet", "medlemsvilkår"),
    ("Helsenettet", "delt linje"),
}
SECOND_HAND = {("normen-faktaark", number) for number in ("24", "37", "38")}

LAW = r"§§? [0-9]+(-[0-9]+)?( [a-z])?(–[0-9]+)?|(LOV|FOR)-\d{4}-\d\d-\d\d-\d+"
PLACES = {
    "normen-6.1": r"[1-5](\.\d+){0,3}",
    "normen-7.0": r"[1-9](\.\d+){0,3}",
    "normen-faktaark": r"\d\d[a-c]?",
    "normen-veileder": r"[a-zæøå ]+( \d\.\d)?",
    "GDPR": r"art\. \d+(–\d+)?(\(\d+\))?(\([a-h]\)(–\([a-h]\))?)?",
    "NSM": r"1\.[1-3]|2\.([1-9]|10)|3\.[1-4]|4\.[1-4]",
    "ISO27002": r"5\.([1-9]|[12]\d|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12]\d|3[0-4])",
    "ISO27001": r"([4-9]|10)(\.\d){0,2}",
    "eIDAS": r"910/2014",
    "MDR": r"Annex [IVX]+, \d+(\.\d+)?|2017/745",
    "KI-forordningen": r"2024/1689|art\. \d+(\(\d+\))?|Annex III",
    "EHDS": r"2025/327|art\. \d+(\(\d+\))?|Annex II",
    "NIS2": r"art\. 21\(2\)\([a-j]\)|art\. \d+(\(\d+\)(\([a-d]\))?)?",
    "Prop. 152 L": r"2024–2025",
    "Prop. 154 L": r"2024–2025",
    "Helsenettet": r"medlemsvilkår|delt linje|varsling til HelseCERT",
    "pasientjournalloven": LAW,
    "pasientjournalforskriften": LAW,
    "helsepersonelloven": LAW,
    "pasient- og brukerrettighetsloven": LAW,
    "forskrift om ledelse og kvalitetsforbedring": LAW,
    "eForvaltningsforskriften": LAW,
    "digitalsikkerhetsloven": LAW,
    "digitalsikkerhetsforskriften": LAW,
    "helseberedskapsloven": LAW,
    "IKT-standardforskriften": LAW,
    "håndteringsforskriften": LAW,
    "helseregisterloven": LAW,
    "helseforskningsloven": LAW,
    "personopplysningsloven": LAW,
    "spesialisthelsetjenesteloven": LAW,
    "helse- og omsorgstjenesteloven": LAW,
    "arbeidsmiljøloven": LAW,
    "arkivlova": LAW,
    "ekomloven": LAW,
}


def test_every_requirement_names_where_it_comes_from() -> None:
    for row in rows():
        references = list(row.references())
        assert references, row.place
        assert len({(source, place) for source, place, _ in references}) == len(references), f"{row.place}: twice"
        for source, place, confidence in references:
            assert source in PLACES, f"{row.place}: unknown source {source}"
            assert re.fullmatch(PLACES[source], place), f"{row.place}: {source} has no place «{place}»"
            assert confidence in {"confirmed", "known", "unverified"}, row.place


def test_what_was_read_in_normen_is_marked_so_and_nothing_else() -> None:
    confirmed: dict[str, set[str]] = {}
    for row in rows():
        for source, place, confidence in row.references():
            assert source != "normen-6.1" or confidence in {"confirmed", "unverified"}, row.place
            if source == "normen-6.1" and confidence == "confirmed":
                confirmed.setdefault(place, set()).add(row.id)
    assert confirmed == READ_IN_NORMEN


def test_a_place_in_the_newest_normen_is_written_only_by_one_who_read_it() -> None:
    for row in rows():
        for source, _, confidence in row.references():
            assert source != "normen-7.0" or confidence == "confirmed", row.place


def test_guidance_is_confirmed_but_for_what_was_seen_second_hand() -> None:
    for row in rows():
        for source, place, confidence in row.references():
            if source in {"normen-faktaark", "normen-veileder"}:
                wanted = "unverified" if (source, place) in SECOND_HAND else "confirmed"
                assert confidence == wanted, f"{row.place}: {source} {place}"


def test_settled_law_and_published_standards_are_known_and_not_more() -> None:
    for row in rows():
        for source, _, confidence in row.references():
            if source in {"GDPR", "NSM", "NIS2", "ISO27001", "ISO27002"}:
                assert confidence == "known", f"{row.place}: {source}"


def test_paragraphs_are_confirmed_only_where_they_were_read() -> None:
    silent = {"normen-6.1", "normen-7.0", "normen-faktaark", "normen-veileder"}
    whole = ("digitalsikkerhetsforskriften", "FOR-2025-06-20-1131")
    found = {
        (source, place)
        for row in rows()
        for source, place, confidence in row.references()
        if confidence == "confirmed" and source not in silent and (row.id, (source, place)) != ("DSL-02", whole)
    }
    assert found == READ_IN_LAW
    marks: dict[tuple[str, str], set[str]] = {}
    for row in rows():
        for source, place, confidence in row.references():
            if source not in silent and (source, place) != whole:
                marks.setdefault((source, place), set()).add(confidence)
    assert all(len(confidences) == 1 for confidences in marks.values()), "one paragraph, two opinions"
