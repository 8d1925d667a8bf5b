"""An SDC device that answers a Probe, and our exchange with it; run in a network namespace that holds only loopback."""

from __future__ import annotations

import json
import socket
import sys
import time
import warnings

from sdc11073.definitions_sdc import SdcV1Definitions
from sdc11073.location import SdcLocation
from sdc11073.wsdiscovery import WSDiscovery
from sdc11073.xml_types.wsd_types import ScopesType

from sentinel.scan.probes.exchange import Caller, Fact, Target
from sentinel.scan.probes.wsdiscovery import GROUP, PORT, begin

EPR = "urn:uuid:6f1b2c3d-0000-4000-8000-00000000beef"


def main() -> None:
    """Publish a device, ask by multicast, and print what the exchange with it learnt."""
    warnings.simplefilter("ignore")
    scopes = ScopesType()
    scopes.text = [
        SdcLocation(fac="HOSP", poc="INT3", bed="Bed1").scope_string,
        "sdc.cdc.type:/urn:oid:1.2.840.10004.1.1.1.0.0.1//130535",
        "sdc.mds.pkp:1.2.840.10004.20701.1.1",
    ]
    with WSDiscovery("127.0.0.1") as device:
        device.publish_service(
            EPR, list(SdcV1Definitions.MedicalDeviceTypesFilter), scopes, ["http://127.0.0.1:6464/d"]
        )
        time.sleep(3)  # its Hello has been said four times by now
        facts = [asked for run in ("a", "b") for asked in ask(run)]
    json.dump([(fact.kind, fact.facts) for fact in facts], sys.stdout)


def ask(run: str) -> tuple[Fact, ...]:
    """Play the wire: one multicast datagram, and the exchange is given the first that comes back."""
    target = Target(GROUP, PORT)
    exchange = begin(target, Caller("HELSE-INVENTAR", "sikkerhet@lyngvik.example", run=run))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        link.settimeout(10)
        link.sendto(next(exchange), (target.address, target.port))
        try:
            exchange.send(link.recv(65_536))
        except StopIteration as end:
            return tuple(end.value)
    return ()


if __name__ == "__main__":
    main()
