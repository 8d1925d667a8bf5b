from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.errors import InputError
from sentinel.model.knowledge import Span
from sentinel.scan.knowledge.bundle import Bundle
from tests.scan.knowledge.samples import ADVISORY, DAY, KEV, made, opened
from tests.scan.knowledge.test_cve import RECORD
from tests.scan.knowledge.test_endoflife import LINES, PAGE
from tests.scan.knowledge.test_epss import TABLE
from tests.scan.knowledge.test_nvd import feed, match, node, record
from tests.scan.knowledge.test_osv import affected
from tests.scan.knowledge.test_osv import record as osv_record
from tests.scan.knowledge.test_vex import CYCLONE, OPEN
from tests.shared import shared_data

NGINX = {"nodes": [node(match("a:f5:nginx:*:*", versionEndExcluding="1.22.1"))]}
NVD = feed(record("CVE-2026-10001", NGINX), record("CVE-2023-43208"))
ALL: list[object] = [
    KEV, ADVISORY, RECORD, PAGE.encode(), TABLE.encode(), NVD, osv_record(affected("Debian:12", {"introduced": "0"})),
    OPEN, CYCLONE,
]  # fmt: skip


def test_all_feeds_in_one_bundle(tmp_path: Path) -> None:
    path, built = made(tmp_path, *ALL)
    bundle = Bundle(path)

    assert [feed.name for feed in bundle.feeds] == ["csaf", "cve", "endoflife", "epss", "kev", "nvd", "osv", "vex"]
    assert bundle.feeds == built.feeds
    assert [(one.source, one.status) for one in bundle.about("f5:nginx")] == [
        ("nvd", "affected"),
        ("vex", "not_affected"),
    ]
    assert bundle.lines("lyngvik-server") == LINES
    assert bundle.concerned("CVE-2026-10001") == (
        "debian:openssl",
        "f5:nginx",
        "lyngvik-médical:pump-3",
        "lyngvik:pump",
        "lyngvik:pump-3",
        "lyngvik:pump-3-firmware",
        "openssl:openssl",
    )
    mirth = bundle.weaknesses(["CVE-2023-43208"])["CVE-2023-43208"]
    assert (mirth.score, mirth.exploited, mirth.epss, mirth.summary) == (9.8, date(2024, 5, 20), 0.94432, "One")


def test_a_newer_document_takes_the_place_of_an_older_one_and_all_it_said(tmp_path: Path) -> None:
    newer = record("CVE-2026-10001", {"nodes": [node(match("a:x:y:*:*"))]}, lastModified="2026-11-02T00:00:00.000")
    bundle = opened(tmp_path, [feed(newer), NVD])

    assert list(bundle.about("f5:nginx")) == []
    assert [one.every for one in bundle.about("x:y")] == [True]
    assert bundle.concerned("CVE-2026-10001") == ("x:y",)


def test_a_record_that_was_rejected_since_says_nothing_more(tmp_path: Path) -> None:
    gone = record("CVE-2026-10001", vulnStatus="Rejected", lastModified="2026-11-02T00:00:00.000")
    bundle = opened(tmp_path, [NVD, feed(gone)])

    assert list(bundle.about("f5:nginx")) == []
    assert set(bundle.weaknesses(["CVE-2026-10001", "CVE-2023-43208"])) == {"CVE-2023-43208"}


@settings(max_examples=20)
@given(order=st.permutations(range(len(ALL))))
def test_the_order_of_the_feeds_changes_no_byte(tmp_path: Path, order: list[int]) -> None:
    first = tmp_path / "first.zip"
    if not first.exists():
        made(tmp_path, *ALL, name="first.zip")
    other, _ = made(tmp_path, *(ALL[at] for at in order), name="other.zip")

    assert first.read_bytes() == other.read_bytes()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["f5", "openbsd", "æøå"]), st.text("abc0-_", min_size=1, max_size=4), st.integers(0, 30)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_is_put_in_is_read_again(tmp_path: Path, rows: list[tuple[str, str, int]]) -> None:
    named = [(vendor, name, number) for vendor, name, number in rows if name.strip("-_")]
    records = [
        record(
            f"CVE-2026-{20_000 + at}",
            {"nodes": [node(match(f"a:{vendor}:x{name}:*:*", versionEndExcluding=f"1.{number}"))]},
        )
        for at, (vendor, name, number) in enumerate(named)
    ]
    bundle = opened(tmp_path, [feed(*records), KEV])
    found = {
        (one.vendor, one.product, one.cves, one.spans)
        for vendor in ("f5", "openbsd", "æøå")
        for key in bundle.products(vendor)
        for one in bundle.about(key)
    }

    assert found == {
        (vendor, f"x{name}", (f"CVE-2026-{20_000 + at}",), (Span("", "", f"1.{number}"),))
        for at, (vendor, name, number) in enumerate(named)
    }
    assert sorted(bundle.keys()) == sorted({key for v in ("f5", "openbsd", "æøå") for key in bundle.products(v)})


def test_parts_of_a_feed_are_as_old_as_the_oldest(tmp_path: Path) -> None:
    older = {**feed(record("CVE-2026-10002")), "timestamp": "2026-03-01T00:00:00.000"}

    assert [one.dated for one in opened(tmp_path, [NVD, older]).feeds] == [date(2026, 3, 1)]


def test_a_feed_that_tells_no_day_or_one_of_the_future_is_refused(tmp_path: Path) -> None:
    for catalog in ({**KEV, "dateReleased": None}, {**KEV, "dateReleased": "2027-01-01T00:00:00Z"}):
        with pytest.raises(InputError, match=f"kev: tells no day on or before {DAY}"):
            made(tmp_path, catalog)
    assert not (tmp_path / "knowledge.zip").exists()


def test_what_is_no_feed_is_refused_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="feed-1: holds no feed that is read; those are CISA's KEV"):
        made(tmp_path, KEV, b"a letter")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed-0", "feed-1", "kari.key", "keys"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        made(tmp_path, KEV, name="nowhere/knowledge.zip")


@pytest.mark.shared
def test_a_bundle_of_the_real_material(tmp_path: Path) -> None:
    path, built = made(tmp_path, shared_data() / "knowledge")
    bundle = Bundle(path)

    assert [(one.name, one.kept, one.skipped) for one in built.feeds] == [
        ("csaf", 144, {}),
        ("endoflife", 464, {}),
        ("kev", 1404, {}),
    ]
    assert built.counts == {"statements": 549, "weaknesses": 1404 + 428 - 11, "lines": 8351, "products": 507}
    assert bundle.products("Dräger") == (
        "dräger:delta-xl",
        "dräger:infinity-delta",
        "dräger:infinity-explorer-c700",
        "dräger:kappa",
    )
    assert [one.every for one in bundle.about("dräger:kappa")] == [True]
    assert bundle.weaknesses(["CVE-2018-19010"])["CVE-2018-19010"].score == 6.5
    assert path.stat().st_size < 600_000
