"""Says why a level is what it is, in the sentences that open the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sentinel.comply.levels import RANK, Levels, Threshold
from sentinel.comply.wording import LEVELS, listed, number, rounded, sentence
from sentinel.model.compliance import EffectiveState, Judgement, Level
from sentinel.model.text import LANGUAGES, Language, Text

KNOWN_FIRST: tuple[EffectiveState, ...] = ("not_met", "planned", "disputed", "partly", "unknown", "not_assessed")
"""What is known to be missing is named before what nobody has looked at."""

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """The level, what the thresholds alone would give, their shares, and how many gates were set to not relevant."""

    level: Level
    reached: Level
    worst_case: Fraction | None
    in_place: Fraction | None
    declared: int = 0


def level_reason(standing: Standing, gates: Iterable[Judgement], levels: Levels) -> Text:
    """Say the level and what keeps it from being higher, naming at most three gates."""
    lacking = open_gates(gates)
    nb, en = (_level_reason(standing, lacking, levels, language) for language in LANGUAGES)
    return Text(nb, en)


def open_gates(gates: Iterable[Judgement]) -> list[Judgement]:
    """Return the gates that are not met: known to be missing first, then what was measured, then the list's order."""
    lacking = [gate for gate in gates if gate.state in KNOWN_FIRST]
    return sorted(lacking, key=lambda gate: (KNOWN_FIRST.index(gate.state), not _measured(gate)))


def _measured(gate: Judgement) -> bool:
    return any(item.role in {"contradicts", "caps"} for item in gate.evidence)


def gate_reason(gate: Judgement, levels: Levels) -> Text:
    """Say in a sentence what is wrong with a gate that is not met."""
    nb, en = (sentence(gate_clause(gate, levels, language)) for language in LANGUAGES)
    return Text(nb, en)


def gate_clause(gate: Judgement, levels: Levels, language: Language) -> str:
    """Say in a clause what is wrong with a gate that is not met."""
    words = levels.words[gate.requirement.id]
    whether = words.whether.say(language)
    if gate.state == "not_met":
        return words.lacking.say(language)
    opening = _WRITTEN if gate.state == "disputed" and _by_documents(gate) else _OPENINGS[gate.state]
    return f"{opening.say(language)} {whether}"


def _by_documents(gate: Judgement) -> bool:
    return all(item.signal.kind == "document" for item in gate.evidence if item.role == "contradicts")


_OPENINGS: Mapping[EffectiveState, Text] = {
    "planned": Text("det er bare planlagt at", "it is only planned that"),
    "disputed": Text("målinger taler mot at", "measurements speak against the claim that"),
    "partly": Text("det er bare delvis slik at", "it is only partly so that"),
    "unknown": Text("ingen vet om", "nobody knows whether"),
    "not_assessed": Text("ingen har vurdert om", "nobody has assessed whether"),
}
_WRITTEN = Text("egne vurderinger taler mot at", "assessments of your own speak against the claim that")
_SAID_ONCE = [words for text in (*_OPENINGS.values(), _WRITTEN) for words in (text.nb, text.en)]


def _level_reason(standing: Standing, lacking: Sequence[Judgement], levels: Levels, language: Language) -> str:
    name = LEVELS[standing.level].say(language)
    opening = f"Nivå {name}." if language == "nb" else f"Level {name}."
    if standing.level == "green":
        return f"{opening} {_all_met(standing.declared, language)}"
    short = _short_of(standing, levels, language) if standing.reached == standing.level else ""
    held = _held_by(standing, lacking, levels, language)
    parts = [opening, short, held] if standing.level == "red" else [opening, held, short]
    return " ".join(part for part in parts if part)


def _all_met(declared: int, language: Language) -> str:
    """Say that the gates are met, and how many somebody set to not relevant: those were not met, but left out."""
    if not declared:
        return "Alle sperrer er oppfylt." if language == "nb" else "Every gate is met."
    count = number(declared, language)
    if language == "nb":
        gates = f"{count} {'sperre' if declared == 1 else 'sperrer'}"
        return f"Alle andre sperrer er oppfylt, men {gates} er satt til ikke relevant og er ikke med."
    gates = f"{count} {'gate was' if declared == 1 else 'gates were'}"
    return f"Every other gate is met, but {gates} set to not relevant and left out."


def _held_by(standing: Standing, lacking: Sequence[Judgement], levels: Levels, language: Language) -> str:
    """Name the gates; where the thresholds alone give red, it is not the gates that hold the level down."""
    if not lacking:
        return ""
    clauses = listed(_joined([gate_clause(gate, levels, language) for gate in lacking[:_NAMED]]), language)
    count, one = number(len(lacking), language).capitalize(), len(lacking) == 1
    if language == "nb":
        who, among = f"{count} {'sperre' if one else 'sperrer'}", ", blant dem"
        does = "er heller ikke på plass" if standing.reached == "red" else "holder nivået nede"
    else:
        who, among = f"{count} {'gate' if one else 'gates'}", ", among them"
        does = "hold the level down" if not one else "holds the level down"
        does = f"{'is' if one else 'are'} not in place either" if standing.reached == "red" else does
    return f"{who} {does}{among if len(lacking) > _NAMED else ''}: {clauses}."


def _joined(clauses: Sequence[str]) -> list[str]:
    """Say an opening once: «ingen har vurdert om a, om b og om c»."""
    shorter = list(clauses[:1])
    for before, clause in pairwise(clauses):
        same = next((o for o in _SAID_ONCE if before.startswith(f"{o} ") and clause.startswith(f"{o} ")), "")
        shorter.append(clause[len(same.rpartition(" ")[0]) :].lstrip() if same else clause)
    return shorter


def _short_of(standing: Standing, levels: Levels, language: Language) -> str:
    """Say what the next level asks for by weight, and how much there is."""
    if standing.worst_case is None or standing.in_place is None:
        return "Ingenting er vurdert." if language == "nb" else "Nothing has been assessed."
    above = next(t for t in levels.thresholds[::-1] if RANK[t.level] > RANK[standing.reached])
    if standing.worst_case < above.worst_case:
        there = _hundredths(standing.worst_case, above.worst_case, language)
        words = Text(f"I verste fall er {there} av 100 på plass", f"In the worst case {there} of 100 is in place")
    else:
        there = _hundredths(standing.in_place, above.in_place, language)
        words = Text(
            f"Mye er satt til ikke relevant, og av alt som kan gjelde er {there} av 100 på plass",
            f"Much was set to not relevant, and of all that may apply {there} of 100 is in place",
        )
    return f"{words.say(language)}; {_asked(standing, above, language)}."


def _asked(standing: Standing, above: Threshold, language: Language) -> str:
    by_worst = standing.worst_case is not None and standing.worst_case < above.worst_case
    least = rounded(float((above.worst_case if by_worst else above.in_place) * 100))
    name = LEVELS[above.level].say(language)
    return f"{name} krever {least}" if language == "nb" else f"{name} asks for {least}"


def _hundredths(share: Fraction, least: Fraction, language: Language) -> str:
    """Return a share of 100, never shown as reaching a threshold that it does not reach."""
    shown, asked = rounded(float(share * 100)), rounded(float(least * 100))
    if shown >= asked:
        return f"knapt {asked}" if language == "nb" else f"just under {asked}"
    return str(shown)
