"""Nmap XML as nmap writes it, made by hand, and broken on purpose."""

from __future__ import annotations

from pathlib import Path

from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.nmap_xml import read_nmap

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n'
    '<?xml-stylesheet href="file:///usr/share/nmap/nmap.xsl" type="text/xsl"?>\n<!-- Nmap 7.93 scan -->\n'
    '<nmaprun scanner="nmap" args="nmap -sV" start="1791964800" version="7.93" xmloutputversion="1.05">\n'
    '<scaninfo type="syn" protocol="tcp" numservices="4" services="22,443,4242"/>\n<verbose level="1"/>\n'
)
PACS = """<host starttime="1791964801" endtime="1791964802"><status state="up" reason="arp-response" reason_ttl="0"/>
<address addr="10.20.30.21" addrtype="ipv4"/>
<address addr="00:09:FB:01:02:03" addrtype="mac" vendor="Philips Patient Monitoring"/>
<hostnames><hostname name="lv-pacs.lyngvik.example" type="PTR"/><hostname name="second" type="PTR"/></hostnames>
<ports><extraports state="closed" count="2"><extrareasons reason="reset" count="2"/></extraports>
<port protocol="tcp" portid="4242"><state state="open" reason="syn-ack"/>
<service name="dicom" method="probed" conf="10"/>
<script id="dicom-ping" output="&#xa;  dicom: …"><elem key="dicom">DICOM Service Provider discovered!</elem>
<elem key="config">Any AET is accepted (Insecure)</elem></script></port>
<port protocol="tcp" portid="443"><state state="open" reason="syn-ack"/>
<service name="http" product="nginx" version="1.22.1" tunnel="ssl" method="probed" conf="10">
<cpe>cpe:/a:igor_sysoev:nginx:1.22.1</cpe><cpe>cpe:/o:linux:linux_kernel</cpe></service>
<script id="ssl-cert" output="…"><table key="subject"><elem key="commonName">lv-pacs</elem></table>
<table key="issuer"><elem key="commonName">lv-pacs</elem></table>
<table key="validity"><elem key="notBefore">2023-01-01T00:00:00</elem><elem key="notAfter">2025-01-01T00:00:00</elem>
</table></script></port>
<port protocol="udp" portid="161"><state state="open|filtered" reason="no-response"/></port></ports>
<hostscript><script id="smb-protocols" output="…"><table key="dialects">
<elem>NT LM 0.12 (SMBv1)</elem><elem>2:0:2</elem>
</table></script><script id="http-enum" output="Pasient: Ola"><elem key="x">Pasient</elem></script></hostscript>
<times srtt="1" rttvar="1" to="1"/></host>
"""
DOWN = '<host><status state="down" reason="no-response"/><address addr="10.20.30.70" addrtype="ipv4"/></host>\n'


def tail(up: int, down: int) -> str:
    return (
        f'<runstats><finished time="1791964900" exit="success"/><hosts up="{up}" down="{down}" total="{up + down}"/>'
        "</runstats>\n</nmaprun>\n"
    )


WHOLE = HEAD + DOWN + PACS + tail(1, 1)


def read(content: str | bytes, folder: Path) -> tuple[list[Observation], Tally]:
    path = folder / "scan.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    tally = Tally("scan.xml")
    return list(read_nmap(path, "scan.xml", tally)), tally
