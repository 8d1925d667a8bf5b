from __future__ import annotations

import pytest

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.reading import dpia_of
from sentinel.comply.dpia.writing import comment, fresh_dpia
from sentinel.model.text import LANGUAGES, Language
from tests.comply.dpia.parts import AS_OF, PACK


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_file_is_read_without_a_fault_and_nothing_in_it_is_answered(language: Language) -> None:
    text = "".join(fresh_dpia("prove", "Fjæra legekontor", "000000002", PACK, language))
    read, warnings = dpia_of(text, "dpia.yml", PACK, AS_OF)
    found = assess(read, PACK, AS_OF)

    assert warnings == ()
    assert (found.state, found.screening.need) == ("unfinished", "unknown")
    assert found.counts == {"met": 0, "partly": 0, "missing": 27, "not_relevant": 0}
    assert set(read.screening.answers) == set(PACK.tests)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_stands_above_its_answer(language: Language) -> None:
    text = "".join(fresh_dpia("prove", "Fjæra", "000000002", PACK, language))
    flat = " ".join(line.strip().removeprefix("#").strip() for line in text.splitlines())

    asks = [*(ask.say(language) for _, ask in PACK.tests.values())]
    asks += [entry.ask.text().say(language) for entry in PACK.questions]
    assert [ask for ask in asks if ask not in flat] == []


def test_a_name_that_yaml_would_read_otherwise_stays_a_name() -> None:
    name = "No: «{}» # 1"
    text = "".join(fresh_dpia("prove", name, "000000002", PACK, "nb"))

    assert dpia_of(text, "dpia.yml", PACK, AS_OF)[0].organisation.name == name


def test_a_long_comment_goes_over_several_lines() -> None:
    lines = list(comment("ord " * 60, "  "))

    assert len(lines) > 1
    assert all(line.startswith("  # ") and len(line) < 120 for line in lines)
