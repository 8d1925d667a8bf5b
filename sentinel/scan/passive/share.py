"""Which part of a capture one of several processes looks at; the parts of all of them are the whole."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32


class Share(NamedTuple):
    """The part with this number, of so many.

    What two machines say to each other is in one part, since what is known of one connection of theirs decides what is
    counted of the next.
    """

    number: int
    of: int

    def has(self, key: bytes) -> bool:
        """Say whether a direction of TCP is in it; the other direction is too then."""
        half = (len(key) - 4) // 2
        return (crc32(key[:half]) + crc32(key[half:-4]) >> 7) % self.of == self.number

    def has_bytes(self, said: bytes) -> bool:
        """Say whether what repeats, byte for byte, is in it."""
        return (crc32(said) >> 7) % self.of == self.number

    def has_number(self, number: int) -> bool:
        """Say whether a packet is in it of which only the number says where it belongs."""
        return number % self.of == self.number


WHOLE = Share(0, 1)
