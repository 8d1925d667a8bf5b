"""A case for tests: everything known and nothing grave, with answers changed by name; and any case at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from sentinel.comply.breach.assess import load_pack
from sentinel.comply.breach.case import KINDS, CaseFile
from sentinel.content import root

PACK = load_pack(root())
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
NOTHING_GRAVE: dict[str, Any] = {
    "schema": "sentinel.breachcase/1",
    "case": "prøve",
    "role": "controller",
    "organisation": {"name": "Fjæra legekontor", "number": "000000002", "contact": {"role": "Leder", "phone": "0"}},
    "what": "Noe skjedde.",
    "times": {
        "began": "2026-11-19T10:00",
        "ended": "2026-11-19T11:00",
        "found": "2026-11-20T08:00",
        "known": "2026-11-20T14:05",
    },
    "kinds": ["confidentiality"],
    "circumstances": {"confidentiality": "exposed", "malicious": "no"},
    "persons": {"number": 3, "groups": ["ansatte"]},
    "records": {"number": 3},
    "data": [{"type": "simple", "what": "navn"}],
    "identification": "maximum",
    "unreadable": "no",
    "patient_safety": "no",
    "helsenett": "no",
    "essential_service": "no",
    "medical_device": "no",
    "effects": "Lite.",
    "measures": {"taken": ["Rettet."], "planned": [], "advice": ["Ingenting."]},
    "unlikely_risk": "Bare navn på ansatte, og ingen så dem.",
}


def a_case(**changes: object) -> CaseFile:
    """Return the case with top keys replaced."""
    return CaseFile.model_validate({**NOTHING_GRAVE, **changes})


def _answers(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*(option.id for option in PACK.table.options(kind)), "unknown"])


@st.composite
def cases(draw: st.DrawFn) -> CaseFile:
    """Make a case with any answers that a file may hold."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
    data = []
    for kind in draw(st.lists(st.sampled_from([t.id for t in PACK.table.types]), min_size=1, max_size=3)):
        contexts = [context.id for context in PACK.table.contexts(kind)]
        context = draw(st.sampled_from([*contexts, "unknown"]))
        data.append({"type": draw(st.sampled_from([kind, kind, "unknown"])), "context": context, "reason": "derfor"})
    yes_no = st.sampled_from(["yes", "no", "unknown"])
    circumstances: dict[str, str] = {"malicious": draw(yes_no)}
    circumstances.update({kind: draw(_answers(kind)) for kind in kinds})
    return a_case(
        kinds=kinds,
        circumstances=circumstances,
        persons={"number": draw(st.sampled_from([0, 100, 101, "unknown"]))},
        data=data,
        identification=draw(st.sampled_from([*(option.id for option in PACK.table.identification), "unknown"])),
        unreadable=draw(yes_no),
        patient_safety=draw(st.sampled_from(["no", "possible", "harmed", "unknown"])),
        unlikely_risk=draw(st.sampled_from(["", "En grunn."])),
        no_telling=draw(
            st.sampled_from(
                [
                    None,
                    {"ground": "later-measures", "reason": "Alt er slettet igjen."},
                    {"ground": "disproportionate", "reason": "Ingen har adressene."},
                ]
            )
        ),
        helsenett=draw(yes_no),
        essential_service=draw(yes_no),
        medical_device=draw(yes_no),
        role=draw(st.sampled_from(["controller", "processor"])),
        what=draw(st.sampled_from(["", "Noe skjedde."])),
    )


def less_known(case: CaseFile) -> list[CaseFile]:
    """Return the case with each answer in turn made unknown."""
    told = [case.model_copy(update={key: "unknown"}) for key in ("identification", "unreadable", "patient_safety")]
    told.append(case.model_copy(update={"persons": case.persons.model_copy(update={"number": "unknown"})}))
    for kind in (*case.kinds, "malicious"):
        circumstances = case.circumstances.model_copy(update={kind: "unknown"})
        told.append(case.model_copy(update={"circumstances": circumstances}))
    for key in ("type", "context"):
        for index in range(len(case.data)):
            entry = case.data[index].model_copy(update={key: "unknown"})
            told.append(case.model_copy(update={"data": (*case.data[:index], entry, *case.data[index + 1 :])}))
    return told
