from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.packets import reverse
from sentinel.scan.passive.share import WHOLE, Share

SHARES = [Share(number, 2) for number in range(2)]
KEYS = st.binary(min_size=12, max_size=12) | st.binary(min_size=36, max_size=36)


@given(KEYS, st.binary(min_size=4, max_size=4))
def test_all_connections_of_two_machines_are_in_one_share(key: bytes, ports: bytes) -> None:
    ours = [share.has(key) for share in SHARES]

    assert sum(ours) == 1
    assert [share.has(reverse(key)) for share in SHARES] == ours
    assert [share.has(key[:-4] + ports) for share in SHARES] == ours
    assert WHOLE.has(key)


@given(st.binary(), st.integers(0))
def test_everything_else_is_in_one_share_too(said: bytes, number: int) -> None:
    assert sum(share.has_bytes(said) for share in SHARES) == 1
    assert sum(share.has_number(number) for share in SHARES) == 1
    assert WHOLE.has_bytes(said)
    assert WHOLE.has_number(number)


def test_neighbours_are_spread_evenly() -> None:
    """Clients that are numbered one after another and their servers must not all fall on one side."""
    pairs = [(client, 1 + client % step) for client in range(1, 250) for step in (2, 10, 50)]
    keys = [bytes([10, 20, 0, client, 10, 21, 0, server]) + bytes(4) for client, server in pairs]
    (_, fewer) = Counter(SHARES[0].has(key) for key in keys).most_common()

    assert fewer[1] > len(keys) * 0.4
