from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest

from sentinel import carrying, exchanging
from sentinel.errors import InputError, SignatureError
from sentinel.members import MANIFEST, SIGNATURE
from sentinel.settings import read_site
from sentinel.share.sealed import seal
from sentinel.signing import Trusted, key_id, make_keys, read_public, sign
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic"
DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder / "kari.key", folder / "kari.pub")
    return folder / "kari.key"


@pytest.fixture(scope="module")
def packed(key: Path) -> bytes:
    return carrying.pack(read_site(CLINIC / "site.toml"), ROOT, DAY, key)[0]


def trusted(key: Path) -> dict[str, Trusted]:
    found = read_public(key.with_suffix(".pub"))
    return {key_id(found.key): found}


def opened(raw: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def resigned(raw: bytes, key: Path, change: Callable[[dict[str, bytes], dict[str, object]], object]) -> bytes:
    """Return the file changed and signed anew, as somebody trusted could do."""
    parts = opened(raw)
    about = orjson.loads(parts.pop(MANIFEST))
    del parts[SIGNATURE], about["schema"], about["members"]
    change(parts, about)
    return seal(parts, about, lambda told: sign(told, key, datetime(2026, 11, 21, tzinfo=UTC)).text())


def check(raw: bytes, key: Path, folder: Path, content: Path = ROOT) -> carrying.Checked:
    (folder / "a.sentinel").write_bytes(raw)
    return carrying.check(folder / "a.sentinel", content, trusted(key))


def test_the_same_input_and_key_give_the_same_bytes(packed: bytes, key: Path) -> None:
    assert carrying.pack(read_site(CLINIC / "site.toml"), ROOT, DAY, key)[0] == packed


def test_it_opens_elsewhere_to_the_same_numbers(packed: bytes, key: Path, tmp_path: Path) -> None:
    checked = check(packed, key, tmp_path)
    written = carrying.unpack(checked, tmp_path / "elsewhere")

    there = exchanging.dossier(read_site(tmp_path / "elsewhere" / "site.toml"), ROOT, DAY)
    here = exchanging.dossier(read_site(CLINIC / "site.toml"), ROOT, DAY)
    assert {path.name for path in written} == {
        "site.toml",
        "answers.yml",
        "answers-gdpr.yml",
        "ros.yml",
        "actions.yml",
        "results.json",
    }
    assert (there.score, there.answers, there.ros) == (here.score, here.answers, here.ros)
    assert checked.why_not == ""
    assert checked.signed_by.startswith("kari (")


def test_no_logs_captures_addresses_or_names_of_machines_go_along(packed: bytes) -> None:
    site = opened(packed)["site.toml"].decode()

    assert not any(word in site for word in ("10.20.30", "LV-EPJ", "logs", "pcap", "nmap"))
    assert orjson.loads(opened(packed)[MANIFEST])["left_out"] == [
        "8 logs",
        "1 capture",
        "1 scan",
        "9 words about the network",
        "the previous result",
    ]


def test_the_manifest_names_checklist_numbers_and_whose_it_is(packed: bytes) -> None:
    told = orjson.loads(opened(packed)[MANIFEST])
    score = exchanging.dossier(read_site(CLINIC / "site.toml"), ROOT, DAY).score

    assert told["organisation"] == {"name": "Lyngvik tannklinikk", "number": "000000001"}
    assert told["checklist"] == {
        "id": score.checklist_id,
        "version": score.checklist_version,
        "hash": score.checklist_hash,
    }
    assert told["numbers"]["worst_case"] == score.worst_case


def test_who_is_not_trusted_is_not_believed(packed: bytes, key: Path, tmp_path: Path) -> None:
    make_keys(tmp_path / "ola.key", tmp_path / "ola.pub")

    with pytest.raises(InputError, match=r"a\.sentinel: the file is signed with key \w+, which is not trusted here"):
        check(packed, tmp_path / "ola.key", tmp_path)
    assert check(packed, key, tmp_path).signed_by


def test_a_manifest_that_was_changed_is_told(packed: bytes, key: Path, tmp_path: Path) -> None:
    parts = opened(packed)
    raw = io.BytesIO()
    with ZipFile(raw, "w") as archive:
        for name, data in parts.items():
            archive.writestr(
                name, data.replace(b'"level": "yellow"', b'"level":  "green"') if name == MANIFEST else data
            )

    with pytest.raises(InputError, match="is over other bytes: the file was changed since"):
        check(raw.getvalue(), key, tmp_path)


def test_numbers_that_do_not_follow_are_told_even_from_somebody_trusted(
    packed: bytes, key: Path, tmp_path: Path
) -> None:
    def flatter(parts: dict[str, bytes], _about: dict[str, object]) -> None:
        results = orjson.loads(parts["results.json"])
        results["score"]["score"] = 100.0
        parts["results.json"] = orjson.dumps(results)

    with pytest.raises(InputError, match="its numbers do not follow from its answers"):
        check(resigned(packed, key, flatter), key, tmp_path)


def test_the_numbers_of_packs_follow_from_their_answers_too(packed: bytes, key: Path, tmp_path: Path) -> None:
    def answered(parts: dict[str, bytes], _about: dict[str, object]) -> None:
        assert b"state: not_met" in parts["answers-gdpr.yml"]
        parts["answers-gdpr.yml"] = parts["answers-gdpr.yml"].replace(b"state: not_met", b"state: met")

    assert orjson.loads(opened(packed)[MANIFEST])["packs"][0]["id"] == "gdpr"
    with pytest.raises(InputError, match="the numbers of gdpr do not follow from its answers"):
        check(resigned(packed, key, answered), key, tmp_path)


def test_other_rules_on_the_machine_that_opens_it_are_said_and_are_no_fault(
    packed: bytes, key: Path, tmp_path: Path
) -> None:
    def other(parts: dict[str, bytes], about: dict[str, object]) -> None:
        results = orjson.loads(parts["results.json"])
        results["score"]["score"] = 80.0
        parts["results.json"], about["ground"] = orjson.dumps(results), "0" * 64

    assert "made with other classes, grades or rules" in check(resigned(packed, key, other), key, tmp_path).why_not


def test_another_checklist_or_another_version_is_no_fault_and_is_said(packed: bytes, key: Path, tmp_path: Path) -> None:
    def other(_parts: dict[str, bytes], about: dict[str, object]) -> None:
        about["checklist"] = {"id": "normen", "version": "2027.1", "hash": "0" * 64}

    def older(parts: dict[str, bytes], _about: dict[str, object]) -> None:
        results = orjson.loads(parts["results.json"])
        results["engine"], results["score"]["score"] = "0.0.1", 80.0
        parts["results.json"] = orjson.dumps(results)

    assert check(resigned(packed, key, other), key, tmp_path).why_not.startswith(
        "made with another checklist (version 2027.1; here is 2026.2)"
    )
    assert "made with Sentinel 0.0.1" in check(resigned(packed, key, older), key, tmp_path).why_not


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.pop("results.json"), "holds no results.json"),
        (lambda p: p.update({"results.json": b"{}"}), "its results cannot be read"),
        (lambda p: p.update({"site.toml": b"nonsense"}), "holds what cannot be read here"),
        (lambda p: p.update({"answers.yml": b"schema: 1"}), "holds what cannot be read here"),
        (
            lambda p: p.update({"site.toml": p["site.toml"].replace(b'"answers.yml"', b'"/etc/passwd"')}),
            "names other files than those beside it",
        ),
        (
            lambda p: p.update({"site.toml": p["site.toml"].replace(b"[report]", b'[report]\nprevious = "/etc/x"')}),
            "names more than answers and risks",
        ),
    ],
)
def test_what_somebody_trusted_put_in_is_still_bounded(
    packed: bytes, key: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], object], told: str
) -> None:
    with pytest.raises(InputError, match=rf"^[^\n]*a\.sentinel: [^\n]*{told}[^\n]*$"):
        check(resigned(packed, key, lambda parts, _: change(parts)), key, tmp_path)


def test_nothing_is_unpacked_over_what_is_there(packed: bytes, key: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")

    with pytest.raises(InputError, match="is not empty"):
        carrying.unpack(check(packed, key, tmp_path), tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def own_matrix(folder: Path, name: str) -> Path:
    shutil.copytree(CLINIC, folder, ignore=shutil.ignore_patterns("logs", "capture", "generate", "nmap"))
    ros = folder / "ros.yml"
    text = ros.read_text(encoding="utf-8").replace("matrix: 4x4", f"matrix: {name}")
    assert name in text
    ros.write_text(text, encoding="utf-8")
    (folder / name).parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "checklists" / "ros" / "matrices" / "4x4.yml", folder / name)
    return folder / "site.toml"


def test_a_matrix_of_ones_own_goes_along(key: Path, tmp_path: Path) -> None:
    raw, _ = carrying.pack(read_site(own_matrix(tmp_path / "site", "vår.yml")), ROOT, DAY, key)

    assert "vår.yml" in opened(raw)
    assert check(raw, key, tmp_path).why_not == ""


def test_a_key_that_cannot_sign_is_told_first(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="there is no private key"):
        carrying.pack(read_site(CLINIC / "site.toml"), ROOT, DAY, tmp_path / "none.key")
