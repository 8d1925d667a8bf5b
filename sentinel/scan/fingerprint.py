"""Reads observations with the rules of scanners/fingerprints: what each one claims about the machine behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.content import Document, load
from sentinel.errors import ContentError, Fault
from sentinel.model.assets import Claim, Observation
from sentinel.scan.clean import clean
from sentinel.scan.fingerprint_rules import FingerprintFile, FingerprintRule, Pattern
from sentinel.scan.implied import CLIENT_KINDS, claim, implied_claims, is_open, service_key

Groups = dict[str, str]
Test = Callable[[str], "Groups | None"]
_OUI_DIGITS = (9, 7, 6)  # 36, 28 and 24 bits: a large vendor may own a small part of a shared block
_LOCAL_BIT = 0b10


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule with its patterns made ready."""

    rule: FingerprintRule
    tests: tuple[tuple[str, Test], ...]
    label: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """All rules, by the kind of observation they read, and MAC prefixes by their hexadecimal digits."""

    by_kind: Mapping[str, tuple[Compiled, ...]] = field(default_factory=dict)
    by_prefix: Mapping[str, Compiled] = field(default_factory=dict)
    rules: tuple[FingerprintRule, ...] = ()


def load_fingerprints(base: Path) -> Fingerprints:
    """Load scanners/fingerprints below `base`; a rule whose own proof does not hold is a fault like any other."""
    items = load(base / "scanners" / "fingerprints", FingerprintFile, base)
    faults: list[Fault] = []
    places: dict[str, tuple[Document, int]] = {}
    for item in items:
        for number, rule in enumerate(item.value.rules):
            wrong = proof_faults(rule)
            if rule.id in places:
                wrong.append(f"id '{rule.id}' is also used in {places[rule.id][0].location.path}")
            places.setdefault(rule.id, (item.document, number))
            faults += [item.document.fault(["rules", number], what) for what in wrong]
    compiled = [_compile(rule) for item in items for rule in item.value.rules]
    faults += _prefix_faults(compiled, places)
    if faults:
        raise ContentError(faults)
    return _index(compiled)


def proof_faults(rule: FingerprintRule) -> list[str]:
    """Run a rule on its own vectors and return what does not hold."""
    compiled = _compile(rule)
    wrong = []
    for vector in rule.positive:
        got = _try(compiled, vector.facts)
        if got is None:
            wrong.append(f"rule '{rule.id}': does not match its own positive {dict(vector.facts)}")
            continue
        values = {**_render(rule.asset.items(), got), **_render(rule.service.items(), got)}
        for name, value in vector.gives.items():
            if values.get(name) != value:
                wrong.append(f"rule '{rule.id}': gives {name} '{values.get(name, '')}', not '{value}'")
    wrong += [
        f"rule '{rule.id}': matches its own negative {dict(facts)}"
        for facts in rule.negative
        if _try(compiled, facts) is not None
    ]
    return wrong


def claims(observation: Observation, fingerprints: Fingerprints) -> Iterator[Claim]:
    """Yield everything one observation claims: by its kind, by rules on its facts, and by its MAC address."""
    yield from fact_claims(observation, fingerprints)
    if observation.mac:
        yield from mac_claims(observation, observation.mac, fingerprints)


def fact_claims(observation: Observation, fingerprints: Fingerprints) -> Iterator[Claim]:
    """Yield the claims that do not depend on the MAC address."""
    yield from implied_claims(observation)
    for compiled in fingerprints.by_kind.get(observation.kind, ()):
        groups = _try(compiled, observation.facts)
        if groups is not None and _role_fits(compiled.rule, observation):
            yield from _claims_of(compiled, observation, groups)


def mac_claims(observation: Observation, mac: str, fingerprints: Fingerprints) -> Iterator[Claim]:
    """Yield what the longest known prefix of a MAC address says; nothing for an address that a machine made up."""
    found = _by_mac(fingerprints.by_prefix, mac)
    if found is not None:
        for attribute, value in found.rule.asset.items():
            yield claim(observation, attribute, value, found.label, found.rule.strength)
    elif observation.kind == "nmap.host" and observation.facts.get("vendor"):
        yield claim(observation, "vendor", observation.facts["vendor"], "nmap:mac-vendor", 1)


def _claims_of(compiled: Compiled, observation: Observation, groups: Groups) -> Iterator[Claim]:
    rule = compiled.rule
    for attribute, value in _render(rule.asset.items(), groups).items():
        yield claim(observation, attribute, value, compiled.label, rule.strength)
    if rule.service and is_open_for(observation):
        key = service_key(observation)
        for attribute, value in _render(rule.service.items(), groups).items():
            yield claim(observation, f"{key}.{attribute}", value, compiled.label, rule.strength)


def is_open_for(observation: Observation) -> bool:
    """Say whether claims about a service may be made from this observation."""
    return is_open(observation) or (observation.kind == "nmap.script" and observation.port is not None)


def _role_fits(rule: FingerprintRule, observation: Observation) -> bool:
    role = "client" if observation.kind in CLIENT_KINDS else observation.facts.get("role", "server")
    if rule.role == "either":
        return True
    return rule.role == ("client" if role in {"client", "sender"} else "server")


def _compile(rule: FingerprintRule) -> Compiled:
    tests = tuple((fact, _test(pattern)) for fact, pattern in rule.when.items())
    label = rule.id if rule.confidence == "confirmed" else f"{rule.id} [{rule.confidence}]"
    return Compiled(rule, tests, label)


def _test(pattern: Pattern) -> Test:
    if pattern.regex is not None:
        search = re.compile(pattern.regex, re.IGNORECASE).search
        return lambda text: None if (m := search(text)) is None else {k: v or "" for k, v in m.groupdict().items()}
    if pattern.uid_prefix is not None:
        uid = pattern.uid_prefix
        return lambda text: {} if text == uid or text.startswith(f"{uid}.") else None
    if pattern.equals is not None:
        equal = pattern.equals.casefold()
        return lambda text: {} if text.casefold() == equal else None
    if pattern.prefix is not None:
        start = pattern.prefix.casefold()
        return lambda text: {} if text.casefold().startswith(start) else None
    part = (pattern.contains or "").casefold()
    return lambda text: {} if part in text.casefold() else None


def _try(compiled: Compiled, facts: Mapping[str, str]) -> Groups | None:
    """Return the named parts where every pattern of the rule matches; None where one does not."""
    if compiled.rule.oui:
        prefixes = {_digits(prefix): compiled for prefix in compiled.rule.oui}
        return {} if _by_mac(prefixes, facts.get("mac", "")) else None
    groups: Groups = {}
    for fact, test in compiled.tests:
        text = facts.get(fact)
        found = None if text is None else test(clean(text))
        if found is None:
            return None
        groups |= found
    return groups


def _render(templates: Iterable[tuple[str, str]], groups: Groups) -> dict[str, str]:
    """Fill in the named parts; a claim that comes out empty is left out."""
    filled = {name: template.format_map(groups).strip() for name, template in templates}
    return {name: value for name, value in filled.items() if value}


def _by_mac(prefixes: Mapping[str, Compiled], mac: str) -> Compiled | None:
    digits = mac.replace(":", "").upper()
    if len(digits) != 12 or not digits.isalnum() or not digits.isascii():  # noqa: PLR2004 (48 bits)
        return None
    try:
        if int(digits[:2], 16) & _LOCAL_BIT:
            return None
    except ValueError:
        return None
    return next((found for size in _OUI_DIGITS if (found := prefixes.get(digits[:size]))), None)


def _digits(prefix: str) -> str:
    """Return the digits of `50:A0:30:8/28`; without a length all that are written count."""
    return prefix.partition("/")[0].replace(":", "")


def _prefix_faults(compiled: list[Compiled], places: Mapping[str, tuple[Document, int]]) -> list[Fault]:
    owners: dict[str, str] = {}
    faults = []
    for one in compiled:
        for prefix in one.rule.oui:
            owner = owners.setdefault(_digits(prefix), one.rule.id)
            document, number = places[one.rule.id]
            if owner != one.rule.id:
                faults.append(document.fault(["rules", number, "oui"], f"{prefix} already belongs to '{owner}'"))
            if len(_digits(prefix)) not in _OUI_DIGITS:
                faults.append(document.fault(["rules", number, "oui"], f"{prefix} has not 24, 28 or 36 bits"))
    return faults


def _index(compiled: list[Compiled]) -> Fingerprints:
    by_kind: dict[str, list[Compiled]] = {}
    by_prefix: dict[str, Compiled] = {}
    for one in compiled:
        for kind in one.rule.kinds:
            by_kind.setdefault(kind, []).append(one)
        by_prefix |= {_digits(prefix): one for prefix in one.rule.oui}
    return Fingerprints({k: tuple(v) for k, v in by_kind.items()}, by_prefix, tuple(c.rule for c in compiled))
