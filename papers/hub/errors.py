"""What goes wrong, in the words and fields that the Hugging Face client reads: RFC 9457 members, `error` and X-Error-Message."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.response import Response

from accounts.actions.memberships import Refused
from papers.actions.notes import NoteChanged

LONGEST_HEADER = 500
TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-"})


class Conflict(APIException):
    """A wish against what is there already; `more` joins the answer's members."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.more = more


def problem(*, code: int, detail: str, **more: Any) -> Response:
    """Return an error as JSON: type, title, status and detail (RFC 9457), and the same words where the client looks for them.

    Args:
        code: the HTTP status.
        detail: words for a person, which say what to do next.
        more: further members, such as the `slug` of what is there already.
    """
    plain = " ".join(detail.translate(TYPOGRAPHY).encode("ascii", "replace").decode().split())[:LONGEST_HEADER]
    members = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "detail": detail, "error": plain}
    return Response(members | more, status=code, headers={"X-Error-Message": plain})


def in_own_words(exc: Exception) -> Exception:
    """Turn what actions raise into what the answer says of it."""
    if isinstance(exc, Refused):
        return Conflict(str(exc))
    if isinstance(exc, NoteChanged):
        return Conflict(_("This note has changed meanwhile. Read it again, then write."))
    if isinstance(exc, NotAuthenticated):
        exc.detail = _("Log in first: make a token under Settings, API tokens, and give it to “hf auth login --token” or as HF_TOKEN.")  # type: ignore[assignment]
    return exc


def as_problem(refused: Response, exc: Exception) -> Response:
    """Return DRF's answer to an exception, whose headers stay, as a problem."""
    answer = problem(code=refused.status_code, detail=_sentence(refused.data), **getattr(exc, "more", {}))
    for name in refused.headers.keys() - answer.headers.keys():
        answer[name] = refused[name]
    return answer


def _sentence(said: Any) -> str:
    """One sentence of DRF's words about fields."""
    if isinstance(said, dict):
        words = [_sentence(each) if name in {"detail", "non_field_errors"} else f"{name}: {_sentence(each)}" for name, each in said.items()]
        return " ".join(words)
    return " ".join(map(_sentence, said)) if isinstance(said, list) else str(said)
