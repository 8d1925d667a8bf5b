from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import load_checklist
from sentinel.comply.judge import judge
from sentinel.comply.packs import Pack, choose, load_packs
from sentinel.comply.score import score
from sentinel.errors import ContentError, SettingsError
from sentinel.model.compliance import Answer, Organisation
from sentinel.model.packs import Validity
from tests.comply.small import DRF, TODAY, chapter, requirement, write
from tests.comply.small_packs import PACK, XA, write_pack

CLINIC = Organisation("Fjæra legekontor", "000000002", "general_practice", frozenset({"ALL", "EHR", "MD", "PRIV"}))


def the_law(base: Path, pack: str = PACK) -> Pack:
    return load_packs(write_pack(base, pack))["law"]


def faults(base: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_packs(base)
    return [str(fault) for fault in caught.value.faults]


def test_a_pack_is_a_checklist_of_its_own(tmp_path: Path) -> None:
    pack = the_law(tmp_path)

    assert [r.id for r in pack.checklist.requirements] == ["XA-01", "XA-02"]
    assert (pack.id, pack.checklist.version, pack.applies) == ("law", "2026.1", ("MD",))
    assert pack.validity == Validity("in_force", date(2025, 10, 1), None, "confirmed", "LOV-2000-01-01-1")
    assert "XA-01" not in load_checklist(tmp_path).known()


def test_a_content_folder_without_packs_has_none(tmp_path: Path) -> None:
    assert load_packs(write(tmp_path)) == {}


def test_its_hash_follows_its_files_and_the_thresholds_and_nothing_else(tmp_path: Path) -> None:
    first = the_law(tmp_path / "a").checklist.hash
    classes = tmp_path / "a" / "checklists" / "classes.yml"
    classes.write_text(classes.read_text() + "# later\n")
    later = write_pack(tmp_path / "b", PACK + "# later\n")
    levels = tmp_path / "a" / "checklists" / "normen" / "levels.yml"

    assert load_packs(tmp_path / "a")["law"].checklist.hash == first
    assert load_packs(later)["law"].checklist.hash != first
    levels.write_text(levels.read_text() + "# later\n")
    assert load_packs(tmp_path / "a")["law"].checklist.hash != first


def test_it_is_scored_by_itself_with_the_gates_and_thresholds_of_normen(tmp_path: Path) -> None:
    pack = the_law(tmp_path)
    answers = [Answer("XA-02", "met", "Åse", TODAY)]
    found = score(judge(pack.checklist, CLINIC, answers, (), TODAY), pack.checklist)

    assert (found.score, found.coverage, found.worst_case, found.level) == (100.0, 50.0, 25.0, "red")
    assert found.level_reason.nb.endswith("ingen har vurdert om «title XA-01» er på plass.")
    assert found.level_reason.en.endswith("nobody has assessed whether “title XA-01” is in place.")
    assert found.checklist_id == "law"


def test_a_small_practice_is_asked_all_of_a_pack_that_its_classes_ask(tmp_path: Path) -> None:
    whole = the_law(tmp_path).checklist

    assert whole.small() is whole


def test_it_is_for_who_has_any_of_its_classes_and_says_why(tmp_path: Path) -> None:
    pack = the_law(tmp_path, PACK.replace("[MD]", "[PUB, MD]"))
    other = Organisation("x", "0", "general_practice", frozenset({"ALL"}))

    assert pack.is_for(CLINIC)
    assert pack.because(CLINIC, {"MD": True}, ()).nb == "Svart ja: Utstyr?"
    assert pack.because(CLINIC, {}, ("MD",)).nb == "Regnes som ja til det er svart nei: Utstyr?"
    assert not pack.is_for(other)
    assert pack.because(other, {}, ()).nb == "Gjelder ikke: ikke offentlig og ikke noe utstyr her."
    assert pack.because(other, {}, ()).en == "Does not apply: not public and no devices here."


def test_what_binds_is_said_with_its_day(tmp_path: Path) -> None:
    shown = the_law(tmp_path).overview(TODAY)

    assert (shown.standing, shown.says.nb) == ("in_force", "Gjelder i Norge fra 1. oktober 2025.")
    assert (shown.requirements, shown.gates, shown.applies) == (2, 1, None)


@pytest.mark.parametrize(
    ("changed", "standing", "said"),
    [
        (("2025-10-01", "2027-10-01"), "not_yet", "Gjelder ikke før 1. oktober 2027."),
        (("status: in_force", "status: proposed"), "proposed", "Ikke norsk lov etter det som er kjent her."),
        (("confidence:", "valid_to: 2026-01-31\nconfidence:"), "ended", "Gjaldt til og med 31. januar 2026,"),
    ],
)
def test_what_does_not_bind_is_never_called_a_breach(
    tmp_path: Path, changed: tuple[str, str], standing: str, said: str
) -> None:
    shown = the_law(tmp_path, PACK.replace(*changed)).overview(TODAY)

    assert shown.standing == standing
    assert shown.says.nb.startswith(said)
    assert shown.says.nb.endswith("et hull er ikke et brudd.")
    assert shown.says.en.endswith("a gap is no breach.")


def test_what_is_voluntary_never_hides_the_laws_it_stands_on(tmp_path: Path) -> None:
    """The packs on suppliers or cloud bind nobody, and their gaps may break the law all the same."""
    voluntary = PACK.replace("status: in_force", "status: voluntary")
    norm = XA.replace("basis: law", "basis: norm")
    bound = load_packs(write_pack(tmp_path / "bound", voluntary))["law"].overview(TODAY)
    free = load_packs(write_pack(tmp_path / "free", voluntary, norm))["law"].overview(TODAY)

    assert bound.says.nb == (
        "Frivillig å følge. 2 av 2 krav bygger på lover som gjelder uansett, og der kan et hull være et brudd på loven."
    )
    assert bound.says.en.endswith("there a gap may be a breach of the law.")
    assert free.says.nb == ("Frivillig å følge. Poengene viser hvor forberedt dere er, og et hull er ikke et brudd.")


def test_what_is_not_sure_says_so_and_an_unknown_day_is_not_made_up(tmp_path: Path) -> None:
    unsure = PACK.replace("2025-10-01", "null").replace("confidence: confirmed", "confidence: unverified")
    shown = the_law(tmp_path, unsure).overview(TODAY)

    assert shown.standing == "not_known"
    assert shown.says.nb == (
        "Sies å gjelde i Norge, men fra hvilken dag er ikke kjent her. "
        "Det er ikke bekreftet om og når dette gjelder. Slå opp før dere bruker det."
    )


def test_a_first_day_must_be_written_also_where_it_is_not_known(tmp_path: Path) -> None:
    told = faults(write_pack(tmp_path, PACK.replace("valid_from: 2025-10-01\n", "")))

    assert told == ["checklists/packs/law/pack.yml:2: key 'valid_from' is missing"]


def test_all_faults_of_all_packs_come_at_once_with_their_lines(tmp_path: Path) -> None:
    write_pack(tmp_path, PACK.replace("status: in_force", "status: perhaps"))
    write_pack(
        tmp_path, PACK.replace("applies: [MD]", "applies: [DM]"), chapter("XB", requirement("XB-01", 4)), "other"
    )
    (tmp_path / "checklists" / "packs" / "empty").mkdir()

    told = faults(tmp_path)

    assert len(told) == 6
    assert any("packs/law/pack.yml:7: status" in line for line in told)
    assert any(
        "packs/other/pack.yml" in line and "'law' is not the name of its folder, 'other'" in line for line in told
    )
    assert any("packs/other/requirements/all.yml" in line and "weight" in line for line in told)
    assert any("packs/empty/pack.yml: is not there" in line for line in told)
    assert any("packs/empty/requirements: holds no requirements" in line for line in told)


def test_unknown_classes_and_roles_and_a_last_day_before_the_first_are_told(tmp_path: Path) -> None:
    odd = PACK.replace("[MD]", "[MDD]").replace("confidence:", "valid_to: 2024-01-01\nconfidence:")
    told = faults(write_pack(tmp_path, odd.replace("roles: {manager", "roles: {boss")))

    assert any("unknown class 'MDD', did you mean MD?" in line for line in told)
    assert any("2024-01-01 is before 2025-10-01, the first day" in line for line in told)
    assert sum("unknown role 'manager'" in line for line in told) == 2


def test_a_chapter_belongs_to_one_file_of_normen_and_all_packs(tmp_path: Path) -> None:
    write_pack(tmp_path)
    write_pack(tmp_path, PACK.replace("id: law", "id: other"), XA, "other")
    write_pack(tmp_path, PACK.replace("id: law", "id: third"), DRF, "third")

    place = "checklists/packs"
    assert faults(tmp_path) == [
        f"{place}/other/requirements/all.yml:1: chapter XA is that of {place}/law/requirements/all.yml",
        f"{place}/third/requirements/all.yml:1: chapter DRF is that of checklists/normen/requirements/drf.yml",
    ]


def test_an_unknown_pack_is_told_with_a_hint(tmp_path: Path) -> None:
    packs = load_packs(write_pack(tmp_path))

    assert choose(packs, "law").id == "law"
    with pytest.raises(SettingsError, match=r"unknown pack 'lav', did you mean law\? Known: law"):
        choose(packs, "lav")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_fault_and_never_a_crash(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    base = write_pack(tmp_path_factory.mktemp("packs"))
    (base / "checklists" / "packs" / "law" / "pack.yml").write_bytes(raw)

    with pytest.raises(ContentError):
        load_packs(base)
