from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Claim, Observation
from sentinel.scan.findings import find, load_checks
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.votes import best, contradictions, ranking


def claim(value: str, strength: int, rule: str = "r", day: int | None = None) -> Claim:
    seen = None if day is None else datetime(2026, 3, 1, tzinfo=UTC) + timedelta(day)
    return Claim("os", value, rule, strength, "e", seen, seen)


def test_the_strongest_witness_beats_many_weak_ones() -> None:
    weak = [claim("Debian", 2, f"r{n}") for n in range(9)]
    assert best([*weak, claim("Windows", 3)]) == "Windows"


def test_among_equals_more_rules_win_but_not_more_repetitions() -> None:
    assert best([claim("B", 3, "one"), claim("B", 2, "two"), claim("A", 3, "one")]) == "B"
    assert best([claim("B", 3)] * 50 + [claim("A", 3)]) == "A"


def test_of_two_as_good_what_was_seen_last_wins() -> None:
    old, new, timeless = claim("1.18", 3, day=0), claim("1.28", 3, day=90), claim("1.0", 3)
    for order in ([old, new, timeless], [timeless, new, old], [new, old, timeless, old]):
        assert [value for value, _ in ranking(order)] == ["1.28", "1.18", "1.0"]
    assert best([claim("1.18", 4, day=0), new]) == "1.18"


def test_a_renewed_certificate_is_not_told_as_expired() -> None:
    def certificate(until: str, month: int) -> Observation:
        facts = {"subject": "a", "issuer": "b", "not_after": until}
        seen = datetime(2026, month, 1, tzinfo=UTC)
        return Observation("tls.certificate", "10.0.0.1", facts, seen, "x", "passive", "tcp", 443)

    march, june = certificate("2026-03-05", 3), certificate("2027-03-05", 6)
    rules, checks, lifecycle = load_fingerprints(root()), load_checks(root()), load_lifecycle(root())

    def expired(*seen: Observation) -> bool:
        found = find(build(seen, rules), checks, lifecycle, date(2026, 6, 2))
        return "certificate-expired" in {one.check for one in found}

    assert expired(march)
    assert not expired(march, june)
    assert not expired(june, march)


def test_case_is_no_difference() -> None:
    assert ranking([claim("ORTHANC", 2, "a"), claim("Orthanc", 4, "b")]) == [("ORTHANC", 4)]


def test_nothing_claimed_is_empty_text() -> None:
    assert best([]) == ""


def test_contradictions_name_every_value_with_its_strength() -> None:
    told = contradictions({"os": [claim("Debian", 4), claim("Windows", 2, "x")]}, ["os", "vendor"])
    assert told == ("os: Debian (4), Windows (2)",)


def test_a_vaguer_value_or_a_hint_contradicts_nothing() -> None:
    assert contradictions({"os": [claim("Windows", 2), claim("Windows Server", 3)]}, ["os"]) == ()
    assert contradictions({"os": [claim("Windows", 1), claim("Debian", 3)]}, ["os"]) == ()
    assert contradictions({"os": [claim("Win", 2), claim("Windows Server", 3)]}, ["os"]) != ()


_CLAIMS = st.lists(
    st.builds(
        claim, st.text(max_size=5), st.integers(1, 5), st.sampled_from(["a", "b", "c"]), st.none() | st.integers(0, 3)
    ),
    max_size=12,
)


@given(_CLAIMS, st.randoms())
def test_order_and_copies_change_nothing(claims: list[Claim], random: object) -> None:
    shuffled = [*claims, *claims]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    assert ranking(shuffled) == ranking(claims)
