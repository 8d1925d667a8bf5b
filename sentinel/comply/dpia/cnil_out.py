"""Writes an assessment as the French authority's open tool (CNIL PIA) keeps it, and says what that cannot hold.

Its form: `{pia, answers, measures, evaluations, comments}`; an answer belongs to a numbered question, and the number
of one about a feared event is `3`, its section, and 1 to 6: impacts, threats, sources, measures, severity, likelihood.
A gauge goes from 1 to 4; x is severity, y likelihood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from sentinel.comply.dpia.case import DpiaFile, EstimateEntry, EventEntry
from sentinel.comply.dpia.cnil_html import html_of, html_of_parts, tidy
from sentinel.comply.dpia.pack import Pack
from sentinel.model.text import Language

DATA = 121
PIA = 1
IMPACTS, THREATS, SOURCES, MEASURES, SEVERITY, LIKELIHOOD = range(1, 7)
_IMPROVABLE = 2
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CnilFile:
    """The JSON text, and what it does not hold."""

    text: str
    left: tuple[str, ...]


def number(section: int, question: int) -> int:
    """Return the number of a question about a feared event."""
    return 300 + 10 * section + question


def to_cnil(file: DpiaFile, pack: Pack, as_of: date, language: Language) -> CnilFile:
    """Return the file for the other tool."""
    titles = titles_of(file)
    body = {
        "pia": _pia(file, as_of),
        "answers": [
            {"pia_id": PIA, "id": at, **one} for at, one in enumerate(_answers(file, pack, titles, language), 1)
        ],
        "measures": [
            {"pia_id": PIA, "id": at, "title": titles[name], "content": html_of(entry.text), "placeholder": ""}
            for at, (name, entry) in enumerate(file.measures.items(), 1)
        ],
        "evaluations": [{"pia_id": PIA, "id": at, **one} for at, one in enumerate(_evaluations(file, pack), 1)],
        "comments": [],
    }
    text = orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    return CnilFile(text, tuple(_left(file, pack)))


def titles_of(file: DpiaFile) -> Mapping[str, str]:
    """Return a title of its own for each measure: the other tool tells them apart by nothing else."""
    titles = {name: tidy(entry.title).replace("\n", " ") or name for name, entry in file.measures.items()}
    twice = {title for title, count in Counter(titles.values()).items() if count > 1}
    return {name: f"{title} ({name})" if title in twice else title for name, title in titles.items()}


def _pia(file: DpiaFile, as_of: date) -> Json:
    asked = {"yes": True, "no": False}.get(file.views.asked)
    return {
        "id": PIA,
        "status": 0,
        "is_example": 0,
        "is_archive": 0,
        "name": file.title or file.case,
        "category": "",
        "author_name": "",
        "evaluator_name": "",
        "validator_name": file.approval.by,
        "structure_name": file.organisation.name,
        "dpo_opinion": file.dpo.advice,
        "concerned_people_searched_opinion": asked,
        "concerned_people_searched_content": file.views.because,
        "people_names": file.views.who,
        "concerned_people_opinion": file.views.views,
        "created_at": moment(file.made or as_of),
        "updated_at": moment(as_of),
    }


def moment(day: date) -> str:
    """Return a day as the other tool writes moments."""
    return f"{day.isoformat()}T00:00:00.000Z"


def _answers(file: DpiaFile, pack: Pack, titles: Mapping[str, str], language: Language) -> Iterator[Json]:
    fields: dict[int, list[tuple[str, str]]] = {}
    for entry in pack.questions:
        if told := file.told(entry.field):
            fields.setdefault(entry.cnil, []).append((entry.title.text().say(language), told))
    shared = Counter(entry.cnil for entry in pack.questions)
    for question, parts in fields.items():
        text = html_of_parts(parts) if shared[question] > 1 else html_of(parts[0][1])
        yield _answer(question, text)
    if file.description.data:
        yield _answer(DATA, html_of_parts(_data(file, pack, language)))
    for kind in pack.scale.events:
        yield from _event(file.events.get(kind.id, EventEntry()), kind.section, titles)


def _data(file: DpiaFile, pack: Pack, language: Language) -> Iterator[tuple[str, str]]:
    for entry in file.description.data:
        for key in ("what", "recipients", "retention"):
            yield pack.wording.text(f"part.{key}").say(language), getattr(entry, key)


def _event(entry: EventEntry, section: int, titles: Mapping[str, str]) -> Iterator[Json]:
    lists = {
        IMPACTS: entry.impacts,
        THREATS: entry.threats,
        SOURCES: entry.sources,
        MEASURES: [titles[name] for name in entry.measures],
    }
    for question, listed in lists.items():
        if listed:
            yield _answer(number(section, question), None, None, listed)
    if entry.before:
        yield _answer(number(section, SEVERITY), html_of(entry.before.because), entry.before.severity)
        yield _answer(number(section, LIKELIHOOD), "", entry.before.likelihood)


def _answer(question: int, text: str | None, gauge: int | None = None, listed: Any = ()) -> Json:  # noqa: ANN401 -- any sequence
    return {"reference_to": question, "data": {"text": text, "gauge": gauge, "list": list(listed)}}


def _evaluations(file: DpiaFile, pack: Pack) -> Iterator[Json]:
    for kind in pack.scale.events:
        entry = file.events.get(kind.id)
        if entry and entry.after:
            yield _evaluation(f"3.{kind.section}", entry.after)
    for at, measure in enumerate(file.measures.values(), 1):
        if measure.owner or measure.due:
            due = moment(measure.due) if measure.due else None
            yield {**_evaluation(f"3.1.{at}"), "person_in_charge": measure.owner, "estimated_implementation_date": due}


def _evaluation(reference: str, after: EstimateEntry | None = None) -> Json:
    return {
        "reference_to": reference,
        "status": _IMPROVABLE,
        "global_status": _IMPROVABLE,
        "action_plan_comment": "",
        "evaluation_comment": html_of(after.because) if after else "",
        "gauges": {"x": after.severity, "y": after.likelihood} if after else {"x": 0, "y": 0},
        "estimated_implementation_date": None,
        "person_in_charge": "",
    }


def _left(file: DpiaFile, pack: Pack) -> Iterator[str]:
    """Yield what is in the file and has no place in the other tool."""
    always = {kind.id for kind in pack.scale.events}
    own = [name for name in file.events if name not in always]
    states = [name for name, entry in file.measures.items() if entry.state != "planned"]
    accepted = [name for name, entry in file.events.items() if entry.accepted]
    linked = [name for name, entry in file.events.items() if entry.ros]
    linked += [name for name, measure in file.measures.items() if measure.ros]
    dpo, asked, decided = file.dpo, file.consultation, file.approval
    held = {
        "the screening": bool(file.screening.answers or file.screening.why),
        "organisation number and contact": bool(
            file.organisation.number or any(dict(file.organisation.contact).values())
        ),
        f"events of your own: {', '.join(own)}": bool(own),
        f"what has become of measures: {', '.join(states)}": bool(states),
        f"acceptances of risks: {', '.join(accepted)}": bool(accepted),
        "day of the officer's advice, and whether it was followed": bool(
            dpo.date or dpo.because or dpo.followed != "unknown"
        ),
        "the prior consultation": bool(asked.sent or asked.answered or asked.outcome),
        "role, day and words of the decision": bool(decided.role or decided.date or decided.decision),
        "day on which the processing is taken into use": file.in_use is not None,
        f"links with the organisation's ROS: {', '.join(linked)}": bool(linked),
        "day of the next review": file.review is not None,
        "points that are not relevant or not finished": bool(file.not_relevant or file.unfinished),
    }
    yield from (what for what, there in held.items() if there)
