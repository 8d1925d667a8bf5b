"""Holds which requirements a machine can say something about, and that no machine decides what people decided."""

from __future__ import annotations

from functools import cache

from sentinel.comply.checklist import load_checklist
from sentinel.comply.evidence import Effect, Place, load_evidence_map
from sentinel.content import read_documents
from tests.content.catalogue import BASE, rows

# A machine could say something about these, but no signal of ours does yet: what it would take.
COULD = """
LED-04 a list of finished training | LED-06 a register look-up | LED-09 the age of documents
LED-11 the age of documents | LED-12 the dates of reports | LED-13 the date of the latest assessment
LED-14 counts of cases | LED-15 figures over time | LED-16 the list of what applies | RIS-04 the set-up of the matrix
RIS-12 the list of exceptions
PRV-03 a filter on what leaves | PRV-06 a look at the website | PRV-12 a register of requests
MED-02 a list of finished training | MED-03 the result of trial mails | TIL-03 an export of access
TIL-04 leavers against accounts | TIL-16 a look at the login | TIL-17 a search for secrets
FYS-06 what the power supply tells | UTS-01 device management | UTS-06 a completed MDS2
DRF-15 a question to the clocks | DRF-19 the state of disk encryption | KOM-04 a look at the wireless network
KOM-05 receipts of messages
KOM-10 the register of members | KOM-11 a scan of the shared line | PAS-02 the templates of messages
LEV-02 the register of agreements | LEV-03 a list of clauses | LEV-09 the set-up of the cloud
LEV-11 the dates of reports | LEV-13 the register of suppliers | HEN-11 the age of documents
HEN-13 the dates of exercises | HEN-14 counts of finished actions | KI-02 the result of the screening
KI-03 a look at what leaves for such services
"""

# What people decided, agreed or know. No machine can see it.
PEOPLE = """
LED-01 LED-02 LED-03 LED-05 LED-07 LED-08 LED-10 LED-17 LED-18 LED-19 RIS-02 RIS-03 RIS-06 RIS-07 RIS-13
PRV-01 PRV-02 PRV-04 PRV-05 PRV-07 PRV-09 PRV-11 PRV-13 PRV-14 PRV-15 PRV-16 PRV-17 PRV-19 MED-01 MED-04 MED-06
TIL-09 TIL-12 TIL-15 FYS-01 FYS-02 FYS-03 FYS-04 FYS-05 UTS-03 UTS-08 UTS-09 DRF-04 DRF-18 DRF-22 DRF-23 KOM-12
PAS-01 PAS-03 PAS-04 PAS-05 PAS-06 LEV-01 LEV-04 LEV-05 LEV-07 LEV-10 LEV-14 HEN-05 HEN-08 FOR-01 FOR-02 FOR-03
KI-01 DSL-01 DSL-02 DSL-03
"""


@cache
def effects() -> dict[Place, tuple[Effect, ...]]:
    return dict(load_evidence_map(BASE, load_checklist(BASE)).effects)


def touched() -> set[str]:
    return {effect.requirement for own in effects().values() for effect in own}


def could() -> set[str]:
    return {cell.split()[0] for line in COULD.strip().splitlines() for cell in line.split("|")}


def test_of_each_requirement_it_is_known_whether_a_machine_says_something() -> None:
    """A new signal moves its requirement out of one of the two lists."""
    parts = (touched(), could(), set(PEOPLE.split()))

    assert sorted(name for part in parts for name in part) == sorted(row.id for row in rows())
    assert [len(part) for part in parts] == [63, 40, 67]


def test_no_machine_lowers_what_people_decided_but_for_one_broken_agreement() -> None:
    document = read_documents(BASE / "checklists" / "evidence-map.yml", BASE)[0][0]
    governed = set(document.data["governance"]["chapters"])
    lowering = {
        (effect.requirement, effect.role, key)
        for (kind, key, _), own in effects().items()
        for effect in own
        if kind != "document" and effect.requirement.split("-")[0] in governed and effect.role != "informs"
    }

    assert governed == {"LED", "RIS", "PRV", "MED", "PAS", "LEV", "HEN", "FOR", "KI", "DSL"}
    assert lowering == {
        ("LEV-08", "contradicts", "remote_logon_as_supplier_from_outside"),
        ("LEV-08", "contradicts", "remote_session_resumed_from_outside"),
    }


def test_what_people_wrote_may_prove_and_disprove_what_they_decided() -> None:
    written = {
        (name, own[0].requirement): own[0].role for (kind, name, _), own in effects().items() if kind == "document"
    }

    assert written == {
        ("dpia-finished", "RIS-09"): "supports",
        ("dpia-not-needed", "RIS-09"): "supports",
        ("dpia-unfinished-in-use", "RIS-09"): "contradicts",
        ("dpia-unfinished", "RIS-09"): "caps",
        ("dpia-late", "RIS-09"): "informs",
        ("dpia-due", "RIS-09"): "informs",
        ("dpia-undated", "RIS-09"): "informs",
        ("dpia-high-risk", "RIS-10"): "contradicts",
        ("dpia-asked", "RIS-10"): "informs",
        ("dpia-answered", "RIS-10"): "supports",
    }


def test_one_signal_says_one_thing_of_a_requirement() -> None:
    """Two roles of one signal for one requirement would be a signal that contradicts itself."""
    odd = [
        (place, name)
        for place, own in effects().items()
        for name in {effect.requirement for effect in own}
        if len([effect for effect in own if effect.requirement == name]) > 1
    ]

    assert odd == []


def test_what_is_measured_lowers_only_what_it_shows() -> None:
    """A requirement that a signal may lower is added here by somebody who thought it through."""
    lowering: dict[str, set[str]] = {}
    for (kind, key, when), own in effects().items():
        for effect in own if kind != "document" else ():
            if effect.role in {"caps", "contradicts"}:
                lowering.setdefault(effect.requirement, set()).add(key if when == "seen" else f"{key} {when}")
    new = {name: lowering[name] for name in ("KOM-07", "TIL-13", "TIL-14", "DRF-14")}

    assert new == {
        "KOM-07": {
            f"domain-{name}"
            for name in (
                "spf-missing", "spf-broken", "spf-open", "dmarc-missing", "dmarc-broken", "dmarc-not-enforced",
                "dkim-weak",
            )
        },
        "TIL-13": {"epj_access_by_supplier_at_night", "epj_export_by_supplier"},
        "TIL-14": {"vnc-without-password", "snmp-default-community"},
        "DRF-14": {"windows_security_log_cleared"},
    }  # fmt: skip
    assert set(lowering) == {
        "DRF-02", "DRF-05", "DRF-06", "DRF-07", "DRF-10", "DRF-11", "DRF-14", "DRF-21", "KOM-02", "KOM-03", "KOM-07",
        "KOM-09", "LEV-08", "TIL-01", "TIL-06", "TIL-13", "TIL-14", "UTS-05",
    }  # fmt: skip
