"""Lays an assessment of impact (DPIA) beside the organisation's of risk (ROS): where do the two not agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sentinel.comply.wording import day
from sentinel.model.dpia import Dpia, DpiaMeasure, FearedEvent, RiskLink
from sentinel.model.risks import BANDS, Band, Dimension, Measure, Risk, Ros
from sentinel.model.text import Language, Text

CONCERNED: tuple[Dimension, ...] = ("patient_safety", "person")
"""The dimensions that are about those whom the data are about."""
_STATES: Mapping[str, Text] = {
    "planned": Text("planlagt", "planned"),
    "started": Text("begynt", "started"),
    "done": Text("gjort", "done"),
}
_BANDS: Mapping[Band, Text] = {
    "low": Text("lav", "low"),
    "medium": Text("middels", "medium"),
    "high": Text("høy", "high"),
}


def concerning(ros: Ros) -> Iterator[Risk]:
    """Yield the risks that bear on patient safety or the registered person, also where nobody has judged that."""
    for risk in ros.risks:
        judged = {rating.dimension: rating.consequence for rating in risk.now.ratings} if risk.now else {}
        bears = any(judged.get(name, name in risk.threatens) for name in CONCERNED)
        if bears and risk.state != "not_relevant":
            yield risk


def band_of(risk: Risk) -> Band | None:
    """Return how grave a risk stands today for those concerned, None where nobody has judged it whole."""
    if risk.now is None or risk.stale or set(CONCERNED) & set(risk.now.missing):
        return None
    bands = [rating.band for rating in risk.now.ratings if rating.dimension in CONCERNED and rating.band]
    return max(bands, key=BANDS.index, default=None)


def links(ros: Ros, dpia: Dpia) -> Iterator[RiskLink]:
    """Yield every risk that bears on persons or is linked, in the order of the ROS, then lost links."""
    events, risks = linked(ros, dpia), {risk.id: risk for risk in ros.risks}
    wanted = {risk.id for risk in concerning(ros)} | (set(events) & set(risks))
    for risk in (risk for risk in ros.risks if risk.id in wanted):
        event = events.get(risk.id)
        differs = tuple(_differs(risk, event, dpia)) if event else ()
        yield RiskLink(risk.id, risk.title, band_of(risk), event.id if event else "", differs)
    for name in sorted(set(events) - set(risks)):
        gone = Text(f"{name} står ikke i virksomhetens ROS lenger", f"{name} stands in the organisation's ROS no more")
        yield RiskLink(name, events[name].title, None, events[name].id, (gone,))


def linked(ros: Ros, dpia: Dpia) -> dict[str, FearedEvent]:
    """Return the linked events by the risk's name, whichever of the two was taken from the other."""
    by_id = {event.id: event for event in dpia.events}
    back = {risk.id: risk.origin.event for risk in ros.risks if risk.origin and risk.origin.case == dpia.case}
    found = {name: by_id[event] for name, event in back.items() if event in by_id}
    return {**found, **{event.origin.risk: event for event in dpia.events if event.origin}}


def _differs(risk: Risk, event: FearedEvent, dpia: Dpia) -> Iterator[Text]:
    if risk.state == "not_relevant":
        yield Text("ROS sier at risikoen ikke gjelder her", "the ROS says that the risk is not relevant here")
    yield from _changed(risk, event)
    theirs, ours = band_of(risk), event.residual.band if event.residual else None
    today = event.after if event.reached else event.before
    if theirs and today and BANDS.index(today.band) < BANDS.index(theirs):
        yield Text(
            f"i dag er den {_BANDS[theirs].nb} i ROS og {_BANDS[today.band].nb} her",
            f"today it is {_BANDS[theirs].en} in the ROS and {_BANDS[today.band].en} here",
        )
    if theirs is None and ours:
        yield Text("ingen har vurdert den for personene i ROS", "nobody has judged it for the persons in the ROS")
    yield from _measures(risk, event, dpia)


def _changed(risk: Risk, event: FearedEvent) -> Iterator[Text]:
    """Yield that the judgement which was read when the risk was taken is another one now."""
    origin = event.origin
    if origin is None or origin.risk != risk.id or risk.now is None:
        return
    now = {rating.dimension: rating.consequence for rating in risk.now.ratings if rating.dimension in CONCERNED}
    if (origin.likelihood, origin.consequence) != (risk.now.likelihood, now):
        when_nb, when_en = day(origin.taken, "nb"), day(origin.taken, "en")
        yield Text(
            f"vurdert på nytt i ROS etter at den ble tatt inn {when_nb}",
            f"judged anew in the ROS since it was taken on {when_en}",
        )


def _measures(risk: Risk, event: FearedEvent, dpia: Dpia) -> Iterator[Text]:
    """Yield where measures of the two do not agree: owner, day, how far they are, or that one of them is not there."""
    theirs = {measure.id: measure for measure in risk.measures}
    ours = {one.ros: one for one in dpia.measures if one.ros and one.id in event.measures}
    own_links = {one.id: one for one in dpia.measures if one.id in event.measures}
    if event.origin is None:  # taken the other way: the ROS has the assessment's own names
        ours |= {name: one for name, one in own_links.items() if name in theirs}
    for name, measure in theirs.items():
        if name in ours:
            yield from _apart(measure, ours[name])
        elif measure.state != "dropped":
            title = measure.title
            yield Text(
                f"tiltaket «{title.nb}» er ikke knyttet til hendelsen", f"the measure “{title.en}” is not linked here"
            )
    for name in sorted(set(ours) - set(theirs)):
        own = ours[name].title
        yield Text(
            f"tiltaket «{own}» står ikke ved risikoen i ROS", f"the measure “{own}” is not with the risk in the ROS"
        )


def _apart(theirs: Measure, ours: DpiaMeasure) -> Iterator[Text]:
    title = ours.title
    if theirs.state == "dropped":
        yield Text(f"tiltaket «{title}» er droppet i ROS", f"the measure “{title}” was dropped in the ROS")
    elif theirs.state != ours.state:
        far, near = _STATES[theirs.state], _STATES[ours.state]
        yield Text(
            f"tiltaket «{title}» er {far.nb} i ROS og {near.nb} her",
            f"the measure “{title}” is {far.en} in the ROS and {near.en} here",
        )
    if theirs.due != ours.due:
        yield Text(
            f"tiltaket «{title}» har frist {_day(theirs.due, 'nb')} i ROS og {_day(ours.due, 'nb')} her",
            f"the measure “{title}” is due {_day(theirs.due, 'en')} in the ROS and {_day(ours.due, 'en')} here",
        )
    if theirs.owner != ours.owner:
        yield Text(
            f"tiltaket «{title}» eies av {theirs.owner} i ROS og {ours.owner or 'ingen'} her",
            f"the measure “{title}” is {theirs.owner}'s in the ROS and {ours.owner or 'nobody'}'s here",
        )


def _day(when: date | None, language: Language) -> str:
    return day(when, language) if when else Text("ingen dag", "on no day").say(language)
