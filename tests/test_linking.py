"""What we link ourselves does what LLVM's linking of the same does; what is anything else is left to it."""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel import linking, native
from sentinel.detect.fast.interned import combine_at
from sentinel.detect.rule_cache import RuleCache
from sentinel.linking import link
from sentinel.native import Compiled, MachineCode
from sentinel.scan.passive import skimmer
from tests.test_native import DETECT, combined

if sys.platform != "linux" or platform.machine() != "x86_64":
    pytest.skip("machine code is linked by LLVM here", allow_module_level=True)

ROOMS = ("detect", skimmer.__name__.split(".")[1])


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Compiled]:
    """Return what Numba makes of all our functions."""
    cache = RuleCache(tmp_path_factory.mktemp("kept") / "cache")
    found = []
    for room in ROOMS:
        MachineCode(room, cache)
        found += native._decoded(cache.load(native._key(room)) or b"") or []
    return found


def test_all_our_functions_are_linked_without_llvm(parts: list[Compiled]) -> None:
    assert {one.name for one in parts} == {*DETECT, "do_at"}
    assert [one.name for one in parts if link(one.code, one.symbol) is None] == []


def test_both_ways_of_linking_do_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = RuleCache(tmp_path / "cache")
    ours = combined(MachineCode("detect", cache))
    monkeypatch.setattr(native, "link", lambda *_: None)

    assert ours == combined(MachineCode("detect", cache)) == [1, 2, 1]


def test_linked_memory_can_be_run_and_not_written(parts: list[Compiled]) -> None:
    one = next(one for one in parts if one.name == combine_at.__name__)
    found = link(one.code, one.symbol)
    assert found is not None
    line = next(
        line
        for line in Path("/proc/self/maps").read_text("utf-8").splitlines()
        if int(line.split("-")[0], 16) <= found.address < int(line.split("-")[1].split(" ")[0], 16)
    )

    assert line.split()[1].startswith("r-x")


def test_what_may_not_be_run_is_an_error_of_the_system(parts: list[Compiled], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_READ_AND_RUN", 1 << 20)

    with pytest.raises(OSError, match="may not be run"):
        link(parts[0].code, parts[0].symbol)


def test_other_files_and_symbols_are_left_to_llvm(parts: list[Compiled]) -> None:
    code, symbol = parts[0].code, parts[0].symbol
    others = {
        "another machine": code[:18] + struct.pack("<H", 183) + code[20:],
        "another form": code[:4] + b"\x01" + code[5:],
        "cut": code[:-100],
        "empty": b"",
    }

    assert link(code, "another") is None
    assert {what: link(data, symbol) for what, data in others.items()} == dict.fromkeys(others)


@given(st.data())
def test_damaged_files_are_none_or_linked_and_nothing_else(parts: list[Compiled], data: st.DataObject) -> None:
    """They are never called: a digest stands before every file that is kept."""
    one = parts[data.draw(st.integers(0, len(parts) - 1))]
    at = data.draw(st.integers(0, len(one.code) - 1))
    damaged = one.code[:at] + data.draw(st.binary(min_size=1, max_size=8)) + one.code[at + 1 :]
    found = link(damaged, one.symbol)

    assert found is None or found.address > 0


def test_functions_of_c_are_found_and_pythons_end_the_process() -> None:
    fatal = ctypes.cast(ctypes.pythonapi.Py_FatalError, ctypes.c_void_p).value
    own = [linking._outside(linking._Symbol(name, 0, 0)) for name in (b"PyErr_SetString", b"numba_do_raise", b"memcpy")]

    assert own[:2] == [fatal, fatal] != own[1:]
    with pytest.raises(linking._NotOursError):
        linking._outside(linking._Symbol(b"no function of C has this name", 0, 0))
