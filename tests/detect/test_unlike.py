from __future__ import annotations

from sentinel.detect.unlike import EVERY, FAMILY, TABLE, TSTATS, known, unlike


def test_every_line_has_a_reason_a_source_and_a_language_that_a_target_writes() -> None:
    wrong = [
        line
        for line in TABLE
        if not line.why or line.source[:1] not in {"m", "d", "i"} or not set(line.languages) <= {*EVERY, TSTATS}
    ]

    assert wrong == []
    assert len({(line.trait, line.languages, line.why) for line in TABLE}) == len(TABLE)


def test_only_the_lines_of_the_target_and_of_the_traits_are_told() -> None:
    assert list(unlike({"one-character": "F = 'a?'"}, "splunk")) == [
        "one-character (F = 'a?'): '?' becomes '*': any run of characters, so more events match [m]"
    ]
    assert [bool(list(unlike({"or-in-and": "x"}, "splunk", output))) for output in ("default", "data_model")] == [
        False,
        True,
    ]
    assert list(unlike({"one-character": "x"}, "lucene")) == []
    assert list(unlike({"time-part": "x"}, "elastalert")) != []
    assert list(unlike({"time-part": "x"}, "loki")) == []
    assert [known(target) for target in (*FAMILY, "loki")] == [True] * len(FAMILY) + [False]
