"""ROS and DPIA of the alarm team and of the health trust, against what was worked out by hand from the files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sentinel import flows
from sentinel.comply.dpia.risks import links
from sentinel.content import root
from sentinel.impacts import beside_risks, impacts_of
from sentinel.model.risks import Risk
from sentinel.risks import assess_risks
from sentinel.settings import Site, read_site
from tests.shared import ROOT

AS_OF = date(2026, 11, 20)
EXAMPLES = ROOT / "examples"
TEAM = EXAMPLES / "municipality" / "units" / "trygghetsteam"
TRUST = EXAMPLES / "health-trust"

# risk: worst band now, likelihood × gravest consequence now, how it stands; gravest first
BY_HAND = {
    TEAM: {
        "supplier-attacked": ("high 3×4", "open"),
        "welfare-tech-disturbed": ("high 3×4", "open"),  # hoped for 2×3, but no alarm is changed yet
        "power-or-line-gone": ("high 3×3", "open"),
        "supplier-ends": ("medium 2×3", "accepted"),
        "supplier-remote-misused": ("medium 2×3", "open"),
        "lost-device": ("medium 3×2", "open"),
        "supplier-ehr-down": ("low 2×2", "acceptable"),
        "supplier-authorised-access": ("low 2×2", "acceptable"),
        "supplier-tells-late": ("low 2×2", "acceptable"),
        "snooping": ("low 1×3", "acceptable"),  # was medium 2×3; the control was seen to work on 16 November
        "supplier-outside-eea": ("low 1×2", "acceptable"),
        "supplier-device-service": ("–", "not_assessed"),
        "supplier-messages-down": ("–", "not_assessed"),
    },
    TRUST: {
        "supplier-attacked": ("high 3×5", "open"),
        "supplier-remote-misused": ("high 3×5", "open"),  # the second step is there, shared users are not gone
        "common-system-down": ("high 2×5", "open"),
        "supplier-ehr-down": ("medium 3×4", "accepted"),
        "supplier-device-service": ("medium 3×4", "open"),
        "old-server-taken": ("medium 4×3", "open"),
        "ai-answer-wrong": ("low 2×3", "acceptable"),
        "supplier-messages-down": ("low 2×3", "acceptable"),
        "supplier-authorised-access": ("low 2×3", "acceptable"),
        "supplier-outside-eea": ("low 2×3", "acceptable"),
        "supplier-ends": ("low 1×3", "acceptable"),
        "supplier-tells-late": ("–", "not_assessed"),
    },
}
# applies, assessed, settled, unsettled, high, medium, low, measures past their day
FIGURES = {TEAM: (13, 11, 6, 7, 3, 3, 5, 1), TRUST: (12, 11, 6, 6, 3, 3, 5, 1)}


def site(folder: Path) -> Site:
    return read_site(folder / "site.toml")


def now(risk: Risk) -> str:
    judged = risk.judged
    return f"{judged.worst} {judged.likelihood}×{judged.consequence}" if judged else "–"


@pytest.mark.parametrize("folder", BY_HAND, ids=lambda folder: folder.name)
def test_every_risk_stands_as_it_was_worked_out(folder: Path) -> None:
    found = assess_risks(site(folder), root(), AS_OF)

    assert {risk.id: (now(risk), risk.state) for risk in found.risks} == BY_HAND[folder]
    counted = found.figures
    bands = (counted.by_band["high"], counted.by_band["medium"], counted.by_band["low"])
    whole = (counted.applies, counted.assessed, counted.settled, counted.unsettled, *bands, counted.overdue)
    assert (whole, counted.worst_case) == (FIGURES[folder], "high")


@pytest.mark.parametrize("folder", BY_HAND, ids=lambda folder: folder.name)
def test_the_order_is_the_gravest_first(folder: Path) -> None:
    """Of two that are alike, the first dimension decides: at the trust, patient safety is 5 only where all is lost."""
    found = [risk.id for risk in assess_risks(site(folder), root(), AS_OF).risks]

    bands = [BY_HAND[folder][name][0].split()[0] for name in found]
    assert bands == sorted(bands, key=["high", "medium", "low", "–"].index)
    assert found[0] == "supplier-attacked"


def test_the_alarm_teams_assessments_are_one_finished_and_one_begun() -> None:
    found = impacts_of(site(TEAM), root(), AS_OF)
    alarm, dispenser = found["dpia-alarm.yml"], found["dpia-dispenser.yml"]

    assert (alarm.screening.need, alarm.screening.rule, alarm.state) == ("needed", "listed", "finished")
    assert alarm.counts == {"met": 25, "partly": 0, "missing": 0, "not_relevant": 2}  # transfers, and no consultation
    bands = {e.id: (e.before.band, e.after.band, e.reached) for e in alarm.events if e.before and e.after}
    assert bands == {
        "access": ("high", "medium", False),
        "change": ("high", "medium", False),
        "loss": ("low", "low", False),
        "welfare-tech-disturbed": ("high", "medium", False),
    }
    assert alarm.before_start == ("two-steps", "check-at-home", "new-alarms", "paper-routine")
    assert (dispenser.screening.need, dispenser.state) == ("needed", "unfinished")
    assert dispenser.counts == {"met": 0, "partly": 1, "missing": 26, "not_relevant": 0}


def test_the_trusts_assessment_was_put_before_datatilsynet_and_is_finished() -> None:
    (found,) = impacts_of(site(TRUST), root(), AS_OF).values()

    assert (found.screening.need, found.state) == ("needed", "finished")
    assert found.counts == {"met": 26, "partly": 0, "missing": 0, "not_relevant": 1}
    assert [(e.id, e.residual.band) for e in found.events if e.residual and e.residual.band != "medium"] == [
        ("access", "high")
    ]
    assert found.before_start == ()


@pytest.mark.parametrize(
    ("folder", "file", "risk"),
    [(TEAM, "dpia-alarm.yml", "welfare-tech-disturbed"), (TRUST, "dpia.yml", "ai-answer-wrong")],
)
def test_the_linked_risk_agrees_with_the_ros(folder: Path, file: str, risk: str) -> None:
    linked = [one for one in links(*beside_risks(site(folder), root(), folder / file, AS_OF)) if one.event]

    assert [(one.risk, one.event, one.differs) for one in linked] == [(risk, risk, ())]


def test_what_they_say_bears_on_the_answers() -> None:
    """The team answers «partly», and a begun assessment leaves that; the trust's «met» is backed by its document."""
    stand = {
        (folder.name, j.requirement.id): (j.state, [item.signal.key for item in j.evidence], j.proof and j.proof.grade)
        for folder in BY_HAND
        for j in flows.assess(site(folder), root(), AS_OF, None, None).judgements
        if j.requirement.id in {"RIS-09", "RIS-10"}
    }

    assert stand == {
        ("trygghetsteam", "RIS-09"): ("partly", ["dpia-unfinished", "dpia-finished"], "documented"),
        ("trygghetsteam", "RIS-10"): ("met", [], "stated"),
        ("health-trust", "RIS-09"): ("met", ["dpia-finished"], "documented"),
        ("health-trust", "RIS-10"): ("met", ["dpia-answered"], "documented"),
    }
