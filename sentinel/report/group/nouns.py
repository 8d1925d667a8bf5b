"""What the overview of a group is made of: ready strings, nothing left for a template to work out."""

from __future__ import annotations

from dataclasses import dataclass

from sentinel.model.text import Language
from sentinel.report.pages import Figure, Footer, Level, Section


@dataclass(frozen=True, slots=True)
class GroupReport:
    """The whole document in one language."""

    language: Language  # of every text in it
    title: str  # of the document
    author: str  # whose it is
    tlp: str  # how far it may be passed on
    line: str  # who and when
    level: Level  # the first sentence: that of the worst unit
    shares: str  # how many units stand on which level
    figures: tuple[Figure, ...]  # always together, each from the lowest unit to the highest
    grounds: str  # what it builds on, and what it leaves out
    signature: str  # below the line
    contents: str  # name of the list of sections
    sections: tuple[Section, ...]  # the units first
    attachment: str  # describes group.json, which the PDF carries
    footer: Footer  # of every page
