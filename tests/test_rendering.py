from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from sentinel import __version__
from sentinel.comply.checklist import load_checklist
from sentinel.errors import InputError, RenderError
from sentinel.model.result import Result
from sentinel.rendering import again, render
from sentinel.report.files import write_reports
from tests.report import sample
from tests.shared import ROOT


def of_today() -> Result:
    rich, checklist = sample.rich(), load_checklist(ROOT)
    versions = replace(rich.versions, engine=__version__, checklist=checklist.version, checklist_hash=checklist.hash)
    return replace(rich, versions=versions)


def test_a_report_is_made_again_to_the_byte(tmp_path: Path) -> None:
    write_reports(of_today(), tmp_path / "first", ("nb", "en"), ROOT)
    found = again(tmp_path / "first" / "result.json", "result.json", ROOT)
    written = render(found, tmp_path / "again", ("nb", "en"), ROOT)

    assert found.differs == ()
    assert sorted(path.name for path in written) == [
        "management-en.html",
        "management-en.pdf",
        "management-nb.html",
        "management-nb.pdf",
    ]
    assert [p.name for p in written if p.read_bytes() != (tmp_path / "first" / p.name).read_bytes()] == []


def test_what_it_stands_on_and_is_another_now_is_said(tmp_path: Path) -> None:
    old = of_today()
    old = replace(old, versions=replace(old.versions, engine="0.0.9", checklist_hash="ab" * 32))
    write_reports(old, tmp_path, ("nb",), ROOT)
    found = again(tmp_path / "result.json", "result.json", ROOT)

    checklist = load_checklist(ROOT)
    assert found.differs == (
        f"made by Sentinel 0.0.9, and this is {__version__}: words and layout may differ, no number does",
        (
            f"made by checklist {checklist.version} (abababab), and the one here is "
            f"{checklist.version} ({checklist.hash[:8]}): nothing is judged anew"
        ),
    )


def test_a_result_that_kept_only_the_figures_of_risk_says_what_is_left_out(tmp_path: Path) -> None:
    write_reports(of_today(), tmp_path, ("nb",), ROOT, ["nhn"])
    kept = orjson.loads((tmp_path / "result.json").read_bytes())
    (tmp_path / "old.json").write_bytes(orjson.dumps({key: value for key, value in kept.items() if key != "ros"}))

    assert again(tmp_path / "old.json", "old.json", ROOT).differs == (
        "an earlier kind of result, with the figures of risk alone: their part is left out",
    )


def test_a_result_of_the_first_version_is_made_again_with_its_own_numbers(tmp_path: Path) -> None:
    found = again(ROOT / "examples" / "clinic" / "previous" / "result.json", "result.json", ROOT)
    page = next(path for path in render(found, tmp_path, ("nb",), ROOT) if path.suffix == ".html")

    assert found.differs[-1].startswith("an earlier kind of result, without chapters, log_titles")
    assert "<b>59</b> av 100" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "r.json: is not a result of Sentinel: "),
        ("{}", "r.json: is not a result of Sentinel: schema: Field required"),
        ('{"schema": "sentinel.score/1"}', "r.json: is not a result of Sentinel: schema: "),
    ],
)
def test_what_is_no_result_is_one_line_with_the_key(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        again(path, "r.json", ROOT)
    assert str(caught.value).startswith(what)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_made_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"r\.json: cannot be read: No such file"):
        again(tmp_path / "r.json", "r.json", ROOT)
    (tmp_path / "file").write_text("")
    found = again(ROOT / "examples" / "clinic" / "previous" / "result.json", "result.json", ROOT)
    with pytest.raises(RenderError, match="cannot be written"):
        render(found, tmp_path / "file" / "x", ("nb",), ROOT)
