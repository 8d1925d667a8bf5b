"""Writes letters to makers and suppliers: what was found, what was not seen, and the questions they must answer.

They are about known vulnerabilities, about products that get no security updates any more, or soon, or about both.

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
LAST = "contact"
SUPPORT_QUESTIONS = ("successor", "paid", "replacing", "compensating", "contact")
MOST_LISTED, LONGEST = 40, 200


def is_asked(finding: Finding) -> bool:
    """Say whether a maker can be asked about a finding: known vulnerabilities, or an end of support."""
    return bool(finding.cves or finding.facts.get("support"))


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
    asked = _questions(letter.findings)
    kind = "" if any(finding.cves for finding in letter.findings) else ".support"
    parts = [
        f"# {catalogue.say(f'letter.title{kind}', products=_products(letter.findings, catalogue))}",
        catalogue.say("letter.head", to=_plain(letter.to or catalogue.say("letter.maker"), catalogue)),
        catalogue.say("letter.date", day=day(letter.on, language)),
        catalogue.say(f"letter.why{kind}"),
        *(_about(group, letter, catalogue) for group in _groups(letter.findings)),
        catalogue.say("letter.ask", days=str(_days(letter.findings))),
        "\n".join(f"{n}. {catalogue.say(f'letter.question.{name}')}" for n, name in enumerate(asked, 1)),
        *([] if kind else [catalogue.say("letter.until")]),
        catalogue.say("letter.sign", sender=_plain(letter.sender or "________", catalogue)),
    ]
    return "\n\n".join(parts) + "\n"


def _questions(findings: Sequence[Finding]) -> list[str]:
    """Return what is asked: about vulnerabilities, about support, or both, and nothing twice."""
    weak = QUESTIONS if any(finding.cves for finding in findings) else ()
    old = SUPPORT_QUESTIONS if any(finding.facts.get("support") for finding in findings) else ()
    return [*(name for name in dict.fromkeys((*weak, *old)) if name != LAST), LAST]


def _groups(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Put findings of the same product, version and certainty together: ten pumps are one question."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        named = (finding.facts.get(name, "") for name in ("subject", "product", "version", "support"))
        groups.setdefault((*named, finding.claim, *finding.cves), []).append(finding)
    return list(groups.values())


def _about(group: Sequence[Finding], letter: Letter, catalogue: Catalogue) -> str:
    """Return what is told of one product: what it is, what is said of it, how sure we are, and since when known."""
    finding = group[0]
    facts = finding.facts
    told = {
        "version": facts.get("version") or catalogue.say("letter.no_version"),
        "devices": str(len({one.asset for one in group})),
        **(_weaknesses(finding, catalogue) if finding.cves else {}),
        **(_support(finding, catalogue) if facts.get("support") else {}),
        "knowledge": day(finding.knowledge_date, catalogue.language),
    }
    lines = [f"## {_plain(_heading(finding), catalogue)}"]
    lines += [
        f"- {catalogue.say(f'letter.{name}')}: {_plain(said, catalogue, LONGEST * 10)}" for name, said in told.items()
    ]
    exploited = [one.cve for one in finding.weaknesses if one.exploited]
    if exploited:
        lines.append(f"- {catalogue.say('letter.exploited')}: {_listed(exploited, catalogue)}")
    if links := facts.get("links", "").split():
        lines.append(f"- {catalogue.say('letter.links')}: {', '.join(_plain(link, catalogue) for link in links)}")
    if letter.addresses:
        where = "; ".join(f"{one.asset_name} ({one.facts.get('address', '?')})" for one in group)
        lines.append(f"- {catalogue.say('letter.where')}: {_plain(where, catalogue, LONGEST * 10)}")
    return "\n".join([lines[0], "", *lines[1:]])


def _heading(finding: Finding) -> str:
    """Return maker and product; of an old release its own name: the equipment has another maker."""
    facts = finding.facts
    if not finding.cves and facts.get("label"):
        return facts["label"]
    return " ".join(filter(None, (facts.get("vendor", ""), facts.get("product", "")))) or "?"


def _weaknesses(finding: Finding, catalogue: Catalogue) -> dict[str, str]:
    return {
        "advisories": finding.facts.get("advisories") or catalogue.say("letter.no_advisory"),
        "weaknesses": _listed(finding.cves, catalogue),
        "sure": catalogue.say(f"letter.claim.{finding.claim}"),
    }


def _support(finding: Finding, catalogue: Catalogue) -> dict[str, str]:
    """Return what is known of the end of support, from where, and how sure the version is."""
    facts = finding.facts
    ends = facts.get("ends", "")
    when = day(date.fromisoformat(ends), catalogue.language) if ends else catalogue.say("letter.no_day")
    state, sure = facts["support"], "possible" if finding.claim == "possible" else "read"
    return {
        "supported": catalogue.say(f"letter.support.{state}", day=when, source=facts.get("source", "?")),
        "read": catalogue.say(f"letter.version.{sure}"),
    }


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
