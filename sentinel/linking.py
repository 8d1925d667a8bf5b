"""Links one object file of our own machine code into this process, without LLVM: that alone takes 50 MB.

Only what Numba makes of plain functions on x86-64 is understood (ELF for relocation, System V ABI 1.0): code and
constants, and whole addresses to be filled in. Anything else is left to LLVM.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

_HEADER = struct.Struct("<4sBB10xHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQq")
_ADDRESS = struct.Struct("<Q")
_ELF, _RELOCATABLE, _X86_64 = b"\x7fELF", 1, 62
_BITS, _RELA, _UNWIND = 1, 4, 0x70000001
_WRITE, _ALLOC = 1, 2
_SYMTAB, _NOBITS = 2, 8
_WHOLE = 1  # R_X86_64_64: the symbol's address and an addend, in eight bytes
_READ_AND_RUN = 5
_MOST = 4 << 20


class Linked(NamedTuple):
    """Where a function begins, and the memory it lies in, which must live as long as it is called."""

    address: int
    memory: mmap.mmap


class _Section(NamedTuple):
    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    entry: int


class _Symbol(NamedTuple):
    name: bytes
    section: int
    value: int


def link(code: bytes, symbol: str) -> Linked | None:
    """Return a function of an object file, ready to be called; None for what only LLVM can link.

    What raises an exception in Numba's own wrapper ends the process: no function of ours does. Raise OSError where
    the system does not let memory be run.
    """
    try:
        return _link(code, symbol.encode())
    except (struct.error, IndexError, ValueError, _NotOursError):
        return None


class _NotOursError(Exception):
    """An object file holds something else than code, constants and whole addresses."""


def _link(code: bytes, symbol: str | bytes) -> Linked:
    sections = _sections(code)
    places, size = _laid_out(sections)
    table = next((one for one in sections if one.kind == _SYMTAB), None)
    if table is None or not 0 < size <= _MOST or not sys.platform.startswith("linux"):
        raise _NotOursError
    symbols = list(_symbols(code, table, sections[table.link]))
    memory = mmap.mmap(-1, -(-size // mmap.PAGESIZE) * mmap.PAGESIZE)
    begin = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    for number, at in places.items():
        one = sections[number]
        memory[at : at + one.size] = _part(code, one)
    for at, value in _relocations(code, sections, symbols, {number: begin + at for number, at in places.items()}):
        _ADDRESS.pack_into(memory, at - begin, value)
    if ctypes.CDLL(None, use_errno=True).mprotect(ctypes.c_void_p(begin), ctypes.c_size_t(len(memory)), _READ_AND_RUN):
        raise OSError(ctypes.get_errno(), "memory may not be run")
    found = next((one for one in symbols if one.name == symbol and one.section in places), None)
    if found is None:
        raise _NotOursError
    return Linked(begin + places[found.section] + found.value, memory)


def _sections(code: bytes) -> list[_Section]:
    magic, bits, order, kind, machine, *_, offset, _, _, _, _, size, count, _ = _HEADER.unpack_from(code)
    if (magic, bits, order, kind, machine, size) != (_ELF, 2, 1, _RELOCATABLE, _X86_64, _SECTION.size):
        raise _NotOursError
    return [_Section(*_SECTION.unpack_from(code, offset + number * size)) for number in range(count)]


def _laid_out(sections: list[_Section]) -> tuple[dict[int, int], int]:
    """Return where each section that is used at run time goes, and how much memory all take."""
    places, at = {}, 0
    for number, one in enumerate(sections):
        if not one.flags & _ALLOC or one.kind == _UNWIND or not one.size:
            continue
        if one.flags & _WRITE or one.kind == _NOBITS:
            raise _NotOursError
        at = -(-at // max(one.align, 1)) * max(one.align, 1)
        places[number] = at
        at += one.size
    return places, at


def _part(code: bytes, section: _Section) -> bytes:
    part = code[section.offset : section.offset + section.size]
    if len(part) != section.size:
        raise _NotOursError
    return part


def _symbols(code: bytes, table: _Section, names: _Section) -> Iterator[_Symbol]:
    texts = _part(code, names)
    for name, _, _, section, value, _ in _SYMBOL.iter_unpack(_part(code, table)):
        yield _Symbol(texts[name : texts.index(b"\0", name)], section, value)


def _relocations(
    code: bytes, sections: list[_Section], symbols: list[_Symbol], begins: dict[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield which address to put where."""
    for one in sections:
        if one.kind != _RELA or one.info not in begins:
            continue
        target = sections[one.info]
        for offset, info, addend in _RELOCATION.iter_unpack(_part(code, one)):
            if info & 0xFFFFFFFF != _WHOLE or offset + _ADDRESS.size > target.size:
                raise _NotOursError
            symbol = symbols[info >> 32]
            base = begins[symbol.section] + symbol.value if symbol.section in begins else _outside(symbol)
            yield begins[one.info] + offset, base + addend & 0xFFFFFFFFFFFFFFFF


def _outside(symbol: _Symbol) -> int:
    """Return the address of what is not in the file: of C's own library, or of Python's last resort."""
    if symbol.section:
        raise _NotOursError
    name = symbol.name.decode("ascii", "replace")
    if name.startswith(("Py", "numba_", "NRT_", "_Py")):
        return _address(ctypes.pythonapi.Py_FatalError)
    try:
        return _address(getattr(ctypes.CDLL(None), name))
    except AttributeError as error:
        raise _NotOursError from error


def _address(function: object) -> int:
    found: int | None = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]  # a function of C
    if found is None:
        raise _NotOursError
    return found
