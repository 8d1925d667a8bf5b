from __future__ import annotations

from dataclasses import replace
from datetime import date

from sentinel.comply.ros.asked import asked
from sentinel.model.risks import Exemption
from tests.report.ros.sample import clinic


def test_the_clinics_overdue_decisions_are_those_of_its_file() -> None:
    assert [text.nb for text in asked(clinic())] == [
        "Hva som skjer med tiltaket «Ha en kopi som ikke kan slettes over nettet»: fristen var 15. november 2026",
        "Om risikoen «En ansatt blir lurt av en e-post» fortsatt kan godtas: godkjenningen gikk ut 19. november 2026",
        "Hva som skjer med tiltaket «Lær opp alle før de får tilgang»: fristen var 19. november 2026",
    ]


def test_what_holds_is_not_asked_again() -> None:
    quiet = tuple(
        replace(
            risk,
            acceptance=risk.acceptance and replace(risk.acceptance, valid=True),
            measures=tuple(replace(measure, overdue=False) for measure in risk.measures),
        )
        for risk in clinic().risks
    )

    assert asked(replace(clinic(), risks=quiet)) == ()


def test_several_late_measures_of_a_risk_are_one_line_and_an_exemption_that_ended_another() -> None:
    risk = next(risk for risk in clinic().risks if any(measure.overdue for measure in risk.measures))
    late = next(measure for measure in risk.measures if measure.overdue)
    gone = Exemption("Ikke her", "Åse Lyngvik", date(2025, 1, 1), date(2026, 1, 1), valid=False)
    one = replace(risk, measures=(late, replace(late, due=date(2026, 1, 2))), acceptance=None, exemption=gone)

    lines = [text.en for text in asked(replace(clinic(), risks=(one,)))]

    assert len(lines) == 2
    assert "is still not relevant: the exemption ended on 1 January 2026" in lines[0]
    assert lines[1].endswith("it was due on 2 January 2026 (and 1 more of that risk)")
