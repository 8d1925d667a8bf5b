"""Functions that are compiled to machine code, with Numba where that is installed; without it the fast path is not taken."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

if find_spec("numba") is not None:
    import numba
    from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., Any])


def can_compile() -> bool:
    """Say whether this machine can compile functions."""
    return find_spec("numba") is not None


def compiled(function: Function) -> Function:
    """Compile a function when it is first called; what was made is kept on disk beside it."""
    if not can_compile():
        return function
    made: Function = numba.njit(cache=True, nogil=True)(function)
    return made


def _pointer_to(_: Any, array: Any) -> Any:  # noqa: ANN401 -- Numba publishes no types
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 -- as above
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return numba.types.CPointer(array.dtype)(array), generate


if can_compile():
    pointer = intrinsic(_pointer_to)
    """Where an array begins: what is compiled passes on pointers, since it counts every reference to an array."""
