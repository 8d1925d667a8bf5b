from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.model.inventory import Inventory
from sentinel.model.result import ScanSource
from sentinel.report.inventory.glance import alarm, glance, unseen
from sentinel.report.inventory.ground import ground
from sentinel.report.text import load_texts
from tests.report.inventory.hospital import DAY, hospital

NB, EN = load_texts("nb", root()), load_texts("en", root())


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_first_sentence_says_how_many_and_how_they_are() -> None:
    made = hospital(900, 6)
    whole = ground(made)
    care = sum(area.care for area in whole.areas)
    old = sum(whole.unsupported(asset) for asset in made.assets)

    assert plain(glance(whole, NB)).startswith(
        f"900 enheter er kjent, og {care} av dem brukes i pasientbehandlingen. {old} får"
    )
    assert plain(alarm(whole, NB)).startswith("1 enhet i pasientbehandlingen snakker ut")
    assert plain(glance(whole, EN)).startswith("900 devices are known, and ")


def test_nothing_found_is_not_told_as_nothing_there() -> None:
    empty = ground(Inventory("Lyngvik", DAY, "AMBER", (), ()))
    quiet = ground(replace(hospital(9, 1), assets=hospital(9, 1).assets[:1], findings=()))

    assert glance(empty, NB) == "Ingen enheter er kjent. Det betyr ikke at nettet er tomt."
    assert plain(glance(quiet, NB)).endswith(
        "Ingen er funnet uten sikkerhetsoppdateringer, og ingen alvorlige svake punkter er funnet."
    )
    assert alarm(quiet, NB) == ""


@pytest.mark.parametrize("listened", [True, False])
def test_everything_that_nobody_looked_at_is_told(*, listened: bool) -> None:
    made = hospital(200, 4, heard=listened)
    lines = [plain(point.text) for point in unseen(ground(made), NB).points]

    assert ("Ingen har lyttet. Hvem som snakker med hvem, er ikke kjent." in lines) != listened
    assert "1 nett der ingenting er sett: 10.20.4.0/24" in lines
    assert "1 adresse ble spurt og svarte ikke: 10.20.0.250" in lines
    assert any("er bare nevnt av andre: 10.20." in line for line in lines) == listened
    assert any("står bare i en liste" in line for line in lines)
    assert any("ikke kjent igjen" in line for line in lines)


def test_of_the_store_it_is_told_that_silence_is_not_kept_and_of_scans_what_they_only_counted() -> None:
    made = hospital(20, 1)
    counted = ScanSource("n.xml", "import", 1, {"not-listed": 250}, 1, (), DAY, DAY)
    stored = [point.text for point in unseen(ground(replace(made, scans=())), NB).points]
    scanned = [plain(point.text) for point in unseen(ground(replace(made, scans=(counted,))), NB).points]

    assert "Hvilke adresser som ble spurt uten å svare, er ikke tatt vare på." in stored
    assert "250 adresser ble bare talt, ikke navngitt, da nettet ble kartlagt" in scanned


def test_a_network_that_was_asked_whole_was_looked_at() -> None:
    made = hospital(20, 1)
    asked = ScanSource("n.xml", "import", 1, {}, 1, (), DAY, DAY, asked=("10.20.0.0/16",))
    lines = [plain(point.text) for point in unseen(ground(replace(made, scans=(asked,))), NB).points]

    assert not any("ingenting er sett" in line for line in lines)
