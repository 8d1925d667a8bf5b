from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel.model.knowledge import Knowledge, Span, Statement, Weakness
from sentinel.scan.signing import read_trusted
from tests.scan.knowledge.samples import ADVISORY, KEV, NOW, made, opened


def test_what_was_put_in_is_found_again(tmp_path: Path) -> None:
    bundle: Knowledge = opened(tmp_path, [KEV, ADVISORY])

    assert bundle.products("LYNGVIK médical") == ("lyngvik-médical:pump-3",)
    assert [(one.status, one.spans) for one in bundle.about("lyngvik-médical:pump-3")] == [
        ("affected", (Span(last="2.1"),)),
        ("fixed", (Span("3.0", "3.0"),)),
    ]
    assert bundle.weaknesses(["CVE-2023-43208", "CVE-1999-0001"]) == {
        "CVE-2023-43208": Weakness(
            "CVE-2023-43208",
            exploited=date(2024, 5, 20),
            ransomware=True,
            summary="Deserialization of untrusted data.",
        )
    }
    assert isinstance(next(iter(bundle.about("lyngvik-médical:pump-3"))), Statement)
    assert [(feed.name, feed.dated, feed.kept, feed.skipped) for feed in bundle.feeds] == [
        ("csaf", date(2026, 11, 1), 1, {}),
        ("kev", date(2026, 11, 18), 1, {"no-cve": 1}),
    ]


def test_a_bundle_is_signed_by_who_is_trusted(tmp_path: Path) -> None:
    bundle = opened(tmp_path, [KEV])
    bundle.check(NOW)

    assert bundle.signed_by(read_trusted(tmp_path / "keys")).startswith("kari (")


def test_the_same_feeds_give_the_same_bytes(tmp_path: Path) -> None:
    first, _ = made(tmp_path, KEV, ADVISORY, name="first.zip")
    second, _ = made(tmp_path, ADVISORY, KEV, name="second.zip")

    assert first.read_bytes() == second.read_bytes()
