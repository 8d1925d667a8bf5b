"""The words of an event: what a store keeps of it, so that it finds the records that a rule may be about.

Two kinds, which cannot be taken for one another:

- a *run* of three letters a–z or more in a value, folded as the evaluator folds values; digits and all else stand
  between runs, so that hashes and numbers leave little. A run of more than LONGEST letters is kept as pieces: whatever
  is no longer than KNOWN is in one of them;
- a *pair*, the name and a whole folded value, of fields that decide of which log source an event is, and of those of
  CODES.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from hashlib import sha256

from sentinel.detect.readings import as_text, scalars
from sentinel.detect.values import fold
from sentinel.model.events import Fields

CODES = frozenset(
    {
        "AccessMask", "DestPort", "DestinationPort", "ExceptionCode", "GrantedAccess", "LogonType",
        "OpNum", "ResultType", "Status", "SubStatus", "TicketEncryptionType", "destination.port",
        "dst-port", "dst_port", "error.code", "http.response.status_code", "sc-status",
    }
)  # fmt: skip
"""Fields whose values have no letters to be found by, and that many rules ask for."""
VERSION = 1
"""Of how words are made: to be counted up with every change of what this module does."""
LONGEST, KNOWN = 40, 20
"""Letters of a run that is kept whole, and of a text that is in one piece at least of a longer one."""
SHORTEST = 3
LONGEST_PAIR = 200
"""Letters at which a pair is cut; no word has more."""
MOST = 5_000
"""Words of an event; one that has more has none, and has to be read."""
RUN = re.compile(rf"[a-z]{{{SHORTEST},}}")


class Wording:
    """Makes the words of events, with pairs for the fields called `names` and those of CODES.

    `mark` stands beside the words of an event, and says that they are all there and were made in this way. No word is
    longer, so that no setting of a store keeps it without the others.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.names = CODES.union(names)
        told = "\n".join((str(VERSION), *sorted(self.names)))
        self.mark = sha256(told.encode()).hexdigest().ljust(LONGEST_PAIR, ".")

    def words(self, fields: Fields) -> list[str]:
        """Return the words of all values, each once, with the mark; none at all where there are too many."""
        found: set[str] = set()
        texts: list[str] = []
        for name, value in fields.items():
            paired = name in self.names
            if type(value) is int and not paired:  # digits are no words
                continue
            own = (value,) if isinstance(value, str) else tuple(filter(None, map(as_text, scalars(value))))
            texts += own
            if paired:
                found.update(pair(name, fold(text)) for text in own if text)
        found.update(_runs("\n".join(texts)))
        return [] if len(found) >= MOST else [self.mark, *found]


def pair(name: str, folded: str) -> str:
    """Return the word for a field with a whole value; a long one is cut."""
    return f"{name}\n{folded}"[:LONGEST_PAIR]


def _runs(text: str) -> Iterator[str]:
    found = set(RUN.findall(fold(text)))
    if not text.isascii() and not _DOTLESS.isdisjoint(text):  # an expression without case takes these for `i`
        found.update(RUN.findall(fold(text.translate(_DOTTED))))
    for run in found:
        if len(run) <= LONGEST:
            yield run
        else:
            yield from (run[start : start + LONGEST] for start in range(0, len(run) - KNOWN, LONGEST - KNOWN))


_DOTLESS = frozenset("İı")
_DOTTED = str.maketrans("İı", "ii")
