from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from pypdf import PdfReader

from sentinel.errors import RenderError
from sentinel.report.files import write_inventory, write_reports
from tests.report.inventory.hospital import hospital
from tests.report.sample import rich


def both(kind: str) -> list[str]:
    return [f"{kind}-{language}.{form}" for language in ("nb", "en") for form in ("html", "pdf")]


def test_each_language_gets_html_and_pdf_and_the_result_is_in_the_pdf(tmp_path: Path) -> None:
    written = write_reports(rich(), tmp_path / "deep" / "out", ("nb", "en"))

    assert [path.name for path in written] == [
        "result.json",
        *both("management"),
        *both("self-check"),
        *both("technical"),
        "auditor.json",
        *both("auditor"),
        *both("inventory"),
        "ros.json",
        *both("ros"),
    ]
    assert sorted(path.name for path in written[0].parent.iterdir()) == sorted(path.name for path in written)
    (attached,) = PdfReader(written[2]).attachments["result.json"]
    assert attached == written[0].read_bytes()
    assert orjson.loads(attached)["schema"] == "sentinel.result/1"


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_reports(rich(), tmp_path, ("nb",))]

    assert [path.read_bytes() for path in write_reports(rich(), tmp_path, ("nb",))] == first


def test_what_stood_there_stays_when_a_report_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "management-nb.html").mkdir()

    with pytest.raises(RenderError, match=r"management-nb\.html.*cannot be written"):
        write_reports(rich(), tmp_path, ("nb",))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["management-nb.html", "result.json"]


def test_a_folder_that_cannot_be_made_is_one_line() -> None:
    with pytest.raises(RenderError, match=r"^/proc/nowhere: cannot be written: "):
        write_reports(rich(), Path("/proc/nowhere"), ("nb",))


def test_pages_of_devices_that_are_gone_are_taken_away(tmp_path: Path) -> None:
    write_inventory(hospital(300, 3), tmp_path, ("nb",))
    first = {path.name for path in (tmp_path / "inventory-nb").iterdir()}
    for name in ("notes.txt", "10.20.2.0-24.html.sig"):
        (tmp_path / "inventory-nb" / name).write_text("mine")
    write_inventory(hospital(300, 2), tmp_path, ("nb",))
    second = {path.name for path in (tmp_path / "inventory-nb").iterdir()}
    write_inventory(hospital(30, 2), tmp_path, ("nb",))

    assert first == {"10.20.0.0-24.html", "10.20.1.0-24.html", "10.20.2.0-24.html"}
    assert second == {"10.20.0.0-24.html", "10.20.1.0-24.html", "notes.txt"}
    assert [path.name for path in (tmp_path / "inventory-nb").iterdir()] == ["notes.txt"]


def test_the_first_page_is_written_last_so_that_it_leads_nowhere_in_vain(tmp_path: Path) -> None:
    (tmp_path / "inventory-nb" / "10.20.1.0-24.html").mkdir(parents=True)

    with pytest.raises(RenderError, match="cannot be written"):
        write_inventory(hospital(300, 3), tmp_path, ("nb",))

    assert not (tmp_path / "inventory-nb.html").exists()
