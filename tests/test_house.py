"""The habits of the house, checked over every file at once."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import grimp

from sentinel import errors
from tests.shared import ROOT

MAX_LINES = 400
MAX_STATEMENT_LINES = 60
SOURCES = sorted(path for path in (ROOT / "sentinel").rglob("*.py") if "migrations" not in path.parts)
WITHOUT_TEST = {
    "__init__.py": "holds a sentence, or is tested as test_init.py",
    "__main__.py": "run by tests/packaging",
    "track.py": "a protocol; every caller is checked against it by mypy",
    "kept.py": "a protocol, as track.py",
    "tables.py": "its schema is compared with the migrations in tests/store/test_database.py",
}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 -- git of the machine
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_source_file_is_longer_than_the_budget() -> None:
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    long = {name(path): lines for path in files if (lines := path.read_text().count("\n")) > MAX_LINES}

    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno > MAX_STATEMENT_LINES
    ]

    assert long == []


def test_a_typical_function_is_short() -> None:
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for path in SOURCES for node in functions(path))

    assert lengths[len(lengths) // 2] <= 15
    assert lengths[len(lengths) * 9 // 10] <= 30


def test_every_source_file_has_its_test_file() -> None:
    missing = []
    for path in SOURCES:
        if path.name in WITHOUT_TEST or not list(functions(path)):
            continue  # nouns alone do nothing that could be wrong
        relative = path.relative_to(ROOT / "sentinel")
        if not (ROOT / "tests" / relative.parent / f"test_{relative.name}").is_file():
            missing.append(name(path))

    assert missing == []


def test_no_import_cycles() -> None:
    graph = grimp.build_graph("sentinel")
    cycles = {
        f"{module} ⇄ {other}"
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
        if graph.chain_exists(importer=other, imported=module)
    }

    assert cycles == set()


def test_the_error_tree_is_drawn_as_it_is() -> None:
    classes: list[type[Exception]] = [errors.SentinelError, *errors.SentinelError.__subclasses__()]
    drawn = [line.strip("├└─ ").split()[0] for line in (errors.__doc__ or "").splitlines() if "Error" in line]

    assert [kind.__name__ for kind in classes] == drawn
    assert len(classes) <= 10


def test_every_public_thing_has_a_docstring_of_one_imperative_line() -> None:
    wordless = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        for node in tree.body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not ast.get_docstring(node):
                wordless.append(f"{name(path)}:{node.lineno} {node.name}")

    assert wordless == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_nothing_is_opened_or_read_at_import() -> None:
    culprits = []
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
                continue
            for call in (inner for inner in ast.walk(node) if isinstance(inner, ast.Call)):
                called = ast.unparse(call.func)
                if called == "open" or called.endswith((".read_text", ".read_bytes", ".open")):
                    culprits.append(f"{name(path)}:{call.lineno} {called}")

    assert culprits == []


def test_content_folders_hold_no_code() -> None:
    folders = [ROOT / kind for kind in ("rules", "checklists", "scanners", "reports")]

    assert [name(path) for folder in folders for path in folder.rglob("*.py")] == []


def test_no_address_of_a_package_registry_is_written_anywhere() -> None:
    hosts = [
        ".".join(parts)
        for parts in (
            ("py" + "pi", "org"),
            ("python" + "hosted", "org"),
            ("npm" + "js", "org"),
            ("maven", "org/maven2"),
            ("proxy", "golang", "org"),
            ("deb", "debian", "org"),
        )
    ]
    named = [
        f"{name(path)}: {host}"
        for path in tracked()
        if path.stat().st_size < 2_000_000
        for host in hosts
        if host.encode() in path.read_bytes()
    ]

    assert named == []


def test_locks_pin_everything_with_hashes() -> None:
    loose = []
    for lock in (ROOT / "requirements").glob("*.txt"):
        blocks = lock.read_text().replace("\\\n", " ").splitlines()
        loose += [f"{lock.name}: {line}" for line in blocks if line and "==" in line and "--hash=sha256:" not in line]
        loose += [f"{lock.name}: {line}" for line in blocks if line.startswith("-")]

    assert loose == []


def test_every_check_that_is_switched_off_says_why() -> None:
    without = []
    for path in tracked():
        if path.suffix != ".py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            switched_off = re.search(
                r"#\s*(?:noqa|type:\s*ignore)\b[:\[\] A-Z0-9a-z,-]*?(?P<rest>(?:--|–|—|  #| - |\(| #).*)?$", line
            )
            if switched_off and not switched_off["rest"]:
                without.append(f"{name(path)}:{number}")

    assert without == []
