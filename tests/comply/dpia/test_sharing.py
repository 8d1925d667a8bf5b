from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.reading import read_dpia
from sentinel.comply.dpia.sharing import read_shared_dpia, redacted, suggested
from sentinel.errors import ContentError
from tests.comply.dpia.parts import AS_OF, EXAMPLE, PACK


def example() -> DpiaFile:
    return read_dpia(EXAMPLE, PACK, AS_OF)[0]


def shouting(value: Any) -> Any:  # noqa: ANN401 -- whatever a file holds
    """Return the same with a word in every free text: what is longer than any name of ours, or has a space in it."""
    if isinstance(value, dict):
        return {key: shouting(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shouting(one) for one in value]
    return f"{value} HEMMELIG" if isinstance(value, str) and " " in value else value


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    path = tmp_path / "shared.yml"
    path.write_text(redacted(example(), PACK, PACK, AS_OF), encoding="utf-8")
    return path


def test_nothing_that_anybody_wrote_leaves() -> None:
    data = shouting(example().model_dump(mode="json", by_alias=True))
    made = DpiaFile.model_validate(
        {**data, "case": "hemmelig", "events": {**data["events"], "hemmelig": {"title": "HEMMELIG"}}}
    )
    text = redacted(made, PACK, PACK, AS_OF)

    assert "HEMMELIG" in str(made.model_dump())
    assert not re.search("hemmelig|lyngvik|fjordnett|tannlege", text, re.IGNORECASE)
    assert "\nown: 1\n" in text


def test_what_is_shared_is_what_was_answered_and_how_grave_it_was(shared: Path) -> None:
    found = read_shared_dpia(shared)

    assert found.tests == ("new-technology", "art-special-data", "sensitive", "vulnerable", "innovative", "high-risk")
    assert [(one.event, one.severity) for one in found.events] == [("access", 3), ("change", 3), ("loss", 2)]
    assert (found.need, found.own, found.measures, found.month) == ("needed", 0, 6, "2026-11")


def test_a_file_that_was_changed_since_is_refused(shared: Path) -> None:
    shared.write_text(shared.read_text(encoding="utf-8").replace("severity: 3", "severity: 1", 1), encoding="utf-8")

    with pytest.raises(ContentError, match="was changed since it was shared"):
        read_shared_dpia(shared)


def test_a_suggestion_answers_nothing(shared: Path) -> None:
    key, passed = suggested(read_shared_dpia(shared), PACK)
    bare = {"schema": "sentinel.dpiacase/1", "case": "prove"}
    with_it, without = (assess(DpiaFile.model_validate({**bare, **more}), PACK, AS_OF) for more in (key, {}))

    assert passed == ()
    assert with_it == without


def test_what_this_content_does_not_know_is_passed_over_and_told(shared: Path) -> None:
    found = read_shared_dpia(shared)
    strange = found.model_copy(update={"tests": (*found.tests, "new-test"), "content": "0" * 64})
    key, passed = suggested(strange, PACK)

    assert "new-test" not in key["suggested"]["tests"]
    assert passed == ("new-test: not in this content", "made with other content: the words of a test may differ")
