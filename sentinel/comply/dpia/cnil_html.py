"""Turns plain text into the HTML that the French authority's tool keeps, and any HTML into plain text.

Spaces at the ends of lines, runs of spaces and of empty lines are not kept, and of foreign HTML nothing but its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser

MOST = 200_000
"""Characters of one HTML text that are looked at."""
_OPEN, _CLOSE = "\x02", "\x03"
_BLOCKS = frozenset({"address", "article", "blockquote", "div", "dl", "dd", "dt", "hr", "li", "ol", "p", "pre"}) | {
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "td", "th", "tr", "ul"),
}
_UNSEEN = frozenset({"script", "style", "template", "title"})
_HEADING = re.compile(rf"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
Part = tuple[str, str]
"""A heading, empty before the first one, and the text below it."""


def tidy(text: str) -> str:
    """Return a text with what HTML does not keep taken away."""
    lines = [re.sub(r"\s+", " ", line).strip() for line in _CONTROL.sub("", text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def html_of(text: str) -> str:
    """Return plain text as HTML, a `div` a line."""
    return (
        "".join(f"<div>{escape(line, quote=False) or '<br>'}</div>" for line in tidy(text).split("\n")) if text else ""
    )


def html_of_parts(parts: Iterable[Part]) -> str:
    """Return texts with their headings as HTML."""
    return "".join(
        f"<div><strong>{escape(tidy(title), quote=False)}</strong></div>{html_of(text)}" for title, text in parts
    )


def text_of(html: str) -> str:
    """Return the text of any HTML."""
    return tidy(_marked(html).replace(_OPEN, "").replace(_CLOSE, ""))


def parts_of(html: str) -> list[Part]:
    """Return the text below each line that is a heading by itself."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in _marked(html).splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            parts.append((tidy(heading[1]), []))
        else:
            parts[-1][1].append(line.replace(_OPEN, "").replace(_CLOSE, ""))
    return [(title, tidy("\n".join(lines))) for title, lines in parts]


def _marked(html: str) -> str:
    """Return the text with bold type between two control characters, which no text has of its own."""
    reader = _Reader()
    reader.feed(_CONTROL.sub("", html))
    reader.close()
    return "".join(reader.found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _UNSEEN
        if tag in _BLOCKS and self.found and not self.found[-1].endswith("\n"):
            self.found.append("\n")
        if tag == "br":
            self.found.append("\n")
        if tag == "li":
            self.found.append("- ")
        if tag in {"strong", "b"}:
            self.found.append(_OPEN)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0
        if tag in {"strong", "b"}:
            self.found.append(_CLOSE)
        if tag in _BLOCKS and not (self.found and self.found[-1].endswith("\n")):
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        text = _CONTROL.sub("", re.sub(r"[\s\u00a0]+", " ", data))
        between = text == " " and (not self.found or self.found[-1].endswith("\n"))
        if not self._hidden and not between:
            self.found.append(text)
