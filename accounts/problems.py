"""The one form of every error below /api/: problem details (RFC 9457), and a header for clients that read only that."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

MEDIA_TYPE = "application/problem+json"
LONGEST_HEADER = 500  # characters
PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-"})


def problem(status: int, detail: str, *, errors: list[dict[str, str]] | None = None, **members: Any) -> HttpResponse:
    """Return an answer about a problem.

    Args:
        errors: for each part of the request that is not right, its `field` (the path with dots, or "" for the whole) and a `detail`.
    """
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "error": detail}
    answer = JsonResponse({**members, **body, "errors": errors or []}, status=status, content_type=MEDIA_TYPE)
    answer["X-Error-Message"] = in_a_header(detail)
    return answer


def log_in_first(words: str) -> HttpResponse:
    """Return a 401 in plain words: for programs at the pages for people."""
    headers = {"X-Error-Message": in_a_header(words)}
    return HttpResponse(f"{words}\n", status=401, content_type="text/plain; charset=utf-8", headers=headers)


def in_a_header(text: str) -> str:
    """Return a text as a header can carry it: one line of printable Latin-1."""
    line = " ".join(text.translate(PLAIN).split())[:LONGEST_HEADER]
    return "".join(sign if sign.isprintable() else "?" for sign in line.encode("latin-1", "replace").decode("latin-1"))
