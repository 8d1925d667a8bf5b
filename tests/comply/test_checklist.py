from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.comply.packs import load_packs
from sentinel.errors import ContentError
from tests.comply.small import CLASSES, COVER, DRF, checklist, requirement, write
from tests.comply.small import chapter as chapter_text
from tests.comply.small_packs import write_pack


def faults(base: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_checklist(base)
    return [str(fault) for fault in caught.value.faults]


def test_a_checklist_keeps_its_requirements_in_the_order_of_files_and_entries(tmp_path: Path) -> None:
    loaded = checklist(tmp_path)

    assert [r.id for r in loaded.requirements] == ["DRF-07", "DRF-10", "DRF-21", "LED-14", "UTS-07"]
    assert [r.weight for r in loaded.requirements] == [3, 2, 1, 2, 3]
    assert [r.gate for r in loaded.requirements] == [True, True, False, False, False]
    assert loaded.requirements[1].applies == "EHR"
    assert loaded.requirements[0].references[0].place == "art. 32"
    assert loaded.chapters["LED"].nb == "LED"
    assert (loaded.id, loaded.version) == ("small", "2026.1")


def test_the_hash_follows_every_byte_of_the_folder_and_nothing_else(tmp_path: Path) -> None:
    first = checklist(tmp_path / "a").hash
    (tmp_path / "a" / "checklists" / "classes.yml").write_text(CLASSES + "\n# later\n")

    assert load_checklist(tmp_path / "a").hash == first
    assert load_checklist(write(tmp_path / "b", drf=DRF + "# later\n")).hash != first
    assert load_checklist(write(tmp_path / "c", cover=COVER + "# later\n")).hash != first


def test_all_faults_of_all_files_come_at_once_with_their_lines(tmp_path: Path) -> None:
    odd = requirement("LED-14", 2) | {"question": {"nb": "Er det?", "en": "It is."}, "nytte": "x"}
    base = write(
        tmp_path,
        led=chapter_text("LED", odd),
        cover=COVER.replace("minutes: 5", "minutes: 0"),
        drf=DRF.replace("weight: 1", "weight: 4"),
    )

    told = faults(base)

    assert len(told) == 4
    assert any(line.startswith("checklists/normen/normen.yml:7: profile.minutes") for line in told)
    assert any("drf.yml" in line and "weight" in line for line in told)
    assert any("led.yml" in line and "unknown key 'nytte'" in line for line in told)
    assert any("led.yml" in line and "a question ends in '?'" in line for line in told)


def test_ids_repeat_nowhere_and_stand_in_their_chapter(tmp_path: Path) -> None:
    told = faults(write(tmp_path, led=chapter_text("LED", requirement("DRF-21", 1))))

    assert sum("requirement DRF-21 is written 2 times" in line for line in told) == 2
    assert any("DRF-21 does not belong to chapter LED" in line for line in told)


def test_an_unknown_class_is_told_with_a_hint(tmp_path: Path) -> None:
    told = faults(write(tmp_path, led=chapter_text("LED", requirement("LED-14", 1, applies="ERH"))))

    assert any("unknown class 'ERH', did you mean EHR?" in line for line in told)


def test_the_class_that_is_always_on_may_not_be_missing_nor_a_class_be_written_twice(tmp_path: Path) -> None:
    told = faults(write(tmp_path, classes=CLASSES.replace("{id: ALL", "{id: MD")))

    assert any("class ALL is missing" in line for line in told)
    assert any("class MD is written twice" in line for line in told)


def test_an_empty_folder_is_no_checklist(tmp_path: Path) -> None:
    told = faults(tmp_path)

    assert "checklists/normen/requirements: holds no requirements" in told
    assert "checklists/normen/normen.yml: is not there" in told


def test_unknown_roles_and_classes_of_the_part_are_told_with_a_hint(tmp_path: Path) -> None:
    odd = requirement("LED-14", 2) | {"knows": ["manger"]}
    told = faults(
        write(tmp_path, led=chapter_text("LED", odd), cover=COVER.replace("classes: [ALL]", "classes: [ALL, ERH]"))
    )

    assert any("led.yml" in line and "unknown role 'manger', did you mean manager?" in line for line in told)
    assert any("normen.yml" in line and "unknown class 'ERH', did you mean EHR?" in line for line in told)


def test_guidance_may_not_be_missing_but_the_question_to_the_supplier_may(tmp_path: Path) -> None:
    bare = requirement("LED-14", 2)
    del bare["evidence"], bare["duty"]
    told = faults(write(tmp_path / "a", led=chapter_text("LED", bare)))

    assert any("'evidence'" in line or "evidence" in line for line in told)
    assert any("duty" in line for line in told)
    assert checklist(tmp_path / "b").requirements[0].guidance.supplier is None


def test_the_small_part_holds_gates_and_what_its_rule_names_and_remembers_the_rest(tmp_path: Path) -> None:
    whole = checklist(tmp_path)
    small = whole.small()

    assert [r.id for r in small.requirements] == ["DRF-07", "DRF-10", "LED-14"]
    assert small.beyond == {"DRF-21", "UTS-07"}
    assert small.known() == whole.known() == {r.id for r in whole.requirements}
    assert (small.id, small.title.en, small.hash) == ("smallest", "Trial", whole.hash)


def test_what_goes_with_a_pack_lies_in_its_folder_and_with_normen_above_it(tmp_path: Path) -> None:
    normen, law = load_checklist(write(tmp_path)), load_packs(write_pack(tmp_path))["law"].checklist

    assert normen.beside("actions.yml").as_posix() == "checklists/actions.yml"
    assert law.beside("actions.yml").as_posix() == "checklists/packs/law/actions.yml"
    assert {name: text.nb for name, text in law.roles.items()} == {"manager": "Lederen"}
