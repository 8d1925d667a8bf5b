"""Turns an assessment of the impact on data protection into signals that the evidence map can look up.

It was written by people, so it may be proof of what they decided; a measurement never is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from sentinel.comply.dpia.events import high
from sentinel.model.compliance import Signal
from sentinel.model.dpia import Dpia
from sentinel.model.text import Text

Said: TypeAlias = tuple[str, date | None, Text]
"""A key of the evidence map, the day it is from, and what is told."""


def signals_of(dpia: Dpia, source: str) -> Iterator[Signal]:
    """Yield how the assessment stands and, where a high risk is left, what was done about that; `source` is its file.

    What is not finished stands as on the day of the assessment; what is finished, as on the day it was decided.
    """
    for key, when, told in (_stands(dpia), *_left(dpia)):
        what = Text(f"«{dpia.title}»: {told.nb}", f"“{dpia.title}”: {told.en}")
        yield Signal("document", key, present=True, subject=dpia.title, what=what, source=source, first=when, last=when)


def in_use(dpia: Dpia) -> bool:
    """Say whether the processing goes on already; where nobody has said, it is not known to."""
    return dpia.in_use is not None and dpia.in_use <= dpia.as_of


def _stands(dpia: Dpia) -> Said:
    if dpia.state == "not_needed":
        told = Text(
            "etter forundersøkelsen trengs ingen vurdering av personvernkonsekvenser",
            "by the screening, no assessment of the impact on data protection is needed",
        )
        return "dpia-not-needed" if dpia.made else "dpia-undated", dpia.made, told
    if dpia.state == "finished":
        return _finished(dpia)
    if dpia.state == "review":
        return "dpia-due", dpia.as_of, Text("dagen for ny gjennomgang er passert", "the day of its review has passed")
    return _unfinished(dpia)


def _finished(dpia: Dpia) -> Said:
    decided = dpia.approval.given
    if dpia.in_use and decided and dpia.in_use < decided:
        late = Text(
            "vurderingen ble ferdig etter at behandlingen var tatt i bruk",
            "the assessment was finished after the processing was taken into use",
        )
        return "dpia-late", decided, late
    told = Text(
        "vurderingen av personvernkonsekvenser er ferdig", "the assessment of the impact on data protection is finished"
    )
    return "dpia-finished", decided, told


def _unfinished(dpia: Dpia) -> Said:
    told = {
        "unknown": Text(
            "det er ikke avklart om en vurdering trengs", "it is not settled whether an assessment is needed"
        ),
        "needed": Text("en vurdering trengs, og den er ikke ferdig", "an assessment is needed, and it is not finished"),
        "not_needed": Text(
            "forundersøkelsen sier at ingen vurdering trengs, men en hendelse er vurdert som høy risiko",
            "the screening says that no assessment is needed, but an event was judged to be a high risk",
        ),
    }[dpia.screening.need]
    if not in_use(dpia):
        return "dpia-unfinished", dpia.as_of, told
    used = Text(f"{told.nb}; behandlingen er i bruk", f"{told.en}; the processing is in use")
    return "dpia-unfinished-in-use", dpia.as_of, used


def _left(dpia: Dpia) -> Iterator[Said]:
    """Yield what was done about a high risk that is left (GDPR art. 36): asked, answered, or neither."""
    if dpia.state == "not_needed" or not high(dpia.events):
        return
    asked = dpia.consultation
    started = asked.sent is not None and dpia.in_use is not None and dpia.in_use <= (asked.answered or dpia.as_of)
    if asked.sent is None or started:
        told = Text(
            "høy risiko står igjen, og Datatilsynet har ikke svart på forhånd",
            "a high risk is left, and Datatilsynet has not answered beforehand",
        )
        yield "dpia-high-risk", dpia.as_of, told
    elif asked.answered is None:
        yield "dpia-asked", asked.sent, Text("Datatilsynet er spurt", "Datatilsynet has been asked")
    else:
        yield "dpia-answered", asked.answered, Text("Datatilsynet har svart", "Datatilsynet has answered")
