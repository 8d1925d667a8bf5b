from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.narrow.asked import ANYTHING, All, Any, Asked, Word, asked_by
from tests.detect.rules import rule, rules


def asked(folder: Path, detection: str, *paired: str) -> Asked:
    (loaded,) = rules(folder, rule(1, detection)).rules
    return asked_by(loaded.condition, lambda field: (field,) if field in paired else ())


WAYS: tuple[tuple[str, Asked], ...] = (
    ("Image|endswith: '\\cmd.exe'", All((Word("cmd"), Word("exe")))),
    ("Image|contains: mimikatz", Word("mimikatz", before=True, after=True)),
    ("Image|startswith: 'C:\\Users'", Word("users", after=True)),
    ("Image|endswith: 'ntds.dit'", All((Word("ntds", before=True), Word("dit")))),
    ("Image: 'C:\\Perfc.DAT'", All((Word("perfc"), Word("dat")))),
    ("Image: 'run*dll?2'", All((Word("run", after=True), Word("dll", before=True, after=True)))),
    ("Image|contains: 'æther65x'", Word("ther", before=False)),
    ("Image|contains|windash: ' -encode '", Word("encode")),
    ("Image|contains: ['ab', 'mimikatz']", ANYTHING),
    (
        "Image|contains: ['lsass', 'sam.hiv']",
        Any((Word("lsass", before=True, after=True), All((Word("sam", before=True), Word("hiv", after=True))))),
    ),
    ("Image|contains|all: ['lsass ', 'x']", Word("lsass", before=True)),
    ("Image|re: '(?i)user(name|id)=\\d+'", Word("user", before=True, after=True)),
    ("Image|re: 'a|b'", ANYTHING),
    ("Image|cidr: 10.0.0.0/8", ANYTHING),
    ("Image: null", ANYTHING),
    ("Image|exists: true", ANYTHING),
    ("Image|gt: 5", ANYTHING),
    ("Image|fieldref: Other", ANYTHING),
    ("Image: ''", ANYTHING),
    ("EventID: 4688", Any((Word("EventID\n4688"), Word("EventID\n4688.0")))),
    ("EventID: 0", ANYTHING),
    ("EventID: '4688'", Word("EventID\n4688")),
    ("EventID: Abc", Word("EventID\nabc")),
    ("EventID|contains: abc", Word("abc", before=True, after=True)),
    (f"Image|contains: {'a' * 30}", Word("a" * 20, before=True, after=True)),
    (f"Image|contains: '-{'a' * 30}-'", Word("a" * 30)),
    (f"Image|contains: '-{'a' * 50}-'", Word("a" * 20, before=True, after=True)),
)


@pytest.mark.parametrize(("test", "expected"), WAYS, ids=[test for test, _ in WAYS])
def test_what_a_test_asks_for(tmp_path: Path, test: str, expected: Asked) -> None:
    assert asked(tmp_path, f"selection:\n  {test}\ncondition: selection", "EventID") == expected


def test_nothing_is_asked_for_below_a_not(tmp_path: Path) -> None:
    both = "a: {Image|contains: ' evil '}\nb: {Image|contains: ' good '}\n"

    assert asked(tmp_path, both + "condition: a and not b") == Word("evil")
    assert asked(tmp_path, both + "condition: a or not b") == ANYTHING
    assert asked(tmp_path, both + "condition: not (not a)") == Word("evil")
    assert asked(tmp_path, both + "condition: 1 of them") == Any((Word("evil"), Word("good")))


def test_keywords_are_looked_for_in_all_values(tmp_path: Path) -> None:
    assert asked(tmp_path, "words: [' mimikatz ', 'rubeus*']\ncondition: words") == Any(
        (Word("mimikatz"), Word("rubeus", before=True, after=True))
    )
