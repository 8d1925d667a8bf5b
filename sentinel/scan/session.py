"""TLS over bytes: what a session sends and hears goes through functions that are passed in. It opens nothing itself."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

EXCHANGE_SECONDS = 12.0
_CHUNK = 16_384
Lost = Literal["reset", "lost", "closed", "filtered"]


class LostError(Exception):
    """The connection is gone: reset by the device, no longer acknowledged, or (UDP) refused on the way."""

    def __init__(self, result: Lost) -> None:
        super().__init__(result)
        self.result = result


class TlsSession:
    """TLS over bytes (ssl.MemoryBIO), so that each flight goes through the same gate as all else.

    Nothing is trusted because of it, so no certificate is refused, and old versions are taken: they are to be seen.
    """

    def __init__(self, name: str, put: Callable[[bytes], None], receive: Callable[[], bytes]) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with suppress(ssl.SSLError, ValueError):  # where the machine's policy forbids it, newer versions must do
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.set_ciphers("ALL:@SECLEVEL=0")
        self.put, self.get, self.why = put, receive, ""
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.inside = context.wrap_bio(self.incoming, self.outgoing, server_hostname=name or None)

    def shake_hands(self) -> bool:
        """Shake hands; say whether it worked."""
        until = time.monotonic() + EXCHANGE_SECONDS
        while time.monotonic() < until:
            try:
                self.inside.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                if not self._more():
                    self.why = "ended before the TLS handshake did"
                    return False
            except ssl.SSLError as error:
                self.why = f"no TLS: {error.reason or 'not understood'}"
                return False
            else:
                self._flush()
                return True
        self.why = "the TLS handshake took too long"
        return False

    def session(self) -> tuple[bytes, str, str]:
        """Return the certificate (DER), the version and the cipher."""
        cipher = self.inside.cipher()
        return (
            self.inside.getpeercert(binary_form=True) or b"",
            self.inside.version() or "",
            cipher[0] if cipher else "",
        )

    def send(self, message: bytes) -> None:
        """Send a message inside."""
        self.inside.write(message)
        self._flush()

    def receive(self) -> bytes:
        """Return what came inside; nothing where nothing more comes."""
        while True:
            try:
                return self.inside.read(_CHUNK)
            except ssl.SSLWantReadError:
                if not self._more():
                    return b""
            except ssl.SSLError:
                return b""

    def goodbye(self) -> None:
        """Say that nothing more comes (RFC 8446, 6.1)."""
        with suppress(ssl.SSLError, LostError):
            try:
                self.inside.unwrap()
            except ssl.SSLWantReadError:
                self._flush()

    def _flush(self) -> None:
        if waiting := self.outgoing.read():
            self.put(waiting)

    def _more(self) -> bool:
        received = self.get()
        self.incoming.write(received)
        return bool(received)
