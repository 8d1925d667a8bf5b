"""Takes risks from the organisation's ROS into an assessment of impact (DPIA), and events of that into the ROS.

A link says where something comes from. Levels are never taken over: the two have matrices of their own, and one is seen
from the organisation, the other from the persons concerned. Nothing is taken twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sentinel.comply.dpia.risks import CONCERNED, concerning, linked
from sentinel.model.dpia import Dpia, FearedEvent
from sentinel.model.risks import Dimension, Measure, Risk, Ros
from sentinel.model.text import Language

THREATENS: dict[str, Dimension] = {"access": "confidentiality", "change": "integrity", "loss": "availability"}
_NAMED = re.compile(r"[a-z][a-z0-9-]{2,60}")
_NAME = 55
_ID, _TITLE, _TEXT = 60, 200, 4_000
"""What the other file has room for."""
_LEAST_FIRST = ("planned", "started", "done")


@dataclass(frozen=True, slots=True)
class Taken:
    """Entries to be put into the other file, by their names, and what was passed over with its reason."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)
    passed: list[tuple[str, str]] = field(default_factory=list)


def to_dpia(ros: Ros, dpia: Dpia, wanted: Sequence[str], language: Language) -> Taken:
    """Return events to be put into the assessment: linked, with the ROS's measures, and judged by nobody.

    `wanted` are names of risks; none: all that bear on persons.
    """
    there, made = linked(ros, dpia), Taken()
    chosen = [risk for risk in ros.risks if risk.id in wanted] if wanted else list(concerning(ros))
    for risk in chosen:
        if why := _why_not(risk, dpia, there):
            made.passed.append((risk.id, why))
        else:
            measures = list(_measures_to(risk, dpia, made, language))
            made.entries[_free(risk.id, dpia)] = {
                "title": _cut(risk.title.say(language), _TITLE),
                "ros": _origin(risk, ros),
                "measures": measures,
            }
    return made


def _why_not(risk: Risk, dpia: Dpia, there: dict[str, FearedEvent]) -> str:
    if risk.id in there:
        return f"is in the file already, as '{there[risk.id].id}'"
    if risk.state == "not_relevant":
        return "is not relevant by the ROS"
    titles = {title.casefold(): event.id for event in dpia.events for title in (event.title.nb, event.title.en)}
    same = titles.get(risk.title.nb.casefold()) or titles.get(risk.title.en.casefold())
    return f"has the title of '{same}': link that by ros: {{risk: {risk.id}}}" if same else ""


def _free(name: str, dpia: Dpia) -> str:
    taken = {event.id for event in dpia.events}
    return name[:_ID] if name[:_ID] not in taken else f"ros-{name[:_NAME]}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _origin(risk: Risk, ros: Ros) -> dict[str, Any]:
    link: dict[str, Any] = {"risk": risk.id, "date": ros.as_of, "matrix": ros.matrix.id}
    if risk.now is None:
        return link
    levels = {rating.dimension: rating.consequence for rating in risk.now.ratings if rating.dimension in CONCERNED}
    return {**link, "assessed": risk.now.given, "likelihood": risk.now.likelihood, "consequence": levels}


def _measures_to(risk: Risk, dpia: Dpia, made: Taken, language: Language) -> Iterator[str]:
    """Yield the names of a risk's measures in the assessment; a new one is added once, however many risks use it."""
    ours = {one.ros: one.id for one in dpia.measures if one.ros}
    known = {one.id for one in dpia.measures}
    for measure in (measure for measure in risk.measures if measure.state != "dropped"):
        if measure.id in ours:
            yield ours[measure.id]
        elif measure.id in known:
            hint = f"a measure of that name is there, without a link: if it is the same, add ros: {measure.id}"
            made.passed.append((measure.id, hint))
        else:
            entry = _entry(measure, language)
            name = measure.id[:_ID]
            made.measures[name] = _less(made.measures.get(name), entry)
            yield name


def _entry(measure: Measure, language: Language) -> dict[str, Any]:
    entry = {"title": measure.title.say(language), "owner": measure.owner, "due": measure.due, "state": measure.state}
    return {**entry, **({"done": measure.done} if measure.done else {}), "ros": measure.id}


def _less(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    """Return the one that is less far, and later due: a measure that is half done is not done."""
    if one is None:
        return other
    return min(one, other, key=lambda entry: (_LEAST_FIRST.index(entry["state"]), -entry["due"].toordinal()))


def to_ros(ros: Ros, dpia: Dpia, known: Iterable[str]) -> Taken:
    """Return risks of the organisation's own to be put into its ROS: linked, and judged by nobody.

    `known` are ids of the library's measures; only measures with an owner and a day can stand there.
    """
    there, made, library = {event.id for event in linked(ros, dpia).values()}, Taken(), set(known)
    names = {risk.id for risk in ros.risks}
    for event in dpia.events:
        name = f"dpia-{dpia.case}-{event.id}"[:60].rstrip("-")
        if event.id in there:
            made.passed.append((event.id, "is linked with a risk already"))
        elif event.before is None:
            made.passed.append((event.id, "nobody has judged it yet"))
        elif name in names:
            made.passed.append((event.id, f"a risk '{name}' is there, without a link"))
        else:
            made.entries[name] = _risk(event, dpia, made, library)
    return made


def _risk(event: FearedEvent, dpia: Dpia, made: Taken, library: set[str]) -> dict[str, Any]:
    link: dict[str, Any] = {"case": dpia.case, "event": event.id, "date": dpia.as_of}
    if event.before:
        link |= {"likelihood": event.before.likelihood, "severity": event.before.severity}
    lines = list(_lines(event, dpia, made, library))
    told = ". ".join(line.rstrip(".") for line in event.threats) + "." if event.threats else event.title.nb
    return {
        "title": f"{event.title.nb}: {dpia.title}",
        "text": _cut(told, _TEXT),
        "threatens": [*([THREATENS[event.id]] if event.id in THREATENS else []), "person"],
        **({"measures": lines} if lines else {}),
        "dpia": link,
    }


def _lines(event: FearedEvent, dpia: Dpia, made: Taken, library: set[str]) -> Iterator[dict[str, Any]]:
    for one in (one for one in dpia.measures if one.id in event.measures):
        name = one.ros or one.id
        if name in library and not one.ros:
            made.passed.append(
                (one.id, f"the library has a measure of that name: if it is the same, add ros: {one.id}")
            )
            continue
        if not one.owner or one.due is None or not _NAMED.fullmatch(name):
            made.passed.append((one.id, "a measure of a ROS needs an owner, a day, and a name of letters"))
            continue
        title = {} if name in library else {"title": one.title}
        done = {"done": one.done} if one.done else {}
        yield {"id": name, **title, "owner": one.owner, "due": one.due, "state": one.state, **done}
