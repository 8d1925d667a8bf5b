from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.runs import starts_of


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@given(numbers=st.lists(st.integers(-3, 3), max_size=20))
def test_each_run_of_equal_numbers_begins_once(kind: type, numbers: list[int]) -> None:
    lengths = [len(list(group)) for _, group in groupby(numbers)]

    assert starts_of(np.array(numbers, kind)).tolist() == [sum(lengths[:at]) for at in range(len(lengths))]
