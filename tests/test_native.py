from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

from sentinel import native
from sentinel.detect.fast import blocks, canonical, interned, judging, loud, rows, spelling, tokens, trie
from sentinel.detect.fast.interned import addresses, combine_at, make_interned
from sentinel.detect.rule_cache import RuleCache
from sentinel.native import MachineCode, address, can_compile, machine_code

ENTRIES = (
    blocks.count_at, canonical.write_at, interned.combine_at, interned.gather_at, judging.judge_at,
    judging.note_tests_at, loud.find_loud_at, rows.read_rows_at, spelling.spell_at,
)  # fmt: skip
DETECT = {one.__name__ for one in ENTRIES}
"""The machine code of detection, whatever else was imported before."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> RuleCache:
    """Return a cache that machine code was put into."""
    cache = RuleCache(tmp_path_factory.mktemp("kept") / "cache")
    assert combined(MachineCode("detect", cache)) == [1, 2, 1]
    return cache


@pytest.fixture
def numbaless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing be compiled."""
    monkeypatch.setitem(sys.modules, "numba", None)


def file_of(cache: RuleCache) -> Path:
    (found,) = cache.folder.iterdir()
    return found


def combined(code: MachineCode) -> list[int]:
    """Return numbers for three rows, two of which are equal."""
    known, cells, keys = make_interned(), np.array([[1, 2], [3, 4], [1, 2]], np.int32), np.zeros(3, np.int32)
    result, frame = code.call(combine_at, (3, 8, address(cells), address(keys), *addresses(known)))
    assert (result, frame[:2]) == (0, [3, 8])
    found: list[int] = keys.tolist()
    return found


@pytest.mark.usefixtures("numbaless")
def test_what_is_kept_is_taken_up_and_does_the_same(kept: RuleCache) -> None:
    code = MachineCode("detect", kept)

    assert combined(code) == [1, 2, 1]
    assert {*code._linked} == DETECT


@pytest.mark.usefixtures("numbaless")
def test_what_is_broken_or_was_saved_under_another_key_is_not_used(kept: RuleCache, tmp_path: Path) -> None:
    """It is compiled anew then, which cannot be here."""
    file = file_of(kept)
    whole = file.read_bytes()
    RuleCache(tmp_path / "other").save("another", kept.load(native._key("detect")) or b"")
    foreign = file_of(RuleCache(tmp_path / "other")).read_bytes()
    mine = RuleCache(tmp_path / "mine")
    mine.save(native._key("detect"), b"")

    for data in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"\0", b"", foreign):
        file_of(mine).write_bytes(data)
        with pytest.raises(ModuleNotFoundError):
            MachineCode("detect", mine)
    file_of(mine).write_bytes(whole)
    assert combined(MachineCode("detect", mine)) == [1, 2, 1]


def test_the_code_of_a_process_is_made_once(kept: RuleCache) -> None:
    assert machine_code("detect") is machine_code("detect", kept)


CONSTANTS = [
    *((tokens, name) for name in ("_MOST_DIGITS", "_QUOTE", "RESPELLED", "FOLDING_LETTERS", "_HEX", "_SHORT")),
    *((interned, name) for name in ("MOST", "_MULTIPLIER", "_ODD")),
    *((rows, name) for name in ("UNKNOWN", "KEYS")),
    *((spelling, name) for name in ("_COMMA", "_SPACES")),
]


@pytest.mark.parametrize(("module", "name"), CONSTANTS)
def test_another_constant_is_another_key(module: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key, value = native._key("detect"), getattr(module, name)
    assert native._key("detect") == key
    monkeypatch.setattr(module, name, ~value if isinstance(value, np.ndarray) else value + 1)

    assert native._key("detect") != key
    monkeypatch.undo()
    assert native._key("detect") == key


@pytest.mark.parametrize("function", [tokens.skip_space, interned.combine_at])
def test_another_body_is_another_key(function: FunctionType, monkeypatch: pytest.MonkeyPatch) -> None:
    key, code = native._key("detect"), function.__code__
    consts = tuple(one + 1 if isinstance(one, int) else one for one in code.co_consts)
    for other in (code.replace(co_consts=consts), code.replace(co_code=code.co_code[:-2]), code.replace(co_name="x")):
        monkeypatch.setattr(function, "__code__", other)
        assert native._key("detect") != key


def test_a_machine_without_the_compiler_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_compile()
    for name in ("numba", "llvmlite"):
        monkeypatch.setitem(sys.modules, name, None)
        assert not can_compile()
        monkeypatch.undo()
    assert can_compile()


@pytest.mark.parametrize("pointer", [native.bytes_at, native.int32_at, native.int64_at])
def test_only_machine_code_has_pointers(pointer: Callable[[int], object]) -> None:
    with pytest.raises(NotImplementedError):
        pointer(0)


@pytest.mark.parametrize("kind", [trie.Trie, rows.Rows, rows.Page, interned.Interned])
def test_another_order_of_fields_is_another_key(
    kind: type[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = native._key("detect")
    monkeypatch.setattr(kind, "_fields", kind.__dict__["_fields"][::-1])

    assert native._key("detect") != key
