"""What the document of risk is made of: ready strings, nothing left for a template to work out."""

from __future__ import annotations

from dataclasses import dataclass

from sentinel.model.text import Language
from sentinel.report.pages import Figure, Footer, Level, Section


@dataclass(frozen=True, slots=True)
class RiskReport:
    """The whole document in one language."""

    language: Language  # of every text in it
    title: str  # of the document
    author: str  # whose it is
    tlp: str  # how far it may be passed on
    line: str  # who and when
    level: Level  # the first sentence: whether anything is open
    scope: str  # what was looked at
    figures: tuple[Figure, ...]  # always together
    grounds: str  # criteria, library and what was laid beside
    signature: str  # below the line
    contents: str  # name of the list of sections
    sections: tuple[Section, ...]  # matrices first
    attachment: str  # describes ros.json, which the PDF carries
    footer: Footer  # of every page
