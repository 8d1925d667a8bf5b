from __future__ import annotations

from typing import Any

import pytest

from sentinel.model.knowledge import Span, Status
from sentinel.scan.knowledge.cve_versions import said_of
from sentinel.scan.knowledge.ranges import Versions


def entry(*versions: dict[str, Any], default: str = "unaffected") -> dict[Status, Versions]:
    return said_of({"defaultStatus": default, "versions": list(versions)})


def version(text: str, status: str = "affected", **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"version": text, "status": status, **more}


@pytest.mark.parametrize(
    ("told", "spans"),
    [
        (version("1.0"), (Span("1.0", "1.0"),)),
        (version("1.0", lessThan="1.5"), (Span("1.0", "", "1.5"),)),
        (version("0", lessThanOrEqual="1.5", versionType="semver"), (Span("", "1.5", "", "semver"),)),
        (version("unspecified", lessThan="1.5"), (Span("", "", "1.5"),)),
        (version("2.0", lessThan="*"), (Span("2.0"),)),
        (version("8.1.*", lessThan="8.1.28", versionType="semver"), (Span("8.1", "", "8.1.28", "semver"),)),
        (version("earlier", lessThanOrEqual="3.0.0.4.388_24609"), (Span("", "3.0.0.4.388_24609"),)),
        (version("6.1", lessThanOrEqual="6.1.*"), (Span("6.1", "", "6.2"),)),
        (version(">= 2.0, < 2.3.1"), (Span("2.0", "", "2.3.1"),)),
        (version("< 2.3.1"), (Span("", "", "2.3.1"),)),
        (version("before 2.3.1"), (Span("", "", "2.3.1"),)),
        (version("5.x"), (Span("5", "", "6"),)),
    ],
)
def test_versions_as_cnas_write_them(told: dict[str, Any], spans: tuple[Span, ...]) -> None:
    assert entry(told) == {"affected": Versions(spans)}


@pytest.mark.parametrize(
    ("told", "unread"),
    [
        (version("n/a"), "n/a"),
        (version("see advisory"), "see advisory"),
        (version("All of them", lessThan="2024 update"), "All of them < 2024 update"),
        (version("1.0", changes=[{"at": "1.1", "status": "unaffected"}]), "from 1.0, with changes"),
        (version(""), "no version told"),
        (version("1.0", lessThan="n/a"), "1.0 < n/a"),
        (version("0", lessThan="0"), "0 < 0"),
        (version("2.0", lessThan="2024-05-01"), "2.0 < 2024-05-01"),
    ],
)
def test_what_is_told_in_words_stays_unread(told: dict[str, Any], unread: str) -> None:
    assert entry(told) == {"affected": Versions(unread=(unread,))}


def test_changes_within_a_range() -> None:
    changes = [{"at": "10.2.5", "status": "unaffected"}, {"at": "10.3", "status": "affected"}]

    assert entry(version("10.2", lessThan="10.4", changes=changes)) == {
        "affected": Versions((Span("10.2", "", "10.2.5"), Span("10.3", "", "10.4"))),
        "not_affected": Versions((Span("10.2.5", "", "10.3"),)),
    }


def test_all_but_what_is_listed_as_the_kernel_tells_it() -> None:
    found = entry(
        version("5.10"),
        version("0", "unaffected", lessThan="5.10", versionType="semver"),
        version("5.10.200", "unaffected", lessThanOrEqual="5.10.*", versionType="semver"),
        version("5.15.140", "unaffected", lessThanOrEqual="5.15.*", versionType="semver"),
        version("6.7", "unaffected", lessThanOrEqual="*", versionType="original_commit_for_fix"),
        version("a1b2c3", lessThan="d4e5f6", versionType="git"),
        default="affected",
    )

    assert [(one.first, one.after, one.last, one.before) for one in found["affected"].spans] == [
        ("5.10", "", "", "5.10.200"),
        ("5.11", "", "", "5.15.140"),
        ("5.16", "", "", "6.7"),
    ]
    assert found["affected"].unread == ()


def test_all_but_what_cannot_be_ordered_stays_unread() -> None:
    words = entry(version("the new one", "unaffected"), default="affected")["affected"]
    letters = entry(version("VB1", "unaffected", lessThan="VC2"), version("VD1", "unaffected"), default="affected")[
        "affected"
    ]

    assert words == Versions(unread=("all versions but the new one",))
    assert letters == Versions(unread=("all versions but some around VC2, VD1",))


def test_only_affected_ones_listed_where_all_are_by_default_is_unclear() -> None:
    assert entry(version("8.1.*", lessThan="8.1.28"), default="affected") == {
        "affected": Versions((Span("8.1", "", "8.1.28"),), unread=("all other versions, says the record's default",))
    }
    assert entry(version("*"), default="affected") == {"affected": Versions(every=True)}


def test_what_the_default_says_where_nothing_is_listed() -> None:
    assert entry(default="affected") == {"affected": Versions(every=True)}
    assert entry(default="unaffected") == {"not_affected": Versions(every=True)}
    assert entry(default="unknown") == {}
    assert entry(version("a1", lessThan="b2", versionType="git"), default="affected") == {}


def test_states_of_their_own() -> None:
    assert entry(version("1.0", "unknown"), version("*", "unaffected"), default="unknown") == {
        "under_investigation": Versions((Span("1.0", "1.0"),)),
        "not_affected": Versions(every=True),
    }
