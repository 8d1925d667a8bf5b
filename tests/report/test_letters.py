from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sentinel.content import root
from sentinel.model.assets import Finding, Impact
from sentinel.model.knowledge import Weakness
from sentinel.model.severity import Severity
from sentinel.model.text import LANGUAGES, Language, Text
from sentinel.report.letters import QUESTIONS, SUPPORT_QUESTIONS, Letter, is_asked, write_letter

DAY = date(2026, 11, 22)
SECRET = Text("PASIENT 01010112345", "PATIENT 01010112345")
FOUND = Finding(
    "id", "asset", "LV-MONITOR-1", "weakness-told", "likely", Severity.HIGH, Impact(), SECRET, SECRET, SECRET, DAY,
    None,
    {
        "vendor": "Dräger", "product": "Infinity Delta", "version": "VF8.2", "advisories": "ICSMA-19-022-01",
        "address": "10.0.0.1", "service": "tcp/80", "links": "https://a.example/1", "subject": "draeger-infinity-delta",
    },
    ("CVE-1", "CVE-2"),
)  # fmt: skip
GOLDEN = """# Spørsmål om kjente sårbarheter i Infinity Delta

Til Dräger Norge

Dato: 22. november 2026

"""


def letter(*found: Finding, language: Language = "nb", addresses: bool = False, sender: str = "Kari") -> str:
    text = write_letter(Letter(found, "Dräger Norge", sender, DAY, addresses), language, root())
    return text.replace("\u00a0", " ")


def test_a_letter_begins_as_letters_do_and_asks_every_question() -> None:
    text = letter(FOUND)
    assert text.startswith(GOLDEN)
    assert all(f"\n{number}. " in text for number in range(1, len(QUESTIONS) + 1))
    assert "svar innen 14 dager" in text
    assert text.endswith("Med hilsen\n\nKari\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_address_name_or_word_of_a_finding_is_in_it_unless_asked_for(language: Language) -> None:
    text = letter(FOUND, language=language)
    for hidden in ("10.0.0.1", "LV-MONITOR-1", "tcp/80", "01010112345"):
        assert hidden not in text
    shown = letter(FOUND, language=language, addresses=True)
    assert "10.0.0.1" in shown
    assert "LV-MONITOR-1" in shown
    assert "01010112345" not in shown


def test_ten_alike_are_one_question() -> None:
    text = letter(*(replace(FOUND, id=str(n), asset=str(n)) for n in range(10)))
    assert text.count("## ") == 1
    assert "Antall enheter hos oss: 10" in text
    assert letter(FOUND, replace(FOUND, facts=FOUND.facts | {"version": "VF9"})).count("## ") == 2


def test_what_attackers_use_is_asked_for_within_a_week() -> None:
    text = letter(replace(FOUND, weaknesses=(Weakness("CVE-1", exploited=DAY),)))
    assert "svar innen 7 dager" in text
    assert "Utnyttes av angripere, ifølge CISA: CVE-1" in text


def test_what_is_not_known_is_told_as_that() -> None:
    bare = replace(FOUND, claim="possible", facts={"product": "X"}, cves=tuple(f"CVE-{n}" for n in range(50)))
    text = letter(bare, sender="")
    assert "Versjon vi har sett: ikke sett" in text
    assert "Varsel: ikke oppgitt" in text
    assert "… og 10 til" in text
    assert "\\_\\_" in text


def test_foreign_words_cannot_become_marks_or_links() -> None:
    evil = FOUND.facts | {"product": "[a](http://x) # *b*\n\n## c", "advisories": "<script>"}
    text = letter(replace(FOUND, facts=evil))
    assert text.count("\n## ") == 1
    assert "\\[a\\]" in text
    assert "\\<script\\>" in text


OLD = replace(
    FOUND,
    check="product-unsupported",
    cves=(),
    facts={
        "vendor": "Siemens Healthineers", "product": "Windows Server", "version": "2012 R2", "source": "the maker",
        "label": "Windows Server 2012 R2", "support": "ended", "ends": "2023-10-10", "address": "10.0.0.9",
    },
)  # fmt: skip


def test_equipment_whose_support_has_ended_is_asked_about_in_other_words() -> None:
    text = letter(OLD)

    assert text.startswith("# Spørsmål om Windows Server, som ikke lenger får sikkerhetsoppdateringer")
    assert "## Windows Server 2012 R2\n" in text
    assert "- Sikkerhetsoppdateringer: tok slutt 10. oktober 2023, ifølge the maker" in text
    assert "sårbarhet" not in text.partition("Vi ber om svar")[0]
    assert all(f"\n{number}. " in text for number in range(1, len(SUPPORT_QUESTIONS) + 1))
    assert f"\n{len(SUPPORT_QUESTIONS) + 1}. " not in text
    assert "10.0.0.9" not in text
    assert "10.0.0.9" in letter(OLD, addresses=True)


@pytest.mark.parametrize(
    ("state", "ends", "words"),
    [
        ("extended", "2024-01-09", "only if paid for since 9 January 2024"),
        ("ending", "2027-01-12", "end 12 January 2027"),
        ("ended", "", "ended on a day that was not published"),
    ],
)
def test_each_way_that_support_ends_is_told(state: str, ends: str, words: str) -> None:
    facts = OLD.facts | {"support": state, "ends": ends}

    assert f"- Security updates: {words}, according to the maker" in letter(replace(OLD, facts=facts), language="en")


def test_what_is_both_old_and_weak_is_asked_about_both_and_nothing_twice() -> None:
    both = letter(FOUND, OLD)
    questions = [line for line in both.splitlines() if line[:1].isdigit()]

    assert len(questions) == len({*QUESTIONS, *SUPPORT_QUESTIONS})
    assert len({line.partition(". ")[2] for line in questions}) == len(questions)
    assert "hvordan får vi vite om nye sårbarheter?" in questions[-1]


def test_a_version_that_may_be_mended_is_called_unsure() -> None:
    assert "Feil kan være rettet uten at nummeret er endret." in letter(replace(OLD, claim="possible"))


def test_a_maker_can_be_asked_about_weaknesses_and_ends_of_support_alone() -> None:
    assert is_asked(FOUND)
    assert is_asked(OLD)
    assert not is_asked(replace(FOUND, cves=()))
