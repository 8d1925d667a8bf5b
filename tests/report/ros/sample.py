"""The clinic's assessment, one of nothing, and one that fills every table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from sentinel.content import root
from sentinel.model.compliance import Role
from sentinel.model.risks import Fact, LeftOut, Risk, Ros
from sentinel.model.text import Text
from sentinel.risks import assess_risks
from sentinel.settings import read_site
from tests.shared import ROOT

AS_OF = date(2026, 11, 21)


def fact(name: str, role: Role, *, considered: bool = False) -> Fact:
    what = Text(f"{name} er målt", f"{name} was measured")
    because = Text("Det har betydning.", "It matters.")
    return Fact(f"finding/{name}", "DRF-21", role, what, because, AS_OF, AS_OF, considered)


@cache
def clinic() -> Ros:
    """Return the clinic's assessment with two measurements laid beside."""
    found = assess_risks(read_site(ROOT / "examples" / "clinic" / "site.toml"), root(), AS_OF)
    facts: dict[str, tuple[Fact, ...]] = {
        "old-server-taken": (fact("server", "contradicts", considered=True), fact("nett", "informs"))
    }
    facts["ransomware"] = (fact("server", "contradicts"),)
    risks = tuple(replace(risk, facts=facts.get(risk.id, ())) for risk in found.risks)
    return replace(found, risks=risks, measured="result.json")


@cache
def empty() -> Ros:
    """Return an assessment in which nobody has assessed anything."""
    whole = clinic()
    bare = tuple(_bare(risk) for risk in whole.risks if risk.kind == "supplier")
    none = {
        name: {**dict.fromkeys(counts, 0), "not_assessed": len(bare)}
        for name, counts in whole.figures.by_dimension.items()
    }
    figures = replace(
        whole.figures,
        applies=len(bare),
        assessed=0,
        settled=0,
        unsettled=len(bare),
        not_assessed=len(bare),
        overdue=0,
        by_dimension=none,
    )
    return replace(whole, risks=bare, figures=figures, left_out=(), measured="")


def overfull() -> Ros:
    """Return one with three hundred risks, some with letters that steer and words that no line holds."""
    whole = clinic()
    hostile = Text("\u202eABC\x00" + "x" * 900 + "<b>#panic()", "\u202eABC\x00" + "x" * 900 + "<b>#panic()")
    many = tuple(
        replace(risk, id=f"{risk.id}-{number}", title=hostile if number == 1 else risk.title)
        for number in range(17)
        for risk in whole.risks
    )
    left = tuple(LeftOut(f"scenario-{number}", Text("Æ" * 300, "Æ" * 300)) for number in range(300))
    return replace(whole, risks=many, left_out=left, scope="<script>alert(1)</script>" + "ord " * 400)


def _bare(risk: Risk) -> Risk:
    none = Text("Ingen har vurdert den.", "Nobody has assessed it.")
    return replace(
        risk,
        state="not_assessed",
        reason=none,
        before=None,
        after=None,
        reached=None,
        now=None,
        measures=(),
        acceptance=None,
        facts=(),
    )
