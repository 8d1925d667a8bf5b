from __future__ import annotations

import pytest

from tests.scan.passive.letters import SDC, SECRET, letter


def test_an_sdc_device_says_hello() -> None:
    (found,) = letter(SDC, (3702, 3702))

    assert found.kind == "wsd.device"
    assert found.facts == {
        "types": "Device MedicalDevice",
        "medical": "yes",
        "endpoint": "urn:uuid:11111111-2222-3333-4444-555555555555",
        "location": "fac=HOSP&poc=INT3&bed=Bed 1",
        "device_type": "130535",
        "purpose": "1.2.840.10004.20701.1.1",
        "place": "http://10.20.30.21:6464/abc",
    }
    assert SECRET not in repr(found)


def test_the_word_alone_makes_no_medical_device() -> None:
    other = SDC.replace(b"http://standards.ieee.org/downloads/11073/", b"http://printers.example/")

    assert "medical" not in letter(other, (3702, 3702))[0].facts


def test_a_bye_and_a_search_tell_nothing() -> None:
    assert letter(SDC.replace(b"wsd:Hello", b"wsd:Bye"), (3702, 3702)) == []
    assert letter(SDC.replace(b"wsd:Hello", b"wsd:Probe"), (50_000, 3702)) == []


def test_what_the_library_of_a_maker_of_devices_sends_is_read() -> None:
    pytest.importorskip("sdc11073")
    from sdc11073.definitions_sdc import SdcV1Definitions
    from sdc11073.pysoap.msgfactory import CreatedMessage, MessageFactory
    from sdc11073.pysoap.soapenvelope import Soap12Envelope
    from sdc11073.xml_types import wsd_types
    from sdc11073.xml_types.addressing_types import HeaderInformationBlock

    hello = wsd_types.HelloType()
    hello.Types = SdcV1Definitions.MedicalDeviceTypesFilter
    hello.EndpointReference.Address = "urn:uuid:11111111-2222-3333-4444-555555555555"
    hello.Scopes = wsd_types.ScopesType("sdc.ctxt.loc:/x?fac=HOSP&poc=INT3&bed=Bed1")
    hello.XAddrs = ["http://10.20.30.21:6464/abc"]
    envelope = Soap12Envelope(
        SdcV1Definitions.data_model.ns_helper.partial_map(SdcV1Definitions.data_model.ns_helper.WSD)
    )
    envelope.set_header_info_block(
        HeaderInformationBlock(action=hello.action, addr_to="urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01")
    )
    envelope.payload_element = hello.as_etree_node(
        SdcV1Definitions.data_model.ns_helper.WSD.tag("Hello"), SdcV1Definitions.data_model.ns_helper.ns_map
    )
    message = CreatedMessage(envelope, MessageFactory(SdcV1Definitions, None, None))
    payload = message.serialize()

    (found,) = letter(payload, (3702, 3702))
    assert (found.facts["medical"], found.facts["location"]) == ("yes", "fac=HOSP&poc=INT3&bed=Bed1")
