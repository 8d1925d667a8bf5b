"""What is still to be asked of an assessment, and an answer put in its place in the file: comments stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from yaml.nodes import MappingNode, Node, ScalarNode

from sentinel.comply.dpia.case import UNKNOWN, DpiaFile
from sentinel.comply.dpia.entries import EXITS, LARGE_SCALE
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.dpia.screening import large_scale
from sentinel.content import parse_documents
from sentinel.model.text import Text

Path = tuple[str, ...]
REPLIES = ("yes", "no", "doubt")
SIZES = ("small", "some", "large")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask; no `choices`: it is told in words. Some answers count only with a reason at `why`."""

    path: Path
    ask: Text
    choices: tuple[str, ...] = ()
    reasoned: tuple[str, ...] = ()

    @property
    def why(self) -> Path:
        """Return where the reason goes."""
        return ("screening", "why", LARGE_SCALE if self.path[-1] == "judged" else self.path[-1])


def open_questions(file: DpiaFile, pack: Pack) -> Iterator[Question]:
    """Yield what is not answered yet, in the order of the file."""
    yield from _tests(file, pack)
    yield from _scale(file, pack)
    for entry in pack.questions:
        if not file.told(entry.field):
            yield Question(tuple(entry.field.split(".")), entry.ask.text())


def _tests(file: DpiaFile, pack: Pack) -> Iterator[Question]:
    reasoned = {**dict.fromkeys(EXITS, ("yes",)), pack.screening.own.id: ("no",)}
    for name, (_, ask) in pack.tests.items():
        if file.screening.answers.get(name, UNKNOWN) == UNKNOWN:
            yield Question(("screening", "answers", name), ask, REPLIES, reasoned.get(name, ()))


def _scale(file: DpiaFile, pack: Pack) -> Iterator[Question]:
    """Yield the four matters, and the judgement where they are answered and leave it open."""
    scale, asked = file.screening.scale, False
    for matter in pack.screening.scale.matters:
        if getattr(scale, matter.id) == UNKNOWN:
            asked = True
            small, some, large = matter.small, matter.some, matter.large
            nb = f"{matter.ask.nb} small: {small.nb}; some: {some.nb}; large: {large.nb}."
            en = f"{matter.ask.en} small: {small.en}; some: {some.en}; large: {large.en}."
            yield Question(("screening", "scale", matter.id), Text(nb, en), SIZES)
    if not asked and large_scale(scale) == UNKNOWN:
        ask = next(entry.title.text() for entry in pack.screening.criteria if entry.id == LARGE_SCALE)
        said = Text(f"{ask.nb}, når svarene ikke avgjør det?", f"{ask.en}, where the answers do not settle it?")
        yield Question(("screening", "scale", "judged"), said, REPLIES, ("yes", "no"))


def answered(text: str, path: Path, answer: str) -> str | None:
    """Return the file with one answer in its place, None where the file has no such place; nothing else is touched."""
    documents, _ = parse_documents(text, "")
    node = _at(documents[0].node, path) if documents else None
    if not isinstance(node, ScalarNode):
        return None
    start, end = node.start_mark.index, node.end_mark.index
    written = answer if answer in {*REPLIES, *SIZES} else orjson.dumps(answer).decode()
    space = "" if text[:start].endswith((" ", "\n")) else " "
    return f"{text[:start]}{space}{written}{text[end:]}"


def _at(top: Node, path: Path) -> Node | None:
    node: Node | None = top
    for part in path:
        pairs = node.value if isinstance(node, MappingNode) else ()
        node = next((value for key, value in pairs if key.value == part), None)
    return node
