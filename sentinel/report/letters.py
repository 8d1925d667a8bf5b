"""Writes letters to makers and suppliers: what was found, what was not seen, and the questions they must answer.

No patient is in a letter, and no address or name of a machine unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sentinel.model.assets import Finding
from sentinel.model.text import Language
from sentinel.report.clean import shorten
from sentinel.report.text import Catalogue, day, load_texts

QUESTIONS = ("affected", "fixed", "validated", "compensating", "support", "contact")
MOST_LISTED, LONGEST = 40, 200


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter is about. `sender` is who asks; `addresses`: name the machines and where they are."""

    findings: Sequence[Finding]
    to: str
    sender: str
    on: date
    addresses: bool = False


def write_letter(letter: Letter, language: Language, base: Path) -> str:
    """Return the letter as Markdown, in one language."""
    catalogue = load_texts(language, base)
    parts = [
        f"# {catalogue.say('letter.title', products=_products(letter.findings, catalogue))}",
        catalogue.say("letter.head", to=_plain(letter.to or catalogue.say("letter.maker"), catalogue)),
        catalogue.say("letter.date", day=day(letter.on, language)),
        catalogue.say("letter.why"),
        *(_about(group, letter, catalogue) for group in _groups(letter.findings)),
        catalogue.say("letter.ask", days=str(_days(letter.findings))),
        "\n".join(f"{n}. {catalogue.say(f'letter.question.{name}')}" for n, name in enumerate(QUESTIONS, 1)),
        catalogue.say("letter.until"),
        catalogue.say("letter.sign", sender=_plain(letter.sender or "________", catalogue)),
    ]
    return "\n\n".join(parts) + "\n"


def _groups(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Put findings of the same product, version and certainty together: ten pumps are one question."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        named = (finding.facts.get(name, "") for name in ("subject", "version"))
        groups.setdefault((*named, finding.claim, *finding.cves), []).append(finding)
    return list(groups.values())


def _about(group: Sequence[Finding], letter: Letter, catalogue: Catalogue) -> str:
    """Return what is told of one product: what it is, what is said of it, how sure we are, and since when known."""
    finding = group[0]
    facts = finding.facts
    told = {
        "product": " ".join(filter(None, (facts.get("vendor", ""), facts.get("product", "")))) or "?",
        "version": facts.get("version") or catalogue.say("letter.no_version"),
        "advisories": facts.get("advisories") or catalogue.say("letter.no_advisory"),
        "weaknesses": _listed(finding.cves, catalogue),
        "sure": catalogue.say(f"letter.claim.{finding.claim}"),
        "knowledge": day(finding.knowledge_date, catalogue.language),
        "devices": str(len({one.asset for one in group})),
    }
    lines = [f"## {_plain(told['product'], catalogue)}"]
    names = ["version", "devices", "advisories", "weaknesses", "sure", "knowledge"]
    lines += [f"- {catalogue.say(f'letter.{name}')}: {_plain(told[name], catalogue, LONGEST * 10)}" for name in names]
    exploited = [one.cve for one in finding.weaknesses if one.exploited]
    if exploited:
        lines.append(f"- {catalogue.say('letter.exploited')}: {_listed(exploited, catalogue)}")
    if links := facts.get("links", "").split():
        lines.append(f"- {catalogue.say('letter.links')}: {', '.join(_plain(link, catalogue) for link in links)}")
    if letter.addresses:
        where = "; ".join(f"{one.asset_name} ({one.facts.get('address', '?')})" for one in group)
        lines.append(f"- {catalogue.say('letter.where')}: {_plain(where, catalogue, LONGEST * 10)}")
    return "\n".join([lines[0], "", *lines[1:]])


def _products(findings: Iterable[Finding], catalogue: Catalogue) -> str:
    names = list(dict.fromkeys(_plain(one.facts.get("product", "?"), catalogue) for one in findings))
    return catalogue.listed(names[:3]) + (f" {catalogue.count('more.items', len(names) - 3)}" if len(names) > 3 else "")  # noqa: PLR2004 -- three are named


def _listed(names: Sequence[str], catalogue: Catalogue) -> str:
    shown = ", ".join(names[:MOST_LISTED])
    return f"{shown} {catalogue.count('more.items', len(names) - MOST_LISTED)}" if len(names) > MOST_LISTED else shown


def _days(findings: Iterable[Finding]) -> int:
    """Return how soon an answer is asked for: a week where attackers use it, else two."""
    return 7 if any(one.exploited for finding in findings for one in finding.weaknesses) else 14


def _plain(text: str, catalogue: Catalogue, limit: int = LONGEST) -> str:
    """Return text of foreign sources as it can stand in Markdown: on one line, and not read as marks or links."""
    short = shorten(" ".join(text.split()), limit, catalogue)
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!" else sign for sign in short)
