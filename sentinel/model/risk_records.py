"""Machine-readable forms of an assessment of risk; their schemas stand with the others in records.py."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from sentinel.model.records import Record
from sentinel.model.risks import Risk, Ros


def risk_record(risk: Risk) -> Record:
    """Return `sentinel.risk/1`."""
    return {"schema": "sentinel.risk/1", **_adapter(Risk).dump_python(risk, mode="json")}


def ros_record(ros: Ros) -> Record:
    """Return `sentinel.ros/1`: a whole assessment."""
    return {"schema": "sentinel.ros/1", **_adapter(Ros).dump_python(ros, mode="json")}


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
