from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.scan.imports.formats import How
from tests.scan.imports.samples import MDS2_ROWS, read_file, workbook

PUMP = How("mds2", {}, "10.20.30.77")


def test_answers_that_matter_are_kept_and_notes_are_not(tmp_path: Path) -> None:
    (form,), tally = read_file(workbook(tmp_path / "m.xlsx", MDS2_ROWS), PUMP)

    assert form.facts == {
        "manufacturer": "Philips",
        "model": "IntelliVue MX800",
        "ALOF-1": "no",
        "TXCF-1": "not applicable",
        "MLDP-1": "yes",
    }
    assert (tally.handled, dict(tally.skipped)) == (5, {"not-kept": 2, "no-answer": 1})


def test_a_workbook_without_the_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="without the questions"):
        read_file(workbook(tmp_path / "m.xlsx", (("a", "b"),)), PUMP)
