"""Folders that are closed, for root too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

NOBODY = 65534


@contextmanager
def closed(*names: str) -> Iterator[Path]:
    """Give a folder with closed ones of these names in it, and no right to look into them meanwhile."""
    with TemporaryDirectory(dir="/tmp") as name:  # where nobody may go too, unlike `tmp_path`
        top = Path(name)
        top.chmod(0o755)
        for inner in names:
            (top / inner).mkdir(parents=True)
            (top / inner).chmod(0)
        own = os.geteuid()
        os.seteuid(NOBODY if own == 0 else own)
        try:
            yield top
        finally:
            os.seteuid(own)
            for inner in names:
                (top / inner).chmod(0o700)
