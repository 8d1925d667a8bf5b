"""Says how an assessment of the impact on data protection stands: columns for stdout, the outcome for stderr."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sentinel.cli.output import Column
from sentinel.cli.summary import say
from sentinel.model.dpia import Dpia, DpiaState, ItemState, Need, Screening
from sentinel.model.text import LANGUAGES, Language, Text

NEEDS: Mapping[Need, Text] = {
    "needed": Text("TRENGS", "NEEDED"),
    "not_needed": Text("TRENGS IKKE", "NOT NEEDED"),
    "unknown": Text("KAN IKKE SIES ENNÅ", "CANNOT BE SAID YET"),
}
STATES: Mapping[DpiaState, Text] = {
    "not_needed": Text("trengs ikke", "not needed"),
    "unfinished": Text("ikke ferdig", "not finished"),
    "consult": Text("Datatilsynet skal spørres", "Datatilsynet is to be asked"),
    "review": Text("skal gjennomgås på nytt", "due for review"),
    "finished": Text("ferdig", "finished"),
}
ITEM_STATES: Mapping[ItemState, Text] = {
    "met": Text("beskrevet", "described"),
    "partly": Text("delvis", "partly"),
    "missing": Text("mangler", "missing"),
    "not_relevant": Text("gjelder ikke", "not relevant"),
}
ANSWERS: Mapping[str, Text] = {
    "yes": Text("ja", "yes"),
    "no": Text("nei", "no"),
    "doubt": Text("i tvil", "in doubt"),
    "unknown": Text("ukjent", "unknown"),
}
SURE: Mapping[str, Text] = {
    "confirmed": Text("lest i kilde", "read in a source"),
    "known": Text("kjent", "known"),
    "unverified": Text("ikke bekreftet", "not confirmed"),
}


def _tests(language: Language) -> tuple[Column, ...]:
    def heading(nb: str, en: str) -> str:
        return Text(nb, en).say(language)

    return (
        Column(heading("prøve", "test"), lambda test: test["title"][language], grow=True),
        Column(heading("svar", "answer"), lambda test: ANSWERS[test["answer"]].say(language)),
        Column(heading("følge", "effect"), lambda test: test["because"][language], grow=True),
        Column(heading("hvor sikkert", "how sure"), lambda test: SURE[test["source"]["confidence"]].say(language)),
    )


def _items(language: Language) -> tuple[Column, ...]:
    def heading(nb: str, en: str) -> str:
        return Text(nb, en).say(language)

    return (
        Column(heading("punkt", "item"), lambda item: item["title"][language], grow=True),
        Column(heading("tilstand", "state"), lambda item: ITEM_STATES[item["state"]].say(language)),
        Column(heading("grunn", "reason"), lambda item: item["because"][language], grow=True),
        Column(heading("kilde", "source"), lambda item: f"{item['source']['source']} {item['source']['place']}"),
    )


TESTS = {language: _tests(language) for language in LANGUAGES}
ITEMS = {language: _items(language) for language in LANGUAGES}


def remaining(found: Dpia, language: Language) -> Iterator[str]:
    """Yield what keeps it from being finished, one line each, then what is to be done before anything starts."""
    yield from (text.say(language) for text in found.remains)
    if found.screening.need == "not_needed":
        return
    for measure in found.measures:
        if measure.id in found.before_start:
            late = Text(" (fristen er ute)", " (overdue)").say(language) if measure.overdue else ""
            lead = Text("Gjennomfør før start", "Carry out before the start").say(language)
            yield f"{lead}: {measure.title}{late}"


def say_screening(screening: Screening, language: Language) -> None:
    """Tell the outcome, and of which day the list is."""
    say(f"{NEEDS[screening.need].say(language)}: {screening.because.say(language)}")
    told = Text("Datatilsynets liste slik vi satte den sammen", "Datatilsynet's list as we put it together")
    say(f"{told.say(language)} {screening.listed}.")


def say_state(found: Dpia, language: Language) -> None:
    """Tell how it stands, with every count."""
    say_screening(found.screening, language)
    counts = ", ".join(f"{found.counts[state]} {words.say(language)}" for state, words in ITEM_STATES.items())
    say(f"{STATES[found.state].say(language)}: {found.because.say(language)} ({counts})")
