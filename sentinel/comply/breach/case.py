"""What a breach file may say. Functions, groups and numbers; never a patient (docs/breach.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from sentinel.comply.clocks import moment
from sentinel.content import Schema
from sentinel.model.breach import Kind

UNKNOWN: Final = "unknown"
KINDS: Final[tuple[Kind, ...]] = ("confidentiality", "integrity", "availability")
YEARS: Final = range(2000, 2101)
_DAY_ALONE = len("2026-11-20")


def yes_or_no(value: object) -> object:
    """Return `yes` and `no` for what YAML makes of them."""
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def a_moment(value: object) -> object:
    """Return a moment in UTC for a day with a time, in Oslo where no zone is given; leave other words to the schema."""
    if isinstance(value, str) and len(value.strip()) > _DAY_ALONE:
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueError("is not a moment as 2026-11-20T14:05") from error
    if isinstance(value, datetime) and value.year in YEARS:
        return moment(value)
    if value is None or (isinstance(value, str) and value in {UNKNOWN, "ongoing"}):
        return value
    raise ValueError("is not a moment as 2026-11-20T14:05, between the years 2000 and 2100")


def not_null(value: object) -> object:
    """Read a text that was left open as an empty one."""
    return "" if value is None else value


Moment = Annotated[datetime, BeforeValidator(a_moment)]
Word = Annotated[str, BeforeValidator(not_null), Field(max_length=200)]
Line = Annotated[str, BeforeValidator(not_null), Field(max_length=4_000)]
YesNo = Annotated[Literal["yes", "no", "unknown"], BeforeValidator(yes_or_no)]
Count = Annotated[int, Field(ge=0, le=100_000_000, strict=True)]


class Contact(Schema):
    """Where more can be learnt: a function, not a person's name."""

    role: Word = ""
    email: Word = ""
    phone: Word = ""


class Who(Schema):
    """Whose breach it is."""

    name: Word = ""
    number: Word = ""
    contact: Contact = Contact()


class Times(Schema):
    """When it began, ended, was found by anybody, and when the controller became aware of it: that starts the clock."""

    began: Moment | Literal["unknown"] = UNKNOWN
    ended: Moment | Literal["unknown", "ongoing"] = UNKNOWN
    found: Moment | Literal["unknown"] = UNKNOWN
    known: Moment


class HowMany(Schema):
    """An approximate number, and who or what it is of."""

    number: Count | Literal["unknown"] = UNKNOWN
    groups: tuple[Word, ...] = ()


class DataEntry(Schema):
    """One type of data that was hit; a context other than the usual one needs a reason."""

    type: Literal["simple", "behavioural", "financial", "sensitive", "unknown"]
    context: Word = "usual"
    what: Word = ""
    reason: Line = ""


class Circumstances(Schema):
    """What happened to the data, for each kind of breach, and whether it was meant."""

    confidentiality: Word | None = None
    integrity: Word | None = None
    availability: Word | None = None
    malicious: YesNo = "unknown"


class Measures(Schema):
    """What was done, what will be, and what the persons can do themselves."""

    taken: tuple[Line, ...] = ()
    planned: tuple[Line, ...] = ()
    advice: tuple[Line, ...] = ()


class NoTelling(Schema):
    """A reason of art. 34(3) for not telling each person."""

    ground: Literal["later-measures", "disproportionate"]
    reason: Annotated[str, Field(min_length=10, max_length=4_000)]


class CaseFile(Schema):
    """A breach as its file tells it; what is left out is not known."""

    schema_: Annotated[Literal["sentinel.breachcase/1"], Field(alias="schema")]
    case: Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]
    organisation: Who = Who()
    role: Literal["controller", "processor"]
    what: Line = ""
    times: Times
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=3)]
    persons: HowMany = HowMany()
    records: HowMany = HowMany()
    data: Annotated[tuple[DataEntry, ...], Field(min_length=1, max_length=20)]
    identification: Literal["negligible", "limited", "significant", "maximum", "unknown"] = "unknown"
    circumstances: Circumstances
    unreadable: YesNo = "unknown"
    patient_safety: Annotated[Literal["no", "possible", "harmed", "unknown"], BeforeValidator(yes_or_no)] = "unknown"
    helsenett: YesNo = "unknown"
    essential_service: YesNo = "unknown"
    medical_device: YesNo = "unknown"
    effects: Line = ""
    measures: Measures = Measures()
    unlikely_risk: Line = ""
    no_telling: NoTelling | None = None
    why_late: Line = ""
    done: Annotated[dict[str, Moment], Field(default_factory=dict)]
