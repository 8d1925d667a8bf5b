from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import RenderError, SignatureError
from sentinel.model.signed import SignedFile
from sentinel.report.signatures import MOST_SIGNATURE, check_file, check_files, parse_signature, sign_files
from sentinel.signing import Private, Trusted, make_keys, read_private, read_public

DAY = date(2026, 11, 21)
NAME = "management-nb.html"
PAGE = b"<p>Lyngvik fotterapi: 71 av 100, ikke vurdert: 12</p>\n"


@cache
def pair(name: str) -> tuple[Private, dict[str, Trusted]]:
    with tempfile.TemporaryDirectory() as folder:
        private, public = Path(folder, f"{name}.key"), Path(folder, f"{name}.pub")
        make_keys(private, public)
        return read_private(private), {read_private(private).id: read_public(public)}


def signed(folder: Path, name: str = NAME, by: str = "kari") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PAGE)
    sign_files([path], folder, pair(by)[0], DAY)
    return path


def beside(path: Path) -> Path:
    return path.with_name(path.name + ".sig")


def found(path: Path) -> SignedFile:
    return check_file(path, pair("kari")[1])


@cache
def good() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return beside(signed(Path(folder))).read_bytes()


def judged(page: bytes, signature: bytes, by: str = "kari") -> SignedFile:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, NAME).write_bytes(page)
        Path(folder, NAME + ".sig").write_bytes(signature)
        return check_file(Path(folder, NAME), pair(by)[1])


def test_a_file_that_a_trusted_key_signed_is_told_with_name_key_and_day(tmp_path: Path) -> None:
    path, key = signed(tmp_path), pair("kari")[0].id

    why = f"signed by kari ({key}), as of 2026-11-21"
    assert found(path) == SignedFile(str(path), "signed", why, "kari", key, DAY)


def test_the_signature_says_who_when_and_what() -> None:
    body = json.loads(good())

    assert body.pop("signature")
    assert body == {
        "schema": "sentinel.reportsignature/1",
        "algorithm": "ed25519",
        "signer": "kari",
        "key": pair("kari")[0].id,
        "as_of": "2026-11-21",
        "file": NAME,
        "sha256": hashlib.sha256(PAGE).hexdigest(),
    }


def test_the_same_file_key_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    assert beside(signed(tmp_path / "a")).read_bytes() == beside(signed(tmp_path / "b")).read_bytes()


@given(st.integers(0, len(PAGE) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_file_is_told(place: int, flip: int) -> None:
    page = PAGE[:place] + bytes([PAGE[place] ^ flip]) + PAGE[place + 1 :]

    assert judged(page, good()).state == "changed"


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_of_a_signature_is_told(place: int, flip: int) -> None:
    at = place % len(good())
    changed = good()[:at] + bytes([good()[at] ^ flip]) + good()[at + 1 :]

    assert judged(PAGE, changed).state in {"broken", "stranger"}


@given(st.integers(0, 10_000), st.binary(max_size=5), st.integers(0, 5))
def test_bytes_put_into_or_taken_out_of_a_signature_are_told(place: int, more: bytes, less: int) -> None:
    at = place % (len(good()) + 1)
    changed = good()[:at] + more + good()[at + less :]

    assert (judged(PAGE, changed).state == "signed") == (changed == good())


@given(st.binary(max_size=400))
def test_any_bytes_beside_a_file_are_one_sentence(raw: bytes) -> None:
    one = judged(PAGE, raw)

    assert (one.state, one.why.count("\n")) == ("broken", 0)


KEYS = st.sampled_from(["schema", "algorithm", "signer", "key", "as_of", "file", "sha256", "signature"])
VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=9), st.lists(st.integers(), max_size=2), st.just("QUJD"))


@given(KEYS, VALUES)
def test_a_signature_with_another_value_in_one_place_is_told(key: str, value: object) -> None:
    body = json.loads(good())
    if body[key] != value:
        changed = json.dumps({**body, key: value}, indent=2, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        assert judged(PAGE, changed).state in {"broken", "stranger"}


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"signer": "per"}, "broken"),
        ({"as_of": date(2027, 1, 1)}, "broken"),
        ({"file": "technical-nb.html"}, "broken"),
        ({"sha256": hashlib.sha256(b"x").hexdigest()}, "broken"),
        ({"value": bytes(64)}, "broken"),
        ({"value": b""}, "broken"),
        ({"key": "0" * 32}, "stranger"),
    ],
)
def test_everything_that_is_stated_is_signed(what: dict[str, object], told: str) -> None:
    changed = replace(parse_signature(good()), **what)  # type: ignore[arg-type]  # of each field its own kind

    assert judged(PAGE, changed.text()).state == told


def test_a_signature_cannot_be_moved_to_another_file(tmp_path: Path) -> None:
    path, other = signed(tmp_path), tmp_path / "technical-nb.html"
    other.write_bytes(b"another report")
    beside(other).write_bytes(beside(path).read_bytes())
    same = tmp_path / "copy.html"
    same.write_bytes(PAGE)
    beside(same).write_bytes(beside(path).read_bytes())

    assert [found(other).state, found(same).state] == ["renamed", "renamed"]
    assert found(other).why.endswith(f"and of {NAME}")


def test_a_key_of_a_stranger_is_told_with_what_they_call_themselves(tmp_path: Path) -> None:
    one = found(signed(tmp_path, by="per"))

    assert (one.state, one.signer, one.key) == ("stranger", "per", pair("per")[0].id)
    assert one.why == f"signed with key {one.key} of a stranger, who says to be 'per'"


def test_the_name_that_counts_is_that_of_the_key_here(tmp_path: Path) -> None:
    private, trusted = pair("kari")
    path = signed(tmp_path)
    sign_files([path], tmp_path, replace(private, name="Direktøren"), DAY)

    assert check_file(path, trusted).signer == "kari"
    assert parse_signature(beside(path).read_bytes()).signer == "Direktøren"


def test_a_name_that_cannot_be_written_or_is_too_long_is_made_plain(tmp_path: Path) -> None:
    path = signed(tmp_path)
    sign_files([path], tmp_path, replace(pair("kari")[0], name="a\udcff\x1b[31m" + "b" * 200), DAY)

    assert found(path).state == "signed"
    assert parse_signature(beside(path).read_bytes()).signer == "a��[31m" + "b" * 73


def test_no_signature_is_not_signed(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(PAGE)

    assert (found(tmp_path / NAME).state, found(tmp_path / NAME).why) == ("unsigned", "not signed")


def huge(path: Path) -> None:
    path.write_bytes(good() + b" " * MOST_SIGNATURE)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def linked(path: Path) -> None:
    (path.parent / "elsewhere").write_bytes(good())
    path.symlink_to("elsewhere")


def circle(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (huge, "larger than 10,000 bytes, which none is"),
        (endless, "it is a link"),
        (linked, "it is a link"),
        (circle, "it is a link"),
        (Path.mkdir, "Is a directory"),
        (os.mkfifo, "it is no plain file"),
    ],
)
def test_what_is_no_plain_small_file_is_no_signature(tmp_path: Path, make: Callable[[Path], None], told: str) -> None:
    (tmp_path / NAME).write_bytes(PAGE)
    make(tmp_path / (NAME + ".sig"))

    assert found(tmp_path / NAME) == SignedFile(str(tmp_path / NAME), "broken", f"its signature cannot be read: {told}")


@pytest.mark.parametrize(
    ("make", "told"), [(os.mkfifo, "no plain file"), (endless, "it is a link"), (circle, "it is a link")]
)
def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path, make: Callable[[Path], None], told: str) -> None:
    make(tmp_path / NAME)

    assert found(tmp_path / NAME).state == "unread"
    assert told in found(tmp_path / NAME).why


def test_a_file_larger_than_any_report_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(2_000_000_001)  # a hole: nothing of it is on the disk

    assert "larger than 2,000,000,000 bytes" in found(tmp_path / NAME).why


def states(*paths: Path) -> list[tuple[str, str]]:
    return [(Path(one.path).name, one.state) for one in check_files(paths, pair("kari")[1])]


def test_a_folder_is_gone_through_and_nothing_in_it_is_passed_over(tmp_path: Path) -> None:
    signed(tmp_path, "inventory-nb/b.html")
    signed(tmp_path)
    (tmp_path / "new.pdf").write_bytes(b"slipped in")
    signed(tmp_path, "gone.pdf").unlink()
    (tmp_path / "there").symlink_to("inventory-nb")
    (tmp_path / "empty").mkdir()

    told = {
        "b.html": "signed",
        NAME: "signed",
        "new.pdf": "unsigned",
        "gone.pdf": "unread",
        "there": "unread",
        "empty": "unread",
    }
    assert dict(states(tmp_path)) == told
    assert states(tmp_path / "there") == [("b.html", "signed")]


def test_a_file_that_is_named_thrice_is_told_once(tmp_path: Path) -> None:
    path = signed(tmp_path)

    assert states(path, beside(path), path) == [(NAME, "signed")]


def test_nothing_there_is_told(tmp_path: Path) -> None:
    (one,) = check_files([tmp_path / "none.pdf"], {})

    assert (one.state, one.why) == ("unread", "cannot be looked at: No such file or directory")


def test_the_pages_behind_a_page_are_signed_with_their_folder(tmp_path: Path) -> None:
    for name in ("inventory-nb.html", "inventory-nb/a.html", "inventory-en/a.html", "other/a.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    made = sign_files([tmp_path / "inventory-nb.html"], tmp_path, pair("kari")[0], DAY)

    assert [path.relative_to(tmp_path).as_posix() for path in made] == [
        "inventory-nb.html.sig",
        "inventory-nb/a.html.sig",
    ]
    assert parse_signature(made[1].read_bytes()).file == "inventory-nb/a.html"
    here, there = tmp_path / "inventory-nb" / "a.html", tmp_path / "inventory-en" / "a.html"
    there.write_bytes(here.read_bytes())
    beside(there).write_bytes(beside(here).read_bytes())
    assert [found(here).state, found(there).state] == ["signed", "renamed"]


def test_a_page_below_is_known_from_wherever_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signed(tmp_path, "inventory-nb/a.html")
    (tmp_path / "inventory-nb" / "x").mkdir()
    monkeypatch.chdir(tmp_path / "inventory-nb" / "x")

    assert found(Path("../a.html")).state == "signed"


def test_a_name_that_is_no_text_is_told_all_the_same(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.pdf"))
    path.write_bytes(PAGE)

    assert found(path).path == f"{tmp_path}/�.pdf"


def test_what_cannot_be_signed_is_told(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"none\.pdf: cannot be signed: No such file"):
        sign_files([tmp_path / "none.pdf"], tmp_path, pair("kari")[0], DAY)


def test_another_kind_of_signature_is_none() -> None:
    with pytest.raises(SignatureError, match="is no signature of a report"):
        parse_signature(b'{"schema": "sentinel.signature/1", "algorithm": "ed25519", "key": "a", "signature": ""}')
