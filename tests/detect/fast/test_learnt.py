from __future__ import annotations

import msgspec
import pytest

from sentinel.detect.fast.learnt import Learnt
from sentinel.model.kept import Kept
from tests.detect.fast.test_choices import Memory


def learnt(memory: Kept | None, most: int = 9) -> Learnt[int]:
    return Learnt(memory, "key", msgspec.msgpack.Decoder(int), most)


def test_what_one_log_taught_is_known_to_the_next_once_it_is_saved() -> None:
    memory = Memory()
    first = learnt(memory)
    first.put("a", 1)

    assert (first.get("a"), first.get("b"), learnt(memory).get("a")) == (1, None, None)
    first.save()
    first.save()
    assert memory.saved == 1
    assert learnt(memory).get("a") == 1


def test_what_was_learnt_last_is_kept() -> None:
    memory = Memory()
    first = learnt(memory, most=2)
    for name, number in (("a", 1), ("b", 2), ("c", 3), ("a", 4)):
        first.put(name, number)
    first.save()

    assert [learnt(memory).get(name) for name in "abc"] == [4, None, 3]


def test_what_another_kept_meanwhile_stays() -> None:
    memory = Memory()
    first, second = learnt(memory), learnt(memory)
    for one, name, number in ((first, "a", 1), (second, "b", 2)):
        one.put(name, number)
        assert one.get("c") is None
        one.save()

    assert [learnt(memory).get(name) for name in "ab"] == [second.get(name) for name in "ab"] == [1, 2]


def test_nothing_new_is_not_saved_again() -> None:
    memory = Memory()
    learnt(memory).save()
    learnt(None).save()

    assert memory.saved == 0


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x93\x01\x02\x03", b"\x81\xa1a\xa1x"])
def test_what_something_else_kept_is_nothing(data: bytes) -> None:
    memory = Memory()
    memory.save("key", data)

    assert learnt(memory).get("a") is None
