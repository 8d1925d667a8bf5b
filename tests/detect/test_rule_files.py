from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sentinel.content import relative, yaml_files
from sentinel.detect.rule_files import RuleFile, hash_files, rule_files
from sentinel.errors import ContentError
from tests.rights import closed

NAMES = (
    "b.yml", "a/x.yml", "a-b/x.yml", "a.yml", "a/b/c.yaml", "æ/ø.yml", "A/x.yml", "a/X.YML", "a/x.txt", "a/.yml",
    "a/.hidden.yml", "a b/x y.yml", ".git/x.yml", "a/x.yml.bak",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*NAMES, "_fields/x.yml", "a/_more/x.yml"):
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "rules"


def listed(*folders: Path, base: Path) -> list[tuple[str, str]]:
    return [(file.path, file.name) for file in rule_files(folders, base)]


@pytest.mark.parametrize("base", [".", "rules", "rules/a", "elsewhere"])
@pytest.mark.parametrize("given", ["rules", "./rules", "rules/a", "rules/b.yml", ".", "rules/../rules"])
def test_files_and_their_names_are_those_of_all_other_content(
    folder: Path, monkeypatch: pytest.MonkeyPatch, base: str, given: str
) -> None:
    monkeypatch.chdir(folder.parent)
    others = [path for path in yaml_files(Path(given)) if not any(part.startswith("_") for part in path.parts)]

    for top in (Path(given), folder.parent / given):
        expected = [(str(p), relative(p, Path(base))) for p in others] if top == Path(given) else None
        found = listed(top, base=Path(base))
        assert [os.path.realpath(path) for path, _ in found] == [os.path.realpath(path) for path in others]
        assert expected is None or found == expected


def test_each_file_is_listed_once_whatever_links_to_it(folder: Path) -> None:
    (folder / "a" / "link.yml").symlink_to(folder / "a.yml")
    (folder / "z").symlink_to(folder / "a")

    found = listed(folder, folder / "a", folder / "a.yml", base=folder)

    assert len(found) == len({os.path.realpath(path) for path, _ in found}) == len(yaml_files(folder)) - 3
    assert (str(folder / "a" / "link.yml"), "a.yml") not in found or (str(folder / "a.yml"), "a.yml") not in found


def test_a_named_link_to_a_folder_is_looked_into(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder / "a")

    assert (str(folder.parent / "link" / "x.yml"), "a/x.yml") in listed(folder.parent / "link", base=folder)


def refused(*folders: Path, base: Path) -> list[str]:
    with pytest.raises(ContentError) as raised:
        rule_files(folders, base)
    return [str(fault) for fault in raised.value.faults]


def test_links_that_lose_rules_are_told_all_at_once(folder: Path, tmp_path: Path) -> None:
    (folder / "gone.yml").symlink_to(folder / "nowhere.yml")
    (folder / "a" / "loop.yml").symlink_to(folder / "a" / "loop.yml")
    (folder / "unmounted").symlink_to("/nowhere/at/all")
    (folder / "v1.2").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    os.mkfifo(folder / "pipe.yml")

    assert refused(folder, base=folder) == [
        "a/loop.yml: is a link that leads nowhere: Too many levels of symbolic links",
        "gone.yml: is a link that leads nowhere: No such file or directory",
        "pipe.yml: is neither a file nor a folder",
        "unmounted: is a link that leads nowhere: No such file or directory",
        f"v1.2: is a link to a folder, which is not followed; name that folder too: {tmp_path / 'elsewhere'}",
    ]


def test_links_that_lose_nothing_are_left_alone(folder: Path, tmp_path: Path) -> None:
    before = len(listed(folder, base=folder))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "new.yml").write_text("x")
    (folder / ".#a.yml").symlink_to("åse@host.77:1")  # an editor holds the file open
    (folder / "README.md").symlink_to("/nowhere.md")
    (folder / "_other").symlink_to(tmp_path / "elsewhere")
    (folder / "sigma").symlink_to(tmp_path / "elsewhere")
    (folder / "z").symlink_to(folder / "a")

    assert len(listed(folder, tmp_path / "elsewhere", base=folder)) == before + 1


def test_a_folder_without_a_rule_file_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty" / "_fields").mkdir(parents=True)
    (tmp_path / "empty" / "_fields" / "x.yml").write_text("x")
    (tmp_path / "empty" / "x.yaml.txt").write_text("x")

    assert refused(folder, tmp_path / "empty", tmp_path / "nothing", base=tmp_path) == [
        "empty: holds no rule file (.yml, .yaml)",
        "nothing: cannot be looked into: No such file or directory",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_a_folder_that_may_not_be_looked_into_is_told() -> None:
    with closed("open/closed", "unreadable") as top:
        told = refused(top / "open", top / "unreadable", top / "open" / "closed" / "x", base=top)

    assert told == [
        "open/closed: cannot be looked into: Permission denied",
        "open/closed/x: cannot be looked into: Permission denied",
        "unreadable: cannot be looked into: Permission denied",
    ]


def test_a_hash_holds_for_names_order_and_contents_and_nothing_else(folder: Path) -> None:
    files = list(rule_files([folder], folder))
    before = hash_files(files)

    os.utime(folder / "a.yml", (1, 1))
    assert hash_files(rule_files([folder], folder)) == before
    assert hash_files(reversed(files)) != before
    assert hash_files(RuleFile(file.path, f"x/{file.name}") for file in files) != before
    (folder / "a.yml").write_text("a.ymL")
    assert hash_files(files) != before


def test_what_moves_from_one_file_to_the_next_changes_the_hash(tmp_path: Path) -> None:
    hashes = set()
    for first, second in (("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")):
        (tmp_path / "1.yml").write_text(first)
        (tmp_path / "2.yml").write_text(second)
        hashes.add(hash_files(rule_files([tmp_path], tmp_path)))

    assert len(hashes) == 4


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        hash_files([RuleFile(str(tmp_path / "gone.yml"), "gone.yml")])
