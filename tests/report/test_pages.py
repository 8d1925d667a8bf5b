from __future__ import annotations

import ast
import dataclasses
import inspect

from sentinel.report import pages


def test_every_noun_is_frozen_and_says_what_each_field_is() -> None:
    source = inspect.getsource(pages)
    lines = source.splitlines()
    silent = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            noun = getattr(pages, node.name)
            assert noun.__dataclass_params__.frozen, node.name
            assert hasattr(noun, "__slots__"), node.name
            fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            assert len(fields) == len(dataclasses.fields(noun))
            silent += [f"{node.name}:{item.lineno}" for item in fields if "  # " not in lines[item.lineno - 1]]
    assert silent == []
