from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from sentinel.content import root
from sentinel.detect.compiled import OURSELVES, PACKAGES, Compiled, Compiler, Kept, compile_rules, hash_inputs
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.fast.scanner import available
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.events import Value
from tests.detect.documents import rule
from tests.detect.logs import event

EVIL = "s: {CommandLine|contains: 'whoami /all'}\ncondition: s"
PROCESS = "{product: windows, category: process_creation}"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yml").write_text(rule("one", 1, EVIL, PROCESS), encoding="utf-8")
    (folder / "b.yml").write_text(rule("two", 2, "s: {A|expand: '%x%'}\ncondition: s", PROCESS), encoding="utf-8")
    (folder / "c.yml").write_text("title: broken", encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> RuleCache:
    return RuleCache(tmp_path / "cache")


def taken(cache: RuleCache) -> list[str]:
    return sorted(path.name for path in cache.folder.iterdir())


def is_postponed(found: Compiled) -> bool:
    return any(one.read is not None for one in found.ruleset.rules)


def test_what_comes_out_of_the_cache_is_what_went_in(rules: Path, cache: RuleCache) -> None:
    without = compile_rules([rules], rules, {})
    cold = compile_rules([rules], rules, {}, cache)
    warm = compile_rules([rules], rules, {}, cache)

    assert (is_postponed(cold), is_postponed(warm)) == (False, True)
    assert without.ruleset == cold.ruleset == warm.ruleset
    assert [str(one.fault) for one in warm.ruleset.refused] == [str(one.fault) for one in cold.ruleset.refused]
    assert len(warm.ruleset.refused) == 2
    assert (warm.alarms is None) is not available()
    if cold.alarms and warm.alarms:
        one, other = cold.alarms.values, warm.alarms.values
        assert (one.needles, one.wakes, one.wakeless) == (other.needles, other.wakes, other.wakeless)
        assert cold.alarms.lines == warm.alarms.lines
        assert cold.alarms.values.needles


def test_both_find_the_same(rules: Path, cache: RuleCache) -> None:
    routes = load_routes(root())
    channel: dict[str, Value] = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}
    events = [event({**channel, "CommandLine": text}) for text in ("cmd /c WHOAMI /All", "x" * 50, "whoami /al")] * 300
    found = []
    for _ in range(2):
        made = compile_rules([rules], rules, {}, cache)
        found.append([hit.event.fields for hit in FastEngine(made.ruleset, routes, made.alarms).run(events)])

    assert len(found[0]) == 300
    assert found[0] == found[1]


def _rewrite(rules: Path) -> None:
    (rules / "a.yml").write_text(rule("one", 1, EVIL.replace("whoami", "whoamI"), PROCESS), encoding="utf-8")


def _add(rules: Path) -> None:
    (rules / "d.yml").write_text(rule("three", 3), encoding="utf-8")


def _remove(rules: Path) -> None:
    (rules / "a.yml").unlink()


def _rename(rules: Path) -> None:
    (rules / "a.yml").rename(rules / "z.yml")


@pytest.mark.parametrize("change", [_rewrite, _add, _remove, _rename])
def test_whatever_changes_in_the_files_is_loaded_anew(
    rules: Path, cache: RuleCache, change: Callable[[Path], None]
) -> None:
    compile_rules([rules], rules, {}, cache)
    change(rules)
    found = compile_rules([rules], rules, {}, cache)

    assert not is_postponed(found)
    assert found.ruleset == compile_rules([rules], rules, {}).ruleset
    assert len(taken(cache)) == 2


def test_values_of_placeholders_and_the_base_make_another_rule_set(rules: Path, cache: RuleCache) -> None:
    sets = [
        compile_rules([rules], base, values, cache).ruleset
        for base, values in ((rules, {}), (rules, {"x": ["1"]}), (rules, {"x": ["2"]}), (rules.parent, {}))
    ]

    assert [len(one.rules) for one in sets] == [1, 2, 2, 1]
    assert sets[1] != sets[2]
    assert sets[3].rules[0].location.path == "rules/a.yml"
    assert len(taken(cache)) == 4


def test_our_own_sources_are_part_of_the_key(rules: Path, tmp_path: Path) -> None:
    before = hash_inputs([rules], rules, {})
    copy = Compiler(tmp_path / "sentinel")
    shutil.copytree(OURSELVES.sources, copy.sources, ignore=shutil.ignore_patterns("__pycache__"))
    same = hash_inputs([rules], rules, {}, copy)
    with (copy.sources / "detect" / "condition.py").open("a", encoding="utf-8") as source:
        source.write("\n")
    changed = hash_inputs([rules], rules, {}, copy)
    shutil.rmtree(copy.sources)

    assert before == same != changed
    assert hash_inputs([rules], rules, {}, copy) is None  # where nobody can say what the sources are, nothing is kept


def test_versions_of_packages_are_part_of_the_key(rules: Path) -> None:
    before = hash_inputs([rules], rules, {})

    assert hash_inputs([rules], rules, {}, Compiler(OURSELVES.sources, (*PACKAGES, "no such package"))) != before
    assert hash_inputs([rules], rules, {}, Compiler(OURSELVES.sources)) == before


def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_kept(rules: Path, cache: RuleCache) -> None:
    (rules / "a.yml").chmod(0)
    try:
        found = compile_rules([rules], rules, {}, cache)
    finally:
        (rules / "a.yml").chmod(0o600)

    readable = len(found.ruleset.rules) == 1  # by root
    assert readable or any("cannot be read" in one.fault.what for one in found.ruleset.refused)
    assert cache.folder.exists() is readable


@pytest.mark.parametrize("data", [b"", b"x", b"\xc0", msgspec.msgpack.encode([1, 2])])
def test_what_is_whole_but_means_nothing_is_compiled_anew(rules: Path, cache: RuleCache, data: bytes) -> None:
    key = hash_inputs([rules], rules, {})
    assert key
    cache.save(key, data)

    assert not is_postponed(compile_rules([rules], rules, {}, cache))
    assert is_postponed(compile_rules([rules], rules, {}, cache))


@pytest.mark.skipif(not available(), reason="no database without Hyperscan")
def test_a_database_of_another_machine_is_compiled_anew(rules: Path, cache: RuleCache) -> None:
    compile_rules([rules], rules, {}, cache)
    key = hash_inputs([rules], rules, {}) or ""
    kept = msgspec.msgpack.decode(cache.load(key) or b"", type=Kept)
    assert kept.alarms
    kept.alarms[0].database = b"\0" * len(kept.alarms[0].database)
    cache.save(key, msgspec.msgpack.encode(kept))

    assert not is_postponed(compile_rules([rules], rules, {}, cache))


@dataclass(frozen=True, slots=True)
class Meddling(RuleCache):
    """Somebody changes a rule just after it was hashed."""

    victim: Path = Path()

    def load(self, key: str) -> bytes | None:
        _rewrite(self.victim)
        return RuleCache.load(self, key)


def test_rules_that_change_while_they_are_read_are_not_kept(rules: Path, cache: RuleCache) -> None:
    found = compile_rules([rules], rules, {}, Meddling(cache.folder, rules))

    assert found.ruleset == compile_rules([rules], rules, {}).ruleset
    assert not cache.folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_name_that_is_no_text_is_loaded_all_the_same(rules: Path, cache: RuleCache) -> None:
    (rules / os.fsdecode(b"\xff.yml")).write_text(rule("odd", 9), encoding="utf-8")
    found = compile_rules([rules], rules, {}, cache).ruleset

    assert [one.name for one in found.rules] == ["one", "odd"]
    assert not cache.folder.exists()
