"""Text that people read, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["nb", "en"]
LANGUAGES: tuple[Language, ...] = ("nb", "en")


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts, in English: «1 rule», «2,000 rules»; `many` where an `s` will not do."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in bokmål and in English; neither may be empty in shipped content."""

    nb: str
    en: str

    def say(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.nb if language == "nb" else self.en
