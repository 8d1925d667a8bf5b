from __future__ import annotations

import random
from pathlib import Path
from textwrap import dedent

import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.comply.evidence import EvidenceMap, apply, condition, load_evidence_map, unmapped
from sentinel.comply.packs import load_packs
from sentinel.errors import ContentError
from tests.comply.small import signal, write
from tests.comply.small_packs import write_pack

MAP = dedent("""
    governance: {chapters: [LED], because: {nb: a, en: a}}
    signals:
      - kind: finding
        keys: [out-of-support, end-of-life]
        effects:
          - {requirements: [DRF-21], role: contradicts, because: {nb: Får ikke rettelser., en: Gets no fixes.}}
          - {requirements: [DRF-07, LED-14], role: informs, because: {nb: a, en: a}}
      - kind: log
        keys: [epj]
        effects:
          - {requirements: [DRF-10], role: supports, because: {nb: a, en: a}}
      - kind: log
        keys: ["*"]
        when: gap
        effects:
          - {requirements: [DRF-21], role: caps, cap: partly, because: {nb: a, en: a}}
      - kind: log
        keys: [epj]
        when: gap
        effects:
          - {requirements: [DRF-10], role: caps, cap: partly, because: {nb: a, en: a}}
      - kind: log
        keys: ["*"]
        when: absent
        effects:
          - {requirements: [DRF-10], role: caps, cap: not_met, because: {nb: a, en: a}}
""")


def load(base: Path, text: str = MAP) -> EvidenceMap:
    write(base, map=text)
    return load_evidence_map(base, load_checklist(base))


def faults(base: Path, text: str) -> str:
    with pytest.raises(ContentError) as caught:
        load(base, text)
    return str(caught.value)


def test_a_signal_becomes_evidence_for_each_requirement_it_bears_on(tmp_path: Path) -> None:
    seen = signal("end-of-life")

    found = apply([seen], load(tmp_path))

    assert [(e.requirement, e.role, e.cap) for e in found] == [
        ("DRF-07", "informs", None),
        ("DRF-21", "contradicts", None),
        ("LED-14", "informs", None),
    ]
    assert all(e.signal is seen for e in found)
    assert found[1].because.nb == "Får ikke rettelser."


def test_a_log_that_came_a_gap_in_it_and_one_that_never_came_are_three_things(tmp_path: Path) -> None:
    came = signal("epj", kind="log")
    gap = signal("epj", kind="log", present=False)
    never = signal("epj", kind="log", present=False, first=None, last=None)

    assert [condition(s) for s in (came, gap, never)] == ["seen", "gap", "absent"]
    assert [(e.role, e.cap) for e in apply([came], load(tmp_path))] == [("supports", None)]
    assert [(e.role, e.cap) for e in apply([gap], load(tmp_path))] == [("caps", "partly")]
    assert [(e.role, e.cap) for e in apply([never], load(tmp_path))] == [("caps", "not_met")]


def test_the_star_means_keys_that_are_not_named(tmp_path: Path) -> None:
    other = signal("wifi", kind="log", present=False)
    named = signal("epj", kind="log", present=False)

    assert [e.requirement for e in apply([other], load(tmp_path))] == ["DRF-21"]
    assert [e.requirement for e in apply([named], load(tmp_path))] == ["DRF-10"]


def test_evidence_does_not_depend_on_the_order_of_signals_nor_on_repeats(tmp_path: Path) -> None:
    signals = [signal(), signal(subject="LV-WEB"), signal("epj", kind="log"), signal("wifi", kind="log", present=False)]
    evidence_map = load(tmp_path)
    expected = apply(signals, evidence_map)
    shuffled = [*signals, *signals]
    random.Random(3).shuffle(shuffled)

    assert apply(shuffled, evidence_map) == expected
    assert len(expected) == 8


def test_signals_in_are_signals_applied_and_unmapped(tmp_path: Path) -> None:
    signals = [signal(), signal("nobody-mapped-this"), signal("x", kind="rule")]
    evidence_map = load(tmp_path)

    assert unmapped(signals, evidence_map) == (signals[1], signals[2])
    assert {e.signal for e in apply(signals, evidence_map)} == {signals[0]}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("requirements: [DRF-21], role: contradicts", "requirements: [DRF-12], role: contradicts", "did you mean"),
        ("requirements: [DRF-07, LED-14], role: informs", "requirements: [LED-14], role: supports", "may not support"),
        ("role: supports", "role: supports, cap: partly", "'cap' belongs to the role 'caps'"),
        ("role: caps, cap: not_met", "role: caps", "'cap' belongs to the role 'caps'"),
        ("role: caps, cap: not_met", "role: caps, cap: met", "cap"),
        ("keys: [out-of-support, end-of-life]", "keys: [a, a]", "finding a is mapped twice"),
        ("chapters: [LED]", "chapters: [LEDE]", "unknown chapter 'LEDE', did you mean LED?"),
        ("because: {nb: Får ikke rettelser., en: Gets no fixes.}", "because: {nb: '', en: a}", "nothing is said in nb"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in MAP
    told = faults(tmp_path, MAP.replace(old, new))

    assert what in told
    assert "checklists/evidence-map.yml:" in told


def test_what_people_wrote_may_support_what_people_decided_and_a_measurement_may_not(tmp_path: Path) -> None:
    written = """
  - kind: document
    keys: [dpia-finished]
    effects:
      - {requirements: [LED-14], role: supports, because: {nb: a, en: a}}
"""
    found = apply([signal("dpia-finished", kind="document")], load(tmp_path, MAP + written))

    assert [(one.requirement, one.role) for one in found] == [("LED-14", "supports")]
    assert "may not support it" in faults(tmp_path, MAP + written.replace("document", "finding"))


def test_a_map_that_is_not_there_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "checklists" / "evidence-map.yml").unlink()
    with pytest.raises(ContentError, match=r"evidence-map\.yml: is not there"):
        load_evidence_map(tmp_path, load_checklist(tmp_path))


PACK_MAP = """
confidence: known
governance: {chapters: [XA], technical: [XA-01], because: {nb: a, en: a}}
signals:
  - kind: finding
    keys: [out-of-support]
    effects:
      - {requirements: [XA-01], role: supports, because: {nb: Det virker., en: It works.}}
      - {requirements: [XA-02], role: informs, because: {nb: Se her., en: Look here.}}
"""


def pack_map(base: Path, text: str | None = PACK_MAP) -> EvidenceMap:
    write_pack(write(base))
    if text is not None:
        (base / "checklists" / "packs" / "law" / "evidence-map.yml").write_text(text, encoding="utf-8")
    return load_evidence_map(base, load_packs(base)["law"].checklist)


def test_a_pack_has_a_map_of_its_own_that_names_what_is_technical(tmp_path: Path) -> None:
    found = pack_map(tmp_path)

    assert found.governed == {"XA-02"}
    assert [(e.requirement, e.role, e.confidence) for e in apply([signal()], found)] == [
        ("XA-01", "supports", "known"),
        ("XA-02", "informs", "known"),
    ]


def test_a_pack_without_a_map_is_about_people_and_nothing_bears_on_it(tmp_path: Path) -> None:
    found = pack_map(tmp_path, None)

    assert found.governed == {"XA-01", "XA-02"}
    assert apply([signal()], found) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[XA-02], role: informs", "[XA-02], role: supports", "XA-02 is about what people decided"),
        ("technical: [XA-01]", "technical: [XA-09]", "unknown requirement 'XA-09'"),
        ("[XA-02]", "[DRF-07]", "unknown requirement 'DRF-07'"),
        ("chapters: [XA]", "chapters: [XB]", "unknown chapter 'XB'"),
        ("confidence: known", "confidence: sure", "confidence"),
    ],
)
def test_a_packs_map_is_held_to_the_rules_of_normens(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in PACK_MAP
    with pytest.raises(ContentError) as caught:
        pack_map(tmp_path, PACK_MAP.replace(old, new))

    assert told in str(caught.value)
