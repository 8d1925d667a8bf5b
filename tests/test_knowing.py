from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sentinel.errors import InputError, SignatureError
from sentinel.knowing import (
    KEYS,
    found_products,
    known_feeds,
    known_weakness,
    make,
    placed,
    release_lines,
    statements,
    take_in,
)
from sentinel.scan.knowledge.bundle import Bundle
from sentinel.signing import make_keys
from tests.scan.knowledge.samples import ADVISORY, DAY, KEV, NOW, dumped, made, opened
from tests.scan.knowledge.test_endoflife import PAGE
from tests.scan.knowledge.test_nvd import feed, match, node, record

NGINX = feed(
    record("CVE-2026-10001", {"nodes": [node(match("a:f5:nginx:*:*"), match("a:f5:nginx_plus:*:*"))]}),
    record("CVE-2026-10002", {"nodes": [node(match("a:other:nginx:*:*"))]}),
)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Return a policy folder that trusts Kari's bundles; her key lies beside it."""
    (tmp_path / "policy" / KEYS).mkdir(parents=True)
    made(tmp_path, KEV)
    shutil.copy(tmp_path / "keys" / "kari.pub", tmp_path / "policy" / KEYS)
    return tmp_path / "policy"


def test_a_bundle_goes_from_feeds_to_its_place(tmp_path: Path, policy: Path) -> None:
    (tmp_path / "kev.json").write_bytes(dumped(KEV))
    built = make([tmp_path / "kev.json"], tmp_path / "k.zip", DAY, tmp_path / "kari.key")
    place = tmp_path / "data" / "knowledge.zip"

    assert built.counts == {"weaknesses": 1}
    found = take_in(tmp_path / "k.zip", place, policy, NOW)
    assert (found.created, found.before, found.signed_by[:6]) == (DAY, None, "kari (")
    assert take_in(tmp_path / "k.zip", place, policy, NOW).before == DAY
    assert placed(place, policy).weaknesses(["CVE-2023-43208"])
    assert place.read_bytes() == (tmp_path / "k.zip").read_bytes()
    assert [path.name for path in place.parent.iterdir()] == ["knowledge.zip"]


def test_what_is_refused_leaves_what_is_there(tmp_path: Path, policy: Path) -> None:
    place = tmp_path / "data" / "knowledge.zip"
    newest, _ = made(tmp_path, KEV)
    older, _ = made(tmp_path, KEV, as_of=date(2026, 11, 19), name="older.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(newest.read_bytes()[:-50])
    take_in(newest, place, policy, NOW)
    before = place.read_bytes()

    with pytest.raises(
        InputError, match=r"of 2026-11-19, older than the one in place \(2026-11-20\); --older takes it"
    ):
        take_in(older, place, policy, NOW)
    with pytest.raises(InputError, match="cut off"):
        take_in(cut, place, policy, NOW)
    with pytest.raises(InputError, match="in the future"):
        take_in(newest, place, policy, datetime(2026, 11, 1, tzinfo=UTC))
    with pytest.raises(InputError, match="not trusted here"):
        take_in(newest, place, tmp_path, NOW)
    with pytest.raises(InputError, match="cannot be copied"):
        take_in(tmp_path / "nothing", place, policy, NOW)
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == ["knowledge.zip"]

    assert take_in(older, place, policy, NOW, older=True).before == DAY
    assert placed(place, policy).created == date(2026, 11, 19)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, policy: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder" / "inner").mkdir(parents=True)

    for place in (tmp_path / "file" / "knowledge.zip", tmp_path / "folder"):
        with pytest.raises(InputError, match="cannot be written"):
            take_in(tmp_path / "knowledge.zip", place, policy, NOW)
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["inner"]


def test_rubbish_in_the_place_is_replaced_and_never_believed(tmp_path: Path, policy: Path) -> None:
    place = tmp_path / "knowledge-in-place.zip"
    with pytest.raises(InputError, match="no knowledge bundle is there; `sentinel knowledge import` puts one"):
        placed(place, policy)
    place.write_bytes(b"rubbish")
    with pytest.raises(InputError, match="is no knowledge bundle"):
        placed(place, policy)

    assert take_in(tmp_path / "knowledge.zip", place, policy, NOW).before is None
    assert placed(place, policy).created == DAY


def test_a_bundle_in_place_that_nobody_trusts_any_more_is_not_used(tmp_path: Path, policy: Path) -> None:
    place = tmp_path / "data" / "knowledge.zip"
    take_in(tmp_path / "knowledge.zip", place, policy, NOW)
    (policy / KEYS / "kari.pub").unlink()

    with pytest.raises(InputError, match="not trusted here"):
        placed(place, policy)


def test_a_key_of_scopes_signs_no_bundle_that_is_taken_in(tmp_path: Path) -> None:
    (tmp_path / "policy" / "keys").mkdir(parents=True)
    path, _ = made(tmp_path, KEV)
    shutil.copy(tmp_path / "keys" / "kari.pub", tmp_path / "policy" / "keys")

    with pytest.raises(InputError, match="not trusted here"):
        take_in(path, tmp_path / "place.zip", tmp_path / "policy", NOW)


def test_a_key_that_others_can_read_is_told_before_anything_is_read(tmp_path: Path) -> None:
    make_keys(tmp_path / "kari.key", tmp_path / "kari.pub")
    os.chmod(tmp_path / "kari.key", 0o644)  # noqa: PTH101 -- as chmod does

    with pytest.raises(SignatureError, match="others can read this private key"):
        make([tmp_path / "nothing"], tmp_path / "k.zip", DAY, tmp_path / "kari.key")


def test_products_are_found_by_key_by_name_and_by_words(tmp_path: Path) -> None:
    bundle = opened(tmp_path, [NGINX, ADVISORY])

    assert found_products(bundle, "F5:nginx") == ["f5:nginx"]
    assert found_products(bundle, "NGINX") == ["f5:nginx", "other:nginx"]
    assert found_products(bundle, "plus") == ["f5:nginx-plus"]
    assert found_products(bundle, "médical lyngvik") == ["lyngvik-médical:pump-3"]
    assert found_products(bundle, "") == found_products(bundle, "/") == found_products(bundle, "nowhere") == []
    assert [one.cves for one in statements(bundle, ["f5:nginx", "other:nginx"])] == [
        ("CVE-2026-10001",),
        ("CVE-2026-10002",),
    ]


def test_what_is_known_of_a_cve_and_of_lines(tmp_path: Path) -> None:
    bundle = opened(tmp_path, [NGINX, KEV, PAGE.encode()])
    known = known_weakness(bundle, "CVE-2026-10001")

    assert known is not None
    assert (known.score, known.products) == (9.8, ("f5:nginx", "f5:nginx-plus"))
    assert known_weakness(bundle, "CVE-1999-0001") is None
    assert len(release_lines(bundle, "Lyngvik Server")) == 4


def test_feeds_are_told_with_their_age(tmp_path: Path) -> None:
    bundle: Bundle = opened(tmp_path, [KEV, ADVISORY])

    assert [(one.name, one.age_days, one.old) for one in known_feeds(bundle, date(2026, 12, 25))] == [
        ("csaf", 54, False),
        ("kev", 37, True),
    ]
