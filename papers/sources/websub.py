"""Telling a WebSub hub that feeds have changed; how is left open by W3C's WebSub 7, so as PubSubHubbub 0.4, 7.1 does it."""

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpcore

from accounts.outbound import GuardedBackend, NotPublic
from papers.sources.web import WebError

LONGEST, LONGEST_IN_ALL = 30.0, 300.0  # seconds, of a request and of all
AT_ONCE = 100  # feeds in one request


def publish(hub: str, feeds: Sequence[str], *, agent: str, may_ask_private: bool) -> None:
    """Tell a hub which feeds it should look at.

    Args:
        feeds: their whole addresses.

    Raises:
        WebError: the hub did not take it, or not all of it.
    """
    host = urlsplit(hub).hostname
    guard = GuardedBackend(may_ask_private=may_ask_private, longest=LONGEST)
    headers = {"User-Agent": agent, "Content-Type": "application/x-www-form-urlencoded"}
    until = time.monotonic() + LONGEST_IN_ALL
    for start in range(0, len(feeds), AT_ONCE):
        if time.monotonic() > until:
            raise WebError(f"{host} takes too long: it was told of {start} feeds of {len(feeds)}.")
        form = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds[start : start + AT_ONCE])]
        asked: dict[str, Any] = {"headers": headers, "content": urlencode(form).encode()}
        try:
            with httpcore.ConnectionPool(network_backend=guard) as pool, pool.stream("POST", hub, **asked) as answer:
                status = answer.status
        except (NotPublic, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as problem:
            raise WebError(f"{host} cannot be told: {problem}") from problem
        if not 200 <= status < 300:
            raise WebError(f"{host} answered {status}.")
