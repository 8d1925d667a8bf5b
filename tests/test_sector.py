from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from sentinel.model.sector import Answered, Member, Standing
from sentinel.sector import Pair, Reader, Taken, score_all, scorer, site_files, take_in
from sentinel.store.store import Store
from tests.shared import ROOT

DAY = date(2026, 11, 22)


def site(folder: Path, number: str, *, kind: str = "municipality", agreed: str = "true", answers: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "site.toml"
    path.write_text(
        f'schema = "sentinel.site/1"\n[organisation]\nname = "Øvre"\nnumber = "{number}"\nkind = "{kind}"\n'
        f'[assessment]\nanswers = "answers.yml"\nbenchmark = {agreed}\n',
        encoding="utf-8",
    )
    written = answers or "answers:\n  LED-01: {state: met, by: Åse Lyngvik, date: 2026-11-01}\n"
    head = "schema: sentinel.answers/1\norganisation: Øvre\n"
    (folder / "answers.yml").write_text(head + written, encoding="utf-8")
    return path


def test_a_file_with_faults_is_told_in_one_line_and_the_others_are_taken(tmp_path: Path) -> None:
    site(tmp_path / "a", "000000001")
    site(tmp_path / "b", "000000002", answers="answers:\n  LEDD: {state: mett}\n")
    site(tmp_path / "c", "000000001")
    site(tmp_path / "d", "000000004", kind="county")
    (tmp_path / "e.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "f.toml").write_text('schema = "sentinel.site/1"\n[organisation]\nname = "x"\nnumber = "000000005"\n')
    store, told = Store.open(str(tmp_path / "x.db")), Taken()

    take_in(site_files([tmp_path]), Reader.load(ROOT, DAY), store.sector(), told)

    assert told.taken == 1
    assert all("\n" not in one.why for one in told.refused)
    said = {Path(one.path).relative_to(tmp_path).as_posix(): one.why for one in told.refused}
    assert sorted(said) == ["b/site.toml", "c/site.toml", "d/site.toml", "e.toml", "f.toml"]
    assert "answers.yml:4" in said["b/site.toml"]
    assert "more)" in said["b/site.toml"]
    assert "000000001 was read from" in said["c/site.toml"]
    assert "unknown type of organisation 'county'" in said["d/site.toml"]
    assert "names no answers" in said["f.toml"]
    (row,) = store.sector().rows()
    assert (row.member.number, row.member.agreed, row.answered) == ("000000001", True, date(2026, 11, 1))


def test_without_a_word_nobody_agrees_to_be_counted(tmp_path: Path) -> None:
    path = site(tmp_path, "000000001")
    path.write_text(path.read_text(encoding="utf-8").replace("benchmark = true\n", ""), encoding="utf-8")

    assert Reader.load(ROOT, DAY).read(path)[0].agreed is False


class Cut:
    """Keeps standings until it is cut off after so many pages."""

    def __init__(self, pages: list[list[Pair]], most: int) -> None:
        self.pages, self.most, self.kept = pages, most, list[str]()

    def save(self, some: Sequence[Pair]) -> None:
        raise AssertionError(some)

    def waiting(self, as_of: date, ground: str) -> Iterator[list[Pair]]:  # noqa: ARG002 -- the protocol's own
        for page in self.pages:
            if any(member.number not in self.kept for member, _ in page):
                yield page

    def save_standings(self, some: Sequence[Standing]) -> None:
        if not self.most:
            raise KeyboardInterrupt
        self.most -= 1
        self.kept += [one.number for one in some]


def test_what_was_scored_before_a_cut_is_kept_and_the_rest_is_scored_afterwards() -> None:
    pairs = [
        (
            Member(f"{at:09}", "x", "municipality", {}, "", agreed=True),
            Answered(f"{at:09}", DAY, "normen", "1", "h", {}),
        )
        for at in range(6)
    ]
    keep = Cut([pairs[:2], pairs[2:4], pairs[4:]], most=2)

    with pytest.raises(KeyboardInterrupt):
        list(score_all(keep, scorer(ROOT, DAY)))
    assert keep.kept == [f"{at:09}" for at in range(4)]
    keep.most = 9
    assert [one.number for one in score_all(keep, scorer(ROOT, DAY))] == ["000000004", "000000005"]


def test_the_ground_changes_with_the_types_and_not_only_with_the_checklist(tmp_path: Path) -> None:
    folder = tmp_path / "checklists"
    folder.mkdir()
    for place in (ROOT / "checklists").iterdir():
        (folder / place.name).symlink_to(place)
    types = folder / "organisation-types.yml"
    text = types.read_text(encoding="utf-8")
    types.unlink()
    types.write_text(text + "\n# changed\n", encoding="utf-8")

    assert scorer(tmp_path, DAY).ground != scorer(ROOT, DAY).ground
