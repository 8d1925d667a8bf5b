"""The one choke point: the only module of ours that opens sockets to devices.

Before anything leaves, the address is checked against the compiled scope, the message against what is never sent, and
the budget is waited for. One connection at a time to a host; a full handshake and an orderly close; no raw packets, so
no odd flags, options or fragments. A device that stops acknowledging is let go with a reset, not asked again.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

from sentinel.errors import ScopeError
from sentinel.scan import never
from sentinel.scan.gate import Gate
from sentinel.scan.links import number_of, sender_of
from sentinel.scan.plan import CLOSING, MESSAGE, OPENING, SEGMENT, CallStep, Step
from sentinel.scan.probes.exchange import Caller, Exchange, Fact
from sentinel.scan.reply import Heard, Reply
from sentinel.scan.scope import Call, Scope
from sentinel.scan.session import EXCHANGE_SECONDS, LostError, TlsSession

CONNECT_SECONDS = 0.9
"""Less than the second after which a kernel sends its SYN again (RFC 6298, 2.1): a silent port costs one packet."""
READ_SECONDS = 3.0
CLOSE_SECONDS = 1.0
UNACKNOWLEDGED_MS = 1_000
ANSWER_SECONDS = 5.0
"""SSDP spreads its answers over three seconds, WS-Discovery and multicast DNS over half of one."""
HEARD_SECONDS = 0.2
MOST_BYTES = 262_144
_CHUNK = 16_384
_UNACKED, _SEGMENTS_OUT = 24, 136
"""Where struct tcp_info of Linux has tcpi_unacked and tcpi_segs_out."""

Sessions = Callable[[bytes, str, str], Sequence[Fact]]
"""Facts of a TLS session: the certificate (DER), the version, the cipher."""


def resolve(name: str) -> list[str]:
    """Return the addresses of a name, as the machine resolves it; none where it has none."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def ask(step: Step, caller: Caller, gate: Gate, sessions: Sessions) -> Reply:
    """Carry out one step; ScopeError where it may not be begun. Once begun, the reply tells what was sent, always."""
    gate.check(step.grant)
    if not gate.affords(step.grant.address, step.packets):
        raise ScopeError(f"{step.grant.address}: its packet budget is spent")
    line: _Tcp | _Udp = _Udp(step, gate) if step.probe.transport == "udp" else _Tcp(step, gate, sessions)
    try:
        if line.open():
            line.converse(caller)
    except ScopeError as error:  # stopped on the way, or the probe wanted what is never sent
        line.reply.note = str(error)
        line.reply.result = "refused" if line.reply.result == "refused" else "halted"
    finally:
        line.close()
    return line.reply


def ask_all(one: CallStep, gate: Gate, over: Callable[[], bool]) -> Heard:
    """Ask everybody on a segment, and hear who answers until nobody may any more, or until it is `over`.

    One datagram to a group, which no router passes on. ScopeError where it may not be begun.
    """
    step, heard = one.step, Heard(Reply(answer="filtered", result="silent"))
    gate.check(step.grant)
    made = _group_socket(one.call)
    try:
        permitted(step, step.first, heard.reply)
        gate.datagram(step.grant)
        gate.take(step.grant, 1)
        heard.reply.sent.append(step.first)
        made.sendto(step.first, (step.grant.address, step.grant.port))
        heard.reply.packets = 1
        _hear(made, gate.scope, heard, over)
    except ScopeError as error:
        heard.reply.note = str(error)
        heard.reply.result = "refused" if heard.reply.result == "refused" else "halted"
    except OSError as error:
        heard.reply.result, heard.reply.note = "lost", error.strerror or "no way to send"
    finally:
        made.close()
    return heard


def _hear(made: socket.socket, scope: Scope, heard: Heard, over: Callable[[], bool]) -> None:
    """Take in what is answered: by machines inside the scope's networks, of each but a little."""
    made.settimeout(HEARD_SECONDS)
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until and not over():
        try:
            datagram, sender = made.recvfrom(65_535)
        except TimeoutError:
            continue
        heard.reply.received += len(datagram)
        heard.take(sender_of(sender), datagram, scope)
    if heard.datagrams:
        heard.reply.answer, heard.reply.result = "open", "answered"


class _Udp:
    """One datagram socket that hears its peer alone."""

    def __init__(self, step: Step, gate: Gate) -> None:
        self.step, self.gate, self.reply = step, gate, Reply(answer="filtered", result="silent")
        self.socket = _socket(step.grant.address, socket.SOCK_DGRAM, gate.scope.source)

    def open(self) -> bool:
        self.socket.settimeout(READ_SECONDS)
        try:
            self.socket.connect((self.step.grant.address, self.step.grant.port))
        except OSError as error:  # no way there: nothing is sent
            self._why(error)
            self.reply.result = "filtered"
            return False
        return True

    def converse(self, caller: Caller) -> None:
        drive(self.step, caller, self.reply, self._send, self._receive)

    def _send(self, message: bytes) -> None:
        permitted(self.step, message, self.reply)
        self.gate.datagram(self.step.grant)
        self.gate.take(self.step.grant, 1)
        try:
            self.socket.send(message)
        except OSError as error:  # the kernel did not take it: a firewall of ours, or word of the datagram before
            raise self._why(error) from error
        self.reply.sent.append(message)
        self.reply.packets += 1

    def _receive(self) -> bytes:
        try:
            received = self.socket.recv(65_535)
        except TimeoutError:
            return b""
        except OSError as error:
            raise self._why(error) from error
        self.reply.answer = "open"
        self.reply.received += len(received)
        return received

    def _why(self, error: OSError) -> LostError:
        """Tell a port that nobody listens on from a way that is closed: by a firewall, a router or for want of one."""
        if isinstance(error, ConnectionRefusedError):
            self.reply.answer = "closed"
            return LostError("closed")
        self.reply.note = error.strerror or str(error)
        return LostError("filtered")

    def close(self) -> None:
        self.socket.close()


class _Tcp:
    """One TCP connection, plain or with TLS inside."""

    def __init__(self, step: Step, gate: Gate, sessions: Sessions) -> None:
        self.step, self.gate, self.sessions, self.reply = step, gate, sessions, Reply()
        self.socket = _socket(step.grant.address, socket.SOCK_STREAM, gate.scope.source)
        self.taken, self.connected, self.lost = 0, False, False
        self.tls: TlsSession | None = None

    def open(self) -> bool:
        """Shake hands; say whether the port is open. The time it takes is what the device needed to answer."""
        self._take(OPENING)
        self.socket.settimeout(CONNECT_SECONDS)
        begun = time.perf_counter()
        try:
            self.socket.connect((self.step.grant.address, self.step.grant.port))
            self.connected = True
            self.reply.answer = "open"
        except ConnectionRefusedError:
            self.reply.answer = "closed"
        except OSError as error:  # timed out, or a router said that the way is closed
            self.reply.answer = "filtered"
            self.reply.note = "" if isinstance(error, TimeoutError) else error.strerror or str(error)
        self.reply.seconds = time.perf_counter() - begun
        self.reply.result = (
            "silent" if self.connected else self.reply.answer if self.reply.answer != "open" else "silent"
        )
        return self.connected

    def converse(self, caller: Caller) -> None:
        """Have the exchange, within TLS where the probe wants it."""
        if not self.step.probe.tls:
            drive(self.step, caller, self.reply, self._send, self._receive)
            return
        self.tls = TlsSession(self.step.grant.name, self._put, self._receive)
        try:
            if not self.tls.shake_hands():
                self.reply.result = "other" if self.reply.received else "silent"
                self.reply.note = self.tls.why
                return
            self.reply.facts += self.sessions(*self.tls.session())
            drive(self.step, caller, self.reply, self._send_inside, self.tls.receive)
        except LostError as lost:
            self.reply.result = lost.result

    def _send(self, message: bytes) -> None:
        permitted(self.step, message, self.reply)
        self._put(message)

    def _send_inside(self, message: bytes) -> None:
        permitted(self.step, message, self.reply)
        self.reply.inside.append(message)
        if self.tls:
            self.tls.send(message)

    def _put(self, message: bytes) -> None:
        """Put bytes on the wire once there is leave: the last thing before the kernel has them."""
        self._take(MESSAGE)
        self.reply.sent.append(message)
        try:
            self.socket.sendall(message)
        except OSError as error:
            raise self._why(error) from error

    def _receive(self) -> bytes:
        self.socket.settimeout(READ_SECONDS)
        try:
            received = self.socket.recv(_CHUNK)
        except OSError as error:
            if isinstance(error, TimeoutError) and error.errno is None:
                return b""  # our patience, and not the kernel's (ETIMEDOUT: no longer acknowledged)
            raise self._why(error) from error
        self.reply.received += len(received)
        return received

    def _why(self, error: OSError) -> LostError:
        self.lost = True
        return LostError("reset" if error.errno in {errno.ECONNRESET, errno.EPIPE} else "lost")

    def _take(self, packets: int) -> None:
        self.gate.take(self.step.grant, packets)
        self.taken += packets

    def close(self) -> None:
        """Close in order: our FIN, their FIN, and the count of what was sent; with a reset where nobody listens."""
        if not self.connected:
            counted = _segments_out(self.socket)
            self.socket.close()
            self.reply.packets = min(self.taken, 1 if counted is None else counted)
            return
        try:
            if self.lost or _unacknowledged(self.socket):
                self._drop()
            else:
                self._part()
        finally:
            counted = _segments_out(self.socket)
            self.socket.close()
            self.reply.packets = self.taken if counted is None else counted
            self.gate.also_sent(self.step.grant.address, self.reply.packets - self.taken)

    def _part(self) -> None:
        """Say goodbye. A stop or an end of the budget does not keep a connection open: then it goes without waiting."""
        with suppress(ScopeError):
            if self.tls:
                self.tls.goodbye()
            self._take(CLOSING)
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(CLOSE_SECONDS)
            until = time.monotonic() + CLOSE_SECONDS
            while self.socket.recv(_CHUNK) and time.monotonic() < until:
                pass

    def _drop(self) -> None:
        if self.reply.result not in {"reset", "lost"}:
            self.reply.result = "lost"
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def permitted(step: Step, message: bytes, reply: Reply) -> None:
    """Raise ScopeError for a message that may never be sent, is too long, or is one more than the probe has."""
    said = len(reply.inside) if step.probe.tls else len(reply.sent)
    why = never.refused(message, step.probe.transport, step.grant.port)
    if not why and step.grant.to_all:
        why = never.refused_to_all(message, step.grant.address, step.grant.port)
    if not why and len(message) > SEGMENT:
        why = f"a message of {len(message)} bytes is more than one packet"
    if not why and said >= step.probe.messages:
        why = f"probe '{step.probe.name}' has {step.probe.messages} messages and wants to send another"
    if why:
        reply.result, reply.note = "refused", why
        raise ScopeError(f"{step.grant.address} port {step.grant.port}: {why}")


def drive(
    step: Step, caller: Caller, reply: Reply, send: Callable[[bytes], None], receive: Callable[[], bytes]
) -> None:
    """Run an exchange to its end: its messages go out, what comes back goes in, within time and bytes."""
    exchange = step.probe.begin(step.grant.target, caller)
    until = time.monotonic() + EXCHANGE_SECONDS
    try:
        message = next(exchange)
        while True:
            if message:
                send(message)
            over = time.monotonic() > until or reply.received > MOST_BYTES
            message = exchange.send(b"" if over else receive())
    except StopIteration as end:
        facts: tuple[Fact, ...] = end.value or ()
        reply.facts += facts
        reply.result = facts[0].ended if facts else "answered"
    except LostError as lost:
        reply.result = lost.result
        reply.facts += _learnt(exchange, step.probe.messages)
    finally:
        exchange.close()


def _learnt(exchange: Exchange, messages: int) -> tuple[Fact, ...]:
    """Return what an exchange has learnt before its connection was lost; what it would still say is sent nowhere."""
    try:
        for _ in range(messages + 1):
            exchange.send(b"")
    except StopIteration as end:
        return end.value or ()
    return ()


def _socket(address: str, kind: socket.SocketKind, source: str) -> socket.socket:
    family = socket.AF_INET if ip_address(address).version == 4 else socket.AF_INET6  # noqa: PLR2004 -- IPv4
    made = socket.socket(family, kind)
    try:
        if kind is socket.SOCK_STREAM:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
        if source:
            made.bind((source, 0))
    except OSError as error:
        made.close()
        raise ScopeError(f"cannot send from {source}: {error.strerror}") from error
    return made


def _group_socket(call: Call) -> socket.socket:
    """Return a socket whose datagrams leave by the interface of our own address, and go no further than its segment."""
    made = _socket(call.grant.address, socket.SOCK_DGRAM, "")
    try:
        if made.family is socket.AF_INET:
            made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(call.source))
            made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
            made.bind((call.source, 0))
        else:
            number = number_of(ip_address(call.source).packed)
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, number)
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 1)
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
            made.bind((call.source, 0, 0, number))
    except OSError as error:
        made.close()
        raise ScopeError(f"cannot ask all from {call.source}: {error.strerror}") from error
    return made


def _tcp_info(made: socket.socket) -> bytes:
    with suppress(OSError, AttributeError):
        return made.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return b""


def _segments_out(made: socket.socket) -> int | None:
    """Return how many segments the kernel sent on a connection, where it tells."""
    info = _tcp_info(made)
    return int(struct.unpack_from("I", info, _SEGMENTS_OUT)[0]) if len(info) >= _SEGMENTS_OUT + 4 else None


def _unacknowledged(made: socket.socket) -> int:
    """Return how many segments the device has not acknowledged (tcpi_unacked)."""
    info = _tcp_info(made)
    return int(struct.unpack_from("I", info, _UNACKED)[0]) if len(info) >= _UNACKED + 4 else 0
