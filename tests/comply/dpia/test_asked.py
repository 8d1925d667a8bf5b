from __future__ import annotations

from sentinel.comply.dpia.asked import asked, people
from tests.comply.dpia.test_assess import ACCEPTED, DECIDED, example, high


def test_what_is_in_use_and_not_assessed_is_asked_about_first() -> None:
    begun, grave = example(in_use="2026-11-01"), example(events=high(), title="Sensor")

    stopped, lowered = asked([grave, begun])
    assert stopped.nb.startswith("Om «Oppfølging hjemme etter kjeveoperasjon")
    assert stopped.nb.endswith("stanses til personvernkonsekvensene er vurdert: den er i bruk siden 1. november 2026")
    assert lowered.nb == (
        "Om risikoen i «Sensor» skal ned, eller om Datatilsynet skal spørres først: den er fortsatt høy"
    )


def test_what_is_finished_asked_already_or_to_come_asks_nothing() -> None:
    sent = {"sent": "2026-11-02"}
    quiet = [
        example(approval=DECIDED, in_use="2026-11-20"),
        example(in_use="2026-11-22"),
        example(),
        example(review=None),
    ]

    assert asked(quiet) == ()
    assert asked([example(events=high(), consultation=sent)]) == ()


def test_whoever_decided_accepted_or_owns_something_is_named() -> None:
    found = people([example(approval={**DECIDED, "by": "Siv Ødegård"}, events=high(accepted=ACCEPTED))])

    assert {"Siv Ødegård", "Åse", "Fjordnett Drift", "Nærvær Hjemme AS"} <= set(found)
    assert "" not in found
