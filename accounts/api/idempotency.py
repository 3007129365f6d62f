"""Idempotency-Key: a POST that was sent twice, because its answer got lost, is done once."""

import hashlib
from collections.abc import Iterator
from functools import wraps
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions.kept_answers import Answer, OtherRequest, keep_answer, key_of, recall_answer
from accounts.api.conditions import Handler, rendered
from accounts.api.permissions import token_of
from accounts.api.problems import Problem

LONGEST = 255
KEPT_HEADERS = ("ETag", "Location", "Link", "Last-Modified-Version", "X-HF-Warning")


def once(post: Handler) -> Handler:
    """Do a POST with an Idempotency-Key once: what it did and what it answered are committed together.

    An answer of 400 or more undoes what was begun and keeps nothing, so the key may be used again.
    """

    @wraps(post)
    def deed(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Any:
        chosen = request.headers.get("Idempotency-Key")
        if chosen is None or not request.user.is_authenticated or getattr(view, "asks_others", False):
            return post(view, request, *args, **kwargs)
        key, seen = key_of(_caller(request), _sound(chosen)), _fingerprint(request)
        with transaction.atomic():
            if kept := _recalled(key, seen):
                return kept
            answer = post(view, request, *args, **kwargs)
            if answer.status_code >= 400:
                transaction.set_rollback(True)
            else:
                keep_answer(key=key, fingerprint=seen, answer=_as_sent(view, answer))
            return answer

    return deed


def _recalled(key: str, seen: str) -> HttpResponse | None:
    try:
        kept = recall_answer(key=key, fingerprint=seen)
    except InvalidToken as problem:
        words = _("What was answered to this Idempotency-Key cannot be read any more. See whether it was done; then choose a new key.")
        raise Problem(words, status=409) from problem
    except OtherRequest as problem:
        words = _("This Idempotency-Key was sent with another request. Choose a new key for each thing that you want done.")
        raise Problem(words, status=422) from problem
    if kept is None:
        return None
    return HttpResponse(kept.body, status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})


def _as_sent(view: APIView, answer: Response) -> Answer:
    headers = {"Content-Type": view.request.accepted_media_type} | {name: answer[name] for name in KEPT_HEADERS if name in answer}
    return Answer(answer.status_code, headers, rendered(view, answer).decode())


def _sound(chosen: str) -> str:
    """Return a key without the quotes that the draft has around it."""
    key = chosen.strip().removeprefix('"').removesuffix('"')
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise ValidationError({"Idempotency-Key": [_("Send 1 to %(most)d letters and digits, such as a UUID.") % {"most": LONGEST}]})
    return key


def _caller(request: Request) -> str:
    token = token_of(request)
    return f"token {token.pk}" if token else f"person {request.user.pk}"


def _fingerprint(request: Request) -> str:
    seen = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for piece in _pieces(request):
        seen.update(hashlib.sha256(piece).digest())
    return seen.hexdigest()


def _pieces(request: Request) -> Iterator[bytes]:
    """Yield what a body says; of a form part by part, since each sending of one has other boundaries."""
    if not request.content_type.startswith("multipart/"):
        yield request.body
        return
    form: Any = request.data
    for name in sorted(form):
        for value in form.getlist(name):
            yield name.encode()
            yield from value.chunks() if hasattr(value, "chunks") else [str(value).encode()]
