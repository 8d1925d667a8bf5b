from __future__ import annotations

from sentinel.model.text import LANGUAGES, Text


def test_each_language_is_said() -> None:
    assert [Text("nå", "now").say(language) for language in LANGUAGES] == ["nå", "now"]
