"""What the content files of this room share: texts in both languages, one document a file, hints for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from sentinel.content import Item, Said, Schema, load, relative
from sentinel.errors import ContentError, Fault, Location

M = TypeVar("M", bound=Schema)


def both_said(said: Said) -> Said:
    """Refuse a text that is empty in one of its languages."""
    empty = [language for language, words in (("nb", said.nb), ("en", said.en)) if not words]
    if empty:
        raise ValueError(f"nothing is said in {' and '.join(empty)}")
    return said


def asks(said: Said) -> Said:
    """Refuse a question that does not end as one."""
    if not (said.nb.endswith("?") and said.en.endswith("?")):
        raise ValueError("a question ends in '?' in both languages")
    return said


Spoken = Annotated[Said, AfterValidator(both_said)]
Asked = Annotated[Said, AfterValidator(both_said), AfterValidator(asks)]
ClassName = Annotated[str, Field(pattern=r"^[A-Z]{2,5}$")]
RequirementId = Annotated[str, Field(pattern=r"^[A-Z]{2,3}-\d{2}$")]


def one(path: Path, schema: type[M], base: Path, faults: list[Fault]) -> Item[M] | None:
    """Read a file that must hold exactly one document; add what is wrong with it to `faults`."""
    try:
        items = load(path, schema, base)
    except ContentError as error:
        faults += error.faults
        return None
    if len(items) != 1:
        what = f"holds {len(items)} documents, not one" if path.is_file() else "is not there"
        faults.append(Fault(Location(relative(path, base)), what))
        return None
    return items[0]


def meant(word: str, known: Iterable[str]) -> str:
    """Return `, did you mean …?` where something known is close to a misspelt word, else nothing."""
    by_fold = {name.casefold(): name for name in known}
    close = get_close_matches(word[:200].casefold(), sorted(by_fold), n=2, cutoff=0.6)
    return f", did you mean {' or '.join(by_fold[name] for name in close)}?" if close else ""
