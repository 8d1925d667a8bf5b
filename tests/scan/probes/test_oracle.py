"""What we send, as other people's implementations of the protocols read it: the golden bytes are not ours alone."""

from __future__ import annotations

from sentinel.scan.probes import dicom, modbus, smb, snmp, ssh
from tests.scan.probes.drive import CALLER, HERE


def test_scapy_reads_our_negotiation() -> None:
    from scapy.layers.smb2 import SMB2_Header

    read = SMB2_Header(smb.negotiate()[4:])

    assert read.payload.name == "SMB2 Negotiate Protocol Request"
    assert (read.StructureSize, read.Command, read.MID, read.payload.SecurityMode) == (64, 0, 0, 1)
    assert list(read.payload.Dialects) == [0x0202, 0x0210, 0x0300, 0x0302, 0x0311]
    (context,) = read.payload.NegotiateContexts
    assert (context.ContextType, context.DataLength, context.payload.HashAlgorithms) == (1, 38, [1])


def test_scapy_reads_our_request_for_a_challenge_and_finds_no_name_in_it() -> None:
    from scapy.layers.ntlm import NTLM_NEGOTIATE
    from scapy.layers.smb2 import SMB2_Session_Setup_Request
    from scapy.layers.spnego import GSSAPI_BLOB

    body = smb.session_setup()[4 + 64 :]
    read = SMB2_Session_Setup_Request(body)
    asked = GSSAPI_BLOB(body[24:]).innerToken.token
    message = asked.mechToken.value

    assert (read.StructureSize, read.SecurityMode, read.Flags) == (25, 1, 0)
    assert [one.oid.val.lstrip(".") for one in asked.mechTypes] == ["1.3.6.1.4.1.311.2.2.10"]
    assert isinstance(message, NTLM_NEGOTIATE)
    assert (message.DomainNameLen, message.WorkstationNameLen) == (0, 0)


def test_scapy_reads_our_snmp() -> None:
    from scapy.layers.snmp import SNMP

    read = SNMP(snmp.get("public"))

    assert (read.version.val, read.community.val, read.PDU.name) == (1, b"public", "SNMPget")
    assert [one.oid.val.lstrip(".") for one in read.PDU.varbindlist] == [
        "1.3.6.1.2.1.1.1.0",
        "1.3.6.1.2.1.1.2.0",
        "1.3.6.1.2.1.1.5.0",
    ]


def test_scapy_reads_our_modbus() -> None:
    from scapy.contrib.modbus import ModbusADURequest

    read = ModbusADURequest(modbus.REQUEST)

    assert (read.payload.name, read.len, read.payload.readCode) == ("Read Device Identification", 5, 1)


def test_scapy_reads_our_farewell() -> None:
    from scapy.layers.ssh import SSH

    read = SSH(ssh.farewell(CALLER).partition(b"\r\n")[2])

    assert (read.pay.name, read.pay.reason_code) == ("SSHDisconnect", 11)
    assert read.pay.description.value == b"inventory, no login wanted; sikkerhet@lyngvik.example"
    assert len(read.random_padding) == read.padding_length


def test_pynetdicom_reads_our_request() -> None:
    from pynetdicom.pdu import A_ASSOCIATE_RQ, A_RELEASE_RQ

    read, bye = A_ASSOCIATE_RQ(), A_RELEASE_RQ()
    read.decode(dicom.request(HERE, CALLER))
    bye.decode(dicom.RELEASE)

    assert (read.called_ae_title, read.calling_ae_title) == ("SENTINEL-NO-NODE", "HELSE-INVENTAR")
    (context,) = read.presentation_context
    assert (context.abstract_syntax, context.transfer_syntax) == ("1.2.840.10008.1.1", ["1.2.840.10008.1.2"])
    assert read.user_information is not None
    assert read.user_information.implementation_class_uid == dicom.CLASS_UID.decode()
    assert (read.encode(), bye.encode()) == (dicom.request(HERE, CALLER), dicom.RELEASE)
