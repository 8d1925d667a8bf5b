from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.report.check import check_templates


def test_the_shipped_templates_can_be_read() -> None:
    assert check_templates(root()) >= 2


def test_each_broken_template_is_told_with_its_line(tmp_path: Path) -> None:
    shutil.copytree(root() / "reports", tmp_path / "reports")
    (tmp_path / "reports" / "templates" / "a.html.j2").write_text("<p>\n{% for %}")
    (tmp_path / "reports" / "templates" / "b.html.j2").write_bytes(b"\xff")

    with pytest.raises(ContentError) as caught:
        check_templates(tmp_path)

    first, second = map(str, caught.value.faults)
    assert first.startswith("reports/templates/a.html.j2:2: is no template: ")
    assert second == "reports/templates/b.html.j2: cannot be read: UnicodeDecodeError"


def test_no_template_at_all_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no template"):
        check_templates(tmp_path)
