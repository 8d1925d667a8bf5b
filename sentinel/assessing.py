"""What is asked of an organisation, before it has answered, and what its suppliers are to be asked.

profile  type of organisation + what it says of itself → every requirement, with the reason why it is asked or not
letter   answers → the e-mail to the supplier about what is not in place or not known
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sentinel import flows
from sentinel.comply.checklist import load_checklist
from sentinel.comply.letter import letter
from sentinel.comply.organisation import load_types
from sentinel.comply.profile import profile
from sentinel.model.compliance import Applicability, EffectiveState
from sentinel.model.text import Language
from sentinel.settings import Site

OPEN: frozenset[EffectiveState] = frozenset({"partly", "planned", "not_met", "disputed", "unknown", "not_assessed"})


@dataclass(frozen=True, slots=True)
class Profile:
    """What one kind of organisation is asked; `unsaid` are facts it has not spoken of, which count as true."""

    kind: str
    items: tuple[Applicability, ...]
    unsaid: tuple[str, ...]

    def asked(self) -> int:
        """Count the requirements that apply."""
        return sum(item.applies for item in self.items)

    def gates(self) -> int:
        """Count the gates among them."""
        return sum(item.applies and item.requirement.gate for item in self.items)


def profile_of(content: Path, kind: str, said: Mapping[str, bool]) -> Profile:
    """Go through the whole catalogue for one type of organisation; SettingsError for unknown types and facts."""
    types = load_types(content)
    organisation = types.organisation("", "", kind, said)
    items = profile(types, load_checklist(content), organisation, said)
    return Profile(kind, items, types.unsaid(kind, said))


def letter_of(site: Site, content: Path, as_of: date, language: Language) -> str:
    """Write to the supplier about all that applies and is not known to be in place, by the answers alone."""
    assessed = flows.assess(site, content, as_of, None, None)
    open_ones = [judgement.requirement for judgement in assessed.judgements if judgement.state in OPEN]
    return letter(open_ones, assessed.organisation.name, language)
