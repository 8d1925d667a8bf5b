"""Screens a processing: Datatilsynet's list first, then art. 35(3), the nine criteria, the ways out and the whole.

What is unknown makes no assessment unnecessary, and doubt is answered by making one. The table that decides is content
(`checklists/dpia/screening.yml`); here its facts are gathered, and what each test does to them is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sentinel.comply.checklist import ReferenceEntry
from sentinel.comply.dpia.case import UNKNOWN, ScaleEntry, ScreeningEntry
from sentinel.comply.dpia.entries import EXITS, LARGE_SCALE, Fact, RowEntry
from sentinel.comply.dpia.pack import Pack
from sentinel.model.compliance import Reference
from sentinel.model.dpia import Effect, Reply, Screening, ScreeningTest, TestKind
from sentinel.model.text import LANGUAGES, Text

LISTED = "listed"
TWO_CRITERIA = "two-criteria"
OF_EVERY_PATIENT = frozenset({"sensitive", "vulnerable"})
"""The two criteria that the record of any one practitioner meets (recital 91)."""
_TWO = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers with the content they are answers to."""

    entry: ScreeningEntry
    pack: Pack

    def said(self, name: str) -> Reply:
        """Return an answer; what nobody answered is unknown."""
        return large_scale(self.entry.scale) if name == LARGE_SCALE else self.entry.answers.get(name, UNKNOWN)

    def counts(self, name: str) -> Reply:
        """Return an answer in which doubt counts as yes."""
        return "yes" if self.said(name) == "doubt" else self.said(name)

    def why(self, name: str) -> str:
        """Return the reason somebody wrote."""
        return self.entry.why.get(name, "")

    def text(self, key: str, **values: object) -> Text:
        """Return one of the content's sentences."""
        return self.pack.wording.text(key, **values)


def large_scale(scale: ScaleEntry) -> Reply:
    """Return whether a processing is on a large scale.

    It is where the persons are many, or two of the four matters are large; it is not where all four are small. In
    between, it is what somebody judged.
    """
    sizes = (scale.persons, scale.volume, scale.duration, scale.geography)
    if scale.persons == "large" or sizes.count("large") >= _TWO:
        return "yes"
    if UNKNOWN in sizes:
        return UNKNOWN
    return "no" if set(sizes) == {"small"} else scale.judged


def screen(entry: ScreeningEntry, pack: Pack) -> Screening:
    """Return whether an assessment is needed, with every test in its order."""
    asked = Asked(entry, pack)
    facts = facts_of(asked)
    decided = next(row for row in pack.screening.decisions if all(facts[fact] in row.when[fact] for fact in row.when))
    return Screening(
        need=decided.then,
        rule=decided.id,
        because=_because(decided.id, asked),
        tests=tuple(_tests(asked)),
        listed=pack.gathered,
    )


def facts_of(asked: Asked) -> Mapping[Fact, str]:
    """Return the facts of the table."""
    exits = {name: _exit(name, asked) for name in EXITS}
    return {
        "law-assessed": exits["law-assessed"],
        "unchanged": exits["unchanged"],
        "similar": exits["similar"],
        "one-practitioner": exits["one-practitioner"],
        "listed": _gravest(row_effect(row, asked) for row in asked.pack.listed.rows),
        "article": _any(_article(entry.id, asked, large=entry.large_scale) for entry in asked.pack.screening.article),
        "criteria": _criteria(asked),
        "beyond": _any(asked.counts(name) for name in _names(asked) if name not in OF_EVERY_PATIENT),
        "reasoned": "yes" if asked.why(TWO_CRITERIA) else "no",
        "own": asked.said(asked.pack.screening.own.id),
    }


def row_effect(row: RowEntry, asked: Asked) -> Reply:
    """Return what one row of the list says: doubt where it is met and nobody could confirm what it asks for."""
    answer = asked.said(row.id)
    if answer in {"no", UNKNOWN}:
        return answer
    sure: Reply = "yes" if answer == "yes" and row.confidence == "confirmed" else "doubt"
    if row.other.needed == "no":
        return sure if row.other.confidence == "confirmed" else "doubt"
    another = _any(asked.counts(name) for name in _names(asked) if name != row.criterion)
    if another == "yes":
        return sure
    confirmed = row.other.needed == "yes" and row.other.confidence == "confirmed"
    return another if confirmed else "doubt"


def _names(asked: Asked) -> list[str]:
    return [entry.id for entry in asked.pack.screening.criteria]


def _any(answers: Iterator[Reply]) -> Reply:
    """Return yes where one is, unknown where none is but one may be."""
    found = set(answers)
    return "yes" if "yes" in found else UNKNOWN if UNKNOWN in found else "no"


def _gravest(answers: Iterator[Reply]) -> Reply:
    found = set(answers)
    return next((one for one in ("yes", "doubt", UNKNOWN) if one in found), "no")


def _article(name: str, asked: Asked, *, large: bool) -> Reply:
    answer = asked.counts(name)
    if not large or answer == "no":
        return answer
    scale = asked.counts(LARGE_SCALE)
    return "no" if scale == "no" else UNKNOWN if UNKNOWN in {scale, answer} else "yes"


def _criteria(asked: Asked) -> str:
    answers = [asked.counts(name) for name in _names(asked)]
    met, unseen = answers.count("yes"), answers.count(UNKNOWN)
    if met > _TWO or (met == _TWO and unseen):
        return "three"
    if met == _TWO:
        return "two"
    return "open" if unseen else ("none", "one")[met]


def _exit(name: str, asked: Asked) -> Reply:
    """Return whether a way out is open: never by doubt, nor without a reason."""
    answer = asked.said(name)
    return "no" if answer == "doubt" else UNKNOWN if answer == "yes" and not asked.why(name) else answer


def _because(rule: str, asked: Asked) -> Text:
    screening, wanted = asked.pack.screening, {"listed": "yes", "listed-doubt": "doubt"}.get(rule)
    rows = [row.title.text() for row in asked.pack.listed.rows if row_effect(row, asked) == wanted]
    cases = [e.title.text() for e in screening.article if _article(e.id, asked, large=e.large_scale) == "yes"]
    met = [entry.title.text() for entry in screening.criteria if asked.counts(entry.id) == "yes"]
    reason = asked.why(TWO_CRITERIA if rule == "two-reasoned" else rule)
    own = asked.why(screening.own.id)
    return asked.text(
        f"decision.{rule}",
        reason=reason.rstrip("."),
        own=own.rstrip("."),
        criteria=_joined(met),
        rows=_joined(rows),
        cases=_joined(cases),
    )


def _joined(titles: list[Text]) -> Text:
    nb, en = (
        "; ".join(title.say(one)[:1].lower() + title.say(one)[1:] for title in titles) or "–" for one in LANGUAGES
    )
    return Text(nb, en)


def _tests(asked: Asked) -> Iterator[ScreeningTest]:
    screening = asked.pack.screening
    source = asked.pack.listed.source
    for row in asked.pack.listed.rows:
        given = ReferenceEntry(source=source.source, place=source.place, confidence=row.confidence)
        yield _test(row.id, "list", row.title.text(), _row_told(row, asked), given, asked)
    for entry in screening.article:
        effect = _effect(_article(entry.id, asked, large=entry.large_scale), "decides")
        alone = entry.large_scale and asked.counts(entry.id) == "yes" and effect == "no"
        told: tuple[Effect, str] = ("alone", "test.not-large") if alone else (effect, f"test.{effect}")
        yield _test(entry.id, "article", entry.title.text(), told, entry.source, asked)
    for one in screening.criteria:
        effect = _effect(asked.counts(one.id), "counts")
        key = f"test.scale-{asked.said(one.id)}" if one.id == LARGE_SCALE else f"test.{effect}"
        given = screening.scale.source if one.id == LARGE_SCALE else screening.criteria_source
        yield _test(one.id, "criterion", one.title.text(), (effect, key), given, asked)
    for way in screening.exits:
        yield _test(way.id, "exit", way.title.text(), _exit_told(way.id, asked), way.source, asked)
    own = screening.own
    effect = _effect(asked.counts(own.id), "decides")
    yield _test(own.id, "own", own.title.text(), (effect, f"test.{effect}"), own.source, asked)


def _test(
    name: str, kind: TestKind, title: Text, told: tuple[Effect, str], source: ReferenceEntry, asked: Asked
) -> ScreeningTest:
    effect, key = told
    doubt = asked.said(name) == "doubt" and effect in {"decides", "counts"}
    because = asked.text("test.doubt") if doubt else asked.text(key)
    reference = Reference(source.source, source.place, source.confidence)
    return ScreeningTest(name, kind, title, asked.said(name), effect, because, asked.why(name), reference)


def _effect(answer: Reply, met: Effect) -> Effect:
    return met if answer == "yes" else "open" if answer == UNKNOWN else "no"


def _row_told(row: RowEntry, asked: Asked) -> tuple[Effect, str]:
    answer, effect = asked.counts(row.id), row_effect(row, asked)
    if answer == "yes" and effect == "no":
        return "alone", "test.list-alone"
    if answer == "yes" and effect == UNKNOWN:
        return "open", "test.list-other-open"
    if effect == "doubt":
        return "decides", "test.list-doubt"
    found = _effect(effect, "decides")
    return found, f"test.{found}"


def _exit_told(name: str, asked: Asked) -> tuple[Effect, str]:
    """Say what a way out does; the one of the lone practitioner needs more than its own answer."""
    answer = _exit(name, asked)
    if answer == "yes":
        rule = next(row for row in asked.pack.screening.decisions if row.id == name)
        facts = facts_of(asked)
        holds = all(facts[fact] in values for fact, values in rule.when.items())
        return ("decides", "test.exit") if holds else ("alone", "test.exit-closed")
    if asked.said(name) == "yes":
        return "open", "test.exit-unreasoned"
    return ("open", "test.open") if answer == UNKNOWN else ("no", "test.exit-no")
