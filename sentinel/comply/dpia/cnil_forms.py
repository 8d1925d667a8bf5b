"""The form of what the French authority's open tool (CNIL PIA) exports: any part may be missing, none is trusted."""

from __future__ import annotations

from typing import Annotated

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sentinel.comply.dpia.cnil_html import MOST
from sentinel.content import place_and_words
from sentinel.errors import ContentError, Fault, Location


def _text(value: object) -> object:
    return "" if value is None else value


def _some(value: object) -> object:
    return [] if value is None else value


Html = Annotated[str, BeforeValidator(_text), Field(max_length=MOST)]
Gauge = Annotated[int | None, Field(ge=0, le=1_000)]


class Foreign(BaseModel):
    """A part of a foreign file: further keys are kept, so that they can be told."""

    model_config = ConfigDict(extra="allow", frozen=True)


class AnswerData(Foreign):
    """What was answered."""

    text: Html = ""
    gauge: Gauge = None
    list: Annotated[tuple[Html, ...], BeforeValidator(_some), Field(max_length=1_000)] = ()


class ForeignAnswer(Foreign):
    """An answer to a numbered question."""

    reference_to: int
    data: AnswerData = AnswerData()


class ForeignMeasure(Foreign):
    """One measure; evaluations name it by `id`."""

    id: int | None = None
    title: Html = ""
    content: Html = ""


class Gauges(Foreign):
    """Severity (x) and likelihood (y) after measures; 0 where nobody judged."""

    x: Gauge = None
    y: Gauge = None


class Evaluation(Foreign):
    """What an evaluator said of a question, an event or a measure."""

    reference_to: str | int = ""
    evaluation_comment: Html = ""
    action_plan_comment: Html = ""
    gauges: Annotated[Gauges, BeforeValidator(lambda value: value or {})] = Gauges()
    person_in_charge: Html = ""
    estimated_implementation_date: Html = ""


class Pia(Foreign):
    """The assessment itself."""

    name: Html = ""
    validator_name: Html = ""
    structure_name: Html = ""
    dpo_opinion: Html = ""
    concerned_people_searched_opinion: bool | None = None
    concerned_people_searched_content: Html = ""
    people_names: Html = ""
    concerned_people_opinion: Html = ""
    created_at: Html = ""


class PiaFile(Foreign):
    """The whole export."""

    pia: Pia
    answers: Annotated[tuple[ForeignAnswer, ...], BeforeValidator(_some), Field(max_length=1_000)] = ()
    measures: Annotated[tuple[ForeignMeasure, ...], BeforeValidator(_some), Field(max_length=500)] = ()
    evaluations: Annotated[tuple[Evaluation, ...], BeforeValidator(_some), Field(max_length=2_000)] = ()


def read_pia(text: str, name: str) -> PiaFile:
    """Read an export; raise ContentError with every fault where it is none."""
    try:
        return PiaFile.model_validate(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise ContentError([Fault(Location(name, error.lineno), f"is not JSON: {error.msg}")]) from error
    except ValidationError as error:
        told = (place_and_words(one) for one in error.errors(include_url=False, include_context=False))
        raise ContentError(Fault(Location(name), f"is no export of CNIL PIA: {what}") for _, what in told) from error
