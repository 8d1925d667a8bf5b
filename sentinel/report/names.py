"""Takes the people that an organisation itself has named out of free text, for readers who are not given names.

What is not known cannot be taken out: a nickname, initials, somebody who answered nothing. The page says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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
_TITLES = frozenset({"dr", "prof", "hr", "fru", "frk", "lege", "overlege", "sykepleier", "advokat", "mr", "mrs", "ms"})
_NO_PERSON = frozenset(
    word
    for line in (
        "as asa hf rhf iks sa kf ans da ba nuf ab aps gmbh ltd inc it ikt hr gdpr dpo",
        "avdeling data drift enhet foretak gruppe helse hjemme hjemmetjenesten ikt-drift klinikk kommune kontor",
        "legekontor leverandør nett plattform regnskap senter service språk support sykehus sykehjem system systemer",
        "tannklinikk team teknikk vakt",
        "administrasjon administrasjonen daglig direktør direktøren fagansvarlig internkontroll kommunaldirektør",
        "kommunalsjef leder lederen ledelse ledelsen legen personvernombud personvernombudet resepsjon resepsjonen",
        "sikkerhetsleder sjef styret sykepleieren tannlegen vaktleder virksomheten",
        "board clinic department director head hospital manager management office operations owner unit",
    )
    for word in line.split()
)
"""Words of organisations and roles: what holds one of them is no person's name."""
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
    """Yield the names of people in what stands where a person is to be named; roles and organisations are none."""
    for part in _PARTS.split(unicodedata.normalize("NFC", written).translate(_INVISIBLE)):
        words = [word.strip(".:'\"«»“”") for word in part.split()]
        named = [word for word in words if word and word.casefold() not in _TITLES]
        if named and all(_is_name(word) for word in named) and any(word[0].isupper() for word in named):
            yield " ".join(named)


def _is_name(word: str) -> bool:
    if word.casefold() in _NO_PERSON or any(letter.isdigit() for letter in word):
        return False
    return word[0].isupper() or word.casefold() in _PARTICLES


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
