from __future__ import annotations

import pytest

from sentinel.detect.references import Entry, Index, as_id, shown, usable
from sentinel.detect.values import UnusableError
from sentinel.errors import Location
from tests.detect.documents import uuid


def entry(number: int, name: str = "", *, title: str = "T", loaded: bool = True) -> Entry:
    return Entry("rule", uuid(number), name, title, Location("r.yml", number), loaded=loaded)


def index(*entries: Entry) -> Index:
    made = Index()
    for one in entries:
        made.add(one)
    return made


def test_a_document_is_found_by_id_in_any_spelling_and_by_name() -> None:
    one = entry(10, "failed_logon")
    known = index(one, entry(11, "other"))

    assert [known.find(text) for text in (uuid(10), uuid(10).replace("-", "").upper(), "failed_logon")] == [one] * 3


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        ("twice", "'twice' is the name of more than one document: r.yml:3 and r.yml:4"),
        ("failed_login", "no rule has the id or name 'failed_login'; did you mean 'failed_logon'?"),
        ("Failed logon", "; it is the title of r.yml:1, which can be meant by id or name only"),
        (uuid(9), f"no rule has the id or name '{uuid(9)}'"),
        ("Failed_Logon", "no rule has the id or name 'Failed_Logon'; did you mean 'failed_logon'?"),
        (5, "5 is not the id or name of a rule"),
        (None, "None is not the id or name"),
        (["x"], "is not the id or name"),
        ("", "'' is not the id or name"),
    ],
)
def test_what_cannot_be_found_is_told(reference: object, what: str) -> None:
    known = index(entry(1, "failed_logon", title="Failed logon"), entry(3, "twice"), entry(4, "twice"))

    with pytest.raises(UnusableError) as caught:
        known.find(reference)

    assert what in str(caught.value)


def test_a_name_of_a_loaded_and_a_refused_document_is_of_two() -> None:
    known = index(entry(1, "name"), entry(2, "name", loaded=False))

    with pytest.raises(UnusableError, match="more than one document"):
        known.find("name")


def test_of_one_id_the_loaded_document_counts_and_so_does_its_name() -> None:
    bad, good = entry(1, "bad", loaded=False), entry(1, "good")

    assert index(bad, good).find(uuid(1)) is good
    assert index(good, bad).find(uuid(1)) is good
    with pytest.raises(UnusableError):
        index(bad, good).find("bad")


def test_a_refused_document_is_found_but_not_usable() -> None:
    with pytest.raises(UnusableError, match=r"'bad' was refused \(r.yml:1\)"):
        usable(entry(1, "bad", loaded=False), "bad")


def test_ids_and_what_is_shown_of_them() -> None:
    assert as_id("not a uuid") == "not a uuid"
    assert shown("short") == "'short'"
    assert len(shown(["long"] * 1_000)) < 100
    assert len(shown("x" * 10_000)) < 100
