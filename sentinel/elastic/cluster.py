"""A connection to a cluster, and its errors in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, UnsupportedProductError, __version__

from sentinel.elastic.opensearch import Node
from sentinel.errors import SettingsError, StoreError

PREFIX = "SENTINEL_ELASTICSEARCH_"
PATIENCE = 60.0
"""Seconds that a request may take; what is sent may be visible that much later than it says."""
BUSY = frozenset({429, 502, 503, 504})
"""Answers that ask to come again later."""


class ClusterBusyError(StoreError):
    """The cluster did not answer, or asked to come again later: the same request may do then."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a cluster is reached. Keys and passwords are secrets: from the environment or a file, and never shown.

    `user` is a name and its password, for clusters that know no keys, as OpenSearch.
    """

    url: str
    api_key: str | None = field(default=None, repr=False)
    ca: Path | None = None
    user: tuple[str, str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number, a broken IPv6 address
            known = False
        if not known:
            raise SettingsError(f"'{_shown(self.url)}' is not an address as https://elastic.example:9200")
        if "@" in parts.netloc:
            raise SettingsError("an address with a password in it is refused: others can read what was typed")


def access(url: str | None, environ: Mapping[str, str]) -> Access:
    """Return how to reach the cluster that a flag or `SENTINEL_ELASTICSEARCH_URL` names.

    The key is in `SENTINEL_ELASTICSEARCH_API_KEY`, or in the file that `…_API_KEY_FILE` names; in its place may be
    `…_USER` with `…_PASSWORD` or `…_PASSWORD_FILE`. A flag could be read by others. `SENTINEL_ELASTICSEARCH_CA` is a
    file of certificates to trust in place of the machine's.
    """
    found = url or environ.get(PREFIX + "URL")
    if not found:
        raise SettingsError(f"no cluster is named: give its address, or set {PREFIX}URL")
    key, user = _secret("API_KEY", environ), environ.get(PREFIX + "USER")
    if key and user:
        raise SettingsError(f"{PREFIX}API_KEY and {PREFIX}USER are both set: one of them is enough")
    password = _secret("PASSWORD", environ) if user else None
    if user and not password:
        raise SettingsError(f"{PREFIX}USER needs {PREFIX}PASSWORD or {PREFIX}PASSWORD_FILE")
    ca = Path(environ[PREFIX + "CA"]) if environ.get(PREFIX + "CA") else None
    if ca and not ca.is_file():
        raise SettingsError(f"{PREFIX}CA: {ca} is no file")
    return Access(found, key, ca, (user, password) if user and password else None)


def _secret(name: str, environ: Mapping[str, str]) -> str | None:
    """Return a secret of the environment, or of the file that it names; None where there is none."""
    said, file = environ.get(PREFIX + name), environ.get(f"{PREFIX}{name}_FILE")
    if said or not file:
        return said or None
    try:
        encoding = "ascii" if name == "API_KEY" else "utf-8"  # a key is put into a header as it is
        return Path(file).read_text(encoding=encoding).strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{PREFIX}{name}_FILE: {file} cannot be read") from error


class _Json(OrjsonSerializer):
    """Reads numbers as the readers of log files do, so that an event is the same from both."""

    mimetype: ClassVar[str] = "application/vnd.elasticsearch+json"


def connect(access: Access) -> Elasticsearch:
    """Return a client; nothing is sent yet. Whether to try again is decided where a request is made."""
    port = urlsplit(access.url).port
    own = {"http": 80, "https": 443}[urlsplit(access.url).scheme]
    url = access.url if port else access.url.rstrip("/") + f":{own}"
    return Elasticsearch(
        url,
        api_key=access.api_key,
        basic_auth=access.user,
        request_timeout=PATIENCE,
        max_retries=0,
        retry_on_timeout=False,
        serializers={_Json.mimetype: _Json()},
        ca_certs=str(access.ca) if access.ca else DEFAULT,
        node_class=Node,
    )


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise what a request may end with as StoreError, or ClusterBusyError where it is worth trying again."""
    try:
        yield
    except UnsupportedProductError as error:
        raise StoreError(f"{what}: what answers is not Elasticsearch, and no OpenSearch of 2.4 or later") from error
    except ApiError as error:
        text = f"{what}: {reason(error.status_code, error.body)}"
        raise (ClusterBusyError(text) if error.status_code in BUSY else StoreError(text)) from error
    except ConnectionTimeout as error:
        raise ClusterBusyError(f"{what}: no answer within {PATIENCE:.0f} seconds") from error
    except TlsError as error:
        raise StoreError(f"{what}: who answers cannot be trusted: {_first(error)}") from error
    except TransportError as error:
        raise ClusterBusyError(f"{what}: cannot be reached: {_first(error)}") from error


def reason(status: int, body: object) -> str:
    """Return why a request was refused, in one line and without any value of a record."""
    found = body.get("error") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return f"refused with {status}"
    causes = found.get("root_cause")
    cause = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], dict) else found
    kind = cause.get("type") or found.get("type")
    if kind == "media_type_header_exception":
        here = __version__[0]
        return f"the server is older than our client of version {here}: pip install 'elasticsearch<{here}'"
    return f"refused with {status}, {kind}"


def _first(error: TransportError) -> str:
    return " ".join(str(error.message).split())[:200]


def _shown(url: str) -> str:
    return "".join(letter for letter in url.rpartition("@")[2] if letter.isprintable())[:100]
