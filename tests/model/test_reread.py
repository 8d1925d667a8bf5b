from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sentinel.model.records import result_record
from sentinel.model.reread import reread
from sentinel.model.result import Result
from tests.report import sample
from tests.report.extremes import overfull, poisoned
from tests.shared import ROOT


def written(result: Result) -> bytes:
    return orjson.dumps(result_record(result))


@pytest.mark.parametrize("result", [sample.rich(), sample.empty(), overfull(), poisoned("\u202e=1\n<x>\\")])
def test_a_result_that_was_written_and_read_is_written_the_same(result: Result) -> None:
    assert written(reread(written(result), {})) == written(result)


def test_what_the_checklist_knows_of_a_requirement_is_taken_from_it() -> None:
    rich = sample.rich()
    known = {one.requirement.id: one.requirement for one in rich.judgements}

    assert [one.requirement for one in reread(written(rich), known).judgements] == [
        one.requirement for one in rich.judgements
    ]
    bare = reread(written(rich), {}).judgements[0].requirement
    assert (bare.id, bare.title, bare.weight, bare.gate, bare.chapter) == (
        rich.judgements[0].requirement.id,
        rich.judgements[0].requirement.title,
        rich.judgements[0].requirement.weight,
        rich.judgements[0].requirement.gate,
        rich.judgements[0].requirement.chapter,
    )


def test_a_result_of_the_first_version_is_read() -> None:
    old = reread((ROOT / "examples" / "clinic" / "previous" / "result.json").read_bytes(), {})

    assert len(old.judgements) == 75
    assert old.actions[0].state == "proposed"
    assert old.chapters == {}
    assert (old.packs, old.risks) == ((), None)


def test_the_packs_a_site_answers_are_read_with_their_numbers_and_the_others_are_not_there() -> None:
    (law,) = reread(written(sample.rich()), {}).packs

    assert law.pack == sample.packs()[1].pack
    assert law.score == sample.packs()[1].score


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"schema": "sentinel.result/2"}', b"\xff\xfe", b"null"])
def test_what_is_no_result_is_refused(data: bytes) -> None:
    with pytest.raises(ValidationError):
        reread(data, {})


OLD = orjson.loads((ROOT / "examples" / "clinic" / "previous" / "result.json").read_bytes())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(OLD.keys() | {"previous", "chapters"})), JSON)
def test_a_broken_part_gives_a_result_or_one_kind_of_error(key: str, value: object) -> None:
    try:
        found = reread(orjson.dumps({**OLD, key: value}), {})
    except ValidationError:
        return
    assert found.judgements or key == "judgements"


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValidationError):
        reread(data, {})
