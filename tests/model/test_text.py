from __future__ import annotations

from sentinel.model.text import LANGUAGES, Text, counted


def test_each_language_is_said() -> None:
    assert [Text("nå", "now").say(language) for language in LANGUAGES] == ["nå", "now"]


def test_one_of_a_thing_is_no_plural() -> None:
    assert [counted(number, "rule") for number in (0, 1, 2, 3_780)] == ["0 rules", "1 rule", "2 rules", "3,780 rules"]
    assert [counted(number, "rule-day of", "rule-days of") for number in (1, 2)] == ["1 rule-day of", "2 rule-days of"]
