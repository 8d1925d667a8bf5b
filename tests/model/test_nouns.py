"""Every noun is frozen and slotted, so that what one room found no other can bend."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import fields, is_dataclass

import sentinel.model
from sentinel.model.skipped import Tally

COUNTERS = {Tally: "a running count; it leaves its maker only as a finished number"}


def test_every_noun_is_frozen_and_slotted() -> None:
    loose = []
    for module in pkgutil.iter_modules(sentinel.model.__path__):
        found = importlib.import_module(f"sentinel.model.{module.name}")
        for name, noun in inspect.getmembers(found, inspect.isclass):
            own = noun.__module__ == found.__name__ and is_dataclass(noun) and noun not in COUNTERS
            if own and not (vars(noun)["__dataclass_params__"].frozen and "__slots__" in vars(noun)):
                loose.append(f"{module.name}.{name}")

    assert loose == []


def test_no_noun_has_a_field_without_a_type_that_can_be_written_down() -> None:
    from sentinel.model.records import RECORDS, json_schema

    for name, noun in RECORDS.items():
        assert set(json_schema(name)["properties"]) == {"schema", *(field.name for field in fields(noun))}
