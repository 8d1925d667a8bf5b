from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.assets import DeviceClass
from sentinel.model.knowledge import Weakness
from sentinel.model.severity import Severity
from sentinel.scan.ranking import CERTAINTIES, EXPOSURES, Case, Exposure, kind_of, rank, threat, worst_first

DAY = date(2024, 1, 2)
unexploited = st.builds(
    Weakness,
    st.just("CVE-2024-0001"),
    score=st.none() | st.floats(0, 10),
    epss=st.none() | st.floats(0, 1),
)
exploited = st.builds(replace, unexploited, exploited=st.just(DAY), ransomware=st.booleans())
cases = st.builds(
    Case,
    st.sampled_from(list(Severity)),
    st.sampled_from(list(CERTAINTIES)),
    st.sampled_from(get_args(DeviceClass)),
    st.integers(0, 3),
    st.sampled_from(list(EXPOSURES)),
    st.lists(unexploited | exploited, max_size=3).map(tuple),
)


@given(cases, unexploited, exploited, st.sampled_from(list(EXPOSURES)))
def test_what_is_known_to_be_exploited_is_above_all_else_at_equal_harm(
    case: Case, quiet: Weakness, known: Weakness, elsewhere: Exposure
) -> None:
    other = replace(case, weaknesses=(quiet,), exposure=elsewhere)
    assert rank(replace(case, weaknesses=(known,))).score > rank(other).score


@given(cases)
def test_a_rank_is_the_product_of_its_parts_and_within_bounds(case: Case) -> None:
    found = rank(case)
    product = 100.0
    for part in found.parts:
        assert 0 < part.factor <= 1 or (part.name == "threat" and part.factor == 0)
        product *= part.factor
    assert 0 <= found.score <= 100
    assert found.score == pytest.approx(product, abs=0.051)


@given(cases, st.integers(0, 3))
def test_more_harm_is_never_ranked_lower(case: Case, harm: int) -> None:
    low, high = sorted((case.harm, harm))
    assert rank(replace(case, harm=low)).score <= rank(replace(case, harm=high)).score


@given(cases, st.sampled_from(list(EXPOSURES)), st.sampled_from(list(EXPOSURES)))
def test_more_exposure_is_never_ranked_lower(case: Case, one: Exposure, other: Exposure) -> None:
    order: list[Exposure] = ["unseen", "zones", "crossing", "internet"]
    low, high = sorted((one, other), key=order.index)
    assert rank(replace(case, exposure=low)).score <= rank(replace(case, exposure=high)).score


@given(cases, unexploited)
def test_a_further_weakness_never_lowers_a_rank(case: Case, more: Weakness) -> None:
    if case.weaknesses:
        assert rank(replace(case, weaknesses=(*case.weaknesses, more))).score >= rank(case).score


@given(unexploited, st.floats(0, 1), st.floats(0, 1))
def test_likelier_is_never_less_threatening(one: Weakness, left: float, right: float) -> None:
    low, high = sorted((left, right))
    assert threat(replace(one, epss=low)) <= threat(replace(one, epss=high))


@given(unexploited, st.floats(0, 10), st.floats(0, 10))
def test_graver_is_never_less_threatening(one: Weakness, left: float, right: float) -> None:
    low, high = sorted((left, right))
    assert threat(replace(one, score=low)) <= threat(replace(one, score=high))


@given(cases)
def test_a_care_device_is_above_a_workstation(case: Case) -> None:
    pump, desk = (replace(case, device_class=name) for name in ("infusion_pump", "workstation"))
    assert rank(pump).score >= rank(desk).score


@given(cases)
def test_the_surer_is_never_ranked_lower(case: Case) -> None:
    assert rank(replace(case, claim="possible")).score <= rank(replace(case, claim="likely")).score


def test_likelihood_outweighs_gravity() -> None:
    likely, grave = Weakness("CVE-1", score=5.0, epss=0.9), Weakness("CVE-2", score=9.8, epss=0.01)
    unknown = Weakness("CVE-3", score=0.1, epss=0.0)
    assert [one.cve for one in worst_first([unknown, grave, likely])] == ["CVE-1", "CVE-2", "CVE-3"]


def test_the_reasons_can_be_read() -> None:
    known = Weakness("CVE-2023-1", 7.0, exploited=DAY, ransomware=True)
    found = rank(Case(Severity.HIGH, "likely", "patient_monitor", 3, "internet", (known,)))
    assert found.score == 100
    assert [part.told for part in found.parts] == [
        "CVE-2023-1 known exploited since 2024-01-02, in ransom attacks",
        "internet",
        "patient_monitor",
        "3",
        "likely",
    ]
    quiet = rank(Case(Severity.HIGH, "possible", "workstation", 0, weaknesses=(Weakness("CVE-1"),)))
    assert quiet.parts[0].told == "CVE-1 EPSS not known, CVSS not known"
    assert rank(Case(Severity.LOW, "sure", "nas", 0)).parts[0].told == "severity low"


@pytest.mark.parametrize("device_class", get_args(DeviceClass))
def test_every_class_of_devices_has_a_kind(device_class: str) -> None:
    assert kind_of(device_class) in {"care", "medical", "server", "other"}
