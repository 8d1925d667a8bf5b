from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.scan.lifecycle import Lifecycle, load_lifecycle

SHIPPED = load_lifecycle(root())
AS_OF = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("name", "version", "state", "day"),
    [
        ("Windows Server", "2008 R2", "ended", date(2020, 1, 14)),
        ("Windows Server", "2012", "ended", date(2023, 10, 10)),
        ("Windows Server", "2012 R2", "ended", date(2023, 10, 10)),
        ("windows server", "2016", "ending", date(2027, 1, 12)),
        ("Windows Server", "2019", "supported", date(2029, 1, 9)),
        ("Windows Server", "2022", "supported", date(2031, 10, 14)),
        ("Windows", "7", "ended", date(2020, 1, 14)),
        ("Windows", "8.1", "ended", date(2023, 1, 10)),
        ("Windows", "10 22H2", "extended", date(2025, 10, 14)),
        ("Windows", "build 6.1.7601", "ended", date(2020, 1, 14)),
        ("nginx", "1.22.1", "ended", date(2023, 4, 11)),
        ("nginx", "1.30.4", "supported", None),
        ("nginx", "0.7.67", "ended", None),
        ("Apache httpd", "2.2.34", "ended", date(2017, 7, 11)),
        ("Apache httpd", "2.4.6", "supported", None),
        ("Jetty", "6.1.26", "ended", None),
        ("Jetty", "9.4.44.v20210927", "ended", date(2025, 8, 14)),
        ("Jetty", "12.0.38", "supported", None),
        ("Samba smbd", "4.17.12", "ended", date(2024, 3, 27)),
        ("PHP", "7.4.33", "ended", date(2022, 11, 28)),
        ("Apache Tomcat", "8.5.5", "ended", date(2024, 3, 31)),
        ("PostgreSQL", "14.1", "ended", date(2026, 11, 12)),
        ("PostgreSQL", "9.6.24", "ended", date(2021, 11, 11)),
        ("Microsoft SQL Server 2016", "13.00.5026", "extended", date(2026, 7, 14)),
        ("Microsoft SQL Server", "10.50.1600", "ended", date(2019, 7, 9)),
        ("Debian", "12", "supported", date(2028, 6, 30)),
        ("Debian", "10", "ended", date(2024, 6, 30)),
    ],
)
def test_what_is_known_of_a_version(name: str, version: str, state: str, day: date | None) -> None:
    support = SHIPPED.lookup(name, version)
    assert support is not None
    assert (support.state(AS_OF, 180), support.last_day) == (state, day)


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("OpenSSH", "9.2p1"),
        ("Orthanc", "1.10.1"),
        ("Samba smbd", "4.19.4"),
        ("nginx", "9.1"),
        ("nginx", ""),
        ("Windows Server", "2012 R3"),
        ("Microsoft IIS httpd", "8.5"),
        ("No such thing", "1"),
        ("Windows", "build 10.0.99999"),
    ],
)
def test_what_nobody_has_said_is_not_guessed(name: str, version: str) -> None:
    assert SHIPPED.lookup(name, version) is None


def test_the_last_day_itself_is_still_support() -> None:
    support = SHIPPED.lookup("Windows Server", "2012 R2")
    assert support is not None
    assert support.state(date(2023, 10, 9), 30) == "ending"
    assert support.state(date(2023, 10, 10), 30) == "ending"
    assert support.state(date(2023, 10, 11), 30) == "extended"
    assert support.state(date(2026, 10, 13), 30) == "extended"
    assert support.state(date(2026, 10, 14), 30) == "ended"
    assert support.state(date(2020, 1, 1), 30) == "supported"


def test_knowledge_is_as_old_as_its_oldest_part() -> None:
    assert SHIPPED.knowledge_date == min(product.as_of for product in SHIPPED.products)


PRODUCT = """id: thing
name: Thing
names: [Thing]
match: numbers
kind: program
source: https://thing.example
as_of: 2026-01-01
confidence: known
older: ended
cycles:
  - {cycle: "2", ends: none}
  - {cycle: "1.2", ends: 2020-01-01}
"""


def load_text(folder: Path, *texts: str) -> Lifecycle:
    place = folder / "scanners" / "lifecycle"
    place.mkdir(parents=True)
    for number, text in enumerate(texts):
        (place / f"{number}.yml").write_text(text)
    return load_lifecycle(folder)


def test_lines_are_found_by_number_and_older_ones_have_ended(tmp_path: Path) -> None:
    mine = load_text(tmp_path, PRODUCT)

    def state(version: str) -> str | None:
        support = mine.lookup("thing", version)
        return support.state(AS_OF, 30) if support else None

    assert [state(v) for v in ("2.9", "1.2.7", "1.1", "1.3", "1.20", "3.0", "x")] == [
        "supported", "ended", "ended", None, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('cycle: "2"', 'cycle: "1.2"', "two cycles have the same name"),
        ("ends: 2020-01-01", "ends: soon", "ends"),
        ("ends: 2020-01-01", "ends: 2020-01-01, extended_ends: 2019-01-01", "extended_ends needs"),
        ("ends: 2020-01-01", "ends: 2020-01-01, extended_ends: 2021-01-01", "say what `extended` costs"),
        ("match: numbers", "match: label", "`older` needs"),
        ("source: https://thing.example\n", "", "'source' is missing"),
        ("as_of: 2026-01-01\n", "", "'as_of' is missing"),
        ("confidence: known", "confidence: sure", "confidence"),
        ("kind: program", "kind: program\nguess: 1", "unknown key 'guess'"),
    ],
)
def test_a_wrong_table_does_not_load(old: str, new: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=what) as caught:
        load_text(tmp_path, PRODUCT.replace(old, new))
    assert str(caught.value).startswith("scanners/lifecycle/0.yml:")


def test_a_name_means_one_product(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load_text(tmp_path, PRODUCT, PRODUCT.replace("[Thing]", "[THING]"))
    assert len(caught.value.faults) == 2


_NAMES = st.one_of(st.sampled_from(sorted(SHIPPED.by_name)), st.text(max_size=20))
_VERSIONS = st.one_of(st.from_regex(r"\d{1,3}(\.\d{1,3}){0,3}[a-z]?", fullmatch=True), st.text(max_size=30))


@given(_NAMES, _VERSIONS, st.dates())
def test_any_name_and_version_is_answered(name: str, version: str, as_of: date) -> None:
    support = SHIPPED.lookup(name, version)
    assert support is None or support.state(as_of, 180) in {"supported", "ending", "extended", "ended"}


def test_no_product_at_all_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"^scanners/lifecycle: holds no product$"):
        load_lifecycle(tmp_path)
