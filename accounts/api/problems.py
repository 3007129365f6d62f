"""What went wrong in an endpoint, told as a problem (accounts/problems.py), whoever said no: DRF, an action, a query."""

import re
from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied as NotAllowed
from django.core.exceptions import ValidationError as Invalid
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, Throttled, ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings

from accounts.actions.memberships import Refused
from accounts.problems import problem

OF_DJANGO = re.compile(r"No \w+ matches the given query\.")  # what get_object_or_404 says, in English only


class Problem(APIException):
    """An error whose answer tells more than its words.

    Args:
        detail: what is wrong and what to do next.
        members: extension members of the body (RFC 9457, 3.2), such as the thing as it is now.
    """

    def __init__(self, detail: str, *, status: int, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status_code, self.headers, self.members = status, headers or {}, members


def answer_exception(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. What nobody expected is None: Django logs it and answers 500."""
    known = understood(exc)
    if known is None:
        return None
    errors = list(named(known.detail)) if isinstance(known, ValidationError) else []
    words = "; ".join(": ".join(filter(None, error.values())) for error in errors) or str(known.detail)
    answer = problem(known.status_code, words, errors=errors, **getattr(known, "members", {}))
    for name, value in headers_of(known).items():
        answer[name] = value
    return answer


def understood(exc: Exception) -> APIException | None:
    """Say in REST's words what an action or a query said: no such thing, not yours, not now, too often, not valid."""
    if isinstance(exc, Http404):
        return NotFound(_("There is no such thing, or none that you may see.") if OF_DJANGO.fullmatch(str(exc)) else str(exc) or None)
    if isinstance(exc, NotAllowed):
        return PermissionDenied(*exc.args)
    if isinstance(exc, Invalid):
        return ValidationError(get_error_detail(exc))
    if isinstance(exc, Refused):
        wait = getattr(exc, "wait", None)
        if wait:
            return Problem(str(exc), status=429, headers={"Retry-After": str(ceil(wait.total_seconds()))})
        return Problem(str(exc), status=409)
    return exc if isinstance(exc, APIException) else None


def headers_of(exc: APIException) -> dict[str, str]:
    found = dict(getattr(exc, "headers", {}))
    if isinstance(exc, Throttled) and (wait := getattr(exc, "wait", None)) is not None:
        found["Retry-After"] = str(ceil(wait))
    if challenge := getattr(exc, "auth_header", None):
        found["WWW-Authenticate"] = challenge
    return found


def named(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Yield each text of DRF's nested errors with the path that leads to it."""
    if isinstance(detail, Mapping):
        for name, part in detail.items():
            yield from named(part, path if name == api_settings.NON_FIELD_ERRORS_KEY else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for index, part in enumerate(detail):
            yield from named(part, f"{path}.{index}".lstrip(".") if isinstance(part, Mapping | list) else path)
    else:
        yield {"field": path, "detail": str(detail)}
