from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.change import changes
from sentinel.comply.checklist import load_checklist
from sentinel.comply.judge import judge
from sentinel.comply.migration import How, Migration, carry, load_migrations
from sentinel.errors import ContentError
from sentinel.model.compliance import EffectiveState
from sentinel.model.trend import Previous
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, write
from tests.shared import ROOT

NAMES = ("A-01", "A-02", "A-03", "A-04", "A-05")
ONE_TWO = Migration(
    "2025.1",
    "2025.2",
    equal=frozenset({"A-01", "A-02"}),
    changed={"A-03": "broader", "A-04": "split"},
    became=frozenset({"A-03", "A-06"}),
    new=frozenset({"A-07"}),
)
TWO_THREE = Migration(
    "2025.2",
    "2025.3",
    equal=frozenset({"A-01", "A-06", "A-07"}),
    changed={},
    became=frozenset(),
    new=frozenset({"A-08"}),
)
SMALL = """
    from: "2025.1"
    to: "2026.1"
    equal: [DRF-07, DRF-10]
    changed:
      - {id: LED-01, how: broader, to: [LED-14], because: {nb: Spør om mer., en: Asks for more.}}
    new: [DRF-21, UTS-07]
    dropped: [LED-02]
"""


def before(states: dict[str, EffectiveState], checklist_version: str = "2025.1") -> Previous:
    return Previous(date(2025, 11, 20), states, {}, checklist_version)


def test_only_what_is_equal_keeps_its_state_and_the_rest_is_counted() -> None:
    found = carry(before(dict.fromkeys(NAMES, "met")), [ONE_TWO], "2025.2")

    assert found.previous.states == {"A-01": "met", "A-02": "met"}
    assert found.counts == {"broader": 1, "split": 1, "dropped": 1}
    assert (set(found.new), set(found.became), found.known) == ({"A-07"}, {"A-03", "A-06"}, True)


def test_what_did_not_apply_is_not_counted_as_gone() -> None:
    assert carry(before({"A-05": "not_applicable"}), [ONE_TWO], "2025.2").counts == {}


def test_tables_are_followed_one_after_the_other() -> None:
    found = carry(before(dict.fromkeys(NAMES, "met")), [TWO_THREE, ONE_TWO], "2025.3")

    assert found.previous.states == {"A-01": "met"}
    assert found.counts == {"broader": 1, "split": 1, "dropped": 2}
    assert (set(found.new), set(found.became)) == ({"A-07", "A-08"}, {"A-06"})


def test_the_same_version_is_carried_as_it_is() -> None:
    same = before({"A-05": "met"}, "2025.3")

    assert carry(same, [ONE_TWO, TWO_THREE], "2025.3").previous == same


@pytest.mark.parametrize(("version", "known"), [("2024.9", False), ("2026.9", False), ("", True)])
def test_without_a_table_states_are_kept_by_id_and_that_is_said(version: str, known: bool) -> None:
    found = carry(before({"A-05": "met"}, version), [ONE_TWO, TWO_THREE], "2025.3")

    assert found.previous.states == {"A-05": "met"}
    assert found.known is known


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(get_args(EffectiveState))))
def test_nothing_is_lost_on_the_way(states: dict[str, EffectiveState]) -> None:
    found = carry(before(states), [ONE_TWO, TWO_THREE], "2025.3")
    applied = [name for name, state in states.items() if state != "not_applicable"]
    kept = [name for name, state in found.previous.states.items() if state != "not_applicable"]

    assert len(applied) == len(kept) + sum(found.counts.values())
    assert set(found.counts) <= set(get_args(How))


def test_the_trend_tells_a_new_checklist_apart_from_a_real_change(tmp_path: Path) -> None:
    base = migrated(tmp_path)
    small = load_checklist(base)
    old: dict[str, EffectiveState] = {"DRF-07": "not_met", "LED-01": "met", "LED-02": "met"}
    judgements = judge(small, EVERYTHING, [answer(one.id, "met") for one in small.requirements], [], TODAY)

    told = [one.what.nb for one in changes(carry(before(old), load_migrations(base, small), "2026.1"), judgements)]
    assert told == [
        "Målt på det ene kravet som går igjen: 0 → 100",
        "title DRF-07: fra ikke oppfylt til oppfylt",
        "To krav er nye i sjekklisten",
        "Ett krav gjelder nå",
        "Ett krav spør om mer enn før og er ikke sammenlignet",
        "Ett krav er tatt ut av sjekklisten",
    ]


def test_without_a_table_the_trend_says_so(tmp_path: Path) -> None:
    judgements = judge(checklist(tmp_path), EVERYTHING, [], [], TODAY)
    (first, *_) = changes(carry(before({}, "2024.1"), (), "2026.1"), judgements)

    assert first.what.en == (
        "The checklist is another than last time (2024.1), and nobody wrote down what is the same; compared by id"
    )


def migrated(base: Path, text: str = SMALL, name: str = "2025.1-2026.1") -> Path:
    write(base)
    place = base / "checklists" / "normen" / "migrations" / f"{name}.yml"
    place.parent.mkdir()
    place.write_text(dedent(text), encoding="utf-8")
    return base


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("new: [DRF-21, UTS-07]", "new: [DRF-21]", "nothing is said of UTS-07"),
        ("UTS-07]", "UTS-70]", "unknown requirement 'UTS-70', did you mean UTS-07"),
        ("dropped: [LED-02]", "dropped: [DRF-07]", "DRF-07 of the old version stands in 2 places"),
        ("new: [DRF-21", "new: [DRF-07, DRF-21", "DRF-07 of the new version stands in 2 places"),
        ('to: "2026.1"', 'to: "2024.1"', "2024.1 does not come after 2025.1"),
        ('from: "2025.1"', 'from: "2025.2"', "the file is named 2025.1-2026.1, not 2025.2-2026.1"),
        ("how: broader", "how: wider", "how"),
        ("dropped", "droped", "unknown key 'droped'"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in dedent(SMALL)
    base = migrated(tmp_path, dedent(SMALL).replace(old, new, 1))

    with pytest.raises(ContentError, match=what):
        load_migrations(base, load_checklist(base))


def test_two_tables_from_one_version_are_refused(tmp_path: Path) -> None:
    base = migrated(tmp_path)
    place = base / "checklists" / "normen" / "migrations" / "2025.1-2025.9.yml"
    place.write_text('from: "2025.1"\nto: "2025.9"\n', encoding="utf-8")

    with pytest.raises(ContentError, match=r"2025\.1 is left 2 times"):
        load_migrations(base, load_checklist(base))


def test_our_own_tables_lead_from_the_first_version_to_today() -> None:
    loaded = load_checklist(ROOT)
    found = carry(before({"LED-01": "met"}, "2026.1"), load_migrations(ROOT, loaded), loaded.version)

    assert found.known
    assert found.previous.states == {"LED-01": "met"}
    assert len(found.new) == 95
