"""How risks stand and are counted; what must hold for any file is asked of random ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.comply.ros.entries import RisksFile
from sentinel.comply.ros.judge import Case, judge_risks, months_after, order
from sentinel.model.risks import BANDS, DIMENSIONS, Fact, Figures, Risk, Ros
from tests.comply.ros.small import (
    ABOUT,
    ASSESSED,
    SUPPLIERS,
    TODAY,
    accepted,
    against,
    document,
    done,
    exempt,
    fact,
    judged,
    levels,
    library,
    measure,
    ros,
)

FEW = settings(max_examples=60, deadline=None)
NAMES = ["ransomware", "phishing", "snooping", "supplier-ends", "own-room"]
OWN = {"title": "Rom", "text": "Låses ikke", "threatens": ["person"]}


def one(found: Ros, name: str = "phishing") -> Risk:
    return next(risk for risk in found.risks if risk.id == name)


def test_scenarios_of_suppliers_are_there_without_being_named_and_are_not_assessed(tmp_path: Path) -> None:
    found = ros(tmp_path, {})

    assert {risk.id for risk in found.risks} == SUPPLIERS
    assert {risk.state for risk in found.risks} == {"not_assessed"}
    assert found.figures.worst_case == "high"
    assert (found.figures.applies, found.figures.settled, found.figures.not_assessed) == (6, 0, 6)
    assert "ransomware" in {one.id for one in found.left_out}


def test_a_risk_stands_by_its_worst_dimension(tmp_path: Path) -> None:
    found = one(ros(tmp_path, {"phishing": {"before": judged(2, levels(1, integrity=4))}}))

    assert found.now is not None
    assert (found.now.worst, found.now.consequence, found.state) == ("high", 4, "open")
    assert found.reason.nb == "Over det som kan stå, for integritet."


def test_hoped_for_is_not_reached(tmp_path: Path) -> None:
    before, hoped = judged(3, levels(3)), judged(1, levels(1), rests_on=["training"])
    planned = one(ros(tmp_path, {"phishing": {"before": before, "after": hoped, "measures": [measure()]}}))
    carried_out = one(ros(tmp_path, {"phishing": {"before": before, "after": hoped, "measures": [done()]}}))
    seen = {**hoped, "reached": {"by": "Kåre Nygård", "date": date(2026, 11, 16)}}
    reached = one(ros(tmp_path, {"phishing": {"before": before, "after": seen, "measures": [done()]}}))

    assert (planned.state, carried_out.state, reached.state) == ("open", "open", "acceptable")
    assert planned.now == planned.before
    assert reached.now == reached.after


def test_a_dimension_nobody_judged_is_never_green(tmp_path: Path) -> None:
    partly = {name: level for name, level in levels().items() if name != "person"}
    mild, grave = judged(2, partly), judged(3, partly | {"integrity": 4})
    found = ros(tmp_path, {"phishing": {"before": mild}, "ransomware": {"before": grave}})

    assert (one(found).state, one(found, "ransomware").state) == ("not_assessed", "open")
    assert one(found).reason.en == "Not assessed for the registered person."
    assert found.figures.assessed == 0
    assert found.figures.by_band["low"] == 0


def test_an_acceptance_counts_until_its_day_and_no_longer(tmp_path: Path) -> None:
    grave = {"before": judged(3, levels(3))}
    until = one(ros(tmp_path, {"phishing": {**grave, "acceptance": accepted(expires=TODAY)}}))
    over = one(ros(tmp_path, {"phishing": {**grave, "acceptance": accepted(expires=date(2026, 11, 20))}}))

    assert (until.state, over.state) == ("accepted", "open")
    assert until.reason.nb == "Godtatt av Åse Lyngvik til 21. november 2026."
    assert over.reason.en.endswith("its acceptance ended on 20 November 2026.")


def test_an_exemption_counts_until_its_day_and_no_longer(tmp_path: Path) -> None:
    valid = ros(tmp_path, {"phishing": {"not_relevant": exempt()}})
    over = ros(tmp_path, {"phishing": {"not_relevant": exempt(expires=date(2026, 11, 20))}})

    assert (one(valid).state, one(over).state) == ("not_relevant", "not_assessed")
    assert (valid.figures.applies, over.figures.applies) == (6, 7)


def test_what_was_measured_disputes_and_never_sets(tmp_path: Path) -> None:
    mild, grave = {"before": judged()}, {"before": judged(3, levels(3))}
    facts = {"MED-02": [fact("MED-02")]}
    plain, disputed = one(ros(tmp_path, {"phishing": mild})), one(ros(tmp_path, {"phishing": mild}, facts))

    assert (plain.state, disputed.state) == ("acceptable", "disputed")
    assert disputed.now == plain.now
    assert disputed.reason.nb == "Målt: LV-DC01: får ikke oppdateringer."
    assert one(ros(tmp_path, {"phishing": {**grave, "acceptance": accepted()}}, facts)).state == "disputed"
    assert one(ros(tmp_path, {"phishing": {"not_relevant": exempt()}}, facts)).state == "disputed"
    assert one(ros(tmp_path, {"phishing": grave}, facts)).state == "open"


def test_whoever_knew_what_was_measured_has_settled_it(tmp_path: Path) -> None:
    facts = {"MED-02": [fact("MED-02"), fact("MED-02", "informs", "rule/web_scanner_agent")]}
    entry = {"before": judged(), "considered": ["finding/product-unsupported"]}

    found = one(ros(tmp_path, {"phishing": entry}, facts))

    assert found.state == "acceptable"
    assert [(f.key, f.considered) for f in found.facts] == [
        ("finding/product-unsupported", True),
        ("rule/web_scanner_agent", False),
    ]


def test_what_supports_or_informs_disputes_nothing(tmp_path: Path) -> None:
    facts = {"MED-02": [fact("MED-02", "supports"), fact("MED-02", "informs")]}

    assert one(ros(tmp_path, {"phishing": {"before": judged()}}, facts)).state == "acceptable"


def test_the_gravest_comes_first_and_patient_safety_before_its_equals(tmp_path: Path) -> None:
    found = ros(
        tmp_path,
        {
            "snooping": {"before": judged(2, levels(1, person=3))},
            "phishing": {"before": judged(2, levels(1, patient_safety=3))},
            "wrong-patient": {"before": judged(3, levels(1, integrity=2))},
            "lost-device": {"before": judged(1, levels(1, availability=4))},
            "ransomware": {"before": judged(2, levels(1, availability=4))},
            "log-missing": {"not_relevant": exempt()},
        },
    )

    listed = [risk.id for risk in found.risks if risk.id not in SUPPLIERS]
    assert listed == ["ransomware", "phishing", "snooping", "wrong-patient", "lost-device", "log-missing"]
    assert [risk.id for risk in found.risks][5:-1] == sorted(SUPPLIERS)


def test_an_assessment_that_is_too_old_counts_as_none(tmp_path: Path) -> None:
    ages = {"phishing": date(2026, 9, 20), "snooping": date(2026, 9, 21)}
    risks = {name: {"before": judged(date=day)} for name, day in ages.items()}
    given = document({})["criteria"] | {"date": date(2026, 1, 1)}

    found = ros(tmp_path, risks, criteria={**given, "months": 2})

    assert (one(found).state, one(found, "snooping").state) == ("not_assessed", "acceptable")
    assert one(found).reason.nb == "Vurderingen fra 20. september 2026 er for gammel."
    assert (found.figures.assessed, found.figures.by_band["low"]) == (1, 1)
    assert one(ros(tmp_path, risks, criteria=given)).state == "acceptable"


def test_what_is_graver_than_may_be_left_stays_so_when_it_is_old(tmp_path: Path) -> None:
    given = document({})["criteria"] | {"date": date(2025, 1, 1)}
    old = {"phishing": {"before": judged(3, levels(3), date=date(2025, 11, 1)), "acceptance": accepted()}}

    assert one(ros(tmp_path, old, criteria=given)).state == "open"


def test_whoever_saw_it_reached_has_assessed_it_anew(tmp_path: Path) -> None:
    given = document({})["criteria"] | {"date": date(2025, 1, 1)}
    reached = {"by": "Åse Lyngvik", "date": date(2026, 11, 16)}
    after = judged(1, levels(1), date=date(2025, 6, 1), rests_on=["training"], reached=reached)
    entry = {"before": judged(3, levels(3), date=date(2025, 6, 1)), "measures": [done()], "after": after}

    assert one(ros(tmp_path, {"phishing": entry}, criteria=given)).state == "acceptable"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_where_the_month_does(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end


def test_what_speaks_against_a_measure_that_is_said_to_be_done_is_heard(tmp_path: Path) -> None:
    entry = {"before": judged(), "measures": [done("update")]}
    facts = {"DRF-05": [fact("DRF-05")]}

    assert one(ros(tmp_path, {"phishing": entry}, facts)).state == "disputed"
    assert one(ros(tmp_path, {"phishing": {**entry, "measures": [measure("update")]}}, facts)).state == "acceptable"


def test_overdue_measures_are_counted(tmp_path: Path) -> None:
    late, today = measure(due=date(2026, 11, 20)), measure("two-factor", due=TODAY)
    dropped = measure("update", due=date(2026, 1, 1), state="dropped")

    found = ros(tmp_path, {"phishing": {"measures": [late, today, dropped]}})

    assert found.figures.overdue == 1
    assert [m.overdue for m in one(found).measures] == [True, False, False]


def test_an_own_risk_is_told_in_its_own_words(tmp_path: Path) -> None:
    found = one(ros(tmp_path, {"own-room": {**OWN, "before": judged()}}), "own-room")

    assert (found.kind, found.title.nb, found.title.en, found.provenance) == ("own", "Rom", "Rom", None)


# ---- what holds for any file ------------------------------------------------------------------------------------

HARMS = st.dictionaries(st.sampled_from(DIMENSIONS), st.integers(1, 4), min_size=1)
BEFORE = st.builds(judged, st.integers(1, 4), HARMS)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if draw(st.integers(0, 4)) == 0:
        return {"not_relevant": exempt()} if draw(st.booleans()) else {}
    entry["before"] = before = draw(BEFORE)
    carried_out = draw(st.booleans())
    entry["measures"] = [done() if carried_out else measure(due=draw(st.dates(date(2026, 11, 1), date(2026, 12, 1))))]
    if draw(st.booleans()):
        harm = {name: draw(st.integers(0, level)) for name, level in before["consequence"].items()}
        harm[next(iter(harm))] = 1
        after = judged(draw(st.integers(1, before["likelihood"])), harm, rests_on=["training"], because="Lært")
        if carried_out and draw(st.booleans()):
            after["reached"] = {"by": "Åse Lyngvik", "date": date(2026, 11, 16)}
        entry["after"] = after
    if draw(st.booleans()):
        entry["acceptance"] = accepted(expires=draw(st.sampled_from([date(2026, 11, 20), date(2027, 1, 31)])))
    return entry


RISKS = st.dictionaries(st.sampled_from(NAMES), entries(), min_size=1)
FACTS = st.dictionaries(
    st.sampled_from(["MED-02", "DRF-06", "LEV-03", "TIL-01"]),
    st.lists(st.sampled_from(["contradicts", "caps", "informs", "supports"]), max_size=2),
)


def judge(risks: dict[str, Any], facts: dict[str, list[str]]) -> Ros:
    whole = {name: entry | (OWN if name == "own-room" else {}) for name, entry in risks.items()}
    file = RisksFile.model_validate(document(whole))
    seen: dict[str, list[Fact]] = {name: [fact(name, role) for role in roles] for name, roles in facts.items()}
    return judge_risks(Case(file, against().matrices["4x4"], library(), TODAY, seen), ABOUT, "")


def standing(figures: Figures) -> tuple[int, ...]:
    """What a reader could take for progress: each is better the smaller it is."""
    worst = -1 if figures.worst_case is None else BANDS.index(figures.worst_case)
    return -figures.assessed, -figures.settled, figures.unsettled, figures.not_assessed, worst, figures.overdue


def without(risks: dict[str, Any], name: str, keys: Iterable[str]) -> dict[str, Any]:
    return {**risks, name: {key: value for key, value in risks[name].items() if key not in keys}}


@FEW
@given(RISKS, FACTS, st.data())
def test_taking_an_assessment_away_improves_no_figure(
    risks: dict[str, Any], facts: dict[str, list[str]], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(risks)))
    was = judge(risks, facts).figures
    for gone in (("before", "after", "acceptance"), ("after",), ("acceptance",)):
        kept = without(risks, name, gone)
        if "acceptance" not in kept[name] or "before" in kept[name]:
            now = judge(kept, facts).figures
            assert all(left >= right for left, right in zip(standing(now), standing(was), strict=True)), gone


@FEW
@given(RISKS, FACTS, st.data())
def test_taking_one_dimension_away_improves_no_figure(
    risks: dict[str, Any], facts: dict[str, list[str]], data: st.DataObject
) -> None:
    assessed = sorted(name for name, entry in risks.items() if len(entry.get("before", {}).get("consequence", ())) > 1)
    if not assessed:
        return
    name = data.draw(st.sampled_from(assessed))
    entry = risks[name]
    dimension = data.draw(st.sampled_from(sorted(entry["before"]["consequence"])))
    cut = {
        key: {**entry[key], "consequence": {d: v for d, v in entry[key]["consequence"].items() if d != dimension}}
        for key in ("before", "after")
        if key in entry
    }
    if all(any(part["consequence"].values()) for part in cut.values()):
        was, now = judge(risks, facts).figures, judge({**risks, name: {**entry, **cut}}, facts).figures
        assert all(left >= right for left, right in zip(standing(now), standing(was), strict=True))


@FEW
@given(RISKS, FACTS)
def test_what_is_measured_improves_no_figure(risks: dict[str, Any], facts: dict[str, list[str]]) -> None:
    bare, beside = judge(risks, {}), judge(risks, facts)
    was, now = standing(bare.figures), standing(beside.figures)
    applied = bare.figures.applies == beside.figures.applies  # an exemption that is disputed is one risk more

    assert now[1] >= was[1]
    assert all(left >= right for left, right in zip(now[2:], was[2:], strict=True)) or not applied
    assert {risk.id: risk.now for risk in bare.risks} == {risk.id: risk.now for risk in beside.risks}


@FEW
@given(RISKS, FACTS, st.randoms(use_true_random=False))
def test_the_order_of_the_file_is_irrelevant(risks: dict[str, Any], facts: dict[str, list[str]], random: Any) -> None:  # noqa: ANN401 -- hypothesis' own
    names = list(risks)
    random.shuffle(names)

    assert judge({name: risks[name] for name in names}, facts) == judge(risks, facts)


@FEW
@given(RISKS, FACTS)
def test_nothing_stands_lower_than_before_but_by_what_was_carried_out(
    risks: dict[str, Any], facts: dict[str, list[str]]
) -> None:
    for risk in judge(risks, facts).risks:
        if risk.now and risk.before and risk.now != risk.before:
            assert risk.reached
            assert all(m.state == "done" and m.done and m.done <= risk.reached for m in risk.measures)


@FEW
@given(RISKS, FACTS)
def test_figures_add_up_and_the_worst_comes_first(risks: dict[str, Any], facts: dict[str, list[str]]) -> None:
    found = judge(risks, facts)
    figures = found.figures

    assert figures.settled + figures.unsettled == figures.assessed + figures.not_assessed == figures.applies
    assert sum(figures.by_band.values()) == figures.applies
    assert all(sum(counts.values()) == figures.applies for counts in figures.by_dimension.values())
    assert list(found.risks) == sorted(found.risks, key=order)
    assert {risk.id for risk in found.risks} >= SUPPLIERS
    assert all(risk.state != "acceptable" for risk in found.risks if risk.now is None or risk.now.missing)
    assert all(risk.now is None or risk.now.given == ASSESSED for risk in found.risks)
