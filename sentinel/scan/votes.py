"""Chooses among claims that contradict each other, in a way that no order, copy or split of the input can change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sentinel.model.assets import Claim

_NEVER = float("-inf")


def ranking(claims: Sequence[Claim]) -> list[tuple[str, int]]:
    """Return the values claimed for one attribute, best first, each with its strongest vote.

    A value stands on its strongest claim; ties are settled by the sum over different rules, then by what was
    seen last, then by the alphabet.
    How often a rule matched does not count: a chatty service is no better witness.
    """
    if len(claims) == 1:
        return [(claims[0].value, claims[0].strength)]
    votes: dict[str, dict[str, int]] = {}
    spelt: dict[str, str] = {}
    seen: dict[str, float] = {}
    for claim in claims:
        key = claim.value.casefold()
        rules = votes.setdefault(key, {})
        rules[claim.rule] = max(rules.get(claim.rule, 0), claim.strength)
        seen[key] = max(seen.get(key, _NEVER), claim.last_seen.timestamp() if claim.last_seen else _NEVER)
        spelt[key] = min(spelt.get(key, claim.value), claim.value)
    order = sorted(votes, key=lambda key: (-max(votes[key].values()), -sum(votes[key].values()), -seen[key], key))
    return [(spelt[key], max(votes[key].values())) for key in order]


def best(claims: Sequence[Claim]) -> str:
    """Return the value that wins; empty where nothing was claimed."""
    ranked = ranking(claims)
    return ranked[0][0] if ranked else ""


def contradictions(by_attribute: Mapping[str, Sequence[Claim]], attributes: Iterable[str]) -> tuple[str, ...]:
    """Name each attribute with several values: `os: Debian (4), Windows (2)`.

    A value that only says less (`Windows` beside `Windows Server`) is no contradiction, nor is a mere hint.
    """
    found = []
    for attribute in attributes:
        ranked = ranking(by_attribute.get(attribute, ()))
        serious = [one for one in ranked if one[1] > 1]
        apart = [one for one in serious if not _says_less(one[0], (other for other, _ in serious))]
        if len(apart) > 1:
            found.append(f"{attribute}: {', '.join(f'{value} ({strength})' for value, strength in apart)}")
    return tuple(found)


def _says_less(value: str, others: Iterable[str]) -> bool:
    mine = value.casefold()
    return any(other.casefold() != mine and other.casefold().startswith(f"{mine} ") for other in others)
