"""What is kept from nmap's scripts: a fixed list of scripts, and of each only the named parts that rules use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sentinel.scan.clean import clean, masked, place

NAMELESS = "unnamed"
"""Stands for the id of a script whose id is empty, or holds nothing that can be printed."""
Elements = Mapping[str, str]
"""The elements of one script by the path of their keys: `subject.commonName`."""

_HEADER = re.compile(r"^\s*(server|location|www-authenticate):\s*(\S[^\r\n]*)$", re.IGNORECASE | re.MULTILINE)
_REALM = re.compile(r"realm=\"?([^\"\r\n]+)", re.IGNORECASE)
_SAFE: Mapping[str, Callable[[str], str]] = {"sha256": clean, "favicon_md5": clean, "location": place}
_MD5 = re.compile(r"\bMD5:\s*([0-9A-Fa-f]{32})\b")
_BAD_STATUS = re.compile(r"\b(40[13])\b")


def script_facts(script: str, output: str, elements: Elements) -> dict[str, str]:
    """Return the facts of one script; of a script that is not on the list only its id, since it may quote payload."""
    facts = {"id": clean(script, 60) or NAMELESS}
    take = _TAKE.get(script)
    if take is not None:
        taken = {key: _SAFE.get(key, masked)(value) for key, value in take(output, elements).items()}
        facts |= {key: value for key, value in taken.items() if value}
    return facts


def _named(**names: str) -> Callable[[str, Elements], dict[str, str]]:
    """Keep elements under our own names: `fact="path"`."""

    def take(_: str, elements: Elements) -> dict[str, str]:
        return {fact: elements[path] for fact, path in names.items() if path in elements}

    return take


def _certificate(_: str, elements: Elements) -> dict[str, str]:
    """Name a certificate's parts as passive `tls.certificate` does."""
    facts = {
        "subject": elements.get("subject.commonName", ""),
        "issuer": elements.get("issuer.commonName", ""),
        "not_before": elements.get("validity.notBefore", ""),
        "not_after": elements.get("validity.notAfter", ""),
        "sha256": elements.get("sha256", ""),
    }
    subject, issuer = _parts(elements, "subject."), _parts(elements, "issuer.")
    if subject and issuer:
        facts["self_signed"] = "yes" if subject == issuer else "no"
    return facts


def _parts(elements: Elements, prefix: str) -> dict[str, str]:
    return {path.removeprefix(prefix): value for path, value in elements.items() if path.startswith(prefix)}


def _title(output: str, elements: Elements) -> dict[str, str]:
    facts = {"title": elements.get("title", ""), "location": elements.get("redirect_url", "")}
    status = None if facts["title"] else _BAD_STATUS.search(output[:200])
    return facts | ({"status": status[1]} if status else {})


def _headers(output: str, _: Elements) -> dict[str, str]:
    """Keep three header lines of an answer nmap could not place; the rest of it is payload."""
    found = {key.lower(): value for key, value in _HEADER.findall(output[:20_000])}
    realm = _REALM.search(found.get("www-authenticate", ""))
    facts = {"server": found.get("server", ""), "location": found.get("location", "")}
    return facts | ({"realm": realm[1]} if realm else {})


def _realm(output: str, elements: Elements) -> dict[str, str]:
    realm = _REALM.search(f"realm={elements['realm']}" if elements.get("realm") else output[:500])
    return {"realm": realm[1], "status": "401"} if realm else {}


def _first_line(output: str, _: Elements) -> dict[str, str]:
    lines = output.strip().splitlines()
    return {"output": lines[0]} if lines else {}


def _short(output: str, _: Elements) -> dict[str, str]:
    return {"output": output}


def _server_header(output: str, elements: Elements) -> dict[str, str]:
    return {"server": elements.get("", "") or output.strip()}


def _sql_server(_: str, elements: Elements) -> dict[str, str]:
    """Find the version below the instance's own table, which is named after address and port."""
    wanted = {"Version.number": "version", "Version.name": "product"}
    return {fact: value for path, value in elements.items() for end, fact in wanted.items() if path.endswith(end)}


def _favicon(output: str, _: Elements) -> dict[str, str]:
    """Keep the digest of a picture that nmap does not know; what it calls the others is its own."""
    found = _MD5.search(output)
    return {"favicon_md5": found[1].lower()} if found else {}


_NTLM = _named(
    product_version="Product_Version", hostname="DNS_Computer_Name", netbios="NetBIOS_Computer_Name"
)  # the challenge any NTLM server sends before login
_TAKE: dict[str, Callable[[str, Elements], dict[str, str]]] = {
    "dicom-ping": _named(dicom="dicom", config="config"),
    "fingerprint-strings": _headers,
    "ftp-anon": _first_line,
    "http-auth": _realm,
    "http-favicon": _favicon,
    "http-server-header": _server_header,
    "http-title": _title,
    "ms-sql-info": _sql_server,
    "ms-sql-ntlm-info": _NTLM,
    "rdp-ntlm-info": _NTLM,
    "smb-os-discovery": _named(os="os", lanmanager="lanmanager", hostname="fqdn"),
    "smb-protocols": _named(dialects="dialects"),
    "snmp-info": _named(enterprise="enterprise"),
    "snmp-sysdescr": _short,
    "ssl-cert": _certificate,
    "vnc-info": _short,
}
KNOWN_SCRIPTS = frozenset(_TAKE)
