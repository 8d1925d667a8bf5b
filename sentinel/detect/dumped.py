"""The ordinary shape of a dumped Windows event, flattened in one pass: nine events of ten have it.

Whatever is out of the ordinary (a list, an element inside another one, a name that stands twice) is left to
`fields.windows`, which says what the fields are; a test holds that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sentinel.model.events import Value

ORDINARY = frozenset({"#attributes", "System", "EventData"})
MOST_LETTERS = 1_000
"""Of all names together: no single one is too long then, and there are not too many."""
GUID_LETTERS = 36
GUID = re.compile(r"[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}")

_ATTRIBUTES, _TEXT = "#attributes", "#text"
_PLAIN = frozenset({str, int, float, bool})


def flatten_ordinary(event: Mapping[str, Any]) -> dict[str, Value] | None:
    """Return the fields of an event, or None where it is out of the ordinary."""
    data: Any = event.get("EventData")
    if not ORDINARY.issuperset(event) or (data.__class__ is dict and "Data" in data):
        return None
    fields: dict[str, Value] = {}
    count = take_system(event["System"], fields)
    if data.__class__ is dict:
        more = _take_data(data, fields)
        count = count + more if count >= 0 and more >= 0 else -1
    elif data is not None:
        return None
    names = "".join(fields)
    if count != len(fields) or " " in names or len(names) > MOST_LETTERS:
        return None
    return fields


def take_system(system: Mapping[str, Any], fields: dict[str, Any]) -> int:
    """Take System's fields; return how many there were, less than none where one of them is out of the ordinary."""
    count = 0
    for name, value in system.items():
        kind = value.__class__
        if kind is dict:
            attributes = value.get(_ATTRIBUTES)
            text = value.get(_TEXT)
            if attributes.__class__ is not dict or len(value) != (1 if text is None else 2):
                return -1
            for key, inner in attributes.items():
                if inner.__class__ not in _PLAIN:
                    return -1
                if inner.__class__ is not str or inner.strip():
                    own = "TimeCreated" if key == "SystemTime" and name == "TimeCreated" else f"{name}_{key}"
                    fields[own] = braced(inner) if inner.__class__ is str and len(inner) == GUID_LETTERS else inner
                    count += 1
            value, kind = text, text.__class__  # noqa: PLW2901 -- what stands in the element, beside its attributes
        if value is None:
            continue
        if kind not in _PLAIN:
            return -1
        if kind is not str or value.strip():
            fields[name] = braced(value) if kind is str and len(value) == GUID_LETTERS else value
            count += 1
    return count


def _take_data(data: Mapping[str, Any], fields: dict[str, Any]) -> int:
    """Take EventData's fields likewise; what is empty there is the empty text."""
    count = 0
    for name, value in data.items():
        if value.__class__ is str:
            fields[name] = braced(value) if len(value) == GUID_LETTERS else value
        elif value is None:
            fields[name] = ""
        elif value.__class__ in _PLAIN:
            fields[name] = value
        elif name != _ATTRIBUTES:
            return -1
        else:
            continue
        if name == "Data" or name[:1] in {"@", "#"}:
            return -1
        count += 1
    return count


@lru_cache(maxsize=4_096)
def braced(text: str) -> str:
    """Return a text; a GUID that a dump writes bare and in capitals with the braces that Windows writes."""
    return f"{{{text}}}" if GUID.fullmatch(text) else text
