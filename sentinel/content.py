"""Finds the content folders and reads their YAML strictly: all faults of all files at once, each with its line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sentinel.errors import ContentError, Fault, Location
from sentinel.model.text import Text

KINDS = ("rules", "checklists", "scanners", "reports")
MAX_BYTES = 8_000_000
MAX_DEPTH = 64

M = TypeVar("M", bound="Schema")


class Schema(BaseModel):
    """Base of every content schema: unknown keys are errors, values are not bent into shape, results are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, str_strip_whitespace=True)


class Said(Schema):
    """A text in both languages, as content files write it: `{nb: …, en: …}`."""

    nb: str
    en: str

    def text(self) -> Text:
        """Return the noun the rest of the program uses."""
        return Text(self.nb, self.en)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its place, its plain data, and its nodes (for lines)."""

    location: Location
    data: Any
    node: Node

    def line_of(self, path: Iterable[str | int]) -> int:
        """Return the line of the deepest part of `path` that exists; other parts are passed over."""
        node, line = self.node, self.node.start_mark.line + 1
        for part in path:
            found = _step(node, part)
            if found is not None:
                key, node = found
                line = key.start_mark.line + 1
        return line

    def fault(self, path: Iterable[str | int], what: str) -> Fault:
        """Return a fault at the line of `path`."""
        return Fault(Location(self.location.path, self.line_of(path)), what)


@dataclass(frozen=True, slots=True)
class Item(Generic[M]):
    """A validated document and where it came from."""

    document: Document
    value: M


def root() -> Path:
    """Return the folder that holds rules/, checklists/, scanners/ and reports/: inside the wheel, or the checkout."""
    package = Path(str(files("sentinel")))
    packed = package / "_content"
    base = packed if packed.is_dir() else package.parent
    missing = [kind for kind in KINDS if not (base / kind).is_dir()]
    if missing:
        raise ContentError([Fault(Location(base.name), f"no {', '.join(missing)} in it")])
    return base


def yaml_files(folder: Path) -> list[Path]:
    """Return every .yml and .yaml below `folder` in a stable order, or the file itself where one is named.

    A folder that is not there holds nothing; ContentError where one may not be looked into.
    """
    if folder.is_file():
        return [folder]
    paths = (Path(place) / name for place, _, names in os.walk(folder, onerror=_give_up) for name in names)
    return sorted(path for path in paths if path.suffix in {".yml", ".yaml"} and path.is_file())


def _give_up(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise ContentError([Fault(Location(error.filename), f"cannot be looked into: {error.strerror}")]) from error


def relative(path: Path, base: Path) -> str:
    """Return `path` as people see it: relative to `base` where it lies below it, else as it was given, with `/`."""
    try:
        return path.resolve().relative_to(_resolved(base.absolute())).as_posix()
    except ValueError:
        return path.as_posix()


@lru_cache(maxsize=16)
def _resolved(base: Path) -> Path:
    """Return the real place of a root, which thousands of files are asked to be relative to."""
    return base.resolve()


def read_documents(path: Path, base: Path) -> tuple[list[Document], list[Fault]]:
    """Read all YAML documents of a file, with repeated keys and syntax errors as faults."""
    return read_named(path, relative(path, base))


def read_named(path: Path, name: str) -> tuple[list[Document], list[Fault]]:
    """Do the same for a file of which it is known what people call it."""
    try:
        return parse_documents(read_text(path, name), name)
    except ContentError as error:
        return [], list(error.faults)


def read_text(path: Path, name: str) -> str:
    """Read a whole file as text; ContentError where it cannot be read, is too large or is not UTF-8 (with the line)."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ContentError([Fault(Location(name), f"is larger than {MAX_BYTES:,} bytes")])
        return raw.decode("utf-8")
    except OSError as error:
        raise ContentError([Fault(Location(name), f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        where = Location(name, error.object[: error.start].count(b"\n") + 1)
        raise ContentError([Fault(where, "is not UTF-8")]) from error


def parse_documents(text: str, name: str) -> tuple[list[Document], list[Fault]]:
    """Parse YAML text that came from `name`."""
    documents: list[Document] = []
    faults: list[Fault] = []
    if _too_deep(text):
        return [], [Fault(Location(name), f"is nested more than {MAX_DEPTH} levels deep")]
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                break
            repeated = [Fault(Location(name, line), f"key '{key}' is repeated") for key, line in _repeated(node)]
            faults += repeated
            if not repeated:
                line = node.start_mark.line + 1
                documents.append(Document(Location(name, line), loader.construct_document(node), node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.append(Fault(Location(name, mark.line + 1 if mark else 0), f"is not YAML: {error.problem}"))
    except yaml.YAMLError as error:
        faults.append(Fault(Location(name), f"is not YAML: {str(error).splitlines()[0]}"))
    finally:
        loader.dispose()
    return documents, faults


def validate(document: Document, schema: type[M]) -> tuple[M | None, list[Fault]]:
    """Validate one document, with each fault on its own line of the file."""
    try:
        return schema.model_validate(document.data), []
    except ValidationError as error:
        return None, [_as_fault(document, e) for e in error.errors(include_url=False, include_context=False)]


def place_and_words(error: ErrorDetails) -> tuple[list[str | int], str]:
    """Return where a fault of validation stands, as the keys that lead there, and what is wrong."""
    path: list[str | int] = list(error["loc"])
    kind, message = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return path, f"unknown key '{path[-1]}'"
    where = ".".join(str(part) for part in path)
    if kind == "missing":
        return path[:-1], f"key '{where}' is missing"
    return path, f"{where}: {message[0].lower()}{message[1:]}" if where else message


def load(folder: Path, schema: type[M], base: Path) -> list[Item[M]]:
    """Read and validate every YAML document below `folder`; raise ContentError with all faults of all files."""
    items: list[Item[M]] = []
    faults: list[Fault] = []
    for path in yaml_files(folder):
        documents, wrong = read_documents(path, base)
        faults += wrong
        for document in documents:
            value, wrong = validate(document, schema)
            faults += wrong
            if value is not None:
                items.append(Item(document, value))
    if faults:
        raise ContentError(faults)
    return items


def load_one(path: Path, schema: type[M], base: Path) -> M:
    """Read a file that must hold exactly one document."""
    items = load(path, schema, base)
    if len(items) != 1:
        raise ContentError([Fault(Location(relative(path, base)), f"holds {len(items)} documents, not one")])
    return items[0].value


def content_hash(paths: Iterable[Path], base: Path) -> str:
    """Return the SHA-256 over names and bytes of files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(relative(path, base).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class _Loader(yaml.CSafeLoader):
    """PyYAML's safe loader on libyaml; a value that is none (a 30 February, `!!bool maybe`) is told with its line."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 -- PyYAML's own
        try:
            return super().construct_object(node, deep)
        except yaml.YAMLError:
            raise
        except (ValueError, OverflowError, LookupError, AttributeError) as error:
            raise ConstructorError(None, None, f"a value that is none ({error})", node.start_mark) from error


_INDENTED = " " * MAX_DEPTH
_NESTS_IN_LINE = re.compile(r"[-?]\s+[-?]\s")


def _too_deep(text: str) -> bool:
    """Say whether the text nests deeper than MAX_DEPTH: libyaml's composer would end the process, not raise."""
    brackets = text.count("[") + text.count("{")
    if brackets < MAX_DEPTH and _INDENTED not in text and not _NESTS_IN_LINE.search(text):
        return False
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                depth += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
            if depth > MAX_DEPTH:
                return True
    except yaml.YAMLError:
        return False  # the composer stops at the same place and names it
    return False


def _step(node: Node, part: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == str(part):
                return key, value
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item, item
    return None


def _repeated(top: Node) -> Iterator[tuple[str, int]]:
    """Yield repeated keys; every node is looked at once, so aliases cannot make this explode."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, SequenceNode):
            waiting += [value for value in node.value if not isinstance(value, ScalarNode)]
        elif isinstance(node, MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                if isinstance(key, ScalarNode):
                    name = key.value.strip()  # as a schema reads it: «LED-01 » must not take the place of «LED-01»
                    if name in names:
                        yield name, key.start_mark.line + 1
                    names.add(name)
                if not isinstance(value, ScalarNode):  # most are, and hold no keys
                    waiting.append(value)


def _as_fault(document: Document, error: ErrorDetails) -> Fault:
    return document.fault(*place_and_words(error))
