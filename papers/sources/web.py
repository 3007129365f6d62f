"""Asking other hosts politely: one request at a time, bounded in time and size, never inside our own network."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlsplit

import defusedxml.ElementTree
import httpcore
import httpx

from accounts.outbound import USUAL_WAIT, GuardedBackend, NotPublic, retry_after

LARGEST = 64 * 2**20  # bytes; a page of 1,000 OAI records is about 3 MB
LONGEST = 120.0  # seconds for one answer
SILENCE = 30.0  # seconds without a byte
BUSY = {429, 500, 502, 503, 504}
Gate = Callable[[str], AbstractContextManager[None]]


class WebError(Exception):
    """A host could not be asked, or its answer cannot be used."""


class NotThere(WebError):
    """The host knows nothing under this address (404, 410)."""


class Later(WebError):
    """The host wants to be asked again after `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Web:
    """Fetches bytes. A host that is busy is not asked again here: `Later` tells the caller when.

    Args:
        agent: who asks, with an address to write to, as RFC 9110 10.1.5 wishes.
        gate: entered with the host's name around every request; waits for its turn.
        may_ask_private: whether addresses of one's own network may be asked.
    """

    def __init__(self, *, agent: str, gate: Gate, may_ask_private: bool = False) -> None:
        self.gate = gate
        self.client = httpx.Client(
            transport=GuardedTransport(may_ask_private=may_ask_private),
            headers={"User-Agent": agent},
            timeout=SILENCE,
            follow_redirects=False,
            trust_env=False,
        )

    def get(self, url: str, params: dict[str, Any] | None = None) -> bytes:
        """Return the body of an answer with status 200.

        Raises:
            Later: 429, 5xx, a host that is down or silent.
            NotThere: 404 or 410.
            WebError: any other status, too much data, an address that must not be asked.
        """
        host = urlsplit(url).hostname or ""
        with self.gate(host):
            try:
                with self.client.stream("GET", url, params=params) as answer:
                    return _body(answer)
            except NotPublic as problem:
                raise WebError(str(problem)) from problem
            except httpx.TransportError as problem:
                raise Later(f"{host} cannot be reached: {problem}", USUAL_WAIT) from problem

    def close(self) -> None:
        self.client.close()


def checked_xml(content: bytes) -> bytes:
    """Return XML as it is, once it is known to be whole and without entities or an external DTD.

    Raises:
        WebError: it is cut off, malformed, or holds what it must not.
    """
    try:
        defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except (defusedxml.DefusedXmlException, defusedxml.ElementTree.ParseError, ValueError, LookupError) as problem:
        raise WebError(f"The answer is no XML that can be used: {problem or type(problem).__name__}") from problem
    return content


def _body(answer: httpx.Response) -> bytes:
    _check_status(answer)
    chunks, size, started = [], 0, time.monotonic()
    for chunk in answer.iter_bytes():
        size += len(chunk)
        if size > LARGEST:
            raise WebError(f"The answer of {answer.url.host} is larger than {LARGEST:,} bytes.")
        if time.monotonic() - started > LONGEST:
            raise Later(f"{answer.url.host} took more than {LONGEST:.0f} seconds.", USUAL_WAIT)
        chunks.append(chunk)
    return b"".join(chunks)


def _check_status(answer: httpx.Response) -> None:
    host, status = answer.url.host, answer.status_code
    if status in BUSY:
        raise Later(f"{host} answered {status}.", retry_after(answer.headers.get("Retry-After", "")))
    if status in {404, 410}:
        raise NotThere(f"{host} answered {status}.")
    if answer.has_redirect_location:
        raise WebError(f"{host} has moved to {answer.headers['Location'][:200]}; change the address.")
    if status != 200:
        raise WebError(f"{host} answered {status}.")


class GuardedTransport(httpx.HTTPTransport):
    """HTTPTransport whose connections check where they lead after the name was looked up, so no DNS answer can trick them."""

    def __init__(self, *, may_ask_private: bool) -> None:
        super().__init__(retries=0, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=4,
            network_backend=GuardedBackend(may_ask_private=may_ask_private),
        )
