"""Results of other tools as those tools write them, made by hand about machines that are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl

from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.imports.formats import How, read_import

NESSUS = """<?xml version="1.0" ?>
<NessusClientData_v2><Policy><policyName>Basic</policyName></Policy>
<Report name="Lyngvik" xmlns:cm="http://www.nessus.org/cm">
<ReportHost name="lv-epj"><HostProperties>
<tag name="HOST_END_TIMESTAMP">1791964802</tag><tag name="host-ip">10.20.30.11</tag>
<tag name="host-fqdn">lv-epj.lyngvik.example</tag><tag name="mac-address">00:15:5D:00:00:11</tag>
<tag name="operating-system">Microsoft Windows Server 2012 R2 Standard</tag></HostProperties>
<ReportItem port="3389" svc_name="msrdp" protocol="tcp" severity="4" pluginID="125313" \
pluginName="Microsoft RDP RCE (CVE-2019-0708) (BlueKeep) (uncredentialed check)" pluginFamily="Windows">
<cve>CVE-2019-0708</cve><cvss3_base_score>9.8</cvss3_base_score><solution>Microsoft has released patches.</solution>
<plugin_output>Pasient 01010112345 logget inn</plugin_output></ReportItem>
<ReportItem port="23" svc_name="telnet" protocol="tcp" severity="2" pluginID="42263" \
pluginName="Unencrypted Telnet Server" pluginFamily="Misc."><solution>n/a</solution></ReportItem>
<ReportItem port="8080" svc_name="www?" protocol="tcp" severity="0" pluginID="11219" pluginName="Nessus SYN scanner"/>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="0" pluginID="19506" pluginName="Scan Information"/>
</ReportHost>
<ReportHost name="ukjent.lyngvik.example"><HostProperties><tag name="host-fqdn">x</tag></HostProperties>
<ReportItem port="80" svc_name="www" protocol="tcp" severity="1" pluginID="1" pluginName="X"/></ReportHost>
</Report></NessusClientData_v2>
"""
OPENVAS = """<report id="r" format_id="a994b278-1f62-11e1-96ac-406186ea4fc5" extension="xml"><report id="r">
<ports start="1" max="-1"><port>23/tcp<host>10.20.30.30</host><severity>4.8</severity></port></ports>
<results start="1" max="100">
<result id="1"><name>Telnet Unencrypted Cleartext Login</name>
<modification_time>2026-10-14T08:00:00Z</modification_time>
<host>10.20.30.30<asset asset_id="a"/><hostname>lv-web</hostname></host><port>23/tcp</port>
<nvt oid="1.3.6.1.4.1.25623.1.0.108522"><name>Telnet</name><solution type="Mitigation">Replace Telnet.</solution>
<refs><ref type="url" id="https://example.example/"/></refs></nvt>
<threat>Medium</threat><severity>4.8</severity><qod><value>70</value></qod><description>Ola logget inn</description>
</result>
<result id="2"><name>Jetty</name><host>10.20.30.30</host><port>8080/tcp</port>
<nvt oid="1.3.6.1.4.1.25623.1.0.1"><refs><ref type="cve" id="CVE-2009-1523"/><ref type="cve" id="CVE-2009-1524"/></refs>
</nvt><threat>High</threat><severity>9.3</severity></result>
<result id="3"><name>Wrong</name><host>10.20.30.30</host><port>general/tcp</port><nvt oid="1.3"/>
<threat>False Positive</threat><severity>-1.0</severity></result>
</results>
<host><ip>10.20.30.30</ip><start>2026-10-14T07:00:00Z</start><end>2026-10-14T08:10:00Z</end>
<detail><name>best_os_txt</name><value>Ubuntu 18.04</value></detail>
<detail><name>MAC</name><value>00:15:5D:00:00:30</value></detail>
<detail><name>hostname</name><value>lv-web.lyngvik.example</value></detail></host>
</report></report>
"""
CYCLONEDX = """{"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX",
"specVersion": "1.6", "metadata": {"timestamp": "2026-10-01T00:00:00Z",
"component": {"type": "device", "name": "Pump 3", "version": "2.1"}},
"components": [{"type": "library", "name": "openssl", "version": "1.0.2k", "purl": "pkg:generic/openssl@1.0.2k",
"components": [{"type": "file", "name": "libcrypto"}]}, {"type": "library"}, 7]}"""
CYCLONEDX_XML = """<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
<metadata><timestamp>2026-10-01T00:00:00Z</timestamp><component type="device"><name>Pump 3</name></component></metadata>
<components><component type="library"><name>openssl</name><version>1.0.2k</version>
<components><component type="file"><name>libcrypto</name></component></components></component></components></bom>"""
CONN = r"""#separator \x09
#set_separator→,
#empty_field→(empty)
#unset_field→-
#path→conn
#fields→ts→uid→id.orig_h→id.orig_p→id.resp_h→id.resp_p→proto→service→conn_state→history
#types→time→string→addr→port→addr→port→enum→string→string→string
1791964800.5→C1→10.20.30.51→50000→10.20.30.21→4242→tcp→dicom→SF→ShADadFf
1791964801.5→C2→10.20.30.51→50001→10.20.30.70→80→tcp→-→S0→S
1791964802.5→C3→broken
#close→2026-10-14-08-00-00
""".replace("→", "\t")
ZEEK_JSON = """{"_path":"ssh","ts":1791964800.0,"id.orig_h":"10.20.30.9","id.resp_h":"10.20.30.30","id.resp_p":22,⤶
"server":"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10","client":"SSH-2.0-x"}
{"ts":"2026-10-14T08:00:00Z","id":{"orig_h":"10.20.30.9","resp_h":"10.20.30.11","resp_p":443},"cipher":"TLS",⤶
"server_name":"lv-epj.lyngvik.example","subject":"CN=a","issuer":"CN=a","established":true}
{"ts":1,"host":"10.20.30.30","host_p":80,"software_type":"HTTP::SERVER","unparsed_version":"nginx/1.22.1"}
{"ts":1791964800,"mac":"00:10:19:aa:bb:cc","msg_types":["REQUEST"],"assigned_addr":"10.20.30.20",⤶
"host_name":"LV-RONTGEN"}
{"_path":"dns","ts":1791964800,"id.orig_h":"10.20.30.51","id.resp_h":"10.20.30.10","query":"lv-pacs.example",⤶
"qtype_name":"A","answers":["10.20.30.21"]}
{"_path":"dns","ts":1791964800,"id.orig_h":"10.20.30.51","id.resp_h":"10.20.30.10","query":"privat.example",⤶
"qtype_name":"A","answers":["203.0.113.7"]}
{"_path":"http","ts":1791964800,"id.orig_h":"10.20.30.51","id.resp_h":"10.20.30.30","id.resp_p":80,"method":"GET",⤶
"trans_depth":1,"host":"x","uri":"/pasient/01010112345","username":"ola","status_code":200}
{"_path":"known_services","ts":1791964800,"host":"10.20.30.40","port_num":445,"port_proto":"tcp","service":["SMB"]}
{"_path":"files","ts":1,"filename":"pasient.pdf"}
{broken""".replace("⤶\n", "")
DNSMASQ = """1793000000 00:10:19:aa:bb:cc 10.20.30.20 LV-RONTGEN 01:00:10:19:aa:bb:cc
1793000000 00:15:5d:00:00:51 10.20.30.51 * *
nonsense
duid 00:01:00:01:2c:00:00:00:00:15:5d:00:00:01
"""
DHCPD = """# The format of this file is documented in the dhcpd.leases(5) manual page.
lease 10.20.30.20 {
  starts 3 2026/10/14 06:00:00;
  ends 3 2026/10/14 18:00:00;
  cltt 3 2026/10/14 07:00:00;
  binding state active;
  hardware ethernet 00:10:19:00:00:01;
  client-hostname "GAMMEL";
}
lease 10.20.30.20 {
  starts 3 2026/10/14 08:00:00;
  cltt epoch 1791964800; # Wed
  binding state active;
  next binding state free;
  hardware ethernet 00:10:19:aa:bb:cc;
  client-hostname "LV-RONTGEN";
  set vendor-class-identifier = "MSFT 5.0";
}
lease 10.20.30.52 {
  binding state free;
}
lease 10.20.30.53 {
  binding state active;
"""
WINDOWS_DHCP = """#TYPE Microsoft.Management.Infrastructure.CimInstance
"IPAddress","ScopeId","ClientId","HostName","AddressState","LeaseExpiryTime"
"10.20.30.20","10.20.30.0","00-10-19-aa-bb-cc","LV-RØNTGEN","Active","21.11.2026 10:00:00"
"10.20.30.52","10.20.30.0","00-10-19-aa-bb-cd","borte","Declined",""
"""
WINDOWS_DHCP_CONSOLE = (
    "Klientens IP-adresse\tNavn\tUtløp av leie\tType\tUnik ID\tBeskrivelse\n"
    "10.20.30.20\tLV-RØNTGEN\t21.11.2026 10:00\tDHCP\t001019aabbcc\t\n"
)
WINDOWS_DHCP_CONSOLE_EN = (
    "Client IP Address,Name,Lease Expiration,Type,Unique ID,Description,Network Access Protection\n"
    "10.20.30.20,LV-RONTGEN,10/1/2026 8:38:44 AM,DHCP,001019aabbcc,,Full Access\n"
)
NETSH = """
Changed the current scope context to 10.20.30.0 scope.

Type : N - NONE, D - DHCP B - BOOTP, U - UNSPECIFIED, R - RESERVATION IP
====================================================================
IP Address      - Subnet Mask    - Unique ID           - Lease Expires          -Type -Name
====================================================================

10.20.30.20     - 255.255.255.0  - 00-10-19-aa-bb-cc   -11/21/2026 10:00:00 AM    -D-  LV-RONTGEN
10.20.30.52     - 255.255.255.0  - 00-10-19-aa-bb-cd   - INACTIVE                 -D-  borte

No of Clients(version 5): 1 in the Scope : 10.20.30.0.
"""
ARP: Mapping[str, str] = {
    "ip neigh": "10.20.30.20 dev eth0 lladdr 00:10:19:aa:bb:cc REACHABLE\n10.20.30.21 dev eth0 FAILED\n"
    "fe80::1 dev eth0 lladdr 00:10:19:aa:bb:01 router STALE\n",
    "linux": "lv-rontgen (10.20.30.20) at 00:10:19:aa:bb:cc [ether] on eth0\n? (10.20.30.21) at <incomplete> on eth0\n",
    "linux -n": "Address                  HWtype  HWaddress           Flags Mask            Iface\n"
    "10.20.30.20              ether   00:10:19:aa:bb:cc   C                     eth0\n"
    "10.20.30.21                      (incomplete)                              eth0\n",
    "bsd": "? (10.20.30.20) at 0:10:19:aa:bb:cc on en0 ifscope [ethernet]\n",
    "windows": "\nInterface: 10.20.30.2 --- 0x5\n  Internet Address      Physical Address      Type\n"
    "  10.20.30.20           00-10-19-aa-bb-cc     dynamic\n  224.0.0.22            01-00-5e-00-00-16     static\n",
    "windows nb": "\nGrensesnitt: 10.20.30.2 --- 0x5\n  Internett-adresse     Fysisk adresse        Type\n"
    "  10.20.30.20           00-10-19-aa-bb-cc     dynamisk\n  10.20.30.255          ff-ff-ff-ff-ff-ff     statisk\n",
    "cisco": "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
    "Internet  10.20.30.20            12   0010.19aa.bbcc  ARPA   Vlan30\n"
    "Internet  10.20.30.21             0   Incomplete      ARPA\n",
    "snmpwalk": "IP-MIB::ipNetToMediaPhysAddress.2.10.20.30.20 = STRING: 0:10:19:aa:bb:cc\n",
    "snmpwalk -On": ".1.3.6.1.2.1.4.22.1.2.2.10.20.30.20 = Hex-STRING: 00 10 19 AA BB CC \n",
    "csv": "ipNetToMediaNetAddress,ipNetToMediaPhysAddress\n10.20.30.20,00:10:19:AA:BB:CC\n",
}
INVENTORY = (
    "Utstyrsnavn;IP-adresse;MAC-adresse;Produsent;Modell;Utstyrstype;Operativsystem;Bruker;Serienummer\r\n"
    "LV-RØNTGEN;10.20.30.20;00-10-19-AA-BB-CC;Sirona;Orthophos XG;Røntgen;Windows 7 Professional;Kari;123\r\n"
    "Infusjonspumpe 12;;;B. Braun;Space;Infusjonspumpe;;;\r\n"
)
FINDINGS = (
    "Vert;Port;Funn;Alvorlighet;CVE;Anbefaling\n10.20.30.11;3389;BlueKeep;Kritisk;CVE-2019-0708;Oppdater\n"
    "10.20.30.11:23;;Telnet er åpen;middels;;\n10.20.30.12;;Noe;rar;;\nukjent;;Noe;høy;;\n"
)
FINDINGS_JSON = '[{"host": "10.20.30.11", "title": "BlueKeep", "cvss": 9.8, "cve": ["CVE-2019-0708"]}, 7]'
NMAP = '<?xml version="1.0"?>\n<nmaprun args="nmap"><host><address addr="10.0.0.1" addrtype="ipv4"/></host></nmaprun>'
TEXTS: Mapping[str, str] = {
    "nmap": NMAP,
    "nessus": NESSUS,
    "openvas": OPENVAS,
    "cyclonedx": CYCLONEDX,
    "cyclonedx-xml": CYCLONEDX_XML,
    "zeek": ZEEK_JSON,
    "dnsmasq": DNSMASQ,
    "dhcpd": DHCPD,
    "windows-dhcp": WINDOWS_DHCP,
    "netsh": NETSH,
    "arp": ARP["ip neigh"],
    "inventory": INVENTORY,
    "findings": FINDINGS,
    "findings-json": FINDINGS_JSON,
}
MDS2_ROWS = (
    ("", "Manufacturer Disclosure Statement for Medical Device Security -- MDS2"),
    ("Question ID", "Question", "", "See note"),
    ("DOC-1", "Manufacturer Name", "Philips"),
    ("DOC-3", "Device Model", "IntelliVue MX800"),
    ("DOC-5", "Manufacturer contact information", "Kari Nordmann 01010112345"),
    ("ALOF-1", "Can the device be configured to force reauthorization?", "No", "Note 1"),
    ("TXCF-1", "Can PII be transmitted only via a point-to-point dedicated cable?", "N/A"),
    ("MLDP-1", "Is the device capable of hosting executable software?", "Yes"),
    ("RMOT-1", "Does the device permit remote service?", "See Notes"),
    ("MPII-1", "Can this device display personally identifiable information?", "Yes"),
)


def workbook(path: Path, *sheets: tuple[tuple[str, ...], ...]) -> Path:
    """Write a workbook with these rows."""
    book = openpyxl.Workbook(write_only=True)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Ark{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def read(folder: Path, content: str | bytes, how: How | None = None) -> tuple[list[Observation], Tally]:
    """Read content as `scan import` does."""
    path = folder / "result.dat"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, how)


def read_file(path: Path, how: How | None = None) -> tuple[list[Observation], Tally]:
    """Read a file as `scan import` does."""
    tally = Tally(path.name)
    return list(read_import(path, path.name, tally, how or How())), tally


def shown(seen: list[Observation]) -> list[tuple[str, str, int | None]]:
    """Return kind, address and port of each."""
    return [(one.kind, one.address, one.port) for one in seen]
