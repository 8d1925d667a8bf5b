"""Speaks to OpenSearch as to Elasticsearch: what differs is said in its own words on the way there, and put back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import orjson
from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport._node import NodeApiResponse
from elastic_transport.client_utils import DEFAULT, DefaultType
from elasticsearch import Elasticsearch

from sentinel.errors import StoreError

Product = Literal["unknown", "elasticsearch", "opensearch"]
FIRST = (2, 4)
"""The first version with points in time."""
SHARD_DOC = (3, 3)
"""The first that sorts by the place of a document; before that it is sorted by name and index, which costs more."""
PRODUCT = "x-elastic-product"
NOT_ACCEPTABLE = 406
_OWN_TYPE = re.compile(r"application/vnd\.elasticsearch\+([a-z-]+)[^,]*")
_OPENED = re.compile(r"/([^/]+)/_pit(?:\?(.*))?")
_BY_PLACE = b'{"_shard_doc":"asc"}'
_BY_NAME = (
    b'{"_id":{"order":"asc","unmapped_type":"keyword"}},'  # an index that never held anything knows no names
    b'{"_index":{"order":"asc","unmapped_type":"keyword"}}'
)
_EXPECTED = "Loading the fielddata on the _id field is deprecated"
"""Warned of each time that it sorts by name."""
_CANNOT = {
    "lifecycle": "deletes by policies of its own (Index State Management): leave out --keep-days",
    "subobjects": "cannot hold `a` beside `a.b`, which certifying rules needs: certify with Elasticsearch",
}
_KEPT: dict[str, Any] = {"type": "object", "enabled": False}
"""In place of `flattened`: `flat_object` refuses a whole record for one value of more than 32,766 bytes."""


class Node(Urllib3HttpNode):
    """A connection that finds out what answers. Of Elasticsearch, and of anything unknown, nothing is changed."""

    product: Product = "unknown"
    version: tuple[int, ...] = ()

    def perform_request(  # the transport's own signature
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Send a request; one that OpenSearch did not understand is sent again in its words."""
        ask = super().perform_request
        if self.product != "opensearch":
            answer = ask(method, target, body, headers, request_timeout)
            if self.product == "elasticsearch" or not self._is_opensearch(answer, ask, headers, request_timeout):
                return answer
            if answer.meta.status != NOT_ACCEPTABLE:
                return _as_elasticsearch(answer)  # it was understood, and done
        said, words, content = self._said(method, target, body)
        answer = _as_elasticsearch(ask(said, words, content, _plain(headers), request_timeout))
        return _opened(answer) if _OPENED.fullmatch(target) else answer

    def _is_opensearch(
        self,
        answer: NodeApiResponse,
        ask: Callable[..., NodeApiResponse],
        headers: HttpHeaders | None,
        request_timeout: DefaultType | float | None,
    ) -> bool:
        """Find out what answered: Elasticsearch says it in each answer, OpenSearch where it is asked for its name."""
        if answer.meta.status not in {200, 201, NOT_ACCEPTABLE}:
            return False
        if answer.meta.headers.get(PRODUCT) == "Elasticsearch":
            self.product = "elasticsearch"
            return False
        named = ask("GET", "/", None, _plain(headers), request_timeout)
        version = _version(named.body)
        if version is None or version < FIRST:
            return False
        self.product, self.version = "opensearch", version
        return True

    def _said(self, method: str, target: str, body: bytes | None) -> tuple[str, str, bytes | None]:
        """Return a request in the words of OpenSearch."""
        path = target.partition("?")[0]
        if opened := _OPENED.fullmatch(target):
            asked = dict(parse_qsl(opened[2] or ""))
            partial = asked.get("allow_partial_search_results", "true")
            words = urlencode({"keep_alive": asked.get("keep_alive", "1m"), "allow_partial_pit_creation": partial})
            return "POST", f"/{opened[1]}/_search/point_in_time?{words}", None
        if method == "DELETE" and path == "/_pit" and body:
            return method, "/_search/point_in_time", orjson.dumps({"pit_id": [orjson.loads(body)["id"]]})
        if method == "PUT" and body and (path.startswith("/_index_template/") or path.count("/") == 1):
            return method, target, orjson.dumps(as_kept(orjson.loads(body)))
        if path.endswith("/_field_caps") and body:
            asked = {**dict(parse_qsl(target.partition("?")[2])), "fields": orjson.loads(body)["fields"]}
            return "GET", f"{path}?{urlencode(asked, doseq=True)}", None
        if body and self.version < SHARD_DOC:
            body = body.replace(_BY_PLACE, _BY_NAME)  # inside a text its quotes would be escaped
        return method, target, body


def node(client: Elasticsearch) -> Node:
    """Return the connection of a client that was made by `connect`."""
    found = client.transport.node_pool.get()
    if not isinstance(found, Node):
        raise TypeError("a client with other connections than ours")
    return found


def _plain(headers: HttpHeaders | None) -> HttpHeaders:
    """Return headers with the media types that everybody knows."""
    plain = HttpHeaders(headers or {})
    for name in ("accept", "content-type"):
        if name in plain:
            plain[name] = _OWN_TYPE.sub(r"application/\1", plain[name])
    return plain


def _as_elasticsearch(answer: NodeApiResponse) -> NodeApiResponse:
    """Return an answer with the product and the media type that the client asks for."""
    headers = HttpHeaders(answer.meta.headers)
    headers[PRODUCT] = "Elasticsearch"
    if _EXPECTED in (headers.get("warning") or ""):
        del headers["warning"]
    if (headers.get("content-type") or "").startswith("application/json"):
        headers["content-type"] = "application/vnd.elasticsearch+json"
    answer.meta.headers = headers
    return answer


def _opened(answer: NodeApiResponse) -> NodeApiResponse:
    """Return the answer to opening a point in time as Elasticsearch gives it; of a refusal, as it is."""
    try:
        opened = orjson.loads(answer.body)
        return NodeApiResponse(answer.meta, orjson.dumps({**opened, "id": opened["pit_id"]}))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return answer


def _version(body: bytes) -> tuple[int, ...] | None:
    """Return the version that OpenSearch says it is; None of anything else."""
    try:
        told = orjson.loads(body)["version"]
        numbers = tuple(int(part) for part in told["number"].partition("-")[0].split("."))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None
    return numbers if told.get("distribution") == "opensearch" else None


def as_kept(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON can say
    """Return mappings in types that OpenSearch has; StoreError: something was asked for that it cannot do."""
    if isinstance(value, dict):
        for name in _CANNOT.keys() & value.keys():
            raise StoreError(f"OpenSearch {_CANNOT[name]}")
        return _KEPT if value.get("type") == "flattened" else {key: as_kept(one) for key, one in value.items()}
    return [as_kept(one) for one in value] if isinstance(value, list) else value
