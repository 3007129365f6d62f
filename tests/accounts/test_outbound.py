"""Connections to typed addresses: however an address of our own network is spelled, nothing goes there."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest

from accounts.outbound import GuardedBackend, NotPublic, is_inside, is_public, retry_after

INSIDE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # the metadata of cloud machines
    "100.64.0.1",  # shared by a provider's customers (RFC 6598)
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",  # IPv4-compatible, out of use
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",  # 6to4
    "2002:a00:1::1",
    "2001::7f00:1",  # Teredo
    "2001:db8::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "5f00::1",
]
OUTSIDE = ["1.1.1.1", "151.101.1.140", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"]
SPELLINGS = [
    "localhost",
    "LOCALHOST",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",  # noqa: S104
    "::1",
    "::ffff:127.0.0.1",
    "0:0:0:0:0:ffff:7f00:1",
    "::",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "10.0.0.1",
    "fe80::1%lo",
]
TYPED = [
    *("localhost", "LOCALHOST", "localhost.", "www.localhost", "localhost.localdomain", "intranet", "metadata", "instance-data"),
    *("metadata.google.internal", "metadata.google.internal.", "printer.local", "nas.lan", "router.home.arpa", "wiki.corp"),
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.1", "0177.0.0.1", "017700000001"),
    *("0", "0.", "0.0.0.0", "0x0", "00000000", "10.1", "0xa000001", "192.168.257", "172.16.1", "100.100.100.200"),  # noqa: S104
    *("169.254.169.254", "169.254.43518", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "255.255.255.255", "224.1"),
    *("[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]"),
    *("[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[fd00:ec2::254]", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[2001:db8::1]", "[::127.0.0.1]"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("host", TYPED)
def test_a_host_of_our_own_network_is_known_by_its_spelling(host: str) -> None:
    assert is_inside(host)


@pytest.mark.parametrize(
    "host", ["example.org", "hooks.slack.com.", "1.1.1.1", "[2606:4700:4700::1111]", "xn--bcher-kva.example", "16843009"]
)
def test_a_host_elsewhere_is_left_to_the_look_up(host: str) -> None:
    assert not is_inside(host)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is_public_also_where_it_is_wrapped(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_an_inside_address_is_connected_to(host: str) -> None:
    with pytest.raises((NotPublic, httpcore.ConnectError)):  # some spellings are no address to this machine, which is as good
        GuardedBackend(may_ask_private=False).connect_tcp(host, 9)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["2606:4700:4700::1111", "::1"]])
def test_it_is_what_a_name_stands_for_that_counts_and_all_of_it(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **over: answers)
    with pytest.raises(NotPublic):
        GuardedBackend(may_ask_private=False).connect_tcp("looks-harmless.example", 443)


def test_what_was_looked_up_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves differently the second time has no second time."""
    asked: list[Any] = []
    lookup = socket.getaddrinfo

    def once(host: str, *args: Any, **over: Any) -> Any:
        asked.append(host)
        return lookup("127.0.0.1" if host == "turns.example" else host, *args, **over)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    with pytest.raises(httpcore.ConnectError):
        GuardedBackend(may_ask_private=True).connect_tcp("turns.example", 1)
    assert asked.count("turns.example") == 1


@pytest.fixture
def slow_port() -> Iterator[int]:
    """A server that says one letter every twentieth of a second, for ever."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _address = server.accept()
            with connection:
                while not over.wait(0.05):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


def test_a_connection_ends_in_time_though_bytes_trickle_in(slow_port: int) -> None:
    began = time.monotonic()
    stream = GuardedBackend(may_ask_private=True, longest=0.4).connect_tcp("127.0.0.1", slow_port, 1)
    with pytest.raises(httpcore.ReadTimeout):
        list(iter(lambda: stream.read(1, timeout=5), b""))
    stream.close()
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("value", "seconds"), [("30", 30), ("0", 1), ("999999999", 86_400), ("soon", 300), ("", 300), ("Thu, 01 Jan 1970 00:00:00 GMT", 1)]
)
def test_retry_after_is_read_within_a_day(value: str, seconds: float) -> None:
    assert retry_after(value) == seconds
