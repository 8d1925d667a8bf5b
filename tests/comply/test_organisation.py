from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.comply.organisation import load_types
from sentinel.errors import ContentError, SettingsError
from tests.comply.small import TYPES, types, write


def facts(base: Path, kind: str = "general_practice", **overrides: bool) -> frozenset[str]:
    return types(base).organisation("Fjæra", "000000002", kind, overrides).facts


def test_what_is_usual_is_on_and_so_is_what_is_asked_until_the_site_says_no(tmp_path: Path) -> None:
    assert facts(tmp_path) == {"ALL", "EHR", "MD", "PRIV"}
    assert facts(tmp_path, MD=True) == {"ALL", "EHR", "MD", "PRIV"}
    assert facts(tmp_path, MD=False) == {"ALL", "EHR", "PRIV"}
    assert facts(tmp_path, MD=False, EHR=False) == {"ALL", "PRIV"}


@pytest.mark.parametrize(
    ("kind", "overrides", "is_so"),
    [
        ("general_practice", {}, "PRIV"),
        ("public_clinic", {}, "PUB"),
        ("general_practice", {"PUB": True}, "PUB"),
        ("public_clinic", {"PUB": False}, "PRIV"),
        ("public_clinic", {"PRIV": True}, "PRIV"),
        ("general_practice", {"PRIV": False}, "PUB"),
        ("general_practice", {"PRIV": False, "PUB": True}, "PUB"),
    ],
)
def test_everybody_is_either_public_or_private(
    tmp_path: Path, kind: str, overrides: dict[str, bool], is_so: str
) -> None:
    found = facts(tmp_path, kind, **overrides)

    assert found & {"PUB", "PRIV"} == {is_so}


@pytest.mark.parametrize(
    ("kind", "overrides", "what"),
    [
        ("general_practise", {}, "unknown type of organisation 'general_practise', did you mean general_practice?"),
        ("sykehus", {}, "Known: general_practice, public_clinic"),
        ("general_practice", {"ERH": True}, "unknown class 'ERH', did you mean EHR?"),
        ("general_practice", {"ALL": False}, "ALL is true for everybody"),
        ("general_practice", {"PUB": True, "PRIV": True}, "cannot both be true"),
        ("general_practice", {"PUB": False, "PRIV": False}, "cannot both be false"),
    ],
)
def test_what_cannot_be_is_a_settings_error(tmp_path: Path, kind: str, overrides: dict[str, bool], what: str) -> None:
    with pytest.raises(SettingsError, match=what.replace("?", r"\?")):
        types(tmp_path).organisation("x", "0", kind, overrides)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("usual: [EHR], asked: [MD]", "usual: [EHR], asked: [EHR]", "EHR is both usual and asked"),
        ("usual: [EHR], asked: [MD]", "usual: [EHR], asked: [EHRS]", "unknown class 'EHRS', did you mean EHR?"),
        ("id: public_clinic", "id: general_practice", "type general_practice is written twice"),
    ],
)
def test_types_that_cannot_be_meant_are_refused_with_their_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_types(write(tmp_path, types=TYPES.replace(old, new)))
    assert what in str(caught.value)
    assert "organisation-types.yml:" in str(caught.value)


PUBLIC_ASKED = TYPES.replace("asked: [MD]}", "asked: [MD, PUB], part: small}")


def test_public_and_private_are_both_asked_where_nobody_said_which(tmp_path: Path) -> None:
    base = write(tmp_path, types=PUBLIC_ASKED)
    found = {
        str(said): load_types(base).organisation("x", "0", "general_practice", said).facts & {"PUB", "PRIV"}
        for said in ({}, {"PUB": True}, {"PUB": False}, {"PRIV": True}, {"PRIV": False})
    }

    assert list(found.values()) == [{"PUB", "PRIV"}, {"PUB"}, {"PRIV"}, {"PRIV"}, {"PUB"}]


def test_what_nobody_has_said_is_named(tmp_path: Path) -> None:
    types = load_types(write(tmp_path, types=PUBLIC_ASKED))

    assert types.unsaid("general_practice", {}) == ("MD", "PUB")
    assert types.unsaid("general_practice", {"PRIV": True}) == ("MD",)
    assert types.unsaid("public_clinic", {}) == ()


def test_a_small_practice_gets_the_small_part_and_others_everything(tmp_path: Path) -> None:
    types, whole = load_types(write(tmp_path, types=PUBLIC_ASKED)), load_checklist(tmp_path)
    parts = {
        kind: types.part(types.organisation("x", "0", kind, {}), whole).id
        for kind in ("general_practice", "public_clinic")
    }

    assert parts == {"general_practice": "smallest", "public_clinic": "small"}
