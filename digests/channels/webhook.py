"""HTTP with the last byte held back, so that a row can be committed just before it: without it no receiver has a whole request."""

import json
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Any

import httpcore
import httpx
from django.utils.translation import gettext as _

from accounts.outbound import GuardedBackend, NotPublic, retry_after
from digests.channels.base import BeforeDot, Outcome, Verdict, is_over

LARGEST = 64 * 2**10  # bytes of an answer; more is not read
CONNECTING = 5.0  # seconds
SECURE, PLAIN = "https", "http"
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}  # these may say when to come again
LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}


@dataclass(frozen=True)
class Post:
    """One request.

    Args:
        url: a secret.
        is_repeatable: whether the receiver knows a post that comes twice by its id.
        gone: the statuses that say that nobody takes posts there any more.
    """

    url: str = field(repr=False)
    content: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_repeatable: bool = False
    gone: frozenset[int] = frozenset({HTTPStatus.GONE, HTTPStatus.NOT_FOUND})

    @property
    def body(self) -> bytes:
        return body_of(self.content)


def body_of(content: Mapping[str, Any]) -> bytes:
    """Return the bytes that are sent, and signed."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


class _Stopped(Exception):
    """before_dot said no."""


class WebhookChannel:
    """Each post has a connection of its own, which leads nowhere else and ends in time.

    Args:
        agent: who posts, with an address to write to.
        longest: seconds that a post may take in all.
        may_ask_private: whether receivers may be inside this network, and asked without TLS.
    """

    def __init__(self, *, agent: str, longest: float, may_ask_private: bool) -> None:
        self.agent, self.longest, self.may_ask_private = agent, longest, may_ask_private

    def send(self, post: Post, before_dot: BeforeDot) -> Outcome:
        """Hand one post over. Never raises for what the receiver does, and no words of an outcome hold its address."""
        try:
            url = httpx.URL(post.url)
        except httpx.InvalidURL:
            return Outcome(Verdict.REFUSED, _("the address is none"))
        if url.scheme != SECURE and not (self.may_ask_private and url.scheme == PLAIN):
            return Outcome(Verdict.REFUSED, _("the address does not begin with https://"))
        body = _HeldBack(post.body, before_dot)
        try:
            return self._ask(url, post, body)
        except _Stopped:
            return Outcome(Verdict.STOPPED)
        except NotPublic:
            return Outcome(Verdict.REFUSED, _("the address leads into the network of this server; such addresses are not asked"))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as problem:
            return _broke(problem, post, is_out=body.is_out)

    def _ask(self, url: httpx.URL, post: Post, body: "_HeldBack") -> Outcome:
        headers = {"Host": url.netloc.decode(), "User-Agent": self.agent, "Content-Type": "application/json", "Accept": "*/*"}
        whole = [*headers.items(), *post.headers.items(), ("Content-Length", str(len(body.content)))]
        timeouts = {"connect": CONNECTING, "read": self.longest, "write": self.longest, "pool": CONNECTING}
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        guard = GuardedBackend(may_ask_private=self.may_ask_private, longest=self.longest)
        with (
            httpcore.ConnectionPool(ssl_context=_tls(), max_connections=1, network_backend=guard) as pool,
            pool.stream("POST", target, headers=whole, content=iter(body), extensions={"timeout": timeouts}) as answer,
        ):
            outcome = replace(_outcome_of(answer, post, is_out=body.is_out), status=answer.status)
            if outcome.verdict is Verdict.ACCEPTED:
                _hear_out(answer)
            return outcome


class _HeldBack:
    """A body whose last byte waits for before_dot."""

    def __init__(self, content: bytes, before_dot: BeforeDot) -> None:
        self.content, self.before_dot, self.is_out = content, before_dot, False

    def __iter__(self) -> Iterator[bytes]:
        yield self.content[:-1]
        if is_over(self.before_dot()):
            raise _Stopped
        self.is_out = True
        yield self.content[-1:]


def _outcome_of(answer: httpcore.Response, post: Post, *, is_out: bool) -> Outcome:
    """Sort an answer. Where posts may be repeated a no is not final either: programs are often mended within days (Standard Webhooks)."""
    no = Verdict.DEFERRED if post.is_repeatable else Verdict.REFUSED
    status, words = answer.status, _("it answered %(status)s") % {"status": _named(answer.status)}
    if 200 <= status < 300 and is_out:
        return Outcome(Verdict.ACCEPTED)
    if status in post.gone:
        return Outcome(Verdict.NO_SUCH_ADDRESS, words)
    if status in BUSY:
        asked = _header(answer, b"retry-after")
        return Outcome(Verdict.DEFERRED, words, wait=timedelta(seconds=retry_after(asked.decode("latin-1"))) if asked else None)
    if 300 <= status < 400:
        return Outcome(no, _("%(words)s and leads elsewhere, where nobody follows; enter the new address") % {"words": words})
    if 400 <= status < 500 and status not in LATER:
        return Outcome(no, words)
    return Outcome(Verdict.IN_DOUBT if status >= 500 and is_out and not post.is_repeatable else Verdict.DEFERRED, words)


def _header(answer: httpcore.Response, name: bytes) -> bytes:
    return next((value for key, value in answer.headers if key.lower() == name), b"")


def _hear_out(answer: httpcore.Response) -> None:
    """Read a short answer to its end, for some receivers give up on a post whose answer is not read; a long one is left."""
    size = 0
    try:
        for chunk in answer.iter_stream():
            size += len(chunk)
            if size > LARGEST:
                return
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError):
        return  # it has said yes


def _broke(problem: Exception, post: Post, *, is_out: bool) -> Outcome:
    """Before the last byte nothing was taken for certain; after it only the receiver knows."""
    silent = isinstance(problem, httpcore.TimeoutException)
    words = _("it did not answer in time") if silent else _("it cannot be reached")
    if not is_out:
        return Outcome(Verdict.DEFERRED, words, broke=True)
    words = words if silent else _("the connection broke before it answered")
    return Outcome(Verdict.DEFERRED if post.is_repeatable else Verdict.IN_DOUBT, words, broke=True)


def _named(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}" if status in {*HTTPStatus} else str(status)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates that are trusted takes longer than a post."""
    return httpx.create_ssl_context(trust_env=False)
