from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from sentinel.scan.imports.formats import FORMATS, How, read_import, recognise, unused_address
from tests.scan.imports.samples import (
    ARP,
    CONN,
    FINDINGS,
    INVENTORY,
    MDS2_ROWS,
    TEXTS,
    WINDOWS_DHCP_CONSOLE,
    read,
    read_file,
    workbook,
)

PUMP = How(address="10.20.30.77")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        *TEXTS.items(),
        *(("arp", text) for text in ARP.values()),
        ("zeek", CONN),
        ("windows-dhcp", WINDOWS_DHCP_CONSOLE),
    ],
)
def test_each_format_is_known_by_its_content_alone(tmp_path: Path, form: str, text: str) -> None:
    path = tmp_path / "result.dat"
    for content in (text.encode(), gzip.compress(text.encode()), text.encode("utf-16")):
        if content.startswith(b"\xff\xfe") and text.lstrip().startswith(("<", "{", "[")):
            continue  # such tools write UTF-8
        path.write_bytes(content)
        assert recognise(path, "result.dat", {}) == form


def test_what_a_workbook_holds_is_known_by_its_cells(tmp_path: Path) -> None:
    rows = [tuple(line.split(";")) for line in INVENTORY.splitlines()]
    found = [tuple(line.split(";")) for line in FINDINGS.splitlines()]

    assert recognise(workbook(tmp_path / "a.xlsx", MDS2_ROWS), "a", {}) == "mds2"
    assert recognise(workbook(tmp_path / "b.xlsx", (("Om",),), tuple(rows)), "b", {}) == "inventory"
    assert recognise(workbook(tmp_path / "c.xlsx", tuple(found)), "c", {}) == "findings"


def test_every_format_has_a_sample_here() -> None:
    assert set(FORMATS) == {*TEXTS, "mds2"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"hello", "no format that we know; read are nmap"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xd4\xc3\xb2\xa1" + bytes(20), "scan passive"),
        (b"PK\x03\x04" + bytes(60), "zip archive, but no workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(60), "save it as .xlsx"),
    ],
)
def test_what_is_none_of_them_is_told_in_a_line(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(tmp_path, content)


def test_the_user_may_say_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is XML that begins with <nmaprun>"):
        read(tmp_path, TEXTS["nmap"], How(form="nessus"))


@pytest.mark.parametrize("form", ["cyclonedx", "cyclonedx-xml"])
def test_what_describes_a_product_needs_an_address(tmp_path: Path, form: str) -> None:
    with pytest.raises(InputError, match="--for"):
        read(tmp_path, TEXTS[form])


@pytest.mark.parametrize("form", sorted(TEXTS))
def test_what_was_read_and_what_was_not_is_counted(tmp_path: Path, form: str) -> None:
    seen, tally = read(tmp_path, TEXTS[form], PUMP)

    assert seen
    assert tally.handled > 0
    assert all(one.method == "import" and one.source == "result.dat" for one in seen)
    assert all(one.address or one.kind == "scan.asked" for one in seen)


@pytest.mark.parametrize("form", sorted(set(TEXTS) - {"findings-json", "cyclonedx"}))
def test_of_a_file_that_is_cut_all_that_was_whole_is_given(tmp_path: Path, form: str) -> None:
    text = TEXTS[form].encode()
    whole, _ = read(tmp_path, text, How(form=form, address="10.0.0.1"))
    for end in range(200, len(text), 97):
        try:
            seen, tally = read(tmp_path, text[:end], How(form=form, address="10.0.0.1"))
        except InputError:
            continue  # cut before anything was there
        if form in {"nessus", "openvas", "cyclonedx-xml", "nmap"} and text[end:].strip():
            assert tally.skipped["truncated"] == 1
        if form in {"nessus", "openvas", "cyclonedx-xml"}:
            assert seen == whole[: len(seen)]


@pytest.mark.parametrize("form", sorted(TEXTS))
def test_no_identity_number_or_output_of_a_test_is_kept(tmp_path: Path, form: str) -> None:
    seen, _ = read(tmp_path, TEXTS[form], PUMP)

    kept = " ".join(value for one in seen for value in one.facts.values())
    for word in ("01010112345", "logget inn", "pasient", "privat.example", "ola", "Kari"):
        assert word not in kept


@pytest.mark.fuzz
@given(data=st.data())
def test_readers_survive_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(sorted(FORMATS)))
    text = TEXTS.get(form, "PK\x03\x04").encode()
    content = data.draw(st.binary(max_size=300) | mutated(text))
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_bytes(content)
    for how in (How(address="10.0.0.1"), How(form=form, address="10.0.0.1")):
        tally = Tally("x")
        try:
            for one in read_import(path, "x", tally, how):
                assert all(isinstance(value, str) and value.isprintable() for value in one.facts.values())
        except InputError as error:
            told = str(error)
        else:
            told = "x"
        assert told.startswith("x")
        assert "\n" not in told


@st.composite
def mutated(draw: st.DrawFn, text: bytes) -> bytes:
    changed = bytearray(text)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(changed)))
        changed[at : at + draw(st.integers(0, 40))] = draw(st.binary(max_size=8) | st.sampled_from([b"<", b'"', b"\n"]))
    return bytes(changed)


def test_an_mds2_form_is_recognised_and_read(tmp_path: Path) -> None:
    (form,), tally = read_file(workbook(tmp_path / "m.xlsx", MDS2_ROWS), PUMP)

    assert (form.kind, form.address, tally.handled) == ("mds2.form", "10.20.30.77", 5)


@pytest.mark.parametrize("form", sorted(TEXTS))
def test_a_machine_that_is_named_for_a_file_that_names_its_own_is_of_no_use(tmp_path: Path, form: str) -> None:
    path = tmp_path / "result.dat"
    path.write_text(TEXTS[form], encoding="utf-8")
    why = "" if form.startswith("cyclonedx") else f"is {FORMATS[form].title}, which says itself"

    for how in (PUMP, How(form, address=PUMP.address)):
        assert unused_address(path, how).startswith(why)
        assert bool(unused_address(path, how)) == bool(why)
    assert unused_address(path, How()) == ""


def test_a_file_that_is_none_is_told_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"hello")
    form = workbook(tmp_path / "m.xlsx", MDS2_ROWS)

    whys = [unused_address(path, PUMP) for path in (tmp_path / "x", tmp_path / "not-there", form)]
    assert [*whys, unused_address(form, How("nothing", address=PUMP.address))] == [""] * 4
