"""Takes the people that an organisation itself has named out of free text, for readers who are not given names.

What is not known cannot be taken out: a nickname, initials, somebody who answered nothing. The page says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from sentinel.model.compliance import Answer, Judgement, Score
from sentinel.model.result import Result
from sentinel.model.risks import Risk, Ros
from sentinel.model.text import Text

TAKEN = "(navn)"
"""What stands in place of a name, in both languages: what is free text has one."""
_NOTHING = Text("", "")
_AGAIN = re.compile(rf"{re.escape(TAKEN)}(?:[\s,]+{re.escape(TAKEN)})+")
_PARTS = re.compile(r"[,;/()&+|]| og | and | v/ | ved | for | på vegne av ", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_PARTICLES = frozenset({"af", "av", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "la", "le", "ten"}) | {
    "van", "von", "bin", "ibn", "el", "al", "ter"
}  # fmt: skip
_ORGANISED = frozenset(
    word
    for line in (
        "as asa hf rhf iks sa kf ans da ba nuf ab aps gmbh ltd inc avdeling data drift enhet foretak gruppe helse",
        "hjemme hjemmetjenesten klinikk kommune kontor legekontor nett plattform regnskap senter service språk support",
        "sykehus sykehjem system systemer tannklinikk team teknikk vakt clinic department hospital office unit",
    )
    for word in line.split()
)
"""Words of organisations: these, and the word before each, are no person's name."""
_ROLES = frozenset(
    word
    for line in (
        "administrasjon administrasjonen advokat daglig direktør direktøren dpo eier eieren fagansvarlig fysioterapeut",
        "ikt internkontroll it kommunaldirektør kommunalsjef kommuneoverlege lederen leder ledelse ledelsen lege legen",
        "leverandør leverandøren overlege personvernombud personvernombudet resepsjon resepsjonen sekretær",
        "sikkerhetsleder sjef styret styreleder sykepleier sykepleieren tannlege tannlegen tannpleier vaktleder",
        "virksomheten dr prof hr fru frk mr mrs ms board director head manager management operations owner",
    )
    for word in line.split()
)
"""Words of roles: what stands beside them may be a name."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Names:
    """The names that are to be taken out, as one pattern; None where nobody is known."""

    pattern: re.Pattern[str] | None

    def out_of(self, text: str) -> str:
        """Return a text without them, with «(navn)» where one stood; a genitive keeps its s."""
        if self.pattern is None or not text:
            return text
        plain = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
        if not self.pattern.search(plain):
            return text
        return _AGAIN.sub(TAKEN, self.pattern.sub(TAKEN, plain))

    def answer(self, answer: Answer) -> Answer:
        """Return an answer that names nobody: neither who gave it, nor in what it says."""
        shown = (replace(one, what=self.out_of(one.what), where=self.out_of(one.where)) for one in answer.evidence)
        note, reason = self.out_of(answer.note), self.out_of(answer.reason)
        return replace(answer, by="", approver="", note=note, reason=reason, evidence=tuple(shown))

    @staticmethod
    def score(score: Score) -> Score:
        """Return numbers whose gates name nobody; what is said of one that is met would tell who answered."""
        return replace(score, gates=tuple(replace(one, reason=_NOTHING) if one.met else one for one in score.gates))


def names_of(result: Result) -> Names:
    """Return the people of a result: who answered, approved, accepted, owns or decided something."""
    written = {*_written(result), *result.people}
    return Names(_pattern({name for one in written for name in persons(one)}, result.organisation.name))


def persons(written: str) -> Iterator[str]:
    """Yield the names of people in what stands where a person is to be named; roles and organisations are none.

    Two words with a capital are a name, one only where nothing but a role stands beside it.
    """
    for part in _PARTS.split(unicodedata.normalize("NFC", written).translate(_INVISIBLE)):
        words = [bare for word in part.split() if (bare := word.strip(".:'\"«»“”"))]
        words = [word for word in words if word.casefold() not in _ROLES]
        runs = [list(run) for named, run in groupby(words, key=_is_name) if named]
        for run in runs:
            name = _person(run)
            if name and (len(name) > 1 or name == words):
                yield " ".join(name)


def _is_name(word: str) -> bool:
    return any(map(str.isupper, word)) or word.casefold() in _PARTICLES | _ORGANISED


def _person(run: list[str]) -> list[str]:
    """Return a run of words without the organisation in it; a single word beside that is a part of it."""
    organised = {at for at, word in enumerate(run) if word.casefold() in _ORGANISED}
    away = organised | {at - 1 for at in organised}
    left = [word for at, word in enumerate(run) if at not in away]
    named = [word for word in left if word.casefold() not in _PARTICLES]
    return [] if not named or (organised and len(named) == 1) else left


def _pattern(names: Iterable[str], organisation: str) -> re.Pattern[str] | None:
    """Return what finds each name whole, in any case and also with points between (an e-mail), and its words alone.

    A word alone is found with a capital, or before an @. One that stands in the organisation's own name is left alone.
    """
    own = {word.casefold() for word in re.findall(r"\w+", unicodedata.normalize("NFC", organisation))}
    known = sorted(set(names), key=lambda name: (-len(name), name))
    whole = [r"[\s._,-]+".join(map(re.escape, order)) for name in known for order in _orders(name.split())]
    words = {part for name in known for part in _alone(name)}
    alone = sorted((word for word in words if word.casefold() not in own), key=lambda word: (-len(word), word))
    found = [f"(?i:{one})" for one in whole]
    found += [f"{re.escape(word)}|{re.escape(word.upper())}|(?i:{re.escape(word)})(?=[\\w.-]*@)" for word in alone]
    if not found:
        return None
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(found)})(?=(?i:s|['’]s)?(?![^\W\d_]))")


def _orders(words: list[str]) -> Iterator[list[str]]:
    yield words
    if len(words) > 1:
        yield [words[-1], *words[:-1]]


def _alone(name: str) -> Iterator[str]:
    for word in name.split():
        if word.casefold() not in _PARTICLES:
            yield from (part for part in {word, *word.split("-")} if len(part) >= _SHORTEST)


def _written(result: Result) -> Iterator[str]:
    judgements = [*result.judgements, *(one for pack in result.packs for one in pack.judgements)]
    for judgement in judgements:
        yield from _judged(judgement)
    yield from (action.owner for action in result.actions)
    if result.risks:
        yield from _ros(result.risks)


def _judged(judgement: Judgement) -> Iterator[str]:
    given = [judgement.answer, *(answer for one in judgement.inherited for answer in (one.answer, one.own))]
    for answer in (answer for answer in given if answer):
        yield from (answer.by, answer.approver)
    yield from (one.accepted_by for one in judgement.inherited)
    if judgement.accepted:
        yield judgement.accepted.approver


def _ros(ros: Ros) -> Iterator[str]:
    yield ros.criteria.by
    for risk in ros.risks:
        yield from _risk(risk)


def _risk(risk: Risk) -> Iterator[str]:
    yield from (judged.by for judged in (risk.before, risk.after) if judged)
    yield from (measure.owner for measure in risk.measures)
    if risk.exemption:
        yield risk.exemption.by
    if risk.acceptance:
        yield risk.acceptance.by
        yield risk.acceptance.management.by if risk.acceptance.management else ""
