"""Packs: laws and frameworks beside Normen, whether they bind on a day, and how an organisation stands to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sentinel.model.compliance import Action, Applicability, Confidence, Judgement, Organisation, Score
from sentinel.model.text import Text
from sentinel.model.trend import Change, Previous

Status = Literal["in_force", "proposed", "voluntary"]
"""in_force: binds in Norway from `valid_from` · proposed: no Norwegian law yet · voluntary: nobody has to follow it."""

Standing = Literal["in_force", "not_yet", "ended", "not_known", "proposed", "voluntary"]
"""What a pack is on one day. not_known: said to be in force, but nobody has written from when."""


@dataclass(frozen=True, slots=True)
class Validity:
    """Whether a pack binds, its first and last day, how sure that is, and where it is said; None is a day not known."""

    status: Status
    valid_from: date | None
    valid_to: date | None
    confidence: Confidence
    source: str

    def on(self, day: date) -> Standing:
        """Return what the pack is on one day; what is only proposed stays so until its file says otherwise."""
        if self.valid_to is not None and day > self.valid_to:
            return "ended"
        if self.status == "proposed":
            return "proposed"
        if self.valid_from is not None and day < self.valid_from:
            return "not_yet"
        if self.status == "in_force" and self.valid_from is None:
            return "not_known"
        return self.status


@dataclass(frozen=True, slots=True)
class PackOverview:
    """`sentinel.pack/1`: a pack on one day. `applies` and `because` are null where no organisation was named.

    `requirements` and `gates` count all that the pack holds.
    """

    id: str
    version: str
    hash: str
    title: Text
    about: Text
    based_on: Text
    validity: Validity
    standing: Standing
    says: Text
    requirements: int
    gates: int
    applies: bool | None
    because: Text | None


@dataclass(frozen=True, slots=True)
class PackScored:
    """How one organisation stands to one pack on one day; no judgements and no score where it is not for it.

    `named` says whether the site file names answers to it. `actions`, `previous` and `changes` are filled in where a
    run goes on from there.
    """

    pack: PackOverview
    organisation: Organisation
    as_of: date
    judgements: tuple[Judgement, ...]
    score: Score | None
    named: bool = True
    actions: tuple[Action, ...] = ()
    previous: Previous | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class PackProfile:
    """What one organisation is asked of a pack; `unsaid` are facts it has not spoken of, which count as true."""

    pack: PackOverview
    items: tuple[Applicability, ...]
    unsaid: tuple[str, ...]
