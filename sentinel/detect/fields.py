"""Turns a record into the flat fields that rules read: nested JSON, and the shapes Windows events come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sentinel.detect import joined
from sentinel.detect.dumped import GUID_LETTERS, braced, flatten_ordinary
from sentinel.detect.shipped import as_windows, both
from sentinel.model.events import Value

Unusable = Literal["too-deep", "too-large"]
"""Why a record has no usable fields: nested over MAX_DEPTH, or over MAX_FIELDS names or MAX_NAME letters in one."""

MAX_DEPTH, MAX_FIELDS, MAX_NAME = joined.MAX_DEPTH, joined.MAX_FIELDS, joined.MAX_NAME
ATTRIBUTES = "#attributes"
TEXT = "#text"


def flatten(record: Mapping[str, Any]) -> dict[str, Value] | Unusable:
    """Return the fields of a JSON object.

    Nested names are joined with dots, and a name that already holds the dots wins. Objects in a list become lists
    of values by name. An object that is `{"Event": {"System": …}}`, or of a shipper that `shipped` knows, is read as
    the Windows event it is.
    """
    event = record.get("Event")
    if isinstance(event, dict) and isinstance(event.get("System"), dict):
        return windows(event)
    fields = joined.join_simple(record) or join_any(record)
    if isinstance(fields, str):
        return fields
    fields = as_windows(fields)
    return _without_spaces(fields) if "EventID" in fields and "Channel" in fields else fields


def join_any(record: Mapping[str, Any]) -> dict[str, Value] | Unusable:
    """Return the fields of an object as it is, whatever is in it; this is what `join_simple` must agree with."""
    fields: dict[str, Value] = {}
    return _bounded(_walk(record, "", 0), fields, merge=False) or fields


def windows(event: Mapping[str, Any]) -> dict[str, Value] | Unusable:
    """Return the fields of an event as EVTX dumps and event XML nest it.

    Of System, texts keep their name, attributes are joined to it with an underscore (`Provider_Name`), `TimeCreated`
    is its SystemTime, and what is empty is absent. Of EventData and UserData, values go by their name without
    spaces; what is empty there is the empty text; values without a name are `Data`. A name that stands in System
    and in the data (event 104 tells the cleared `Channel`) holds both values, System's first. A GUID that a dump
    writes bare and in capitals gets the braces that Windows itself writes, and rules expect.
    """
    return flatten_ordinary(event) or flatten_any(event)


def flatten_any(event: Mapping[str, Any]) -> dict[str, Value] | Unusable:
    """Do the same for an event of whatever shape; this is what `flatten_ordinary` must agree with."""
    fields: dict[str, Value] = {}
    problem = _bounded(_system(event["System"]), fields)
    for part, read in (("EventData", _event_data), ("ProcessingErrorData", _event_data), ("UserData", _user_data)):
        if problem is None and event.get(part) is not None:
            problem = _bounded(read(event[part]), fields)
    if problem is None and event.get("RenderingInfo") is not None:
        problem = _bounded(_leaf("RenderingInfo", event["RenderingInfo"]), fields)
    return problem or {name: _with_braces(value) for name, value in _without_spaces(fields).items()}


def _with_braces(value: Value) -> Value:
    return braced(value) if isinstance(value, str) and len(value) == GUID_LETTERS else value


class _UnusableError(Exception):
    """Carries the reason out of the generators of this module; never leaves it."""

    def __init__(self, reason: Unusable) -> None:
        self.reason = reason
        super().__init__(reason)


def _bounded(pairs: Iterator[tuple[str, Value]], fields: dict[str, Value], *, merge: bool = True) -> Unusable | None:
    """Fill `fields` and return None, or the reason why it cannot be done within the bounds."""
    try:
        for name, value in pairs:
            if len(name) > MAX_NAME or len(fields) >= MAX_FIELDS:
                return "too-large"
            fields[name] = both(fields[name], value) if merge and name in fields else value
    except _UnusableError as error:
        return error.reason
    return None


def _without_spaces(fields: dict[str, Value]) -> dict[str, Value]:
    """Drop the spaces from names; two that become one hold the values of both."""
    if " " not in "".join(fields):
        return fields
    kept: dict[str, Value] = {}
    for spaced, value in fields.items():
        name = spaced.replace(" ", "")
        kept[name] = both(kept[name], value) if name in kept else value
    return kept


def _walk(record: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Value]]:
    """Yield nested objects first, so that a name written with its dots comes later and wins."""
    if depth > MAX_DEPTH:
        raise _UnusableError("too-deep")
    if len(prefix) > MAX_NAME:
        raise _UnusableError("too-large")
    own: dict[str, Value] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _walk(value, f"{prefix}{name}.", depth + 1)
        elif isinstance(value, list):
            plain, inner = _list(value, f"{prefix}{name}", depth + 1)
            yield from inner.items()
            if plain or not inner:
                own[name] = plain
        else:
            own[name] = value
    for name, value in own.items():
        yield f"{prefix}{name}", value


def _list(items: list[Any], name: str, depth: int) -> tuple[list[Value], dict[str, list[Value]]]:
    """Return the plain items of the list `name`, and what objects hold as lists under their own names."""
    plain: list[Value] = []
    inner: dict[str, list[Value]] = {}
    for item in _flat(items, depth):
        if isinstance(item, dict):
            for key, value in _walk(item, f"{name}.", depth + 1):
                inner.setdefault(key, []).extend(value if isinstance(value, list) else [value])
                if len(inner) > MAX_FIELDS or len(key) > MAX_NAME:
                    raise _UnusableError("too-large")
        else:
            plain.append(item)
    return plain, inner


def _flat(items: list[Any], depth: int) -> Iterator[Any]:
    if depth > MAX_DEPTH:
        raise _UnusableError("too-deep")
    for item in items:
        if isinstance(item, list):
            yield from _flat(item, depth + 1)
        else:
            yield item


def _system(system: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for name, value in system.items():
        if not isinstance(value, dict):
            if not _is_empty(value):
                yield from _leaf(name, value)
            continue
        for key, inner in _attributes(value):
            if not _is_empty(inner):
                yield ("TimeCreated" if (name, key) == ("TimeCreated", "SystemTime") else f"{name}_{key}"), inner
        if not _is_empty(value.get(TEXT)):
            yield from _leaf(name, value[TEXT])


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _attributes(element: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """Yield attributes as the two common dump tools write them: under `#attributes`, or as `@name`."""
    attributes = element.get(ATTRIBUTES)
    if isinstance(attributes, dict):
        yield from ((key, value) for key, value in attributes.items() if not isinstance(value, (dict, list)))
    for key, value in element.items():
        if key.startswith("@") and not isinstance(value, (dict, list)):
            yield key[1:], value


def _event_data(data: object) -> Iterator[tuple[str, Value]]:
    if not isinstance(data, dict):
        yield from _leaf("Data", data)
        return
    for name, value in data.items():
        if name == "Data":
            yield from _data(value)
        elif name != ATTRIBUTES and not name.startswith("@"):
            yield from _leaf(name, value)


def _data(value: object) -> Iterator[tuple[str, Value]]:
    """Yield `<Data>` elements by their Name; those without one together, as `Data`."""
    unnamed: list[Any] = []
    for item in value if isinstance(value, list) else [value]:
        element = item if isinstance(item, dict) else {}
        name = _name_of(element)
        if isinstance(name, str) and name:
            yield from _leaf(name, element.get(TEXT))
        else:
            unnamed.append(item)
    if unnamed:
        yield from _leaf("Data", unnamed if len(unnamed) > 1 else unnamed[0])


def _name_of(element: Mapping[str, Any]) -> object:
    """Return the attribute `Name` alone, as `_attributes` gives it: of two, the one that is written `@Name`."""
    if "@Name" in element and not isinstance(element["@Name"], (dict, list)):
        return element["@Name"]
    attributes = element.get(ATTRIBUTES)
    return attributes.get("Name") if isinstance(attributes, dict) else None


def _user_data(data: object) -> Iterator[tuple[str, Value]]:
    """Yield what stands in the one element that UserData holds, by its own names."""
    if not isinstance(data, dict):
        yield from _leaf("UserData", data)
        return
    for name, value in data.items():
        if name == ATTRIBUTES or name.startswith("@"):
            continue
        inner = value if isinstance(value, dict) else {name: value}
        for key, item in inner.items():
            if key != ATTRIBUTES and not key.startswith("@"):
                yield from _leaf(name if key == TEXT else key, item)


def _leaf(name: str, value: Any, depth: int = 1) -> Iterator[tuple[str, Value]]:  # noqa: ANN401 - JSON is anything
    """Yield an element's text, and its children under dotted names; an empty element is the empty text."""
    if depth > MAX_DEPTH:
        raise _UnusableError("too-deep")
    if isinstance(value, list):
        yield from _leaves(name, value, depth)
    elif not isinstance(value, dict):
        yield name, "" if value is None else value
    else:
        inner = {key: item for key, item in value.items() if key != ATTRIBUTES and not key.startswith("@")}
        if not inner:
            yield name, ""
        for key, item in inner.items():
            yield from _leaf(name if key == TEXT else f"{name}.{key}", item, depth + 1)


def _leaves(name: str, items: list[Any], depth: int) -> Iterator[tuple[str, Value]]:
    """Yield repeated elements together: a list under each name."""
    together: dict[str, list[Value]] = {}
    for item in items:
        for key, value in _leaf(name, item, depth + 1):
            together.setdefault(key, []).extend(value if isinstance(value, list) else [value])
    for key, values in together.items():
        yield key, values[0] if len(values) == 1 else values
    if not items:
        yield name, ""
