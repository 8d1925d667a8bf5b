"""The traps that others fell into; each is held somewhere, and the list says where.

DICOM on 4242 and 8080, a request to a web server, an acceptance in three segments, titles of sixteen spaces, rejections
without identity: passive/protocols/test_dicom.py. DICOM in TLS: test_tls.py. Other encoding characters, two messages in
a frame, æøå in both encodings: test_hl7.py. HL7 behind a load balancer: test_proxied.py. One MAC with 400 addresses:
test_inventory.py. VLAN in VLAN: passive/test_packets.py. Packets that are cut: passive/test_skimming.py and
test_dicom.py. Blocks of 28 bits: tests/content/test_fingerprints.py. Samba that says Windows: test_fingerprint.py. An
nmap file that is cut, and entities: test_nmap_xml.py. Overlapping exclusions, and names that lead elsewhere:
test_scope_compile.py. Banners with escapes, formulas and scripts, through the command: tests/cli/test_traps.py.
"""

from __future__ import annotations

import re
from pathlib import Path

from sentinel.content import root
from sentinel.model.assets import Asset
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build
from tests.scan.passive.craft import Connection, heard

HERE = Path(__file__).parent
ORDER = b"\x0bMSH|^~\\&|EPJ|LV|PACS|LV|20261001||ORM^O01|1|P|2.5\rPID|1||1\r\x1c\r"


def assets_of(*packets: bytes) -> dict[str, Asset]:
    found = build(heard(packets), load_fingerprints(root()), (), (), "", {})
    return {one.addresses[0]: one for one in found}


def test_every_place_that_the_list_names_is_there() -> None:
    named = set(re.findall(r"[\w/]*test_\w+\.py", __doc__ or ""))
    places = {str(path.relative_to(HERE.parent.parent)) for path in HERE.parent.rglob("test_*.py")}

    assert {one for one in named if not any(place.endswith(one) for place in places)} == set()


def test_hl7_through_a_proxy_makes_the_proxy_no_archive() -> None:
    """What a proxy passes on names applications at its ends, not the proxy."""
    first = Connection(client="10.0.0.7", server="10.0.0.5", server_port=3128).talk(
        [("client", ORDER), ("server", ORDER)]
    )
    second = Connection(client="10.0.0.5", server="10.0.0.9", server_port=2575).talk(
        [("client", ORDER), ("server", ORDER)]
    )
    found = assets_of(*first, *second)

    assert {(one.product, one.vendor) for one in found.values()} == {("", "")}
