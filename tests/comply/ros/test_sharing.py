"""What leaves is made of our own words alone; nothing that an organisation wrote is in it, whatever it wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.comply.ros.read import read_risks
from sentinel.comply.ros.sharing import digest, read_shared, redacted, suggestions
from sentinel.comply.ros.writing import entries_yaml
from sentinel.content import parse_documents
from sentinel.errors import ContentError
from tests.comply.ros.small import (
    ABOUT,
    TODAY,
    accepted,
    against,
    done,
    exempt,
    judged,
    levels,
    library,
    measure,
    ros,
    write,
)


def share(folder: Path, risks: dict[str, Any], **changed: Any) -> str:  # noqa: ANN401 -- passed on as it is
    return redacted(ros(folder, risks, **changed), "general_practice", against().matrices, library())


SECRET = st.text("abcdefghijklmnopqrstuvwxyzæøå.- ", min_size=9, max_size=30).map(lambda text: f"q{text}q")


@settings(max_examples=40, deadline=None)
@given(st.lists(SECRET, min_size=12, max_size=12, unique=True))
def test_no_word_that_an_organisation_wrote_is_in_what_it_shares(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    a, b, c, d, e, f, g, h, i, j, k, m = words
    grave = judged(3, levels(3), because=a, by=b)
    risks = {
        "phishing": {
            "before": grave,
            "after": judged(1, levels(1), because=c, rests_on=["training", "own-thing"], by=d),
            "measures": [{**measure(), "owner": e}, {**measure("own-thing", title=f), "owner": g}],
            "acceptance": accepted(reason=h, by=i, role=j),
            "note": k,
        },
        "own-room": {"title": m, "text": a, "threatens": ["person"], "before": grave},
    }

    folder = tmp_path_factory.mktemp("share")
    shared = share(folder, risks, organisation=c, scope=d)

    written = (folder / "ros.yml").read_text(encoding="utf-8")
    assert [word for word in words if word not in written] == []
    assert [word for word in words if word in shared] == []
    assert "own-room" not in shared
    assert "own-thing" not in shared


def test_only_what_is_listed_is_in_it_and_every_word_is_ours(tmp_path: Path) -> None:
    risks = {
        "ransomware": {"before": judged(4, levels(4)), "measures": [done(), measure("two-factor")]},
        "own-room": {"title": "Rom", "text": "Låses ikke", "threatens": ["person"], "before": judged()},
        "snooping": {"not_relevant": exempt()},
    }

    (document,), _ = parse_documents(share(tmp_path, risks), "shared.yml")

    origin = library().scenarios["ransomware"].provenance
    assert document.data == {
        "schema": "sentinel.sharedrisks/1",
        "kind": "general_practice",
        "month": "2026-11",
        "licence": "CC0-1.0",
        "matrix": "4x4",
        "own": 1,
        "risks": [
            {
                "scenario": "ransomware",
                "consequence": levels(4),
                "measures": ["training", "two-factor"],
                "provenance": {
                    "library": "sentinel-ros",
                    "version": "2026.1",
                    "author": "Sentinel",
                    "date": "2026-11-22",
                    "licence": "MIT",
                    "hash": origin.hash,
                },
            }
        ],
        "hash": document.data["hash"],
    }
    assert digest(document.data) == document.data["hash"]


def test_neither_likelihood_nor_state_nor_what_was_reached_changes_what_leaves(tmp_path: Path) -> None:
    mild = share(tmp_path, {"phishing": {"before": judged(1, levels(2)), "measures": [measure()]}})
    reached = {"by": "Åse Lyngvik", "date": date(2026, 11, 16)}
    after = judged(1, levels(1), rests_on=["training"], reached=reached)
    grave = share(
        tmp_path,
        {
            "phishing": {
                "before": judged(4, levels(2)),
                "measures": [done()],
                "after": after,
                "acceptance": accepted(),
                "considered": ["finding/product-unsupported"],
            }
        },
    )

    assert mild == grave


def test_the_levels_of_an_own_matrix_stay_at_home(tmp_path: Path) -> None:
    found = ros(tmp_path, {"phishing": {"before": judged(1, levels(2))}})
    ours = replace(found, matrix=replace(found.matrix, cells=tuple(("high",) * 4 for _ in range(4))))

    text = redacted(ours, "general_practice", against().matrices, library())

    (document,), _ = parse_documents(text, "shared.yml")
    assert document.data["matrix"] == "own"
    assert document.data["risks"][0]["consequence"] == {}


def test_what_others_shared_comes_as_suggestions_and_is_never_an_assessment(tmp_path: Path) -> None:
    theirs = tmp_path / "shared.yml"
    risks = {"ransomware": {"before": judged(3, levels(4)), "measures": [done()]}, "phishing": {"before": judged()}}
    theirs.write_text(share(tmp_path, risks), encoding="utf-8")
    shared = read_shared(theirs)

    found = suggestions(shared, library(), ABOUT.facts, {"phishing"})

    assert found.skipped == (("phishing", "in the file already"),)
    assert found.entries == {
        "ransomware": {
            "suggested": {
                "consequence": levels(4),
                "matrix": "4x4",
                "measures": ["training"],
                "shared": shared.hash,
            }
        }
    }
    path = write(tmp_path, {"phishing": {"before": judged()}})
    path.write_text(path.read_text() + entries_yaml(found.entries))
    file, _ = read_risks(path, against(), TODAY)
    assert file.risks["ransomware"].before is None
    assert next(r for r in ros(tmp_path, dict(found.entries)).risks if r.id == "ransomware").state == "not_assessed"


def test_what_does_not_fit_this_library_is_passed_over_with_its_reason(tmp_path: Path) -> None:
    theirs = tmp_path / "shared.yml"
    risks = {name: {"before": judged()} for name in ("ransomware", "phishing", "device-taken-out")}
    theirs.write_text(share(tmp_path, risks), encoding="utf-8")
    scenarios = dict(library().scenarios)
    del scenarios["ransomware"]
    other = replace(scenarios["phishing"].provenance, hash="0" * 64)
    scenarios["phishing"] = replace(scenarios["phishing"], provenance=other)

    found = suggestions(read_shared(theirs), replace(library(), scenarios=scenarios), ABOUT.facts, ())

    assert found.skipped == (
        ("device-taken-out", "not for this organisation (MD is not true)"),
        ("phishing", "worded otherwise in this library"),
        ("ransomware", "not in this library"),
    )
    assert found.entries == {}


def test_a_shared_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shared.yml"
    path.write_text(share(tmp_path, {"phishing": {"before": judged(2, levels(3))}}), encoding="utf-8")
    assert read_shared(path).own == 0
    path.write_text(path.read_text().replace("person: 3", "person: 1"), encoding="utf-8")

    with pytest.raises(ContentError, match="was changed since it was shared"):
        read_shared(path)


@pytest.mark.parametrize("text", ["", "a: 1\n", "schema: sentinel.sharedrisks/1\nrisks: 7\n", "\x00", "- " * 500])
def test_rubbish_is_refused_in_lines(text: str, tmp_path: Path) -> None:
    path = tmp_path / "shared.yml"
    path.write_text(text)

    with pytest.raises(ContentError):
        read_shared(path)
