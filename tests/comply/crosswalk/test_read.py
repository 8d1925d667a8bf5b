from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.crosswalk.read import load_atlas
from sentinel.errors import ContentError
from tests.comply.small import write
from tests.comply.small_packs import write_pack

FRAMEWORK = """
id: other
title: {nb: Annet, en: Other}
about: {nb: Numre, en: Numbers}
source: {nb: Vi, en: We}
confidence: known
places:
  - {id: "1", nb: En, en: One}
  - {id: "2", nb: To, en: Two}
"""
CROSSWALK = """
id: normen-other
from: normen
to: other
source: {nb: Vi, en: We}
confidence: known
relations:
  - {from: DRF-07, to: "1", relation: equal, confidence: known}
"""


def written(base: Path, framework: str = FRAMEWORK, crosswalk: str = CROSSWALK) -> Path:
    folder = write(base) / "checklists" / "crosswalks"
    (folder / "frameworks").mkdir(parents=True, exist_ok=True)
    (folder / "frameworks" / "other.yml").write_text(framework, encoding="utf-8")
    (folder / "normen-other.yml").write_text(crosswalk, encoding="utf-8")
    return base


def faults(base: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_atlas(base)
    return [str(fault) for fault in caught.value.faults]


def test_frameworks_and_crosswalks_are_read(tmp_path: Path) -> None:
    atlas = load_atlas(written(tmp_path))

    assert list(atlas.frameworks["other"].labels) == ["1", "2"]
    assert "DRF-07" in atlas.frameworks["normen"].labels
    (walk,) = atlas.crosswalks
    assert (walk.first, walk.second, walk.links[0].relation) == ("normen", "other", "equal")


def test_a_pack_is_a_framework_of_its_own(tmp_path: Path) -> None:
    base = write_pack(written(tmp_path))

    law = load_atlas(base).frameworks["law"]
    assert (law.title.nb, list(law.labels)) == ("Loven", ["XA-01", "XA-02"])


def test_no_crosswalks_are_no_fault(tmp_path: Path) -> None:
    assert load_atlas(write(tmp_path)).crosswalks == ()


def test_everything_wrong_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    crosswalk = CROSSWALK.replace("normen-other", "normen-othr") + (
        '  - {from: DRF-7, to: "3", relation: equal, confidence: known}\n'
        '  - {from: DRF-07, to: "1", relation: broader, confidence: known}\n'
    )
    doubled = FRAMEWORK + '  - {id: "2", nb: To, en: Two}\n'

    found = faults(written(tmp_path, doubled, crosswalk))

    place = "checklists/crosswalks/normen-other.yml"
    assert f"{place}:2: the file is called 'normen-other'" in found
    assert f"{place}:2: the id is 'normen-other', from and to" in found
    assert f"{place}:9: normen has no 'DRF-7', did you mean DRF-07 or DRF-21?" in found
    assert f"{place}:9: other has no '3'" in found
    assert f"{place}:10: DRF-07 and 1 are linked twice" in found
    assert "checklists/crosswalks/frameworks/other.yml:10: 2 is written 2 times" in found


def test_unknown_frameworks_and_circles_are_told(tmp_path: Path) -> None:
    strange = CROSSWALK.replace("to: other", "to: othr").replace("id: normen-other", "id: normen-othr")

    assert any(
        "unknown framework 'othr', did you mean other?" in one for one in faults(written(tmp_path, crosswalk=strange))
    )
    same = CROSSWALK.replace("to: other", "to: normen")
    assert any("leads to the framework that it comes from" in one for one in faults(written(tmp_path, crosswalk=same)))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_place(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    base = written(tmp_path_factory.mktemp("any"), crosswalk=text)

    found = faults(base) if not is_read(base) else []

    assert all(one.startswith("checklists/crosswalks/normen-other.yml") for one in found)


def is_read(base: Path) -> bool:
    try:
        return bool(load_atlas(base))
    except ContentError:
        return False
