"""What Zotero's Web API is asked, and no more (https://www.zotero.org/support/dev/web_api/v3/start)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from django.utils.translation import gettext as _

from accounts.outbound import USUAL_WAIT, NotPublic, retry_after
from papers.sources.web import GuardedTransport

ADDRESS = "https://api.zotero.org"
AT_ONCE = 50  # objects in one request
WAIT = 30.0  # seconds for an answer
LOCKED = 409  # somebody else writes to the library


class ZoteroError(Exception):
    """Zotero does not let us, in words for the reader."""


class NotNow(ZoteroError):
    """Zotero wants to be asked again after `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Outdated(ZoteroError):
    """The library has changed since the version that the request named (412)."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of the objects of one request, by their places in it: versions, and refusals with code and words."""

    versions: dict[int, int] = field(default_factory=dict)
    failed: dict[int, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Items as they are there, by key, and the version of the library that holds them."""

    version: int
    items: dict[str, dict[str, Any]]


class Zotero:
    """One library by one key. Once Zotero asks us to slow down, further questions are NotNow.

    Args:
        key: a secret.
        prefix: of the library, such as "users/1" or "groups/2"; "" to ask about the key alone.
    """

    def __init__(self, *, key: str, prefix: str = "", address: str = "", agent: str = "Lectern", may_ask_private: bool = False) -> None:
        self.prefix, self.backoff = prefix, 0.0
        headers = {"Zotero-API-Version": "3", "Zotero-API-Key": key, "User-Agent": agent}
        transport = GuardedTransport(may_ask_private=may_ask_private)
        base = (address or ADDRESS).rstrip("/") + "/"
        self.client = httpx.Client(base_url=base, headers=headers, timeout=WAIT, transport=transport, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.client.close()

    def key_facts(self) -> dict[str, Any]:
        """Return whose the key is and what it may: `userID`, `username`, `access`."""
        return dict(self._ask("GET", "keys/current").json())

    def write(self, kind: str, objects: Sequence[Mapping[str, Any]]) -> Written:
        """Make or change up to 50 objects. Each names its key and the version that we know of it, 0 for a new one."""
        if not objects:
            return Written()
        answer = self._ask("POST", f"{self.prefix}/{kind}", json=list(objects)).json()
        versions = {int(place): int(each["version"]) for place, each in answer.get("successful", {}).items()}
        versions |= {int(place): int(objects[int(place)]["version"]) for place in answer.get("unchanged", {})}
        failed = {int(place): (int(each["code"]), str(each.get("message", ""))) for place, each in answer.get("failed", {}).items()}
        return Written(versions=versions, failed=failed)

    def find(self, keys: Sequence[str]) -> Found:
        """Return up to 50 items; those that are gone are left out."""
        answer = self._ask("GET", f"{self.prefix}/items", params={"itemKey": ",".join(keys), "includeTrashed": "1", "limit": "100"})
        items = {str(each["key"]): each for each in answer.json()}
        return Found(version=int(answer.headers.get("Last-Modified-Version", "0")), items=items)

    def delete(self, keys: Sequence[str], *, version: int) -> None:
        """Delete up to 50 items, if the library has this version still.

        Raises:
            Outdated: it has another one.
        """
        headers = {"If-Unmodified-Since-Version": str(version)}
        self._ask("DELETE", f"{self.prefix}/items", params={"itemKey": ",".join(keys)}, headers=headers)

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        if self.backoff:
            raise NotNow(_("Zotero asked us to slow down."), self.backoff)
        try:
            answer = self.client.request(method, path, **options)
        except NotPublic as problem:
            raise ZoteroError(_("Zotero's address leads into the network of this server, where nothing is sent.")) from problem
        except httpx.TransportError as problem:
            raise NotNow(_("Zotero cannot be reached now."), USUAL_WAIT) from problem
        self.backoff = retry_after(answer.headers["Backoff"]) if "Backoff" in answer.headers else 0.0
        _check(answer)
        return answer


def _check(answer: httpx.Response) -> None:
    status = answer.status_code
    if status in {LOCKED, httpx.codes.TOO_MANY_REQUESTS} or status >= 500:
        raise NotNow(_("Zotero is busy now."), retry_after(answer.headers.get("Retry-After", "")))
    if status == httpx.codes.PRECONDITION_FAILED:
        raise Outdated(_("The library has just changed in Zotero."))
    if status in {401, 403}:
        raise ZoteroError(_("Zotero refuses the key. Make one that may write to this library, with notes, and connect again."))
    if status == httpx.codes.NOT_FOUND:
        raise ZoteroError(_("Zotero knows no such key or library."))
    if status >= 300:
        raise ZoteroError(_("Zotero answered %(status)d.") % {"status": status})
