from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import load_checklist
from sentinel.comply.packs import load_packs
from sentinel.comply.plan import Plan, effort, load_pack_plan, load_plan
from sentinel.errors import ContentError
from tests.comply.small import write
from tests.comply.small_packs import write_pack

PLAN = dedent("""
    people: {leader: {nb: Daglig leder, en: General manager}, supplier: {nb: IT-leverandøren, en: The IT supplier}}
    costs:
      hours:
        - {most: 60, title: {nb: en time, en: an hour}}
        - {most: null, title: {nb: mer, en: more}}
      money: {none: {nb: egen tid, en: own time}, low: {nb: litt, en: a little}}
    answering:
      title: {nb: "Svar på de {count} kravene", en: "Answer the {count} requirements"}
      title_one: {nb: Svar på det ene kravet, en: Answer the one requirement}
      why: {nb: Ingen har sett på dem., en: Nobody has looked at them.}
      who: leader
      minutes_each: 3
      days: 21
    finding_out:
      title: {nb: "Finn svaret på de {count} kravene", en: "Find out about the {count} requirements"}
      title_one: {nb: Finn svaret på det ene kravet, en: Find out about the one requirement}
      why: {nb: "De vet det: {people}.", en: "They know: {people}."}
      minutes_each: 15
      days: 30
    decisions:
      notice_days: 90
      exception_ends: {nb: "Unntak «{title}» til {date}", en: "Exception “{title}” until {date}"}
      exception_ended: {nb: "Unntak «{title}» gikk ut {date}", en: "Exception “{title}” ended on {date}"}
      risk_ends: {nb: "Risiko «{title}» til {date}", en: "Risk “{title}” until {date}"}
      risk_ended: {nb: "Risiko «{title}» gikk ut {date}", en: "Risk “{title}” ended on {date}"}
      not_funded: {nb: "Penger til «{title}» ({reason})", en: "Money for “{title}” ({reason})"}
      planned: {nb: "Penger til planen for «{title}»", en: "Money for the plan for “{title}”"}
    steps:
      - id: replace
        title: {nb: "Bytt ut {subjects}", en: "Replace {subjects}"}
        why: {nb: Den får ingen rettelser., en: It gets no corrections.}
        who: supplier
        minutes: 960
        effort: {nb: bestilles nå, en: order now}
        days: 60
        mends: [DRF-21]
        checks: [product-unsupported]
        decision: {nb: "Hva {subjects} får koste", en: "What {subjects} may cost"}
      - id: stop
        title: {nb: Undersøk innbruddet, en: Investigate the intrusion}
        why: {nb: Fristen løper., en: The clock is running.}
        who: leader
        minutes: 480
        days: 0
        mends: [LED-14]
        rules: [remote_logon]
        urgent: true
      - id: fill-gaps
        title: {nb: Finn loggen, en: Find the log}
        why: {nb: Uten logg vet ingen., en: Without a log nobody knows.}
        who: supplier
        minutes: 120
        days: 14
        mends: [DRF-10]
        missing_logs: ["*"]
      - id: back-up
        title: {nb: Ta sikkerhetskopi, en: Back up}
        why: {nb: Kopien er det dere har., en: The copy is what you have.}
        who: supplier
        minutes: 240
        days: 21
        mends: [DRF-07]
      - id: look-after
        title: {nb: Rydd opp, en: Tidy up}
        why: {nb: Det hjelper., en: It helps.}
        who: leader
        minutes: 60
        days: 30
        mends: [DRF-10, DRF-21, UTS-07]
      - id: keep-list
        title: {nb: Begynn en liste, en: Begin a list}
        why: {nb: Små feil hindrer store., en: Small mistakes prevent big ones.}
        who: leader
        minutes: 30
        days: 30
        mends: [LED-14]
""")


def plan(base: Path, text: str = PLAN) -> Plan:
    write(base, plan=text)
    return load_plan(base, load_checklist(base))


@pytest.mark.parametrize(
    ("minutes", "nb", "en"),
    [
        (30, "30 minutter", "30 minutes"),
        (60, "1 time", "1 hour"),
        (90, "2 timer", "2 hours"),
        (449, "7 timer", "7 hours"),
        (450, "1 dag", "1 day"),
        (960, "2 dager", "2 days"),
    ],
)
def test_work_is_said_as_people_say_it(minutes: int, nb: str, en: str) -> None:
    assert (effort(minutes).nb, effort(minutes).en) == (nb, en)


def test_a_plan_keeps_its_steps_in_order_with_their_people(tmp_path: Path) -> None:
    steps = plan(tmp_path).steps

    assert [step.id for step in steps] == ["replace", "stop", "fill-gaps", "back-up", "look-after", "keep-list"]
    assert [step.general for step in steps] == [False, False, False, True, True, True]
    assert steps[0].who.nb == "IT-leverandøren"
    assert (steps[0].effort.nb, steps[3].effort.nb) == ("bestilles nå", "4 timer")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("mends: [DRF-07]", "mends: [DRF-70]", "unknown requirement 'DRF-70'"),
        ("mends: [DRF-07]", "mends: [DRF-21]", "no general step mends DRF-07"),
        ("mends: [DRF-07]", "mends: [DRF-07, LED-14]", "2 general steps mend LED-14"),
        ("who: supplier\n    minutes: 240", "who: suplier\n    minutes: 240", "'suplier', did you mean supplier?"),
        ("who: leader\n  minutes_each", "who: chief\n  minutes_each", "unknown person 'chief'"),
        ("id: back-up", "id: stop", "step stop is written 2 times"),
        ("minutes: 240", "minutes: 0", "minutes"),
        ("days: 60", "days: soon", "days"),
        ("urgent: true", "urgent: maybe", "urgent"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in PLAN
    with pytest.raises(ContentError) as caught:
        plan(tmp_path, PLAN.replace(old, new))
    assert what in str(caught.value)
    assert "checklists/actions.yml:" in str(caught.value)


PACK_STEPS = dedent("""
    steps:
      - id: mend
        title: {nb: Rett begge, en: Mend both}
        why: {nb: De mangler., en: They are missing.}
        who: manager
        minutes: 90
        money: low
        days: 30
        mends: [XA-01, XA-02]
    """)


def pack_plan(base: Path, steps: str = PACK_STEPS) -> Plan:
    write_pack(write(base, plan=PLAN))
    (base / "checklists" / "packs" / "law" / "actions.yml").write_text(steps, encoding="utf-8")
    return load_pack_plan(base, load_packs(base)["law"].checklist, load_plan(base, load_checklist(base)))


def test_a_pack_has_steps_of_its_own_and_the_rest_from_normen(tmp_path: Path) -> None:
    found = pack_plan(tmp_path)
    (step,) = found.steps

    assert (step.id, step.who.nb, step.money.nb, step.general) == ("law.mend", "Lederen", "litt", True)
    assert (found.pack, found.of.nb) == ("law", "Loven")
    assert set(found.titles()) == {"law.mend", "law.answering", "law.finding-out"}
    assert found.hours(30).nb == "en time"
    assert found.answering.who is None, "whoever knows most of it is asked"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("XA-02", "XA-20", "unknown requirement 'XA-20', did you mean XA-02"),
        (", XA-02", "", "no general step mends XA-02"),
        ("manager", "manger", "unknown person 'manger', did you mean manager?"),
        ("money: low", "money: lots", "unknown band 'lots'"),
        ("minutes: 90", "minutes: 0", "greater than 0"),
        ("id: mend", "id: mend.it", "id"),
        ("days: 30", "days: 30\n    colour: red", "unknown key 'colour'"),
        ("    mends: [XA-01, XA-02]", "    mends: [XA-01, XA-02]\n  - 4", "steps.1"),
    ],
)
def test_what_cannot_be_meant_in_a_packs_plan_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in PACK_STEPS
    with pytest.raises(ContentError) as caught:
        pack_plan(tmp_path, PACK_STEPS.replace(old, new))

    assert told in str(caught.value)
    assert "packs/law/actions.yml" in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_packs_plan_or_our_error(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        base = write_pack(write(Path(folder), plan=PLAN))
        (base / "checklists" / "packs" / "law" / "actions.yml").write_bytes(raw)
        with pytest.raises(ContentError):
            load_pack_plan(base, load_packs(base)["law"].checklist, load_plan(base, load_checklist(base)))
