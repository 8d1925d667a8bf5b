from __future__ import annotations

import click
import pytest

from sentinel.cli.placeholders import filled


def test_values_of_one_name_are_gathered() -> None:
    assert filled(["a=1", "%a%=2", "b=x=y"]) == {"a": ["1", "2"], "b": ["x=y"]}


@pytest.mark.parametrize("pair", ["a", "=1", "", "dcs=@inventory/servers", "dcs=@inventory/"])
def test_what_is_no_pair_is_wrong_use(pair: str) -> None:
    with pytest.raises(click.UsageError):
        filled([pair])
