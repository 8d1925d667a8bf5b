"""`sentinel dpia ask`: what is not answered, one question at a time, saved after each answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from sentinel.cli.output import clean
from sentinel.cli.summary import say
from sentinel.comply.dpia.asking import Question, answered, open_questions
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.dpia.reading import dpia_of
from sentinel.content import read_text
from sentinel.errors import ContentError, RenderError
from sentinel.model.text import Language, Text
from sentinel.report.placing import write_file

SKIP = Text("Enter hopper over", "Enter passes it over")
WHY = Text("Hvorfor?", "Why?")
NO_PLACE = Text("har ingen plass i filen, og spørres ikke om", "has no place in the file, and is not asked")


def ask_all(file: Path, pack: Pack, as_of: date, language: Language) -> int:
    """Ask what is open until nothing is, or all that is left was passed over; return how many were answered."""
    passed, given = set[tuple[str, ...]](), 0
    while True:
        text = read_text(file, str(file))
        read, _ = dpia_of(text, str(file), pack, as_of)
        question = next((one for one in open_questions(read, pack) if one.path not in passed), None)
        if question is None:
            return given
        made = _asked(text, question, language)
        if made is None:
            passed.add(question.path)
            continue
        try:
            dpia_of(made, str(file), pack, as_of)
        except ContentError as error:
            say(f"{error}")
            passed.add(question.path)
            continue
        _save(file, made)
        given += 1


def _asked(text: str, question: Question, language: Language) -> str | None:
    """Return the file with an answer, and its reason where it needs one; None where it was passed over."""
    if answered(text, question.path, "yes") is None:
        say(f"{'.'.join(question.path)} {NO_PLACE.say(language)}")
        return None
    answer = _prompt(question.ask.say(language), question.choices, language)
    if not answer:
        return None
    made = answered(text, question.path, answer)
    if made is None or answer not in question.reasoned:
        return made
    reason = _prompt(WHY.say(language), (), language)
    return answered(made, question.why, reason) if reason else None


def _prompt(words: str, choices: tuple[str, ...], language: Language) -> str:
    told = f" [{'/'.join(choices)}]" if choices else ""
    while True:
        answer: str = click.prompt(
            f"{clean(words)}{told} ({SKIP.say(language)})", default="", show_default=False, err=True
        ).strip()
        if not answer or not choices or answer in choices:
            return answer


def _save(file: Path, text: str) -> None:
    try:
        write_file(file, text.encode())
    except OSError as error:
        raise RenderError(f"{file}: cannot be written: {error.strerror}") from error
