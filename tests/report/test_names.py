"""No person whom the organisation itself names is left in an extract that leaves names out: page, paper, attachment."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from sentinel.content import root
from sentinel.model.compliance import Exhibit, Judgement
from sentinel.model.records import record_of
from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES
from sentinel.report.documents import page, paper
from sentinel.report.extracted import context
from sentinel.report.extracts import extract, load_extracts
from sentinel.report.names import Names, _pattern, names_of, persons
from tests.report.ros.sample import clinic as clinic_ros
from tests.report.sample import AS_OF, rich

KNOWN = load_extracts(root())
NAMELESS = [name for name, one in KNOWN.items() if "people" not in one.shows]
FIRST = ("Åse", "Kåre", "Siv", "Bjørn", "Anne-Lise", "Mohammed", "Ingrid", "Lars", "Zoë", "Dag")
LAST = ("Sørheim", "Nygård", "Ødegård", "Larsen", "al-Rashid", "Øye", "Moe", "van Dijk", "Hansen-Berg")
FULL = st.builds("{} {}".format, st.sampled_from(FIRST), st.sampled_from(LAST))


def names(*people: str, organisation: str = "Fjæra legekontor") -> Names:
    return Names(_pattern({one for name in people for one in persons(name)}, organisation))


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("Åse Sørheim", ["Åse Sørheim"]),
        ("Åse Sørheim, daglig leder", ["Åse Sørheim"]),
        ("Daglig leder Åse Sørheim", ["Åse Sørheim"]),
        ("Leder Siv", ["Siv"]),
        ("Åse Sørheim i Fjordnett Drift", ["Åse Sørheim"]),
        ("Åse Sørheim Fjordnett AS", ["Åse Sørheim"]),
        ("Omar al-Rashid", ["Omar al-Rashid"]),
        ("Nordre Storvik sykehus", []),
        ("Storvik Sykehus", []),
        ("Åse Sørheim (lege) og Kåre Nygård", ["Åse Sørheim", "Kåre Nygård"]),
        ("dr. Siv Ødegård / Mona van Dijk", ["Siv Ødegård", "Mona van Dijk"]),
        ("Siv", ["Siv"]),
        ("Daglig leder", []),
        ("IT", []),
        ("Fjordnett Drift", []),
        ("Nærvær Hjemme AS", []),
        ("Tannpleier i mottaket", []),
        ("Personvernombudet", []),
        ("", []),
    ],
)
def test_people_are_told_from_roles_and_organisations(written: str, people: list[str]) -> None:
    """In doubt two words with a capital are somebody: too much is taken out rather than too little."""
    assert list(persons(written)) == people


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Kari Nordmann har rutinen.", "(navn) har rutinen."),
        ("Kari Nordmanns notat, og Karis perm.", "(navn)s notat, og (navn)s perm."),
        ("KARI NORDMANN og kari nordmann", "(navn) og (navn)"),
        ("Nordmann, Kari og Kari\u00a0\n Nordmann", "(navn) og (navn)"),
        ("kari.nordmann@fjaera.example, Kari_Nordmann", "(navn)@fjaera.example, (navn)"),
        ("kari@fjaera.example eller kari.n@fjaera.example", "(navn)@fjaera.example eller (navn).n@fjaera.example"),
        ("Nordmann-saken hos K. Nordmann", "(navn)-saken hos K. (navn)"),
        ("Ka\u00adri Nord\u200bmann", "(navn)"),
        ("Karin Nordmannsen og Skaring", "Karin Nordmannsen og Skaring"),
        ("Vi har kari på kjøkkenet", "Vi har kari på kjøkkenet"),
        ("Ingenting her", "Ingenting her"),
    ],
)
def test_a_name_is_taken_out_whole_and_alone_and_other_words_stay(text: str, left: str) -> None:
    assert names("Kari Nordmann").out_of(text) == left


def test_a_name_may_be_written_with_loose_marks_and_end_in_s() -> None:
    loose = unicodedata.normalize("NFD", "Åse Sørheim sa det. Lars' bil, Larss bil, Lars bil.")

    assert names("Åse Sørheim", "Lars Øye").out_of(loose) == "(navn) sa det. (navn)' bil, (navn)s bil, (navn) bil."


def test_a_word_of_the_organisations_own_name_stays_alone_and_goes_in_a_whole_name() -> None:
    one = names("Åse Lyngvik", organisation="Lyngvik tannklinikk")

    assert one.out_of("Åse Lyngvik og Åse ved Lyngvik") == "(navn) og (navn) ved Lyngvik"


def test_where_nobody_is_known_nothing_is_taken() -> None:
    assert names("Daglig leder").out_of("Daglig leder, Kari Nordmann") == "Daglig leder, Kari Nordmann"


WAYS = st.sampled_from(
    [
        "{0} {1}", "{0}  {1}", "{0}\u00a0{1}", "{0}.{1}", "{1}, {0}", "{0} {1}s", "{0}s", "{1}s", "{0}", "{1}",
        "«{0} {1}»", "({1})", "{0}/{1}", "{0}-{1}", "{0} {1}'s", "{0}@klinikk.example", "{0}\n{1}",
    ]
)  # fmt: skip
CASES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "in loose marks": lambda text: unicodedata.normalize("NFD", text),
}
FILLER = st.sampled_from(["sa", "i permen", "ringte til", "3.", "–", "og", "kl. 12:30,", "vaktleder", "𝄞"])


@st.composite
def told(draw: st.DrawFn, people: list[str]) -> str:
    words = draw(st.lists(FILLER, min_size=1, max_size=5))
    for person in people:
        first, last = person.split(" ", 1)
        words.append(CASES[draw(st.sampled_from(sorted(CASES)))](draw(WAYS).format(first, last)))
        words += draw(st.lists(FILLER, max_size=2))
    return " ".join(words)


def left_of(people: list[str], text: str) -> list[str]:
    """Return the words of names that stand in a text, as whole words with a capital, in any form of Unicode."""
    plain = unicodedata.normalize("NFC", text)
    words = {word for person in people for word in person.split() if word[0].isupper()}
    forms = {form for word in words for form in (word, word.upper(), f"{word}s")}
    return sorted(form for form in forms if re.search(rf"(?<![^\W\d_]){re.escape(form)}(?![^\W\d_])", plain))


@settings(max_examples=300)
@given(data=st.data(), people=st.lists(FULL, min_size=1, max_size=4))
def test_no_known_name_is_left_in_a_text(data: st.DataObject, people: list[str]) -> None:
    text = data.draw(told(people))
    bare = names(*people).out_of(text)

    assert left_of(people, bare) == []
    assert names(*people).out_of(bare) == bare


def telling(result: Result, text: str, people: list[str]) -> Result:
    """Put a text wherever an answer has free text, and people wherever one is named."""

    def told_by(judged: Judgement, at: int) -> Judgement:
        if judged.answer is None:
            return judged
        shown = (Exhibit(text, "document", date(2026, 1, 2), text),)
        who = people[at % len(people)]
        given = replace(judged.answer, note=text, reason=text, by=who, approver=who, evidence=shown)
        return replace(judged, answer=given)

    packs = tuple(
        replace(pack, named=True, judgements=tuple(told_by(one, at) for at, one in enumerate(pack.judgements)))
        for pack in result.packs
    )
    judged = tuple(told_by(one, at) for at, one in enumerate(result.judgements))
    return replace(result, judgements=judged, packs=packs)


@settings(max_examples=12, deadline=None)
@given(data=st.data(), kind=st.sampled_from(NAMELESS), people=st.lists(FULL, min_size=1, max_size=3))
def test_no_known_name_is_left_in_page_paper_or_attachment(data: st.DataObject, kind: str, people: list[str]) -> None:
    """`rich` names people of its own too; those may not be left either."""
    result = telling(rich(), data.draw(told(people)), people)
    found = extract(result, KNOWN[kind])
    record = json.dumps(record_of(found), ensure_ascii=False)
    printed = [record]
    for language in LANGUAGES:
        document = context(found, language)
        sheets = PdfReader(io.BytesIO(paper(document, AS_OF, record.encode()))).pages
        printed += [page(document), " ".join(sheet.extract_text() for sheet in sheets)]

    own = ["Åse Lyngvik", "Kåre Nygård"]
    organisation = result.organisation.name
    assert [left_of([*people, *own], text.replace(organisation, "")) for text in printed] == [[]] * len(printed)


def test_everybody_whom_a_result_names_is_known_wherever_that_is() -> None:
    """The clinic's ROS names Bjørn and Siv by what they assessed or own, and the site's other files name Frode."""
    ros = clinic_ros()
    result = replace(rich(), risks=ros, people=("Frode Myhre, kommunalsjef",))
    found = names_of(result)
    people = {ros.criteria.by, *(risk.before.by for risk in ros.risks if risk.before), "Frode Myhre"}

    assert len(people) > 2
    assert [found.out_of(f"{name} sa det.") for name in sorted(people)] == ["(navn) sa det."] * len(people)


def test_an_extract_that_shows_people_stands_as_it_was_written() -> None:
    result = telling(rich(), "Spør Åse Lyngvik.", ["Åse Lyngvik"])

    assert {row.answer.note for row in extract(result, KNOWN["auditor"]).rows if row.answer} == {"Spør Åse Lyngvik."}
