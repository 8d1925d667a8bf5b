"""Reads what the French authority's open tool (CNIL PIA) exports, and says what of it was not taken over.

It is foreign: every part may be missing or of another shape. Answers, contents of measures and comments are HTML, of
which only the text is kept; all else is plain. Nothing in it says whether an assessment was needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sentinel.comply.answers import ISO_DAY
from sentinel.comply.dpia.cnil_forms import AnswerData, Evaluation, Pia, PiaFile, read_pia
from sentinel.comply.dpia.cnil_html import Part, parts_of, text_of, tidy
from sentinel.comply.dpia.cnil_out import DATA, IMPACTS, LIKELIHOOD, MEASURES, SEVERITY, SOURCES, THREATS, number
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.dpia.reading import dpia_of
from sentinel.comply.ros.writing import as_yaml
from sentinel.errors import Fault, Location
from sentinel.model.text import LANGUAGES

_GAUGES = range(1, 5)
_WORD = 200
"""Letters of a name; a longer one is cut, and that is told."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file becomes, as data to write; warnings of what may name a person; what was not taken over."""

    data: dict[str, Any]
    warnings: tuple[Fault, ...]
    left: tuple[str, ...]


def from_cnil(text: str, name: str, case: str, pack: Pack, as_of: date) -> Imported:
    """Return what a foreign file becomes; raise ContentError where it is none, or holds an identity number."""
    file = read_pia(text, name)
    answers = {answer.reference_to: answer.data for answer in file.answers}
    measures = _measures(file, answers, pack)
    data = {
        "schema": "sentinel.dpiacase/1",
        "case": case,
        "title": _line(file.pia.name)[:_WORD],
        "organisation": {"name": tidy(file.pia.structure_name)[:_WORD]},
        "made": _day(file.pia.created_at),
        **_statements(answers, pack),
        "events": {kind.id: _event(kind.section, answers, file, measures) for kind in pack.scale.events},
        "measures": {one: entry for one, (_, entry) in measures.items()},
        "dpo": {"advice": tidy(file.pia.dpo_opinion)},
        "views": _views(file.pia),
        "approval": {"by": tidy(file.pia.validator_name)[:_WORD]},
    }
    _, warnings = dpia_of(as_yaml(data), name, pack, as_of)
    return Imported(data, tuple(Fault(Location(name), w.what) for w in warnings), tuple(_left(file, answers, pack)))


def _statements(answers: Mapping[int, AnswerData], pack: Pack) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"description": {}, "necessity": {}, "rights": {}}
    fields: dict[int, list[str]] = {}
    for entry in pack.questions:
        fields.setdefault(entry.cnil, []).append(entry.field)
    titles = {entry.title.text().say(lang): entry.field for entry in pack.questions for lang in LANGUAGES}
    for question, own in fields.items():
        html = answers[question].text if question in answers else ""
        for title, text in parts_of(html) if len(own) > 1 else [("", text_of(html))]:
            known = titles.get(title, "") in own
            field = titles[title] if known else own[0]
            part, _, key = field.partition(".")
            more = text if known or not title else f"{title}\n{text}"
            found[part][key] = "\n".join(filter(None, (found[part].get(key, ""), more)))
    found["description"]["data"] = list(_data(answers, pack))
    return found


def _data(answers: Mapping[int, AnswerData], pack: Pack) -> Iterator[dict[str, str]]:
    """Yield the kinds of data: one by one where our own headings stand in it, else all in one."""
    if DATA not in answers:
        return
    words = {
        pack.wording.text(f"part.{key}").say(language): key
        for key in ("what", "recipients", "retention")
        for language in LANGUAGES
    }
    parts: list[Part] = [part for part in parts_of(answers[DATA].text) if part != ("", "")]
    if not all(title in words for title, _ in parts):
        yield {"what": text_of(answers[DATA].text)}
        return
    entry: dict[str, str] = {}
    for title, text in parts:
        if words[title] == "what" and entry:
            yield entry
            entry = {}
        entry[words[title]] = text
    if entry:
        yield entry


def _measures(file: PiaFile, answers: Mapping[int, AnswerData], pack: Pack) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return measures by a name made of their title, with that title: also those that only an event names."""
    said = {str(one.reference_to): one for one in file.evaluations}
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    known = set[str]()
    for measure in file.measures:
        given = said.get(f"3.1.{measure.id}", Evaluation())
        title = _line(measure.title)
        entry = {"title": title, "text": text_of(measure.content), "owner": _line(given.person_in_charge)[:_WORD]}
        found[_name(title, found)] = title, {**entry, "due": _day(given.estimated_implementation_date)}
        known.add(title)
    named = (_line(one) for kind in pack.scale.events for one in _listed(answers, number(kind.section, MEASURES)))
    for title in named:
        if title and title not in known:
            found[_name(title, found)] = title, {"title": title}
            known.add(title)
    return found


def _name(title: str, taken: Mapping[str, object]) -> str:
    plain = title.casefold().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    bare = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "measure"
    number_ = next(n for n in range(1, len(taken) + 2) if (bare if n == 1 else f"{bare}-{n}") not in taken)
    return bare if number_ == 1 else f"{bare}-{number_}"


def _line(text: str) -> str:
    """Return what the other tool takes in one line, and as plain text."""
    return tidy(text).replace("\n", " ")


def _listed(answers: Mapping[int, AnswerData], question: int) -> tuple[str, ...]:
    return answers[question].list if question in answers else ()


def _event(
    section: int,
    answers: Mapping[int, AnswerData],
    file: PiaFile,
    measures: Mapping[str, tuple[str, dict[str, Any]]],
) -> dict[str, Any]:
    names = {title: name for name, (title, _) in reversed(list(measures.items()))}
    wanted = (_line(one) for one in _listed(answers, number(section, MEASURES)))
    used = dict.fromkeys(names[title] for title in wanted if title)
    lists = {"sources": SOURCES, "threats": THREATS, "impacts": IMPACTS}
    told = {key: [tidy(one) for one in _listed(answers, number(section, at))] for key, at in lists.items()}
    before = _before(section, answers)
    after = _after(section, file) if before else None
    return {**told, "before": before, "measures": list(used), "after": after if _rests(before, after, used) else None}


def _before(section: int, answers: Mapping[int, AnswerData]) -> dict[str, Any] | None:
    severity, likelihood = (answers.get(number(section, at), AnswerData()) for at in (SEVERITY, LIKELIHOOD))
    if severity.gauge not in _GAUGES or likelihood.gauge not in _GAUGES:
        return None
    because = "\n".join(filter(None, (text_of(severity.text), text_of(likelihood.text))))
    return {"likelihood": likelihood.gauge, "severity": severity.gauge, "because": because}


def _after(section: int, file: PiaFile) -> dict[str, Any] | None:
    given = next((one for one in file.evaluations if str(one.reference_to) == f"3.{section}"), None)
    if given is None or given.gauges.x not in _GAUGES or given.gauges.y not in _GAUGES:
        return None
    because = text_of(given.evaluation_comment)
    return {"likelihood": given.gauges.y, "severity": given.gauges.x, "because": because}


def _rests(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, used: Mapping[str, object]) -> bool:
    """Say whether what is hoped for may stand: better only by a measure, worse only with a reason."""
    if before is None or after is None:
        return False
    pairs = [(before[key], after[key]) for key in ("likelihood", "severity")]
    better, worse = any(new < old for old, new in pairs), any(new > old for old, new in pairs)
    return not (better and not used) and not (worse and not after["because"])


def _views(pia: Pia) -> dict[str, Any]:
    asked = {True: "yes", False: "no", None: "unknown"}[pia.concerned_people_searched_opinion]
    return {
        "asked": asked,
        "who": tidy(pia.people_names),
        "views": tidy(pia.concerned_people_opinion),
        "because": tidy(pia.concerned_people_searched_content),
    }


def _day(html: str) -> date | None:
    found = ISO_DAY.match(html)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


_PASSED = frozenset(
    {"id", "pia_id", "updated_at", "created_at", "status", "is_example", "is_archive", "dbVersion", "tableName"}
) | {
    *("serverUrl", "numberOfQuestions", "objectStore", "progress", "structure_id", "lock_version"),
}
"""Keys of the other tool's own bookkeeping."""


def _left(file: PiaFile, answers: Mapping[int, AnswerData], pack: Pack) -> Iterator[str]:
    """Yield what was there and has no place here."""
    known = {entry.cnil for entry in pack.questions} | {DATA}
    known |= {number(kind.section, at) for kind in pack.scale.events for at in range(1, 7)}
    yield from (f"answer {question}" for question in sorted(set(answers) - known))
    if len(answers) < len(file.answers):
        yield f"{len(file.answers) - len(answers)} answers to a question that is answered again further down"
    extra = {**(file.pia.model_extra or {}), **(file.model_extra or {})}
    for key, value in extra.items():
        if key not in _PASSED and value not in (None, "", [], {}):
            yield f"{key[:60]} ({len(value)})" if isinstance(value, list) else key[:60]
    sections = {f"3.{kind.section}" for kind in pack.scale.events}
    short = {
        "name": file.pia.name,
        "structure_name": file.pia.structure_name,
        "validator_name": file.pia.validator_name,
    }
    short |= {f"person_in_charge of {one.reference_to}": one.person_in_charge for one in file.evaluations}
    yield from (f"the end of {key}, after {_WORD} letters" for key, text in short.items() if len(_line(text)) > _WORD)
    for one in file.evaluations:
        reference = str(one.reference_to)[:40]
        if one.action_plan_comment or (one.evaluation_comment and reference not in sections):
            yield f"comments of the evaluation of {reference}"
    for kind in pack.scale.events:
        yield from _left_of(kind.section, answers, file)


def _left_of(section: int, answers: Mapping[int, AnswerData], file: PiaFile) -> Iterator[str]:
    gauges = [answers[n].gauge for at in (SEVERITY, LIKELIHOOD) if (n := number(section, at)) in answers]
    before = _before(section, answers)
    if before is None and any(gauges):
        yield f"the estimate of 3.{section}: one of its two levels is missing"
    used = dict.fromkeys(_listed(answers, number(section, MEASURES)))
    after = _after(section, file)
    if after and not _rests(before, after, used):
        yield f"the estimate after measures of 3.{section}: it is better without a measure, or worse without a reason"
