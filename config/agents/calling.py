"""Calling the REST API from within, with the key that the program showed: the same limits, scopes, checks and words."""

import io
import json
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.template.response import SimpleTemplateResponse
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer

from accounts.api.markdown import Told
from accounts.twins import MEDIA_TYPE
from config.agents.tools import Call

NOT_SENT_ON = ("HTTP_COOKIE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IDEMPOTENCY_KEY", "HTTP_RANGE")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a call was answered: `body` is as in JSON, a page's `results` are never bare; `text` is its Markdown, where it has that."""

    status: int
    body: dict[str, Any]
    text: str = ""


def answer_to(call: Call, asking: HttpRequest) -> Answer:
    """Call as the program behind a request would have called."""
    try:
        answer: Any = _asked(call, asking)
    except (NoReverseMatch, Resolver404):
        return Answer(404, {"status": 404, "detail": _("There is nothing of that name.")})
    except Exception:
        log.exception("%s %s", call.method, call.route)
        return Answer(500, {"status": 500, "detail": _("Something went wrong here. It is in the log, and not your fault.")})
    if isinstance(answer, Told):
        return Answer(answer.status_code, json.loads(JSONRenderer().render(answer.data)), answer.content.decode())
    body = json.loads(answer.content or b"{}")
    return Answer(answer.status_code, body if isinstance(body, dict) else {"results": body})


def _address(call: Call) -> str:
    """The path of a call. A name that reads as another address, such as “x/vote”, leads there, and so not to its route."""
    return unquote(reverse(f"api:{call.route}", kwargs=dict(call.names)))


def _asked(call: Call, asking: HttpRequest) -> Any:
    path = _address(call)
    if "\0" in path:  # which no database keeps
        raise Resolver404
    body = b"" if call.body is None else json.dumps(call.body).encode()
    kept = {name: value for name, value in asking.META.items() if name not in NOT_SENT_ON}
    about = {
        "REQUEST_METHOD": call.method,
        "PATH_INFO": path.encode().decode("latin-1"),  # as WSGI spells it (PEP 3333)
        "QUERY_STRING": urlencode(call.query),
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": f"{MEDIA_TYPE}, */*",  # JSON where there is no Markdown
        "wsgi.input": io.BytesIO(body),
    }
    request = WSGIRequest(kept | about)
    request.user = AnonymousUser()  # only the key counts, never a session
    request.resolver_match = match = resolve(path)
    if match.url_name != call.route:
        raise Resolver404
    answer = match.func(request, *match.args, **match.kwargs)
    return answer.render() if isinstance(answer, SimpleTemplateResponse) and not answer.is_rendered else answer
