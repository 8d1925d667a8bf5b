"""Functions that are compiled to machine code: by Numba, once for each machine, and loaded from a cache after that.

They are plain functions until then, which say in Python what the machine code does, and which tests call. Numba takes
seconds to compile them and half a second to load what it has compiled, so that it is asked once and what it made, an
object file, is linked by ourselves (linking.py), or else by llvmlite, which brings all of LLVM with it.
"""

from __future__ import annotations

import ctypes
import hashlib
import mmap
from array import array
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, TypeVar, cast

import msgspec

from sentinel.linking import link
from sentinel.model.kept import Kept

Function = TypeVar("Function", bound=Callable[..., Any])

_parts: dict[str, list[FunctionType]] = {}
_entries: dict[str, list[FunctionType]] = {}


def can_compile() -> bool:
    """Say whether functions can be compiled and linked here."""
    return find_spec("numba") is not None and find_spec("llvmlite") is not None


def compiled(function: Function) -> Function:
    """Have a function be part of the machine code; it may call others that are."""
    _parts.setdefault(_room(function), []).append(cast("FunctionType", function))
    return function


def entry(function: Function) -> Function:
    """Have a function be called from outside: it is given a pointer to whole numbers, and returns one."""
    _entries.setdefault(_room(function), []).append(cast("FunctionType", function))
    return function


def _room(function: Callable[..., Any]) -> str:
    """Return whose code a function is: `detect` of `sentinel.detect.fast.rows`. Each room's is compiled by itself."""
    return function.__module__.split(".")[1]


def bytes_at(address: int) -> Any:  # noqa: ANN401 -- a pointer, which only machine code has
    """Return a pointer to bytes; machine code only."""
    raise NotImplementedError(address)


def int32_at(address: int) -> Any:  # noqa: ANN401 -- as above
    """Return a pointer to numbers of 32 bits; machine code only."""
    raise NotImplementedError(address)


def int64_at(address: int) -> Any:  # noqa: ANN401 -- as above
    """Return a pointer to numbers of 64 bits; machine code only."""
    raise NotImplementedError(address)


class MachineCode:
    """The entries of a room as machine code; each takes numbers and the addresses of arrays.

    Raises ImportError, OSError or RuntimeError where this machine cannot compile or link them.
    """

    def __init__(self, room: str, kept: Kept | None) -> None:
        key = _key(room)
        data = None if kept is None else kept.load(key)
        parts = None if data is None else _decoded(data)
        if parts is None:
            parts = _compile(room)
            if kept is not None:
                kept.save(key, _ENCODER.encode(parts))
        self._linked = {one.name: _link(one) for one in parts}

    def call(self, function: Callable[..., int], frame: Sequence[int]) -> tuple[int, list[int]]:
        """Call an entry with a frame of numbers; return what it returns, and the frame as it left it."""
        numbers = array("q", frame)
        result: int = self._linked[function.__name__][1](numbers.buffer_info()[0])
        return result, numbers.tolist()

    def at(self, function: Callable[..., int], place: int) -> int:
        """Call an entry with a frame that lies at an address, and is changed there."""
        result: int = self._linked[function.__name__][1](place)
        return result


# What raises an exception; no function here does, and none of it may be missing when the code is linked.
_OF_NUMBA = (
    "NRT_Free", "numba_do_raise", "numba_gil_ensure", "numba_gil_release", "numba_runtime_build_excinfo_struct",
    "numba_unpickle",
)  # fmt: skip


_CALLED = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)


class Compiled(msgspec.Struct, array_like=True):
    """One entry: its name, that of its symbol, and the object file that holds it."""

    name: str
    symbol: str
    code: bytes


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Compiled])


def _decoded(data: bytes) -> list[Compiled] | None:
    """Return what was encoded, None where the bytes are something else."""
    try:
        return _DECODER.decode(data)
    except ValueError:
        return None


_made: dict[str, MachineCode] = {}


def machine_code(room: str, kept: Kept | None = None) -> MachineCode:
    """Return a room's machine code of this process; what is not there yet is taken from a cache, and put there."""
    if room not in _made:
        _made[room] = MachineCode(room, kept)
    return _made[room]


def address(numbers: Any) -> int:  # noqa: ANN401 -- an array of any kind
    """Return where an array of numpy begins; it must live for as long as the address is used."""
    place: int = numbers.ctypes.data
    return place


def address_of(data: bytes | bytearray | mmap.mmap) -> int:
    """Return where plain bytes begin, without numpy; they must live, and stay as large, while the address is used."""
    if isinstance(data, bytes):
        return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
    return ctypes.addressof((ctypes.c_char * 0).from_buffer(data))


def _key(room: str) -> str:
    """Return what says all that the machine code of a room depends on."""
    every = (*_parts[room], *_entries[room], *(cast("FunctionType", one) for one in (_compile, _pointer)))
    parts = [repr((function.__module__, function.__code__.co_name, _body(function))) for function in every]
    parts += [version("numba"), version("llvmlite"), version("numpy"), _processor()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


_SAYS = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags", "Features", "CPU ")


@cache
def _processor() -> str:
    """Return what tells processors apart, for each of which other code is made."""
    try:
        first = Path("/proc/cpuinfo").read_text("utf-8", "replace").partition("\n\n")[0]
    except OSError:
        first = ""
    said = [line for line in first.splitlines() if line.startswith(_SAYS)]
    if any(line.startswith(("flags", "Features")) for line in said):
        return "\n".join(said)
    llvm = _llvm()
    return f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def _llvm() -> Any:  # noqa: ANN401 -- it publishes no types
    """Return LLVM, ready to link for this machine."""
    import llvmlite.binding as llvm  # noqa: PLC0415 -- takes 40 MB, and is needed only where nothing else will do

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for name in _OF_NUMBA:
        llvm.add_symbol(name, ctypes.cast(ctypes.pythonapi.Py_FatalError, ctypes.c_void_p).value)
    return llvm


def _body(function: FunctionType) -> tuple[object, ...]:
    """Return the code of a function, and the values of the names that it reads."""
    code = function.__code__
    values = {name: function.__globals__.get(name) for name in code.co_names}
    known = {
        name: cast("Any", value).tobytes() if _is_numpys(value) else value
        for name, value in values.items()
        if isinstance(value, int | float) or _is_numpys(value)
    }
    # In their order the addresses of arrays are handed over.
    known |= {name: fields for name, value in values.items() if (fields := getattr(value, "_fields", None))}
    consts = [one.co_code if isinstance(one, CodeType) else one for one in code.co_consts]
    return code.co_code, consts, code.co_names, known


def _is_numpys(value: object) -> bool:
    """Say whether a value is an array or a number of numpy, which itself is not loaded for that: it takes 16 MB."""
    return type(value).__module__ == "numpy" and hasattr(value, "tobytes")


def _compile(room: str) -> list[Compiled]:
    import numba  # noqa: PLC0415 -- takes half a second, and what it made once is there the next time

    made: dict[Any, Any] = {
        bytes_at: _pointer(numba, numba.types.uint8),
        int32_at: _pointer(numba, numba.types.int32),
        int64_at: _pointer(numba, numba.types.int64),
    }
    copies = {function: _copied(function) for function in (*_parts[room], *_entries[room])}
    # Inlined, all of them: what is handed over by name is up to forty pointers, which a call would copy each time.
    compiler = numba.njit(error_model="numpy", forceinline=True)
    made |= {function: compiler(copies[function]) for function in _parts[room]}
    for copy in copies.values():
        _bind(copy, made)
    signature = numba.types.int64(numba.types.CPointer(numba.types.int64))
    found = []
    for function in _entries[room]:
        try:
            one = numba.cfunc(signature, nopython=True, error_model="numpy")(copies[function])
        except numba.errors.NumbaError as error:
            raise RuntimeError(f"Numba cannot compile {function.__name__}: {error}") from error
        code, _ = one._library.serialize_using_object_code()[2]  # noqa: SLF001 -- as Numba keeps it in its own cache
        found.append(Compiled(function.__name__, one.native_name, code))
    return found


def _pointer(numba: Any, kind: Any) -> Any:  # noqa: ANN401 -- Numba publishes no types
    """Return what makes a pointer of an address in machine code."""

    def pointer(_: Any, address: Any) -> Any:  # noqa: ANN401, ARG001 -- as above
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 -- as above
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return numba.types.CPointer(kind)(numba.types.int64), generate

    return numba.extending.intrinsic(pointer)


def _copied(function: FunctionType) -> FunctionType:
    copy = FunctionType(function.__code__, dict(function.__globals__), function.__name__, function.__defaults__)
    copy.__module__ = function.__module__
    return copy


def _bind(function: FunctionType, made: dict[Any, Any]) -> None:
    """Let a function call others as machine code."""
    known = function.__globals__
    known.update({name: made[one] for name, one in known.items() if isinstance(one, FunctionType) and one in made})


def _link(one: Compiled) -> tuple[Any, Callable[[int], int]]:
    """Return the linked code, which must live on, and the function in it."""
    found = link(one.code, one.symbol)
    if found is not None:
        return found, _CALLED(found.address)
    llvm = _llvm()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True, codemodel="jitdefault")
    linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    linker.add_object_file(llvm.ObjectFileRef.from_data(one.code))
    linker.finalize_object()
    place = linker.get_function_address(one.symbol)
    return linker, _CALLED(place)
