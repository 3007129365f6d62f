"""Conditional requests: whoever changes something may name what they saw of it, by the ETag that a GET gave (RFC 9110, 13.1.1)."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.cache import set_response_etag
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import allows
from accounts.api.problems import Problem
from accounts.locks import hold

Handler = Callable[..., Any]


class NothingThere(Problem):
    def __init__(self) -> None:
        super().__init__(_("There is nothing here, or no longer, that If-Match could name."), status=412)


def matches(request: Request, tags: Iterable[str]) -> bool:
    """Tell whether If-Match names one of some entity tags."""
    sent = request.headers["If-Match"]
    return sent.strip() == "*" or not {each.strip() for each in sent.split(",")}.isdisjoint(tags)


def guarded(write: Handler) -> Handler:
    """Let a PUT, PATCH or DELETE go ahead only if the same address's GET would still have the ETag that If-Match names.

    Writers who send If-Match to one address come one after the other, so that only one of them finds it unchanged; not
    where a view asks somebody else (`asks_others`), for whom no transaction waits.
    """

    @wraps(write)
    def deed(view: APIView, request: Any, *args: Any, **kwargs: Any) -> Any:
        if "If-Match" not in request.headers or not hasattr(view, "get"):
            return write(view, request, *args, **kwargs)
        if getattr(view, "asks_others", False):
            look(view, request, *args, **kwargs)
            return write(view, request, *args, **kwargs)
        with transaction.atomic():
            hold(f"if-match {request.path}")
            try:
                look(view, request, *args, **kwargs)
            except NothingThere:
                write(view, request, *args, **kwargs)  # what would be refused without If-Match is, in the same words (RFC 9110, 13.2.1)
                raise
            return write(view, request, *args, **kwargs)

    return deed


def look(view: Any, request: Any, *args: Any, **kwargs: Any) -> None:
    """See that If-Match names what is there, and keep that as `request.seen`.

    Raises:
        NothingThere, Problem: 412.
    """
    try:
        now = view.get(request, *args, **kwargs)
    except (Http404, NotFound) as nothing:
        raise NothingThere from nothing
    if not matches(request, (entity_tag(view, now), *tags_of_parts(now))):
        raise outdated(view, now)
    request.seen = now


def tags_of_parts(answer: Response) -> Sequence[str]:
    """Return further tags by which a program may name what it changes: those of the parts that alone matter for it."""
    return getattr(answer, "parts", ())


def entity_tag(view: APIView, answer: Response) -> str:
    """Return the ETag that an answer of GET says itself, or that conditional_page would make of its bytes."""
    return str(answer.get("ETag") or set_response_etag(HttpResponse(rendered(view, answer)))["ETag"])


def rendered(view: APIView, answer: Response) -> bytes:
    """Return an answer's body as it will be sent."""
    if answer.data is None:
        return b""
    request = view.request
    return force_bytes(request.accepted_renderer.render(answer.data, request.accepted_media_type, view.get_renderer_context()))


def outdated(view: APIView, now: Response) -> Problem:
    """412, with the thing as it is now for whoever may read it."""
    seen = {"current": now.data} if allows(view.request, getattr(view, "read_scope", None)) else {}
    words = _("It has changed since you read it. Look at “current” and send its ETag.")
    return Problem(words, status=412, headers={"ETag": entity_tag(view, now)}, **seen)


def unseen(view: APIView, now: Response) -> Problem:
    """428 (RFC 6585), with the thing as it is now: what several people write is not overwritten unseen."""
    words = _("Send If-Match with the ETag of what you change.")
    return Problem(words, status=428, headers={"ETag": entity_tag(view, now)}, current=now.data)
