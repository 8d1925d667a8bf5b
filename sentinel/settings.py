"""The site file (TOML) and the few settings around it, each with its origin. Nothing is read at import."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from platformdirs import site_config_path, user_cache_path, user_data_path
from pydantic import AfterValidator, Field, IPvAnyAddress, IPvAnyNetwork, StrictBool, ValidationError, model_validator
from pydantic_core import ErrorDetails

from sentinel.content import Said, Schema, place_and_words, relative
from sentinel.errors import ContentError, Fault, Location, SettingsError
from sentinel.model.text import Language

Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
Origin = Literal["flag", "environment", "site file", "default"]
PREFIX = "SENTINEL_"
STDIN = Path("-")
LAST_DAY = date(9000, 1, 1)
"""No later day is taken: the calendar ends soon after, and deadlines are counted from it."""
_KEY_PARTS = 200
_LONG_KEY = re.compile(rf"(?:^|[{{,])(?:[^\n=#.,{{]*\.){{{_KEY_PARTS}}}", re.MULTILINE)
"""For a key of a hundred thousand parts (a.a.a …) Python's reader takes as many gigabytes as there are."""

M = TypeVar("M", bound=Schema)
Day = Annotated[date, Field(le=LAST_DAY)]


def _matchable(pattern: str) -> str:
    path = Path(pattern)
    parts = path.parts[1:] if path.anchor else path.parts
    if not parts:
        raise ValueError("names no file")
    if any("**" in part and part != "**" for part in parts):
        raise ValueError("'**' must stand alone between two slashes")
    return pattern


Number = Annotated[str, Field(pattern=r"^\d{9}$")]


class SuccessionSection(Schema):
    """An organisation that this one took over, or was split out of, and results of it from before that day."""

    number: Number
    name: str = Field(min_length=1)
    date: Day
    how: Literal["merger", "split"] = "merger"
    results: tuple[str, ...] = ()


class OrganisationSection(Schema):
    """Who is assessed, and which applicability classes differ from its type's defaults.

    Who does not say what kind it is, is asked everything. `part_of` is the number of the organisation it is a unit of.
    """

    name: str = Field(min_length=1)
    number: Number
    kind: str = "unspecified"
    facts: dict[str, StrictBool] = Field(default_factory=dict)
    part_of: Number | None = None
    succeeds: tuple[SuccessionSection, ...] = ()


class ReportSection(Schema):
    """How the reports are made; `as_of` fixes the day (default: today), `kinds` which (default: the usual ones)."""

    as_of: Day | None = None
    tlp: Tlp = "AMBER"
    languages: tuple[Language, ...] = Field(min_length=1, default=("nb", "en"))
    previous: str | None = None
    kinds: tuple[str, ...] = ()


class InheritsSection(Schema):
    """Answers that a unit accepts from whoever owns it or runs something for it, by whom and until when."""

    source: str = Field(alias="from")
    requirements: tuple[str, ...]
    accepted_by: str = Field(min_length=1, max_length=200)
    date: Day
    expires: Day


class AssessmentSection(Schema):
    """Where answers are, to Normen and to packs by id; the file of risks (ROS), and what became of actions.

    Without `answers` nobody has assessed the organisation against Normen. `dpia` are assessments of the impact on data
    protection, one a processing.

    `benchmark`: the organisation agrees to be counted, without its name, in figures that are published of many.
    """

    answers: str | None = None
    ros: str | None = None
    dpia: tuple[str, ...] = ()
    actions: str | None = None
    packs: dict[str, str] = Field(default_factory=dict)
    benchmark: StrictBool = False


class LogSection(Schema):
    """A log that the site expects. Paths may hold `*`; none of them existing means it was never received.

    `late_minutes`: how much later than newer records a record may still come in another run, for correlations. Without
    it all is remembered, so that the same files may be read again.
    """

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    title: Said
    paths: tuple[Annotated[str, AfterValidator(_matchable)], ...] = Field(min_length=1)
    max_gap_hours: int | None = Field(default=None, ge=1)
    late_minutes: int | None = Field(default=None, ge=0, le=60 * 24 * 366)
    start: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"'to' ({self.end}) is before 'from' ({self.start})")
        return self


class FileSection(Schema):
    """A capture."""

    path: str


class ScanSection(Schema):
    """A result of another tool: what it is where its content does not say, its columns, and the machine it is of."""

    path: str
    kind: str = Field(default="", alias="as")
    columns: str | None = None
    machine: IPvAnyAddress | None = Field(default=None, alias="for")


class NetworkSection(Schema):
    """Which addresses are the site's own (CIDR; none: all private ones), and what to leave out.

    `names` are the site's words for machines, by their addresses, and for networks, as CIDR.
    """

    networks: tuple[IPvAnyNetwork, ...] = ()
    exclude: tuple[IPvAnyAddress, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)


class KnowledgeSection(Schema):
    """Where the bundle of knowledge lies that results are judged by."""

    bundle: str | None = None


class ArchiveSection(Schema):
    """Where a watch over the logs keeps by day what it read, and for how many days (without it: for ever)."""

    folder: str = Field(min_length=1)
    keep_days: int | None = Field(default=None, ge=1, le=36_500)


class SettingsSection(Schema):
    """Settings that flags and environment may override."""

    store: str | None = None
    content: str | None = None
    out: str | None = None


class SiteFile(Schema):
    """The whole site file. `placeholders` are the site's values for `%name%` in rules with the modifier `expand`."""

    schema_name: Literal["sentinel.site/1"] = Field(alias="schema")
    organisation: OrganisationSection
    report: ReportSection = ReportSection()
    assessment: AssessmentSection | None = None
    inherits: tuple[InheritsSection, ...] = ()
    logs: tuple[LogSection, ...] = ()
    network: NetworkSection = NetworkSection()
    placeholders: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    captures: tuple[FileSection, ...] = ()
    scans: tuple[ScanSection, ...] = ()
    knowledge: KnowledgeSection = KnowledgeSection()
    archive: ArchiveSection | None = None
    settings: SettingsSection = SettingsSection()

    @model_validator(mode="after")
    def _logs_once(self) -> Self:
        names = [log.name for log in self.logs]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"more than one log is called {', '.join(twice)}")
        if sum(log.paths.count(str(STDIN)) for log in self.logs) > 1:
            raise ValueError("only one log can be standard input ('-')")
        return self


@dataclass(frozen=True, slots=True)
class Site:
    """A site file, the folder that its paths are relative to, and what people call it, with its text (for lines)."""

    folder: Path
    file: SiteFile
    name: str = ""
    text: str = ""

    def fault(self, path: Sequence[int | str], what: str) -> Fault:
        """Return a fault at the line of the site file where `path` is written."""
        return Fault(Location(self.name, line_of(self.text, list(path))), what)

    def path(self, name: str) -> Path:
        """Return a path of the site file as a path that can be opened."""
        return self.folder / name

    def matching(self, patterns: tuple[str, ...]) -> list[Path]:
        """Return the existing files that match, each once, in a stable order.

        A folder is given by its name alone and stands for all that is below it; `-` is standard input.
        """
        found = {path for pattern in patterns for path in self._glob(pattern)}
        return sorted(path for path in found if found.isdisjoint(path.parents))

    def _glob(self, pattern: str) -> Iterator[Path]:
        named = not set(pattern) & set("*?[")
        return (path for path in self._found(pattern) if path.is_file() or (named and path.is_dir()) or path == STDIN)

    def _found(self, pattern: str) -> Iterator[Path]:
        if pattern == str(STDIN):
            return iter((STDIN,))
        anchor = Path(pattern).anchor
        return Path(anchor or self.folder).glob(pattern.removeprefix(anchor))


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and who set it."""

    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Settings:
    """What flags, environment, site file and defaults add up to, in that order of precedence.

    `cache` is the folder of compiled rules, empty for none. `policy` holds who may sign scope files and bundles, and
    what is never probed. Both are this machine's affair, so no site file names them.
    """

    store: Setting
    content: Setting
    out: Setting
    cache: Setting
    policy: Setting
    knowledge: Setting


def resolve(flags: Mapping[str, str | None], environ: Mapping[str, str], site: Site | None = None) -> Settings:
    """Return every setting with its origin; paths of the site file are relative to its folder."""
    return Settings(
        store=_pick("store", flags, environ, site, _default_store()),
        content=_pick("content", flags, environ, site, ""),
        out=_pick("out", flags, environ, site, "out"),
        cache=_pick("cache", flags, environ, None, str(user_cache_path("sentinel"))),
        policy=_pick("policy", flags, environ, None, str(site_config_path("sentinel"))),
        knowledge=_pick("knowledge", flags, environ, site, str(user_data_path("sentinel") / "knowledge.zip")),
    )


def read_site(path: Path) -> Site:
    """Read a site file; raise ContentError with every fault and its line."""
    file, text = read_toml(path, SiteFile)
    return Site(path.resolve().parent, file, relative(path, Path.cwd()), text)


def read_toml(path: Path, schema: type[M]) -> tuple[M, str]:
    """Read a TOML file strictly, and return its text too; raise ContentError with every fault and its line."""
    name = relative(path, Path.cwd())
    try:
        return parse_toml(path.read_text(encoding="utf-8"), name, schema)
    except OSError as error:
        raise SettingsError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: is not UTF-8") from error


def parse_toml(text: str, name: str, schema: type[M]) -> tuple[M, str]:
    """Do the same for text that came from `name`; a byte order mark, as editors of Windows write it, is passed over."""
    text = text.removeprefix("\ufeff")
    if long := _LONG_KEY.search(text):
        where = Location(name, text.count("\n", 0, long.start()) + 1)
        raise SettingsError(f"{where}: is not TOML that can be read: a key of {_KEY_PARTS} parts and more")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError([_syntax_fault(name, str(error))]) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or brackets as deep
        raise SettingsError(f"{name}: is not TOML that can be read: {error}") from error
    try:
        return schema.model_validate(data), text
    except ValidationError as error:
        errors = _told_once(error.errors(include_url=False, include_context=False))
        raise ContentError(_fault(name, text, one) for one in errors) from error


def _default_store() -> str:
    return str(user_data_path("sentinel") / "sentinel.db")


def _pick(
    name: str, flags: Mapping[str, str | None], environ: Mapping[str, str], site: Site | None, default: str
) -> Setting:
    flag, variable = flags.get(name), environ.get(PREFIX + name.upper())
    if flag is not None:
        return Setting(flag, "flag")
    if variable is not None:
        return Setting(variable, "environment")
    written = _written(name, site.file) if site else None
    if site and written is not None:
        return Setting(written if "://" in written else str(site.path(written)), "site file")
    return Setting(default, "default")


def _written(name: str, file: SiteFile) -> str | None:
    found: str | None = file.knowledge.bundle if name == "knowledge" else getattr(file.settings, name)
    return found


def _told_once(errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Leave out that a list is too short where that is only because what stands in it is wrong, and told already."""
    for error in errors:
        place = error["loc"]
        inner = (other["loc"] for other in errors if len(other["loc"]) > len(place))
        if error["type"] != "too_short" or all(loc[: len(place)] != place for loc in inner):
            yield error


def _syntax_fault(name: str, message: str) -> Fault:
    found = re.search(r"\(at line (\d+), column \d+\)", message)
    what = re.sub(r" \(at .*\)$", "", message)
    return Fault(Location(name, int(found[1]) if found else 0), f"is not TOML: {what}")


def _fault(name: str, text: str, error: ErrorDetails) -> Fault:
    path, what = place_and_words(error)
    return Fault(Location(name, line_of(text, path)), what)


def line_of(text: str, path: list[int | str]) -> int:
    """Return the line where `path` is written, or the line of the nearest table above it (TOML keeps no marks)."""
    table: list[int | str] = []
    seen: dict[str, int] = {}
    best, best_depth = 0, -1
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*(\[\[?)\s*([\w.\"-]+)\s*\]", line)
        key = re.match(r"\s*([\w-]+)\s*=", line)
        if header:
            if header[1] == "[[":
                seen[header[2]] = seen.get(header[2], -1) + 1
            table = list(_numbered(header[2], seen))
        here = [*table, key[1]] if key else table if header else None
        if here is not None and here == path[: len(here)] and len(here) > best_depth:
            best, best_depth = number, len(here)
    return best


def _numbered(header: str, seen: Mapping[str, int]) -> Iterator[int | str]:
    """Yield the keys of a header, each list of tables followed by the number of the table that is meant."""
    above = ""
    for part in header.split("."):
        above = f"{above}.{part}" if above else part
        yield part.strip('"')
        if above in seen:
            yield seen[above]
