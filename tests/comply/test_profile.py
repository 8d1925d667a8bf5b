from __future__ import annotations

from pathlib import Path

from sentinel.comply.checklist import load_checklist
from sentinel.comply.organisation import load_types
from sentinel.comply.profile import profile
from tests.comply.small import TYPES, write


def reasons(base: Path, kind: str = "general_practice", **said: bool) -> dict[str, tuple[bool, str, str]]:
    types = load_types(base)
    items = profile(types, load_checklist(base), types.organisation("Fjæra", "000000002", kind, said), said)
    return {item.requirement.id: (item.applies, item.because.nb, item.because.en) for item in items}


def test_each_requirement_says_why_it_is_asked(tmp_path: Path) -> None:
    found = reasons(write(tmp_path))

    assert found["DRF-07"] == (True, "Gjelder alle.", "Applies to all.")
    assert found["DRF-10"] == (True, "Vanlig for denne typen: Journal?", "Usual for this type: Records?")
    assert found["UTS-07"] == (
        True,
        "Regnes som ja til det er svart nei: Utstyr?",
        "Counts as yes until somebody says no: Devices?",
    )


def test_what_was_said_is_told_as_said(tmp_path: Path) -> None:
    assert reasons(write(tmp_path), MD=True)["UTS-07"][:2] == (True, "Svart ja: Utstyr?")
    assert reasons(tmp_path, MD=False)["UTS-07"] == (
        False,
        "Gjelder ikke: ikke noe utstyr her.",
        "Does not apply: no devices here.",
    )


def test_what_a_small_practice_is_not_asked_is_told_apart_from_what_does_not_apply(tmp_path: Path) -> None:
    base = write(tmp_path, types=TYPES.replace("asked: [MD]}", "asked: [MD], part: small}"))

    found = reasons(base, MD=False)

    assert found["DRF-21"][0] is False
    assert found["DRF-21"][1].startswith("Spørres ikke en liten virksomhet")
    assert found["UTS-07"][1].startswith("Gjelder ikke")
    assert found["LED-14"][0]
    assert found["DRF-07"][0]
