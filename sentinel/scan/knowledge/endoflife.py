"""endoflife.date: until when release lines are mended, from its repository (Markdown) or its API (JSON, v0 and v1).

The repository tells no day of its own: the newest release that it names shows that it was current then, at the least.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sentinel.content import parse_documents
from sentinel.model.knowledge import Line
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.stream import Stream
from sentinel.scan.knowledge.told import Intake, Told, stamp

MOST_BYTES = 1024 * 1024
SOURCE = "https://endoflife.date/"
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n")
_END = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]{0,99}")
_TIMES = re.compile(r"[ T]\d")


def looks_like_page(head: str) -> bool:
    """Say whether a text is a page of the repository: front matter with a product's own place and its category."""
    return bool(_FRONT.match(head)) and "\npermalink:" in head and "\ncategory:" in head


def looks_like_answer(keys: Mapping[str, Any]) -> bool:
    """Say whether an object is an answer of the API about products and their releases."""
    result = keys.get("result")
    first = result if isinstance(result, dict) else next(foreign.tables(result), {})
    return "releases" in first and "name" in first


def looks_like_cycles(keys: Mapping[str, Any]) -> bool:
    """Say whether a list is what the API's first version answers about one product."""
    first = next(foreign.tables(keys.get("")), {})
    return {"cycle", "eol"} <= set(first)


def read_page(stream: Stream, label: str, intake: Intake) -> Iterator[Told]:
    """Yield the product of a page. Skipped: `too-large`, `not-yaml`, `no-name`, `no-releases`."""
    raw = stream.read(MOST_BYTES + 1)
    text = raw.decode("utf-8", errors="replace").lstrip("\ufeff")
    end = _END.search(text, 4)
    documents, faults = parse_documents(text[: end.start()] if end else text, label)
    if len(raw) > MOST_BYTES or faults or not documents:
        intake.skip(label, "", "too-large" if len(raw) > MOST_BYTES else "not-yaml")
        return
    page = foreign.table(_plain(documents[0].node))
    name = foreign.text(page.get("permalink")).strip("/")
    releases = [_from_page(one) for one in foreign.tables(page.get("releases"))]
    yield from _product(name, _labels(page), releases, label, intake)


def read_answer(answer: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield the products of an answer of the API's version 1."""
    result = answer.get("result")
    intake.current(stamp(answer.get("generated_at")) or stamp(answer.get("last_modified")), label)
    for product in [result] if isinstance(result, dict) else foreign.tables(result):
        releases = [_from_answer(one) for one in foreign.tables(product.get("releases"))]
        labels = {"title": foreign.text(product.get("label"))}
        yield from _product(foreign.text(product.get("name")), labels, releases, label, intake)


def read_cycles(answer: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield the product of an answer of the API's version 0, which does not name it: the file is called like it."""
    name = label.rpartition("/")[2].partition(".")[0].casefold()
    releases = [_from_page({**one, "releaseCycle": one.get("cycle")}) for one in foreign.tables(answer.get(""))]
    yield from _product(name, {"title": name}, releases, label, intake)


def _product(
    name: str, labels: Mapping[str, str], releases: list[dict[str, str]], label: str, intake: Intake
) -> Iterator[Told]:
    lines = []
    newest = ""
    for number, release in enumerate(releases, 1):
        line = _line(name, labels, release, intake.as_of)
        if line is None:
            intake.part(label, f"release {number}", "no-end-told" if release.get("cycle") else "no-cycle")
            continue
        lines.append(line)
        newest = max(
            [newest, *(one for one in map(stamp, (release["released"], release["latest"])) if _past(one, intake))]
        )
    reason = "" if _NAME.fullmatch(name) else "no-name"
    reason = reason or ("" if lines else "no-releases")
    if reason:
        intake.skip(label, "", reason)
        return
    intake.tally.handled += 1
    intake.current(newest, label)
    yield Told("endoflife", name, newest, tuple(lines))


def _past(moment: str, intake: Intake) -> bool:
    """Say whether a day is past: releases that are planned are no evidence of when the feed was current."""
    return bool(moment) and moment[:10] <= intake.as_of.isoformat()


def _line(name: str, labels: Mapping[str, str], release: Mapping[str, str], as_of: date) -> Line | None:
    """Return a release line; None where nothing is said of its end, or in no way that is known."""
    cycle, ends, extended = release["cycle"], release["ends"], release["extended"]
    day = _day(ends)
    if not cycle or not (day or ends.casefold() in {"true", "false"}):
        return None
    over = day < as_of if day else ends.casefold() == "true"
    return Line(name, cycle, day, over, _day(extended), _label(labels, release), f"{SOURCE}{name}")


def _label(labels: Mapping[str, str], release: Mapping[str, str]) -> str:
    """Return what the line is called: its own label, else that of the product, filled in."""
    form = release["label"] or labels.get("form", "")
    for mark, value in (("__RELEASE_CYCLE__", release["cycle"]), ("__CODENAME__", release["codename"])):
        form = form.replace(mark, value)
    title = labels.get("title", "")
    whole = form if form and "__" not in form else release["cycle"]
    return whole if title and title.casefold() in whole.casefold() else f"{title} {whole}".strip()


def _labels(page: Mapping[str, Any]) -> dict[str, str]:
    return {"title": foreign.text(page.get("title")), "form": foreign.text(page.get("releaseLabel"))}


def _from_page(one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "cycle": foreign.text(one.get("releaseCycle")),
        "ends": _word(one.get("eol")),
        "extended": _word(one.get("eoes", one.get("extendedSupport"))),
        "label": foreign.text(one.get("releaseLabel")),
        "codename": foreign.text(one.get("codename")),
        "released": foreign.text(one.get("releaseDate")),
        "latest": foreign.text(one.get("latestReleaseDate")),
    }


def _from_answer(one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "cycle": foreign.text(one.get("name")),
        "ends": foreign.text(one.get("eolFrom")) or _word(one.get("isEol")),
        "extended": foreign.text(one.get("eoesFrom")),
        "label": foreign.text(one.get("label")),
        "codename": foreign.text(one.get("codename")),
        "released": foreign.text(one.get("releaseDate")),
        "latest": foreign.text(foreign.table(one.get("latest")).get("date")),
    }


def _word(value: object) -> str:
    """Return a text; true and false as YAML writes them."""
    return str(value).casefold() if isinstance(value, bool) else foreign.text(value)


def _day(text: str) -> date | None:
    moment = stamp(_TIMES.split(text)[0]) if text else ""
    return date.fromisoformat(moment[:10]) if moment else None


def _plain(node: Node) -> Any:  # noqa: ANN401 -- YAML
    """Return what a node holds, every value as the text that was written: `1.20` is a name here and no number.

    The nesting is bounded by who parsed it.
    """
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [_plain(one) for one in node.value]
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value if isinstance(key, ScalarNode)}
    return None
