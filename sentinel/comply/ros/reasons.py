"""Says in a sentence why a risk stands as it does."""

from __future__ import annotations

from collections.abc import Mapping

from sentinel.comply.wording import day, listed, sentence
from sentinel.model.risks import Band, Dimension, Risk
from sentinel.model.text import LANGUAGES, Language, Text

NAMES: Mapping[Dimension, Text] = {
    "patient_safety": Text("pasientsikkerhet", "patient safety"),
    "person": Text("den registrerte", "the registered person"),
    "confidentiality": Text("konfidensialitet", "confidentiality"),
    "integrity": Text("integritet", "integrity"),
    "availability": Text("tilgjengelighet", "availability"),
}
BAND_NAMES: Mapping[Band, Text] = {
    "low": Text("lav", "low"),
    "medium": Text("middels", "medium"),
    "high": Text("høy", "high"),
}


def reason(risk: Risk) -> Text:
    """Return the sentence in both languages."""
    nb, en = (sentence(_reason(risk, language)) for language in LANGUAGES)
    return Text(nb, en)


def _reason(risk: Risk, language: Language) -> str:
    nb = language == "nb"
    if risk.state == "not_relevant" and risk.exemption:
        return risk.exemption.reason
    if risk.state == "disputed":
        fact = next(fact for fact in risk.facts if fact.role in {"contradicts", "caps"} and not fact.considered)
        return f"{'målt' if nb else 'measured'}: {fact.what.say(language)}"
    if risk.state == "accepted" and risk.acceptance:
        until, who = day(risk.acceptance.expires, language), risk.acceptance.by
        return f"godtatt av {who} til {until}" if nb else f"accepted by {who} until {until}"
    if risk.state == "acceptable":
        return "innenfor det ledelsen har sagt kan stå" if nb else "within what management said may be left"
    return _unsettled(risk, language)


def _unsettled(risk: Risk, language: Language) -> str:
    nb = language == "nb"
    if risk.now is None:
        ended = risk.exemption and not risk.exemption.valid
        if ended:
            return (
                "unntaket har gått ut, og ingen har vurdert risikoen"
                if nb
                else "the exemption has ended, and nobody has assessed the risk"
            )
        return "ingen har vurdert den" if nb else "nobody has assessed it"
    parts = []
    above = [NAMES[rating.dimension].say(language) for rating in risk.now.ratings if not rating.within]
    if above:
        over = "over det som kan stå, for" if nb else "above what may be left, for"
        parts.append(f"{over} {listed(above, language)}")
    if risk.now.missing:
        names = listed([NAMES[name].say(language) for name in risk.now.missing], language)
        parts.append(f"ikke vurdert for {names}" if nb else f"not assessed for {names}")
    if risk.stale:
        given = day(risk.reached or risk.now.given, language)
        parts.append(f"vurderingen fra {given} er for gammel" if nb else f"the assessment of {given} is too old")
    if risk.acceptance and not risk.acceptance.valid:
        ended_on = day(risk.acceptance.expires, language)
        parts.append(f"godkjenningen gikk ut {ended_on}" if nb else f"its acceptance ended on {ended_on}")
    return "; ".join(parts)
