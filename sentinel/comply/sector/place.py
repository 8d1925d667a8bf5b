"""Lays an organisation's own three numbers beside a published benchmark. Nothing is sent anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from sentinel.comply.wording import day, rounded
from sentinel.errors import InputError, Location, SettingsError
from sentinel.model.benchmark import Benchmark, Cell, Figures, PlacedNumber, Placing, Quarter, Quartiles
from sentinel.model.compliance import Score
from sentinel.model.text import Text

MAX_BYTES = 5_000_000
SCHEMA = "sentinel.benchmark/1"
NAMES: tuple[Literal["score", "coverage", "worst_case"], ...] = ("score", "coverage", "worst_case")
_BENCHMARK: TypeAdapter[Benchmark] = TypeAdapter(Benchmark)
_HUNDRED = 100


def read_benchmark(path: Path) -> Benchmark:
    """Read a published benchmark; raise InputError where it is none, or holds what no benchmark can."""
    where = Location(path.as_posix())
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(where, f"is larger than {MAX_BYTES:,} bytes")
        data = orjson.loads(path.read_bytes())
        if isinstance(data, list) and len(data) == 1:  # as `--format json` prints it
            (data,) = data
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise InputError(where, f"is not a {SCHEMA}")
        found = _BENCHMARK.validate_python({key: value for key, value in data.items() if key != "schema"})
    except OSError as error:
        raise InputError(where, f"cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(where, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(where, "is not JSON") from error
    for wrong in _wrong(found):
        raise InputError(where, wrong)
    return found


def place(benchmark: Benchmark, kind: str, *, small: bool, score: Score) -> Placing:
    """Return where three numbers stand in their group; SettingsError where the benchmark has no such group."""
    part = "small" if small else "full"
    cell = next((one for one in benchmark.cells if kind in one.types and one.part == part), None)
    if cell is None:
        raise SettingsError(f"the benchmark has no group for the type '{kind}'")
    told = cell.figures
    return Placing(
        group=cell.group,
        title=cell.title,
        day=told.day if told else None,
        version=told.version if told else benchmark.version,
        own_version=score.checklist_version,
        numbers=tuple(_placed(name, getattr(score, name), told) for name in NAMES),
        says=_says(cell, score, told),
    )


def quarter(own: int, group: Quartiles) -> Quarter:
    """Return the quarter of a group that a number is in; on a border it is in the lower one."""
    borders: Mapping[Quarter, int] = {"lowest": group.low, "second": group.middle, "third": group.high}
    return next((name for name, border in borders.items() if own <= border), "highest")


def _placed(
    name: Literal["score", "coverage", "worst_case"], value: float | None, told: Figures | None
) -> PlacedNumber:
    group = cast("Quartiles | None", getattr(told, name)) if told else None
    own = None if value is None else rounded(value)
    return PlacedNumber(name, own, group, quarter(own, group) if group and own is not None else None)


def _says(cell: Cell, score: Score, told: Figures | None) -> Text:
    if told is None:
        return Text(f"Gruppen er ikke vist. {cell.because.nb}", f"The group is not shown. {cell.because.en}")
    nb = f"Minst {told.members} virksomheter, tall fra {day(told.day, 'nb')}."
    en = f"At least {told.members} organisations, figures of {day(told.day, 'en')}."
    if told.version == score.checklist_version:
        return Text(nb, en)
    return Text(
        f"{nb} Gruppen svarte på versjon {told.version} av sjekklisten, dere på {score.checklist_version}.",
        f"{en} The group answered version {told.version} of the checklist, you answered {score.checklist_version}.",
    )


def _wrong(found: Benchmark) -> Iterator[str]:
    for cell in found.cells:
        told = cell.figures
        for group in (getattr(told, name) for name in NAMES) if told else ():
            if group and not 0 <= group.low <= group.middle <= group.high <= _HUNDRED:
                yield f"{cell.group}: quartiles that cannot be"
        if told and (told.members < found.least or any(count < 0 for count in told.levels.values())):
            yield f"{cell.group}: counts that cannot be"
