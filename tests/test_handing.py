from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson
import pytest

from sentinel import carrying, exchanging, handing
from sentinel.content import parse_documents
from sentinel.errors import InputError
from sentinel.members import MANIFEST, SIGNATURE
from sentinel.settings import read_site
from sentinel.share.sealed import seal
from sentinel.signing import make_keys, read_believed, sign
from tests.shared import ROOT

UNITS = ROOT / "examples" / "municipality" / "units"
SITE = UNITS / "bakketun" / "site.toml"
DAY = date(2026, 11, 20)
Change = Callable[[dict[str, bytes], dict[str, Any]], object]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder / "kari.key", folder / "kari.key.pub")
    return folder / "kari.key"


@pytest.fixture(scope="module")
def packed(key: Path) -> bytes:
    return carrying.pack(read_site(SITE), ROOT, DAY, key)[0]


def opened(raw: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def check(raw: bytes, key: Path, folder: Path) -> carrying.Checked:
    (folder / "a.sentinel").write_bytes(raw)
    return carrying.check(folder / "a.sentinel", ROOT, read_believed(key.with_suffix(".key.pub")))


def resigned(raw: bytes, key: Path, change: Change) -> bytes:
    """Return the file changed and signed anew, as somebody trusted could do."""
    parts = opened(raw)
    about = orjson.loads(parts.pop(MANIFEST))
    del parts[SIGNATURE], about["schema"], about["members"]
    change(parts, about)
    return seal(parts, about, lambda told: sign(told, key, datetime(2026, 11, 20, tzinfo=UTC)).text())


def loaded(raw: bytes) -> Any:  # noqa: ANN401 -- YAML
    return parse_documents(raw.decode(), "x")[0][0].data


def swap(name: str, old: str, new: str) -> Change:
    def change(parts: dict[str, bytes], _about: dict[str, Any]) -> None:
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode())

    return change


def test_it_opens_without_the_files_of_the_operator_to_the_same_numbers(
    packed: bytes, key: Path, tmp_path: Path
) -> None:
    checked = check(packed, key, tmp_path)
    carrying.unpack(checked, tmp_path / "far")

    here = exchanging.dossier(read_site(SITE), ROOT, DAY)
    there = exchanging.dossier(read_site(tmp_path / "far" / "site.toml"), ROOT, DAY)
    assert checked.why_not == ""
    assert (there.score, there.answers) == (here.score, here.answers)
    assert handing.differing(there.judgements, {one.requirement.id: one.inherited for one in here.judgements}) == ""
    assert [one.reason for one in there.judgements] == [one.reason for one in here.judgements]
    assert any(one.inherited for one in here.judgements)


def test_whose_answers_they_are_stays_visible(packed: bytes, key: Path, tmp_path: Path) -> None:
    told = orjson.loads(opened(packed)[MANIFEST])["inherits"]
    inherited = [one for many in check(packed, key, tmp_path).carried.inherited.values() for one in many]

    assert [(one["giver"], one["name"], one["number"]) for one in told] == [
        ("operator", "Tareskjær IKT IKS", "000000200"),
        ("owner", "Solvær kommune", "000000100"),
    ]
    own = ROOT / "examples" / "municipality" / "operator"
    assert told[0]["original"] == {
        name: sha256((own / f"{name}.yml").read_bytes()).hexdigest() for name in ("delivery", "answers")
    }
    assert {(one.giver, one.name, one.source) for one in inherited} == {
        ("operator", "Tareskjær IKT IKS", "delivery-01.yml"),
        ("owner", "Solvær kommune", "delivery-02.yml"),
    }
    assert all(one.does and one.stays and one.accepted_by for one in inherited if one.state == "stands")


def test_no_other_unit_and_no_other_answer_of_the_operator_goes_along(packed: bytes) -> None:
    parts = opened(packed)
    delivery = loaded(parts["delivery-01.yml"])
    answers = loaded(parts["delivery-01-answers.yml"])["answers"]

    assert [one["number"] for one in delivery["serves"]] == ["000000102"]
    assert set(answers) <= set(delivery["parts"])
    assert not any(b"000000106" in data for data in parts.values())


def test_an_answer_to_what_is_not_handed_on_does_not_go_along(key: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "municipality", tmp_path / "m")
    with (tmp_path / "m" / "operator" / "answers.yml").open("a", encoding="utf-8") as file:
        file.write("  LED-01: {state: not_met, by: Olav Nesje, date: 2026-09-04, note: Vår egen sak}\n")

    raw, _ = carrying.pack(read_site(tmp_path / "m" / "units" / "bakketun" / "site.toml"), ROOT, DAY, key)

    assert not any("Vår egen sak".encode() in data for data in opened(raw).values())
    assert check(raw, key, tmp_path).why_not == ""


def test_neither_names_of_folders_nor_their_order_are_seen_in_the_file(
    packed: bytes, key: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "examples" / "municipality", tmp_path / "m")
    site = tmp_path / "m" / "units" / "bakketun" / "site.toml"
    (tmp_path / "m" / "operator").rename(tmp_path / "m" / "zzz")
    site.write_text(site.read_text(encoding="utf-8").replace("../operator/", "../zzz/"), encoding="utf-8")

    assert carrying.pack(read_site(site), ROOT, DAY, key)[0] == packed


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            swap("delivery-01.yml", "Tareskjær IKT IKS", "Fjern Drift AS"),
            "delivery-01.yml is of Fjern Drift AS (000000200), and the manifest says Tareskjær IKT IKS (000000200)",
        ),
        (
            swap("delivery-01.yml", "000000200", "000000201"),
            "delivery-01.yml is of Tareskjær IKT IKS (000000201), and the manifest says Tareskjær IKT IKS (000000200)",
        ),
        (
            lambda _, about: about["inherits"].pop(),
            "delivery-02.yml is of Solvær kommune (000000100), whom the manifest does not name",
        ),
        (
            lambda _, about: about["inherits"].append({"delivery": "delivery-03.yml", "name": "Ingen AS"}),
            "inherits from delivery-03.yml, and holds no delivery-03-answers.yml",
        ),
        (
            lambda parts, _: [parts.pop("delivery-01.yml"), parts.pop("delivery-01-answers.yml")],
            "inherits from delivery-01.yml, and holds no delivery-01-answers.yml",
        ),
        (
            swap("site.toml", '"delivery-01.yml"', '"../../etc/delivery-01.yml"'),
            "inherits from '../../etc/delivery-01.yml', which is no delivery beside its site file",
        ),
        (
            swap("delivery-01.yml", '"delivery-01-answers.yml"', '"/etc/passwd"'),
            "delivery-01.yml takes its answers from elsewhere than the file beside it",
        ),
        (
            swap("delivery-01.yml", "giver: operator", "giver: owner"),
            "delivery-01.yml is of Tareskjær IKT IKS (000000200), and the manifest says Tareskjær IKT IKS (000000200)",
        ),
        (
            swap("delivery-01.yml", "schema: sentinel.delivery/1", "schema: ["),
            "holds what cannot be read here: delivery-01.yml:",
        ),
        (
            swap("delivery-01.yml", "000000102", "000000103"),
            "delivery-01.yml is not for organisation 000000102",
        ),
        (
            swap("delivery-01.yml", "Tar sikkerhetskopi hver natt.", "Alt."),
            "what others answered to DRF-07 is not what its results say",
        ),
        (
            lambda _, about: about.update({"inherits": [{"delivery": []}, 3]}),
            "inherits from '[]', which is no delivery",
        ),
        (lambda _, about: about.update({"inherits": "all"}), "whom the manifest does not name"),
    ],
)
def test_what_others_answered_cannot_be_swapped(
    packed: bytes, key: Path, tmp_path: Path, change: Change, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        check(resigned(packed, key, change), key, tmp_path)

    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("better", ['state: "met"', 'state: "unknown"'])
def test_every_changed_answer_of_others_is_told(packed: bytes, key: Path, tmp_path: Path, better: str) -> None:
    """Another answer is another assessment, also where it would leave the three numbers as they are."""
    answers = loaded(opened(packed)["delivery-01-answers.yml"])["answers"]
    name = next(name for name, one in answers.items() if f'"{one["state"]}"' not in better)
    old = f'  {name}:\n    state: "{answers[name]["state"]}"'
    change = swap("delivery-01-answers.yml", old, f"  {name}:\n    {better}")

    with pytest.raises(InputError, match=f"what others answered to {name} is not what its results say"):
        check(resigned(packed, key, change), key, tmp_path)


def test_a_site_that_inherits_nothing_hands_nothing_on() -> None:
    assert handing.handed(read_site(ROOT / "examples" / "clinic" / "site.toml"), ROOT, DAY) == ()
