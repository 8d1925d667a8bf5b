"""Machines that answer multicast questions; run as a program in a namespace, each name of its own.

`sdc ADDRESS` is a device of IEEE 11073 SDC (Dräger's sdc11073), which answers multicast alone. `mdns ADDRESS` and `ssdp
ADDRESS` answer from that address.
"""

from __future__ import annotations

import socket
import struct
import sys
import time
import warnings
from collections.abc import Callable

SDC = "urn:uuid:6f1b2c3d-0000-4000-8000-00000000beef"
SSDP = (
    b"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=60\r\nLOCATION: http://10.77.0.4/d.xml\r\n"
    b"SERVER: Linux UPnP/1.0 Lyngvik/2\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n"
)


def sdc(address: str) -> None:
    from sdc11073.definitions_sdc import SdcV1Definitions
    from sdc11073.location import SdcLocation
    from sdc11073.wsdiscovery import WSDiscovery
    from sdc11073.xml_types.wsd_types import ScopesType

    warnings.simplefilter("ignore")
    scopes = ScopesType()
    scopes.text = [SdcLocation(fac="HOSP", poc="INT3", bed="Bed1").scope_string]
    with WSDiscovery(address) as device:
        device.publish_service(SDC, list(SdcV1Definitions.MedicalDeviceTypesFilter), scopes, [f"http://{address}/d"])
        time.sleep(3)  # its Hello has been said four times by now
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        time.sleep(3600)


def answering(group: str, port: int, address: str, answer: Callable[[bytes], bytes]) -> None:
    """Answer each datagram to a group from an address of ours."""
    family = socket.AF_INET6 if ":" in group else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as heard, socket.socket(family, socket.SOCK_DGRAM) as said:
        heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        heard.bind((group, port, 0, socket.if_nametoindex("vb")) if ":" in group else (group, port))
        if ":" in group:
            member = socket.inet_pton(family, group) + struct.pack("@I", socket.if_nametoindex("vb"))
            heard.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
        else:
            member = struct.pack("=4s4si", socket.inet_aton(group), bytes(4), socket.if_nametoindex("vb"))
            heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        said.bind(socket.getaddrinfo(address, 0, type=socket.SOCK_DGRAM)[0][4])  # with its zone, where it has one
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            question, sender = heard.recvfrom(2000)
            said.sendto(answer(question), sender)


def services(question: bytes) -> bytes:
    """Answer a question of multicast DNS as one-shot queriers are answered (RFC 6762, 6.7)."""
    pointed = b"\x06_dicom\x04_tcp\x05local\0"
    record = b"\xc0\x0c\0\x0c\0\1\0\0\0\x0a" + struct.pack(">H", len(pointed)) + pointed
    return question[:2] + b"\x84\0\0\1\0\1\0\0\0\0" + question[12:] + record


def main() -> None:
    kind, address = sys.argv[1:3]
    if kind == "sdc":
        sdc(address)
    elif kind == "ssdp":
        answering("239.255.255.250", 1900, address, lambda _: SSDP)
    else:
        answering("ff02::fb" if ":" in address else "224.0.0.251", 5353, address, services)


if __name__ == "__main__":
    main()
