from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge import formats
from sentinel.scan.knowledge.documents import Document
from sentinel.scan.knowledge.formats import Intakes, read_document
from sentinel.scan.knowledge.stream import Stream
from tests.scan.knowledge.samples import ADVISORY, DAY, KEV, counts, dumped, read
from tests.scan.knowledge.test_cve import RECORD
from tests.scan.knowledge.test_endoflife import PAGE
from tests.scan.knowledge.test_epss import TABLE
from tests.scan.knowledge.test_foreign import JSON
from tests.scan.knowledge.test_kev import CSV
from tests.scan.knowledge.test_nvd import feed as nvd_feed
from tests.scan.knowledge.test_nvd import record as nvd_record
from tests.scan.knowledge.test_osv import affected
from tests.scan.knowledge.test_osv import record as osv_record
from tests.scan.knowledge.test_vex import CYCLONE, OPEN

SAMPLES: dict[str, tuple[str, object]] = {
    "kev": ("kev", KEV),
    "kev csv": ("kev", CSV),
    "csaf": ("csaf", ADVISORY),
    "cve": ("cve", RECORD),
    "nvd": ("nvd", nvd_feed(nvd_record("CVE-2026-10001"))),
    "nvd, a copy": ("nvd", {"cve_items": [nvd_record("CVE-2026-10001")["cve"]]}),
    "osv": ("osv", osv_record(affected("npm", {"introduced": "0"}))),
    "openvex": ("vex", OPEN),
    "cyclonedx": ("vex", CYCLONE),
    "epss": ("epss", TABLE),
    "endoflife page": ("endoflife", PAGE),
    "endoflife api": (
        "endoflife",
        {"generated_at": "2026-11-01T00:00:00Z", "result": {"name": "x", "releases": [{"name": "1", "isEol": True}]}},
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_document_is_known_by_its_content(name: str) -> None:
    feed, content = SAMPLES[name]
    told, intakes = read(content, "no-name")

    assert told
    assert list(intakes.feeds) == [feed]


@pytest.mark.parametrize("name", SAMPLES)
def test_also_with_a_mark_of_byte_order(name: str) -> None:
    feed, content = SAMPLES[name]
    raw = content.encode() if isinstance(content, str) else dumped(content)

    assert list(read(b"\xef\xbb\xbf" + raw)[1].feeds) == [feed]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no-feed"),
        ("# A page\n", "no-feed"),
        ("{}", "no-feed"),
        ("[1]", "no-feed"),
        ('{"bomFormat": "CycloneDX", "components": []}', "no-feed"),
        ("{", "not-json"),
        ('{"a": 1} x', "not-json"),
    ],
)
def test_what_is_of_no_feed_is_counted(content: str, reason: str) -> None:
    told, intakes = read(content)

    assert (told, dict(intakes.other.skipped), intakes.feeds) == ([], {reason: 1}, {})


def test_a_document_that_breaks_off_or_is_too_large_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut() -> object:
        yield b'{"a": '
        raise EOFError("breaks off")

    intakes = Intakes(DAY)
    assert list(read_document(Document("x", Stream(cut())), intakes)) == []  # type: ignore[arg-type]  # a generator of bytes
    monkeypatch.setattr(formats, "MOST_WHOLE", 100)
    assert list(read_document(Document("x", Stream(iter([dumped(ADVISORY)]))), intakes)) == []
    assert dict(intakes.other.skipped) == {"truncated": 1, "too-large": 1}


@pytest.mark.fuzz
@given(JSON, st.sampled_from(sorted(SAMPLES)), st.data())
def test_any_value_anywhere_in_any_document_is_survived(value: object, name: str, data: st.DataObject) -> None:
    _, content = SAMPLES[name]
    if isinstance(content, str):
        return
    _, intakes = read(replaced(content, value, data))

    assert (
        sum(counts(one.tally)[0] + one.tally.skipped.total() for one in intakes.feeds.values()) + intakes.other.total
        >= 0
    )


def replaced(content: object, value: object, data: st.DataObject) -> object:
    """Return the document with another value at a place that hypothesis chooses."""
    if isinstance(content, dict) and content and data.draw(st.integers(0, 4)):
        key = data.draw(st.sampled_from(sorted(content)))
        return {**content, key: replaced(content[key], value, data)}
    if isinstance(content, list) and content and data.draw(st.integers(0, 4)):
        at = data.draw(st.integers(0, len(content) - 1))
        return [*content[:at], replaced(content[at], value, data), *content[at + 1 :]]
    return value
