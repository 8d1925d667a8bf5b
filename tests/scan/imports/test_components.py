from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.scan.imports.formats import How
from tests.scan.imports.samples import CYCLONEDX, CYCLONEDX_XML, read

PUMP = How(address="10.20.30.77")


def test_components_and_those_within_them(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, CYCLONEDX, PUMP)

    assert {(one.kind, one.address) for one in seen} == {("sbom.component", "10.20.30.77")}
    assert [one.facts for one in seen] == [
        {"type": "device", "name": "Pump 3", "version": "2.1"},
        {"type": "library", "name": "openssl", "version": "1.0.2k", "purl": "pkg:generic/openssl@1.0.2k"},
        {"type": "file", "name": "libcrypto"},
    ]
    assert (tally.handled, dict(tally.skipped)) == (3, {"no-name": 1})


def test_xml_tells_the_same(tmp_path: Path) -> None:
    seen, _ = read(tmp_path, CYCLONEDX_XML, PUMP)

    assert [one.facts["name"] for one in seen] == ["Pump 3", "openssl", "libcrypto"]
    assert {one.time for one in seen} == {read(tmp_path, CYCLONEDX, PUMP)[0][0].time}


@pytest.mark.parametrize("content", [CYCLONEDX[:-9], "[" * 100_000, '{"bomFormat": "x"}', "7"])
def test_what_is_none_is_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError):
        read(tmp_path, content, How("cyclonedx", {}, "10.0.0.1"))
