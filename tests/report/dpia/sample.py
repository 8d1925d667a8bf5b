"""The clinic's assessment, one of nothing, and one in which every text is long and every table full."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.pack import load_pack
from sentinel.comply.dpia.reading import read_dpia
from sentinel.content import root
from sentinel.model.dpia import Dpia
from tests.shared import ROOT

AS_OF = date(2026, 11, 21)
PACK = load_pack(root())
LONG = " ".join(
    f"Setning nummer {n} om hva som skal skje med opplysningene, og hvorfor det trengs." for n in range(1, 30)
)
HOSTILE = "A" * 900 + ' #link("x")[y] <script>alert(1)</script> \u202eombyttet *fet* 𝄞'


@cache
def clinic() -> Dpia:
    read, _ = read_dpia(ROOT / "examples" / "clinic" / "dpia.yml", PACK, AS_OF)
    return assess(read, PACK, AS_OF)


@cache
def empty() -> Dpia:
    return assess(DpiaFile.model_validate({"schema": "sentinel.dpiacase/1", "case": "tom"}), PACK, AS_OF)


def estimate(likelihood: int, severity: int) -> dict[str, Any]:
    return {"likelihood": likelihood, "severity": severity, "because": LONG}


@cache
def overfull() -> Dpia:
    told = {"description.nature": HOSTILE}
    parts: dict[str, dict[str, Any]] = {"description": {}, "necessity": {}, "rights": {}}
    for entry in PACK.questions:
        part, _, name = entry.field.partition(".")
        parts[part][name] = told.get(entry.field, LONG)
    parts["description"]["data"] = [{"what": LONG, "recipients": "Alle", "retention": LONG}] * 3
    names = ["access", "change", "loss", *(f"own-{n}" for n in range(6))]
    events = {
        name: {
            **({"title": f"Egen hendelse {name}"} if name.startswith("own") else {}),
            **({"ros": {"risk": f"egen-risiko-{name}", "date": "2026-11-02"}} if name.startswith("own") else {}),
            "sources": [LONG, "Noen"],
            "threats": ["Kort"],
            "impacts": [HOSTILE],
            "before": estimate(4, 4),
            "measures": ["a", "b"],
            "after": estimate(at % 4 + 1, 4),
            "accepted": {"by": "Åse", "role": "Leder", "date": "2026-11-01", "because": LONG} if at % 2 else None,
        }
        for at, name in enumerate(names)
    }
    measures = {
        "a": {"title": "Lås " * 40, "text": LONG, "owner": "Leder", "due": "2026-11-01", "state": "started"},
        "b": {"title": "Dør", "owner": "Drift", "due": "2026-11-20", "state": "done", "done": "2026-11-19"},
    }
    made = {
        "schema": "sentinel.dpiacase/1",
        "case": "full",
        "title": "Tittel " * 20,
        "in_use": "2026-10-01",
        "events": events,
        **parts,
    }
    who = {"name": HOSTILE[:200], "number": "000000002"}
    dpo = {"advice": LONG, "date": "2026-11-02", "followed": "no", "because": LONG}
    views = {"asked": "yes", "who": LONG, "views": LONG}
    sent = {"sent": "2026-10-01", "answered": "2026-11-03", "outcome": LONG}
    decided = {"by": "Åse", "role": "Leder", "date": "2026-11-10", "decision": LONG}
    whole = {"organisation": who, "measures": measures, "dpo": dpo, "views": views, "consultation": sent}
    return assess(DpiaFile.model_validate({**made, **whole, "approval": decided}), PACK, AS_OF)
