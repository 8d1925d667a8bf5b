"""What was found out about the signature of one file of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

SignedState = Literal["signed", "changed", "unsigned", "stranger", "renamed", "broken", "unread"]
"""signed: these bytes, under this name, by a trusted key · changed: the bytes are others now · unsigned: nothing lies
beside it · stranger: by a key that is not trusted · renamed: the signature is of a file of another name · broken: what
lies beside it is no signature, or was changed itself · unread: the file could not be looked at."""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """One file and its signature.

    `signer` is what the trusted key is called here, or, of a stranger, what they call themselves. `as_of` is the day
    that the report looks from, as the signer said; it is no proof of when it was signed. `why` says it in words.
    """

    path: str
    state: SignedState
    why: str
    signer: str = ""
    key: str = ""
    as_of: date | None = None
