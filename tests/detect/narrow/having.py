"""What a store does with the words of an event, in a few lines: for tests without one."""

from __future__ import annotations

from collections.abc import Collection

from sentinel.detect.narrow.asked import All, Asked, Word
from sentinel.detect.narrow.words import pair
from sentinel.detect.routes import ANY, Route


def has(asked: Asked, words: Collection[str]) -> bool:
    """Say whether what is asked for is among words."""
    if isinstance(asked, Word):
        return asked.text in words if not asked.is_part else any(_is_part(asked, word) for word in words)
    each = (has(item, words) for item in asked.items)
    return all(each) if isinstance(asked, All) else any(each)


def takes(route: Route, words: Collection[str]) -> bool:
    """Say whether the words are those of a record that takes a route."""
    met = all(_meets(name, texts, words) for name, texts in route.when)
    return met and not any(_meets(name, texts, words) for name, texts in route.unless)


def _is_part(asked: Word, word: str) -> bool:
    if asked.before and asked.after:
        return asked.text in word
    return word.endswith(asked.text) if asked.before else word.startswith(asked.text)


def _meets(name: str, texts: Collection[str], words: Collection[str]) -> bool:
    if ANY in texts:
        return any(word.startswith(pair(name, "")) for word in words)
    return any(pair(name, text) in words for text in texts)
