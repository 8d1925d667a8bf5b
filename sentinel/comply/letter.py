"""Writes the e-mail that asks a supplier what only a supplier knows, ready to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sentinel.model.compliance import Requirement
from sentinel.model.text import Language

_OPENING: Mapping[Language, str] = {
    "nb": (
        "Hei.\n\n"
        "Vi går gjennom sikkerhet og personvern hos oss og trenger hjelp til spørsmålene under. Svar gjerne kort. "
        "Skriv «vet ikke» der dere ikke vet, og hvem vi kan spørre. "
        "Send ikke pasientopplysninger eller passord i svaret."
    ),
    "en": (
        "Hello.\n\n"
        "We are going through our security and privacy and need help with the questions below. Short answers are fine. "
        "Write “do not know” where you do not know, and whom we may ask. Send no patient data or passwords with it."
    ),
}
_SUBJECT: Mapping[Language, str] = {
    "nb": "Emne: Spørsmål om sikkerhet og personvern fra {name}",
    "en": "Subject: Questions on security and privacy from {name}",
}
_ENDING: Mapping[Language, str] = {"nb": "Vennlig hilsen\n{name}", "en": "Kind regards\n{name}"}


def letter(requirements: Iterable[Requirement], name: str, language: Language) -> str:
    """Return the e-mail with one numbered question a requirement; those that no supplier knows are left out."""
    subject, ending = (words[language].replace("{name}", name) for words in (_SUBJECT, _ENDING))
    asked = [(one.id, one.guidance.supplier) for one in requirements if one.guidance.supplier]
    questions = [f"{number}. {said.say(language)} ({id_})" for number, (id_, said) in enumerate(asked, start=1)]
    return "\n\n".join([subject, _OPENING[language], "\n".join(questions), ending])
