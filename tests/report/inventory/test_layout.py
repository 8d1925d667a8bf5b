from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

from sentinel.content import root
from sentinel.model.inventory import Inventory
from sentinel.report.inventory.drawing import Drawing, Rect
from sentinel.report.inventory.ground import ground
from sentinel.report.inventory.layout import NARROW, PAPER, WIDE, Size
from sentinel.report.inventory.mapping import draw
from sentinel.report.lettering import breadth
from sentinel.report.text import load_texts
from tests.report.inventory.hospital import hospital

SIZES = (WIDE, NARROW, PAPER)
CASES = [(1, 1), (12, 1), (39, 3), (41, 3), (200, 4), (400, 9), (900, 40)]
NESTED = {"care", "alarm", "chip", "caring", "alarming"}


def long_names(inventory: Inventory) -> Inventory:
    """The same with names that no place has room for."""
    wide = tuple(replace(one, names=("W" * 70,), product="Ÿ中" * 60) for one in inventory.assets)
    return replace(inventory, assets=wide, names=dict.fromkeys(inventory.networks, "M" * 200))


@cache
def drawings(devices: int, networks: int, size: Size, *, heard: bool = True, wide: bool = False) -> tuple[Drawing, ...]:
    made = hospital(devices, networks, heard=heard)
    return draw(ground(long_names(made) if wide else made), size, load_texts("nb", root()))


def every() -> Iterator[tuple[Drawing, Size]]:
    for devices, networks in CASES:
        for size in SIZES:
            for heard, wide in ((True, False), (False, True), (True, True)):
                yield from ((one, size) for one in drawings(devices, networks, size, heard=heard, wide=wide))


def meet(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def inside(one: Rect, other: Rect) -> bool:
    return (
        other.x - 0.01 <= one.x
        and other.y - 0.01 <= one.y
        and one.x + one.width <= other.x + other.width + 0.01
        and one.y + one.height <= other.y + other.height + 0.01
    )


def test_boxes_do_not_overlap_and_lie_in_each_other_whole() -> None:
    for one, _ in every():
        for first, second in combinations(one.rects, 2):
            assert not meet(first, second) or inside(second, first), (one.id, first, second)


def test_nothing_is_outside_the_drawing() -> None:
    for one, size in every():
        for rect in one.rects:
            assert inside(rect, Rect(0, 0, one.width, one.height, "area")), (one.id, rect)
        for word in one.words:
            bold = word.style in {"strong", "alarm"}
            assert word.x + breadth(word.text, word.size, bold=bold) * size.letters <= one.width + 0.5, (one.id, word)
            assert 0 < word.y < one.height
        for wire in one.wires:
            across = [float(x) for x in re.findall(r"[MH]([\d.]+)", wire.path)]
            down = [float(y) for y in re.findall(r"V([\d.]+)", wire.path)]
            assert max(across) <= one.width
            assert all(0 <= y <= one.height for y in down)


def test_words_do_not_overlap() -> None:
    for one, size in every():
        boxes = [
            Rect(
                word.x,
                word.y - word.size * 0.75,
                breadth(word.text, word.size, bold=word.style in {"strong", "alarm"}) * size.letters,
                word.size * 0.95,
                "area",
            )
            for word in one.words
        ]
        for (first, one_word), (second, other_word) in combinations(zip(boxes, one.words, strict=True), 2):
            assert not meet(first, second), (one.id, one_word, other_word)


def test_lines_of_talk_never_run_through_a_box() -> None:
    for one, _ in every():
        areas = [rect for rect in one.rects if rect.style not in NESTED]
        for wire in one.wires:
            right = max(rect.x + rect.width for rect in areas)
            assert min(float(x) for x in re.findall(r"M([\d.]+)", wire.path)) >= right - 1


@pytest.mark.parametrize("size", SIZES)
def test_the_same_inventory_gives_the_same_drawing_in_any_order(size: Size) -> None:
    made = hospital(120, 5)
    assert made.heard is not None
    mixed = replace(
        made,
        assets=made.assets[::-1],
        findings=made.findings[::-1],
        networks=made.networks[::-1],
        heard=replace(made.heard, flows=made.heard.flows[::-1]),
    )
    texts = load_texts("nb", root())

    assert draw(ground(mixed), size, texts) == draw(ground(made), size, texts)


@pytest.mark.parametrize(("devices", "networks"), CASES)
def test_paper_is_never_higher_than_a_page(devices: int, networks: int) -> None:
    assert all(one.height <= PAPER.height for one in drawings(devices, networks, PAPER))


def test_letters_are_large_enough_to_read() -> None:
    for one, size in every():
        assert min(word.size for word in one.words) >= 12
        assert one.width == size.width
    assert NARROW.width <= 320 - 2 * 16


def test_what_nobody_looked_at_is_dashed_open_and_said_in_words() -> None:
    (one,) = drawings(12, 1, WIDE, heard=False)
    dashed = [rect for rect in one.rects if rect.style == "open"]
    open_signs = [sign for sign in one.signs if sign.mark.tone == "open"]
    texts = " ".join(word.text for word in one.words)

    assert len(dashed) >= 3
    assert {sign.mark.shape for sign in open_signs} == {"open"}
    assert "Ingen har lyttet" in texts
    assert "ingen har sett på dette nettet" in texts
    assert "1 adresse svarte ikke" in texts.replace("\u00a0", " ")
    assert one.wires == ()
