from __future__ import annotations

import re
from pathlib import Path

import pytest

from sentinel.comply.breach.wording import Wording, load_wording
from sentinel.errors import ContentError
from sentinel.model.text import Text
from tests.comply.breach.parts import PACK
from tests.shared import ROOT

SOURCES = "\n".join(path.read_text() for path in (ROOT / "sentinel" / "comply" / "breach").glob("*.py"))


def test_places_are_filled_and_what_is_filled_in_is_no_pattern() -> None:
    words = Wording({"a": Text("{x} og {y}", "{x} and {y}")})

    assert words.text("a", x="{y}", y=Text("to", "two")) == Text("{y} og to", "{y} and two")


def test_every_sentence_is_used_and_none_is_missing() -> None:
    whole = set(re.findall(r"""["']([a-z]+(?:\.[a-z-]+)+)["']""", SOURCES)) | {"assumed"}
    begun = {
        *re.findall(r'f"([a-z]+(?:\.[a-z-]+)*\.)\{', SOURCES),
        "q.",
    }
    keys = set(PACK.wording.texts)

    assert {key for key in keys if key not in whole and not key.startswith(tuple(begun))} == set()
    assert {key for key in whole - keys if not key.endswith(".yml")} == {"circumstances.malicious"}  # names no sentence
    assert len(begun) > 5


def test_a_place_that_one_language_lacks_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "checklists" / "breach").mkdir(parents=True)
    (tmp_path / "checklists" / "breach" / "texts.yml").write_text(
        'texts:\n  a: {nb: "{x}", en: "{x}"}\n  b:\n    nb: "{x}"\n    en: "x"\n'
    )

    with pytest.raises(ContentError) as caught:
        load_wording(tmp_path)

    assert [str(fault) for fault in caught.value.faults] == [
        "checklists/breach/texts.yml:3: text 'b' has not the same places in both languages"
    ]
