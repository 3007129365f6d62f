"""Connections to addresses that people typed: never into our own network, and bounded in time."""

import email.utils
import ipaddress
import socket
import time
from typing import Any

import httpcore

USUAL_WAIT, LONGEST_WAIT = 300.0, 86_400.0  # seconds
UNICAST = ipaddress.ip_network("2000::/3")  # the only part of IPv6 that leads anywhere in public (RFC 4291, 2.4)
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052

# Names that mean something only inside one network (RFC 6761, 6762, 8375), or stand for a cloud machine's own metadata.
PRIVATE_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa")


class NotPublic(Exception):
    """A name leads into this network.

    Args:
        host: as it was asked for.
        address: where it leads, for the administrator alone.
    """

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is inside this network ({address}); such addresses are not asked.")


class GuardedBackend(httpcore.SyncBackend):
    """Connections check where they lead after the name was looked up, so no DNS answer can trick them.

    Args:
        may_ask_private: whether addresses of one's own network may be asked.
        longest: seconds that each connection may take from its beginning to its end, whatever trickles in; None for any time.
    """

    def __init__(self, *, may_ask_private: bool, longest: float | None = None) -> None:
        self.may_ask_private, self.longest = may_ask_private, longest

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *rest: Any, **options: Any) -> httpcore.NetworkStream:
        until = None if self.longest is None else time.monotonic() + self.longest
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"{host} has no address: {problem}") from problem
        address = str(found[0][4][0])
        if not (self.may_ask_private or all(is_public(str(each[4][0])) for each in found)):
            raise NotPublic(host, address)
        stream = super().connect_tcp(address, port, timeout, *rest, **options)
        return stream if until is None else _TimedStream(stream, until)


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at a moment, though each byte of the other side may come just in time."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self.stream, self.until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self.stream.start_tls(ssl_context, server_hostname, left), self.until)

    def close(self) -> None:
        self.stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)

    def _left(self, timeout: float | None, over: type[Exception]) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise over("it took too long in all")
        return left if timeout is None else min(timeout, left)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet, also where IPv6 wraps an IPv4 address (RFC 4291, 3056, 6052)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
        if found not in UNICAST:
            return False
    return found.is_global and not found.is_multicast


def is_inside(host: str) -> bool:
    """Tell of a host, as typed, whether it is one of our own network by its spelling alone; where other names lead is seen once looked up.

    Args:
        host: a name in ASCII, or an IP address in whatever spelling the system's resolver takes (2130706433, 0x7f.1, 0177.0.0.1).
    """
    host = host.strip("[]").rstrip(".").lower()
    try:
        return not is_public(host)
    except ValueError:
        pass
    try:
        return not is_public(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        return "." not in host or any(host.endswith(f".{name}") for name in PRIVATE_NAMES)


def retry_after(value: str) -> float:
    """Return the seconds of a Retry-After header, given as a number or as a date (RFC 9110 10.2.3), within a day."""
    seconds = USUAL_WAIT
    if value.strip().isdecimal():
        seconds = float(value)
    elif value and (moment := email.utils.parsedate_tz(value)):
        seconds = email.utils.mktime_tz(moment) - time.time()
    return min(max(seconds, 1.0), LONGEST_WAIT)
