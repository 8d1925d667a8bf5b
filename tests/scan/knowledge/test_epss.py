from __future__ import annotations

import gzip
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Weakness
from tests.scan.knowledge.samples import counts, read

TABLE = """#model_version:v2026.03.14,score_date:2026-11-18T00:00:00+0000
cve,epss,percentile
CVE-2023-43208,0.94432,0.99963
CVE-2026-10002,0,0.1
CVE-2026-10003,1.5,0.1
CVE-2026-10004,nan,0.1
CVE-2026-10005
,0.1,0.1
"""


def test_probabilities_with_the_day_of_the_table() -> None:
    told, intakes = read(TABLE)

    assert [(one.updated[:10], one.things) for one in told] == [
        ("2026-11-18", (Weakness("CVE-2023-43208", epss=0.94432),)),
        ("2026-11-18", (Weakness("CVE-2026-10002", epss=0.0),)),
    ]
    assert counts(intakes.of("epss").tally) == (2, {"not-a-score": 3, "no-cve": 1}, {})
    assert intakes.of("epss").newest == date(2026, 11, 18)


def test_an_old_table_has_its_day_in_its_name() -> None:
    _, intakes = read(TABLE.partition("\n")[2], "feeds/epss_scores-2026-11-17.csv.gz")

    assert intakes.of("epss").newest == date(2026, 11, 17)


def test_a_table_that_breaks_off_is_told() -> None:
    from sentinel.model.skipped import Tally
    from sentinel.scan.knowledge.documents import Document
    from sentinel.scan.knowledge.formats import Intakes, read_document
    from sentinel.scan.knowledge.stream import Allowance, Stream, unpacked

    rows = "".join(f"CVE-2026-{number},0.{number},0.1\n" for number in range(10_000, 40_000))
    packed = gzip.compress((TABLE + rows).encode())
    stream = unpacked(Stream(iter([packed[: len(packed) // 2]])), Allowance())
    assert stream is not None
    intakes = Intakes(date(2026, 11, 20))
    told = list(read_document(Document("epss.csv.gz", stream), intakes))

    assert 1000 < len(told) < 30_000
    assert intakes.of("epss").tally.skipped["truncated"] == 1
    assert isinstance(intakes.other, Tally)


@pytest.mark.fuzz
@given(st.binary(max_size=200))
def test_any_rows_are_counted(raw: bytes) -> None:
    told, intakes = read(TABLE.encode() + raw)
    lines = [
        line for line in (TABLE.encode() + raw).split(b"\n")[2:] if line.strip() and not line.strip().startswith(b"#")
    ]

    assert len(told) == intakes.of("epss").tally.handled
    assert intakes.of("epss").tally.total <= len(lines)
