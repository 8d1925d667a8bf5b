from __future__ import annotations

from datetime import date

from sentinel.content import root
from sentinel.model.judged import Judged, Outcome, OutcomeState
from sentinel.model.knowledge import Feed
from sentinel.report.notjudged import not_judged
from tests.scan.weakness.bundle import feed


def outcome(state: OutcomeState) -> Outcome:
    return Outcome("a", "n", "v", "p", "1", "", "s", state, 0, 0, (), (), 0, with_support=False)


def told(judged: Judged, *old: Feed) -> list[str]:
    return [one.what.nb.replace("\u00a0", " ") for one in not_judged(judged, old, root())]


def test_without_a_bundle_nobody_looked() -> None:
    (one,) = not_judged(Judged(()), (), root())
    assert one.kind == "network"
    assert one.what.nb == "Ingen har sett etter kjente sårbarheter: det var ingen kunnskapspakke å slå opp i."
    assert one.what.en.startswith("Nobody has looked")


def test_what_was_looked_up_is_not_among_what_was_not() -> None:
    feeds = (feed("csaf"),)
    assert told(Judged((), (outcome("found"), outcome("none"), outcome("cleared")), feeds)) == []
    assert told(Judged((), (outcome("unknown"), outcome("unknown"), outcome("no_version")), feeds)) == [
        "2 produkter er ikke sett etter i kunnskapspakken: den sier ingenting om dem",
        "1 produkt kunne ikke vurderes for kjente sårbarheter: versjonen er ikke sett",
    ]


def test_old_knowledge_is_named_with_its_day() -> None:
    old = feed("csaf", date(2024, 9, 10))
    (line,) = told(Judged((), (), (old,)), old)
    assert line == "Kunnskapen fra CSAF er fra 10. september 2024. Det som er blitt kjent senere, er ikke sett etter."
