"""Where equal numbers that stand together begin."""

from __future__ import annotations

import numpy as np

from sentinel.detect.fast.tokens import Bytes


def starts_of(ordered: Bytes) -> Bytes:
    """Return the place of each number that differs from the one before it; `np.diff` takes four times as long."""
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return is_first.nonzero()[0]
