"""Warns of people in free text before it is saved or sent: identity numbers, and names beside words such as «pasient».

A warning names file and line and never repeats what it found, but for the last two digits of a number. It is a net with
holes: a name alone, a name in capitals, or one far from such a word is not seen. Nothing said here means that a text is
free of patients.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sentinel.comply.identity import numbers
from sentinel.content import Document, parse_documents, read_text, relative
from sentinel.errors import ContentError, Fault, Location

TAKE_OUT = "take it out before this is saved or sent (it is not repeated here)"

_PERSON = (
    r"(?:pasient(?:en|ens|er|ene)?|tjenestemottaker(?:en|ens|e)?|beboer(?:en|ens|e)?|brukeren|brukerens|pårørende"
    r"|journalen til|journal til|patients?|residents?|next of kin|record of)"
)
_NAME = r"[A-ZÆØÅÄÖÜÉÁŠČŽ][a-zæøåäöüéèáóšđŋčž]+"
_FULL = rf"{_NAME}(?:[ -](?:van |de |von |af )?{_NAME}){{1,3}}"
_WORD = re.compile(rf"\b(?i:{_PERSON})\b")
_WHOLE_NAME = re.compile(rf"\b{_FULL}\b")
_END = re.compile(r"[.!?;:\n]")
_REACH = 80
"""How many letters on either side of the word a name is looked for, within its sentence."""
_BESIDE = re.compile(rf"\b(?i:pasient(?:en)?|beboer(?:en)?|brukeren|patient|resident)[: ]{{1,2}}(?P<name>{_NAME})\b")
_TITLED = re.compile(rf"\b(?:[Ff]ru|[Ff]røken|[Hh]err|[Hh]r\.|Mrs\.?|Mr\.?|Ms\.?) (?P<name>{_NAME})\b")
_NO_NAME = frozenset(
    word
    for line in (
        "altinn apple arkivverket avdeling bergen bærum citrix cloud data datatilsynet defender departementet",
        "dips direct directory drammen epic epj exchange faktaark folkehelseinstituttet folkeregisteret forskrift",
        "gdpr google helse helsecert helsedirektoratet helseforetak helsehjelp helsenett helsenorge",
        "helseplattformen helsetilsynet hospital journal kjernejournal klinikk kommune kristiansand legekontor",
        "legevakt loven microsoft midt module nasjonal nav nasjonalt nord norge norges norsk norske norway",
        "norwegian normen office oslo pasient pasienten patient personvern personvernombud personvernombudet",
        "portal region regional sentrum server skatteetaten stavanger sykehus sykehuset system sør team teams",
        "tannklinikk trondheim tromsø universitetssykehus vest windows word øst monday tuesday wednesday thursday",
        "friday saturday sunday the this that these those all any each every if in no when who det den dette",
        "disse alle hver når hvis",
    )
    for word in line.split()
)
"""Words with a capital that are in no person's name, or make what they stand in the name of something else."""


def look_into(path: Path) -> tuple[Fault, ...]:
    """Return a warning for each place of a file that may name a person; of one that is no text, none can be given."""
    name = relative(path, Path())
    try:
        text = read_text(path, name)
    except ContentError:
        return ()  # told by whoever reads what it says
    documents, _ = parse_documents(text, name)
    return tuple(sorted({*look_through(text, name), *(f for found in documents for f in look_at(found, text))}))


def look_through(text: str, path: str) -> tuple[Fault, ...]:
    """Return a warning for each line of a file that may name a person, comments too, in the order of lines."""
    found = (Fault(Location(path, line), what) for line, words in _lines(text) for what in suspicions(words))
    return tuple(dict.fromkeys(found))


def look_at(document: Document, text: str) -> tuple[Fault, ...]:
    """Do the same for a YAML document and the text it came from: what only its values show is told with their line.

    A number that is folded over two lines, or written with escapes, stands in no line of the file.
    """
    path = document.location.path
    seen = frozenset(look_through(text, path))
    hidden = set()
    for node in _scalars(document.node):
        first, end = node.start_mark.line + 1, node.end_mark.line + bool(node.end_mark.column)
        for what in suspicions(node.value):
            if not any(Fault(Location(path, line), what) in seen for line in range(first, end + 1)):
                hidden.add(Fault(Location(path, first), what))
    return tuple(sorted(seen | hidden))


def suspicions(text: str) -> Iterator[str]:
    """Yield what a text may hold, in words that do not repeat it; a made-up identity number is nothing to warn of."""
    for number in numbers(text):
        if number.certainty != "synthetic":
            yield f"holds {number}; {TAKE_OUT}"
    if any(_names(text)):
        yield f"holds what looks like a person's name beside a word for patients; {TAKE_OUT}"


def _names(text: str) -> Iterator[str]:
    for name in (*_whole_names(text), *(found["name"] for p in (_BESIDE, _TITLED) for found in p.finditer(text))):
        if not _NO_NAME.intersection(re.split(r"[ -]", name.casefold())):
            yield name


def _whole_names(text: str) -> Iterator[str]:
    """Yield first and last names in the sentence of a word for patients; only so far, so that time stays linear."""
    for word in _WORD.finditer(text):
        before = _END.split(text[max(0, word.start() - _REACH) : word.start()])[-1]
        after = _END.split(text[word.end() : word.end() + _REACH].lstrip(":, "))[0]
        for part in (before, after):
            yield from (found[0] for found in _WHOLE_NAME.finditer(part))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers, as YAML and editors count them."""
    yield from enumerate(re.split(r"\r\n|\r|\n", text), 1)


def _scalars(top: Node) -> Iterator[ScalarNode]:
    """Yield every scalar below a node once, so that aliases cannot make this explode."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, SequenceNode):
            waiting += node.value
        elif isinstance(node, MappingNode):
            waiting += [part for pair in node.value for part in pair]
