"""Records that a cluster would not take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reject:
    """`sentinel.reject/1`: a record that is not in Elasticsearch, whole, and where it was read.

    `status` and `kind` are the cluster's; `why` may quote a value of the record.
    """

    id: str
    source: str
    record: str
    status: int
    kind: str
    why: str
    document: dict[str, Any]
