"""No report ever says that somebody is approved: not in its own words, and not where an answer says so."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from sentinel.content import root
from sentinel.report.files import write_kinds
from sentinel.report.kinds import kinds
from sentinel.report.placing import Place
from tests.report.extremes import poisoned
from tests.report.sample import rich

CLAIMED = re.compile(
    r"normen[\W_]{0,4}(godkj|approv|sertif|certif)|(godkj\w*|approved|certified) (av|etter|by|to) normen", re.IGNORECASE
)
ALLOWED = re.compile(
    r"ikke en godkjenning|not an approval|påstand om godkjenning tatt ut|claim of approval taken out", re.IGNORECASE
)


def words(path: Path) -> str:
    if path.suffix == ".pdf":
        text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(path.read_bytes())).pages)
    else:
        text = re.sub(r"<style.*?</style>|<[^>]+>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"[\s\u200b\u00ad]+", " ", text)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    found: list[Path] = []
    for name, result in (("clinic", rich()), ("boasting", poisoned("Vi er Normen-godkjent"))):
        place = Place(tmp_path_factory.mktemp(name), ("nb", "en"), root())
        found += write_kinds(result, place, kinds(root()))
    return [path for path in found if path.suffix in {".html", ".pdf"}]


def test_no_page_of_any_report_says_that_normen_approved_somebody(written: list[Path]) -> None:
    assert len(written) == 2 * 2 * 2 * len(kinds(root()))
    assert [path.name for path in written if CLAIMED.search(words(path))] == []


def test_a_report_of_an_honest_clinic_speaks_of_approval_only_to_deny_it(written: list[Path]) -> None:
    honest = [path for path in written if "clinic" in path.parent.name]
    told = {
        path.name: re.findall(r".{30}\b(?:approved|certified)\b.{30}", ALLOWED.sub("", words(path))) for path in honest
    }

    assert {name: lines for name, lines in told.items() if lines} == {}
