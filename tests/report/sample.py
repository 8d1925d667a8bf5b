"""A synthetic result of the example clinic, one with nearly nothing in it, and one with far too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sentinel.model.compliance import (
    Acceptance,
    Action,
    Answer,
    EffectiveState,
    Evidence,
    GateResult,
    Guidance,
    Judgement,
    Level,
    Organisation,
    Reference,
    Requirement,
    Role,
    Score,
    Signal,
    State,
)
from sentinel.model.packs import PackOverview, PackScored, Status, Validity
from sentinel.model.result import Result, Versions
from sentinel.model.text import Text
from sentinel.model.trend import Change, Previous
from sentinel.report.notlooked import not_looked
from tests.report.parts import MEANING, alerts, assets, digest, findings, ledger, logs, scans
from tests.report.ros.sample import clinic

AS_OF = date(2026, 11, 21)
CLINIC = Organisation("Lyngvik tannklinikk", "000000001", "dental_clinic", frozenset({"ALL", "EHR"}))
CHAPTERS = {
    "LED": Text("Ledelse og ansvar", "Management and responsibility"),
    "TIL": Text("Tilgang", "Access"),
    "DRF": Text("Drift og sikkerhet", "Operations and security"),
    "LEV": Text("Leverandører", "Suppliers"),
}
EXPECTED = [
    ("epj-access", Text("Loggen fra journalsystemet", "The log from the patient record system")),
    ("lv-epj-security", Text("Loggen fra journalserveren", "The log from the record server")),
    ("wireless", Text("Loggen fra trådløst nett", "The log from the wireless network")),
]


def requirement(name: str, title: Text, weight: int = 2, *, gate: bool = False) -> Requirement:
    return Requirement(
        id=name,
        chapter=name[:3],
        title=title,
        text=title,
        question=title,
        why=title,
        how=title,
        applies="ALL",
        weight=weight,
        gate=gate,
        duty="must",
        basis="law",
        guidance=Guidance(title, title, title, (title,)),
        references=(Reference("Normen", "5.1", "unverified"),),
    )


def answer(name: str, state: State, note: str = "", by: str = "Åse Lyngvik") -> Answer:
    return Answer(requirement=name, state=state, by=by, given=date(2026, 11, 12), note=note)


def evidence(name: str, role: Role, what: Text, source: str, days: Sequence[date] = ()) -> Evidence:
    first, last = (days[0], days[-1]) if days else (None, None)
    signal = Signal("finding", name, present=True, subject="LV-EPJ", what=what, source=source, first=first, last=last)
    return Evidence(name, role, signal, Text(f"{what.nb}, og det gjelder kravet", f"{what.en}, which bears on it"))


OPEN_REMOTE = Text("Fjernhjelp var åpen for alle adresser", "Remote help was open to all addresses")
OLD_MACHINES = Text("To maskiner får ikke lenger oppdateringer", "Two machines no longer get updates")


ACCEPTED = {
    40: Acceptance(date(2026, 3, 1), "Siv Rønning", "Byttes snart.", ended=True),
    41: Acceptance(date(2027, 3, 1), "Siv Rønning", "Det er ikke satt av penger ennå.", ended=False),
}


def _judgement(
    need: Requirement, state: EffectiveState, given: Answer | None, found: tuple[Evidence, ...] = ()
) -> Judgement:
    reasons = {
        "met": Text("Svart oppfylt, og ingen måling sier noe annet.", "Answered met, and no measurement differs."),
        "partly": Text("Bare deler av kravet er på plass.", "Only parts of it are in place."),
        "not_met": Text("Svart ikke oppfylt.", "Answered not met."),
        "planned": Text("Planlagt, men ikke finansiert.", "Planned, but not funded."),
        "unknown": Text("Ingen vet.", "Nobody knows."),
        "disputed": Text("Svaret og målingen er uenige.", "Answer and measurement disagree."),
        "not_assessed": Text("Ingen har svart.", "Nobody has answered."),
        "not_applicable": Text("Klinikken utvikler ikke programvare.", "The clinic develops no software."),
    }
    return Judgement(need, state, given, found, reasons[state])


def judgements() -> tuple[Judgement, ...]:
    """61 that apply: 29 met, 6 partly, 1 planned, 6 not met, 2 disputed, 2 unknown, 15 not assessed; 2 that do not."""
    october = [date(2026, 10, 3), date(2026, 10, 19)]
    updates = requirement(
        "DRF-03", Text("Oppdateringer settes inn innen en måned", "Updates within a month"), 3, gate=True
    )
    outside = requirement("LEV-06", Text("Fjernhjelp er begrenset", "Remote help is limited"), 3, gate=True)
    found = [
        _judgement(
            updates,
            "disputed",
            answer("DRF-03", "met", "Vi oppdaterer alt hver måned."),
            (evidence("DRF-03", "contradicts", OLD_MACHINES, "klinikk.pcap", [date(2026, 11, 18)]),),
        ),
        _judgement(
            outside,
            "disputed",
            answer("LEV-06", "met", "Bare vi og leverandøren har tilgang utenfra.", "Siv Ødegård"),
            (evidence("LEV-06", "contradicts", OPEN_REMOTE, "firewall.jsonl.zst", october),),
        ),
    ]
    counts: dict[EffectiveState, int] = {
        "met": 29,
        "partly": 6,
        "not_met": 6,
        "planned": 1,
        "unknown": 2,
        "not_assessed": 15,
        "not_applicable": 2,
    }
    states = [state for state, count in counts.items() for _ in range(count)]
    codes = ("LED", "TIL", "DRF", "LEV")
    for number, state in enumerate(states):
        name = f"{codes[number * 4 // 61]}-{number + 10}"
        title = Text(
            f"Krav nummer {number + 1} om sårbare løsninger", f"Requirement number {number + 1} about weak spots"
        )
        need = requirement(name, title, 1 + number % 3, gate=number % 9 == 0)
        given = None if state == "not_assessed" else answer(name, _given(state), by="Kåre Nygård")
        supports = (
            evidence(name, "supports", Text("Loggen kom hele måneden", "The log came all month"), "epj", october),
        )
        judged = _judgement(need, state, given, supports if number % 5 == 0 and state == "met" else ())
        found.append(replace(judged, accepted=ACCEPTED.get(number)))
    return tuple(sorted(found, key=lambda j: (codes.index(j.requirement.chapter), j.requirement.id)))


def _given(state: EffectiveState) -> State:
    return "met" if state == "disputed" or state == "not_assessed" else state  # noqa: PLR1714 -- mypy narrows by ==


def score(
    of: Sequence[Judgement], level: Level, reason: Text, numbers: tuple[float | None, float | None, float | None]
) -> Score:
    gates = tuple(
        GateResult(j.requirement.id, j.requirement.title, j.state == "met", j.reason) for j in of if j.requirement.gate
    )
    counts = dict(Counter(j.state for j in of))
    return Score(*numbers, level, reason, gates, counts, "normen-small", "2026.1", digest("checklist"))


def actions() -> tuple[Action, ...]:
    supplier, manager = Text("Fjordnett Drift", "Fjordnett Drift"), Text("daglig leder", "general manager")
    return (
        Action(
            Text("Steng fjernhjelp for alle andre enn leverandøren", "Close remote help to all but the supplier"),
            Text(
                "Noen logget inn som leverandøren om natten 14. oktober.",
                "Somebody logged on as the supplier in the night of 14 October.",
            ),
            supplier,
            Text("1 time", "1 hour"),
            date(2026, 11, 24),
            ("LEV-06",),
        ),
        Action(
            Text("Prøv å hente tilbake en sikkerhetskopi", "Try to restore a backup"),
            Text(
                "Skyggekopiene ble slettet 17. oktober, og ingen vet om NAS-en har en kopi som virker.",
                "The shadow copies were deleted on 17 October, and nobody "
                "knows whether the NAS holds a copy that works.",
            ),
            supplier,
            Text("en halv dag", "half a day"),
            date(2026, 11, 27),
            ("DRF-03",),
        ),
        Action(
            Text("Slå på innlogging i bildearkivet", "Switch on login in the image archive"),
            Text(
                "Alle på nettet kan hente røntgenbilder uten passord.",
                "Everybody on the network can fetch X-ray images without a password.",
            ),
            supplier,
            Text("2 timer", "2 hours"),
            date(2026, 12, 5),
            ("TIL-30",),
        ),
        *(
            Action(
                Text(f"Bestill tiltak nummer {n}", f"Order measure number {n}"),
                Text("Det er ikke på plass.", "It is not in place."),
                manager,
                Text("en dag", "one day"),
                date(2027, 1, 31),
                (f"LED-{n}",),
            )
            for n in range(4, 9)
        ),
    )


def versions() -> Versions:
    return Versions("0.1.0", "2026.1", digest("checklist"), digest("rules"), digest("scanners"), date(2026, 11, 14))


def packs() -> tuple[PackScored, ...]:
    """Three packs: a law that is answered in part, one that is not for the clinic, and one that nobody answered."""
    states: tuple[EffectiveState, ...] = ("met", "partly", "not_met", "unknown", "not_assessed", "not_applicable")
    judged = tuple(_in_law(at, state) for at, state in enumerate(states, 1))
    reason = Text("Nivå gult. Ett krav er ikke vurdert.", "Level yellow. One requirement is not assessed.")
    numbers = score(judged, "yellow", reason, (37.5, 60.0, 30.0))
    nobody = tuple(replace(one, state="not_assessed", answer=None) for one in judged)
    unseen = score(nobody, "red", Text("Nivå rødt. Ingen har svart.", "Level red. Nobody answered."), (None, 0.0, 0.0))
    law, act, own = overview("gdpr", "in_force"), overview("digitalsikkerhetsloven", "in_force"), overview("supplier")
    return (
        PackScored(replace(act, applies=False), CLINIC, AS_OF, (), None, named=False),
        PackScored(law, CLINIC, AS_OF, judged, numbers),
        PackScored(own, CLINIC, AS_OF, nobody, unseen, named=False),
    )


def _away(one: PackScored) -> PackScored:
    return replace(one, pack=replace(one.pack, applies=False), judgements=(), score=None, named=False)


def overview(name: str, status: Status = "voluntary") -> PackOverview:
    first = date(2018, 7, 20) if status == "in_force" else None
    title = Text(f"Loven {name}", f"The act {name}")
    says = Text("Gjelder i Norge fra 20. juli 2018.", "In force in Norway from 20 July 2018.")
    return PackOverview(
        id=name,
        version="2026.1",
        hash=digest(name),
        title=title,
        about=title,
        based_on=title,
        validity=Validity(status, first, None, "known", "LOV-2000-01-01-1"),
        standing=status,
        says=says if first else Text("Frivillig å følge.", "Voluntary to follow."),
        requirements=6,
        gates=1,
        applies=True,
        because=Text("Gjelder ikke: virksomheten er liten.", "Does not apply: the organisation is small."),
    )


def _in_law(at: int, state: EffectiveState) -> Judgement:
    title = Text(f"Lovens krav nummer {at}", f"The law's requirement number {at}")
    need = replace(requirement(f"XA-{at:02}", title, gate=at == 1), chapter="XA")
    given = None if state == "not_assessed" else answer(need.id, _given(state), "Det står i permen.", "Åse Lyngvik")
    return _judgement(need, state, given)


def rich() -> Result:
    """The clinic of the example, with something in every place."""
    judged, seen = judgements(), assets()
    previous = Previous(date(2025, 11, 20), {j.requirement.id: j.state for j in judged}, {})
    reason = Text(
        "Nivå gult. To sperrer holder nivået nede: svar og måling er uenige om alle "
        "maskiner får oppdateringer, og om bare de rette slipper inn utenfra.",
        "Level yellow. Two gates hold the level down: answer and measurement disagree on whether "
        "all machines get updates, and whether only the right ones get in from outside.",
    )
    changes = (
        Change("up", Text("Alle ansatte har fått opplæring", "All staff have been trained")),
        Change("down", Text("Avtalen med leverandøren er utløpt", "The agreement with the supplier has expired")),
        Change("same", Text("Målt på de samme 54 kravene: 71 → 70", "Measured on the same 54 requirements: 71 → 70")),
    )
    decisions = (
        Text(
            "Om bildearkivet skal stå på nettet til innlogging er på plass",
            "Whether the archive stays online before login is in place",
        ),
        Text("Ny server for domenet, om lag 60 000 kr", "A new server for the domain, about NOK 60,000"),
        Text("Hvem som er stedfortreder for sikkerhetsansvarlig", "Who stands in for the security lead"),
    )
    return Result(
        organisation=CLINIC,
        as_of=AS_OF,
        tlp="AMBER",
        versions=versions(),
        logs=logs(),
        ledger=ledger(),
        alerts=alerts(),
        scans=scans(),
        assets=seen,
        findings=findings(seen),
        judgements=judged,
        score=score(judged, "yellow", reason, (76.4, 68.85, 47.6)),
        actions=actions(),
        decisions=decisions,
        not_looked=not_looked(logs(), ledger(), scans(), judged, EXPECTED),
        previous=previous,
        changes=changes,
        chapters=CHAPTERS,
        meanings={"rule-0": MEANING},
        beyond=("LED-03", "LED-05"),
        risks=clinic(),
        packs=packs(),
    )


def empty() -> Result:
    """A site with a name and nothing else: every heading needs its honest sentence."""
    reason = Text("Ingenting er vurdert.", "Nothing has been assessed.")
    return Result(
        organisation=Organisation("Tom praksis", "000000002", "foot_therapist", frozenset({"ALL"})),
        as_of=AS_OF,
        tlp="CLEAR",
        versions=versions(),
        logs=(),
        ledger=(),
        alerts=(),
        scans=(),
        assets=(),
        findings=(),
        judgements=(),
        score=score((), "red", reason, (None, None, None)),
        actions=(),
        decisions=(),
        not_looked=not_looked((), (), (), ()),
        previous=None,
        changes=(),
        packs=tuple(_away(one) for one in packs()),
    )
