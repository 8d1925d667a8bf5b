from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.exchange.table import table
from tests.comply import small
from tests.comply.exchange.sheet import blank, read


def test_the_table_is_what_norwegian_excel_opens() -> None:
    raw = table(blank(small.answer("DRF-07", "not_met", note="Æsj; ikke ennå")))

    assert raw.startswith("\ufeffID;Krav;Spørsmål;".encode())
    assert ';ikke oppfylt;Åse Lyngvik;21.11.2026;"Æsj; ikke ennå";;;;;;\r\n' in raw.decode("utf-8-sig")


@pytest.mark.parametrize("note", ["=1+1", "+47 ring", "-dash", "@at", "'=quoted", "'plain", "''@", "\u00e6 = b"])
def test_no_text_is_a_formula_and_all_are_read_back(tmp_path: Path, note: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(blank(small.answer("DRF-07", "met", note=note))))
    written = path.read_text(encoding="utf-8-sig").splitlines()[1].split(";")[7]

    assert written[0] not in "=+-@"
    assert read(path)[0].answers[0].note == note
